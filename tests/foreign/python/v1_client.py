"""What the judges with Alibaba Cloud's older Python SDK (signature V1) share.

This SDK has no models for answers: it hands out the body. So the types are asserted as the documents
give them.
"""

import json

from aliyunsdkcms.request.v20190101 import PutEventRuleRequest
from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.client import AcsClient
from aliyunsdkecs.request.v20140526 import DescribeInstanceStatusRequest, RunInstancesRequest

from judge import AUTHORITY, holds, same

REGION = "cn-hangzhou"
MANY = 250
CLIENT = AcsClient("testAk", "testSk", REGION, auto_retry=False)


def call(module, client=CLIENT, **parameters):
    """Makes a call by the request class of `module`, filled through the SDK's own setters."""
    request = getattr(module, module.__name__.rsplit(".", 1)[1])()
    request.set_endpoint(AUTHORITY)
    request.set_protocol_type("http")
    for name, value in parameters.items():
        getattr(request, f"set_{name}")(value)
    body = json.loads(client.do_action_with_exception(request))
    holds("a RequestId", isinstance(body["RequestId"], str) and len(body["RequestId"]) == 36, body["RequestId"])
    return body


def put(module, **parameters):
    body = call(module, **parameters)
    same("Code, a string", body["Code"], "200")
    same("Success", body["Success"], True)
    return body


def refused(status, code, act, says=""):
    try:
        act()
    except ServerException as error:
        same("the refusal's code", error.get_error_code(), code)
        same("the refusal's HTTP status", error.get_http_status(), status)
        holds("the refusal's request id", bool(error.get_request_id()), error.get_request_id())
        holds(f"the refusal says `{says}`", says in error.get_error_msg(), error.get_error_msg())
        return
    raise AssertionError(f"{code} was expected, and the call went through")


def pages(read, size, total):
    names, number = [], 1
    while True:
        page, told = read(number, size)
        same("Total", told, total)
        names += page
        if len(page) < size:
            break
        number += 1
    same("the pages' names together", len(names), total)
    same("the pages' names without doubles", len(set(names)), total)
    return names


def webhook(token):
    return f"https://oapi.dingtalk.com/robot/send?access_token={token}"


def put_rule(name, pattern=None, **more):
    pattern = {"Product": "ECS", "LevelList": ["INFO"], **(pattern or {})}
    more = {"State": "ENABLED", "SilenceTime": 0, **more}
    body = put(PutEventRuleRequest, RuleName=name, EventPatterns=[pattern], **more)
    same("Data, a string", body["Data"], "1")


def status_of(instance):
    body = call(DescribeInstanceStatusRequest, InstanceIds=[instance])
    return body["InstanceStatuses"]["InstanceStatus"][0]["Status"]


def create(name, amount=1):
    body = call(RunInstancesRequest, InstanceType="ecs.g7.large", ImageId="i", InstanceName=name, Amount=amount, Tags=[{"Key": "team", "Value": name}])
    return body["InstanceIdSets"]["InstanceIdSet"]
