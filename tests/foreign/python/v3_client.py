"""What the judges with the current Python SDKs share: clients, and calls that many flows make."""

from alibabacloud_cms20190101 import models as cms
from alibabacloud_cms20190101.client import Client as Cms
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.utils_models import Config

from judge import AUTHORITY, holds, same, typed

REGION = "cn-hangzhou"
MANY = 250


def config(key="testAk", secret="testSk", token=None):
    return Config(
        access_key_id=key,
        access_key_secret=secret,
        security_token=token,
        endpoint=AUTHORITY,
        protocol="HTTP",
        region_id=REGION,
        http_proxy="",
    )


CMS = Cms(config())


def done(answer):
    """The body of a success, each value of the type that the SDK declares."""
    same("HTTP status", answer.status_code, 200)
    body = typed(answer.body)
    holds("a RequestId", isinstance(body.request_id, str) and len(body.request_id) == 36, body.request_id)
    return body


def put(answer):
    """The body of a CloudMonitor write."""
    body = done(answer)
    same("Code", body.code, "200")
    same("Success", body.success, True)
    return body


def refused(status, code, act, says=""):
    try:
        act()
    except ClientException as error:
        same("the refusal's code", error.code, code)
        same("the refusal's HTTP status", error.status_code, status)
        holds("the refusal's request id", isinstance(error.request_id, str) and error.request_id, error.request_id)
        holds(f"the refusal says `{says}`", says in error.message, error.message)
        return
    raise AssertionError(f"{code} was expected, and the call went through")


def pages(read, size, total):
    """Reads page after page until one is not full; asserts that nothing is missing or doubled."""
    names, number = [], 1
    while True:
        page, told = read(number, size)
        same("Total", told, total)
        holds("a page is not larger than asked for", len(page) <= size, len(page))
        names += page
        if len(page) < size:
            break
        number += 1
    same("the pages' names together", len(names), total)
    same("the pages' names without doubles", len(set(names)), total)
    return names


def put_contact(name, **channels):
    channels = channels or {"ding_web_hook": f"https://oapi.dingtalk.com/robot/send?access_token={name}"}
    request = cms.PutContactRequest(
        contact_name=name, describe=f"{name} 值班 a+b *~", lang="en",
        channels=cms.PutContactRequestChannels(**channels),
    )
    return put(CMS.put_contact(request))


def put_group(name, **fields):
    request = cms.PutContactGroupRequest(contact_group_name=name, describe="d", **fields)
    return put(CMS.put_contact_group(request))


def pattern(**fields):
    fields = {"product": "ECS", "level_list": ["CRITICAL", "WARN", "INFO"], **fields}
    return cms.PutEventRuleRequestEventPattern(**fields)


def put_rule(name, **fields):
    fields = {"event_pattern": [pattern()], "state": "ENABLED", "silence_time": 0, **fields}
    body = put(CMS.put_event_rule(cms.PutEventRuleRequest(rule_name=name, **fields)))
    same("Data of PutEventRule", body.data, "1")
