"""CloudMonitor and ECS, judged by Alibaba Cloud's older Python SDK (signature V1)."""

import json

from aliyunsdkcms.request.v20190101 import (
    DeleteContactGroupRequest,
    DeleteContactRequest,
    DeleteEventRulesRequest,
    DeleteEventRuleTargetsRequest,
    DescribeContactGroupListRequest,
    DescribeContactListRequest,
    DescribeEventRuleAttributeRequest,
    DescribeEventRuleListRequest,
    DescribeEventRuleTargetListRequest,
    DescribeSystemEventMetaListRequest,
    DisableEventRulesRequest,
    EnableEventRulesRequest,
    PutContactGroupRequest,
    PutContactRequest,
    PutEventRuleRequest,
    PutEventRuleTargetsRequest,
    SendDryRunSystemEventRequest,
)
from aliyunsdkcore.client import AcsClient
from aliyunsdkecs.request.v20140526 import (
    DeleteInstanceRequest,
    DescribeInstancesRequest,
    StartInstanceRequest,
    StopInstanceRequest,
)

from judge import eventually, holds, messages, robot, run, same
from v1_client import MANY, REGION, call, create, pages, put, put_rule, refused, status_of, webhook

def contacts():
    put(PutContactRequest, ContactName="alice", Describe="值班 a+b *~", Lang="zh-cn", ChannelsDingWebHook=webhook("a"), ChannelsMail="a@example.com")
    body = call(DescribeContactListRequest, ContactName="alice")
    same("Total", body["Total"], 1)
    [alice] = body["Contacts"]["Contact"]
    same("Desc", alice["Desc"], "值班 a+b *~")
    same("Lang", alice["Lang"], "zh-cn")
    same("Channels", alice["Channels"], {"DingWebHook": webhook("a"), "Mail": "a@example.com"})
    same("ChannelsState", alice["ChannelsState"], {"DingWebHook": "OK", "Mail": "PENDING"})
    holds("CreateTime is a number", isinstance(alice["CreateTime"], int), alice["CreateTime"])
    for number in range(MANY):
        put(PutContactRequest, ContactName=f"contact-{number:03}", Describe="d", ChannelsDingWebHook=webhook(number))

    def page(number, size):
        body = call(DescribeContactListRequest, PageNumber=number, PageSize=size)
        return [one["Name"] for one in body["Contacts"]["Contact"]], body["Total"]

    same("every contact is on a page", set(pages(page, 100, MANY + 1)), {f"contact-{number:03}" for number in range(MANY)} | {"alice"})
    by_value = call(DescribeContactListRequest, ChanelType="DingWebHook", ChanelValue=webhook(7))
    same("by channel value", [one["Name"] for one in by_value["Contacts"]["Contact"]], ["contact-007"])
    put(PutContactRequest, ContactName="alice", Describe="new", ChannelsDingWebHook=webhook("b"))
    [again] = call(DescribeContactListRequest, ContactName="alice")["Contacts"]["Contact"]
    same("Desc, changed", again["Desc"], "new")
    put(DeleteContactRequest, ContactName="contact-000")
    refused(404, "ContactNotExists", lambda: call(DeleteContactRequest, ContactName="contact-000"))
    refused(400, "MissingContactName", lambda: call(PutContactRequest, Describe="d"))
    refused(400, "InvalidParameterValue", lambda: call(PutContactRequest, ContactName="n", Describe="d"))
    # The SDK sends a value that is empty, and it is signed.
    refused(400, "MissingDescribe", lambda: call(PutContactRequest, ContactName="n", Describe=""))


def groups():
    put(PutContactGroupRequest, ContactGroupName="managers", Describe="d", ContactNamess=["contact-002", "contact-001"], EnableSubscribed=True)
    body = call(DescribeContactGroupListRequest)
    same("the list of names", body["ContactGroups"]["ContactGroup"], ["managers"])
    [group] = body["ContactGroupList"]["ContactGroup"]
    same("Contacts in their order", group["Contacts"]["Contact"], ["contact-002", "contact-001"])
    same("EnableSubscribed", group["EnableSubscribed"], True)
    for number in range(MANY):
        put(PutContactGroupRequest, ContactGroupName=f"group-{number:03}", ContactNamess=["contact-001"])

    def page(number, size):
        body = call(DescribeContactGroupListRequest, PageNumber=number, PageSize=size)
        same("both lists hold the same", [one["Name"] for one in body["ContactGroupList"]["ContactGroup"]], body["ContactGroups"]["ContactGroup"])
        return body["ContactGroups"]["ContactGroup"], body["Total"]

    same("every group is on a page", set(pages(page, 100, MANY + 1)), {f"group-{number:03}" for number in range(MANY)} | {"managers"})
    put(DeleteContactGroupRequest, ContactGroupName="managers")
    refused(404, "ContactNotExists", lambda: call(DeleteContactGroupRequest, ContactGroupName="managers"))
    refused(400, "MissingContactGroupName", lambda: call(PutContactGroupRequest))


def rules():
    put_rule("rule", {"NameList": ["Instance:StateChange"], "EventTypeList": ["*"], "StatusList": ["Normal"], "SQLFilter": "Stopped"}, Description="d", SilenceTime=60, EventType="SYSTEM")
    [rule] = call(DescribeEventRuleListRequest, NamePrefix="rule")["EventRules"]["EventRule"]
    same("Description", rule["Description"], "d")
    same("SilenceTime, a number", rule["SilenceTime"], 60)
    pattern = rule["EventPattern"]
    same("Product, as the documents' sample has it", pattern["Product"], "ECS")
    same("NameList, doubly wrapped", pattern["NameList"], {"NameList": ["Instance:StateChange"]})
    same("LevelList, doubly wrapped", pattern["LevelList"], {"LevelList": ["INFO"]})
    same("EventTypeList, doubly wrapped", pattern["EventTypeList"], {"EventTypeList": ["*"]})
    same("SQLFilter", pattern["SQLFilter"], "Stopped")
    result = call(DescribeEventRuleAttributeRequest, RuleName="rule")["Result"]
    same("StatusList", result["EventPattern"]["StatusList"], {"StatusList": ["Normal"]})
    for number in range(MANY):
        put_rule(f"many-{number:03}")

    def page(number, size):
        body = call(DescribeEventRuleListRequest, PageNumber=number, PageSize=size, NamePrefix="many-")
        return [one["Name"] for one in body["EventRules"]["EventRule"]], body["Total"]

    same("every rule is on a page", set(pages(page, 60, MANY)), {f"many-{number:03}" for number in range(MANY)})
    put(DisableEventRulesRequest, RuleNamess=["many-000", "many-001"])
    same("rules switched off", call(DescribeEventRuleListRequest, IsEnable=False)["Total"], 2)
    put(EnableEventRulesRequest, RuleNamess=["many-001"])
    same("rules still off", call(DescribeEventRuleListRequest, IsEnable=False)["Total"], 1)
    for number in range(MANY):
        put(DeleteEventRulesRequest, RuleNamess=[f"many-{number:03}"])
    same("rules left", call(DescribeEventRuleListRequest)["Total"], 1)
    refused(404, "ResourceNotFound", lambda: call(DescribeEventRuleAttributeRequest, RuleName="many-000"), "The alert does not exist.")
    refused(400, "MissingRuleName", lambda: call(PutEventRuleRequest))
    refused(400, "InvalidParameterValue", lambda: put_rule("r", State="HALF"))


def targets():
    put(
        PutEventRuleTargetsRequest,
        RuleName="rule",
        ContactParameterss=[{"Id": "1", "ContactGroupName": "ops", "Level": "3"}],
        WebhookParameterss=[{"Id": "2", "Method": "POST", "Protocol": "http", "Url": "http://127.0.0.1:9/a?b=c"}],
        MnsParameterss=[{"Id": "3", "Queue": "q", "Region": REGION}],
        SlsParameterss=[{"Id": "4", "Project": "p", "LogStore": "l", "Region": REGION}],
        FcParameterss=[{"Id": "5", "ServiceName": "s", "FunctionName": "f", "Region": REGION}],
        OpenApiParameterss=[{"Id": "6", "Product": "Ecs", "Action": "RebootInstance", "Version": "2014-05-26", "Role": "r", "Region": REGION}],
    )
    body = call(DescribeEventRuleTargetListRequest, RuleName="rule")
    found = {
        "ContactParameters": body["ContactParameters"]["ContactParameter"],
        "WebhookParameters": body["WebhookParameters"]["WebhookParameter"],
        "MnsParameters": body["MnsParameters"]["MnsParameter"],
        "SlsParameters": body["SlsParameters"]["SlsParameter"],
        "FcParameters": body["FcParameters"]["FCParameter"],
        "OpenApiParameters": body["OpenApiParameters"]["OpenApiParameters"],
    }
    same("one target of each kind", [len(targets) for targets in found.values()], [1] * 6)
    same("ids are strings", [targets[0]["Id"] for targets in found.values()], list("123456"))
    put(DeleteEventRuleTargetsRequest, RuleName="rule", Idss=list("23456"))
    same("targets left", call(DescribeEventRuleTargetListRequest, RuleName="rule")["ContactParameters"]["ContactParameter"], [{"Id": "1", "ContactGroupName": "ops", "Level": "3"}])
    put(DeleteEventRulesRequest, RuleNamess=["rule"])
    refused(404, "ResourceNotFound", lambda: call(PutEventRuleTargetsRequest, RuleName="rule", ContactParameterss=[{"Id": "1", "ContactGroupName": "ops", "Level": "3"}]))


def alarms():
    ids = []
    for amount in [100, 100, 50]:
        ids += create("web", amount)

    def page(number, size):
        body = call(DescribeInstancesRequest, PageNumber=number, PageSize=size)
        return [one["InstanceId"] for one in body["Instances"]["Instance"]], body["TotalCount"]

    same("every instance is on a page", set(pages(page, 100, MANY)), set(ids))
    web = ids[0]
    eventually("web runs", lambda: status_of(web) == "Running")
    put(PutContactRequest, ContactName="bell", Describe="d", ChannelsDingWebHook=robot("v1-robot"))
    put(PutContactGroupRequest, ContactGroupName="bell", ContactNamess=["bell"])
    put_rule("bell", {"NameList": ["Instance:StateChange", "Instance:SystemFailure.Reboot:Executing"], "LevelList": ["*"]})
    put(PutEventRuleTargetsRequest, RuleName="bell", ContactParameterss=[{"Id": "1", "ContactGroupName": "bell", "Level": "4"}])
    refused(403, "IncorrectInstanceStatus", lambda: call(StartInstanceRequest, InstanceId=web))
    call(StopInstanceRequest, InstanceId=web)
    eventually("Stopped is told", lambda: [one for one in messages("v1-robot") if web in one["text"] and "Stopped" in one["text"]])
    call(DeleteInstanceRequest, InstanceId=web)
    refused(404, "InvalidInstanceId.NotFound", lambda: call(StopInstanceRequest, InstanceId=web))
    content = json.dumps({"product": "ECS", "regionId": REGION, "resourceId": "acs:ecs:cn-hangzhou:1:instance/i-dry"})
    body = call(SendDryRunSystemEventRequest, Product="ECS", EventName="Instance:SystemFailure.Reboot:Executing", EventContent=content)
    same("Success, a string here", body["Success"], "true")
    eventually("the test event is told", lambda: [one for one in messages("v1-robot") if "SystemFailure" in one["text"]])
    body = call(DescribeSystemEventMetaListRequest)
    same("Code, a number here", body["Code"], 200)
    holds("the catalogue is long", len(body["Data"]["Resource"]) > 100)


def errors():
    read = lambda key, secret: lambda: call(DescribeContactListRequest, client=AcsClient(key, secret, REGION, auto_retry=False))
    refused(404, "InvalidAccessKeyId.NotFound", read("nobody", "testSk"))
    # The SDK compares what the server signed with what it signed: the same means a wrong secret.
    refused(400, "InvalidAccessKeySecret", read("testAk", "wrong"))
    wrong = AcsClient("testAk", "wrong", REGION, auto_retry=False)
    leaky = lambda: call(PutContactRequest, client=wrong, ContactName="n", Describe="d", ChannelsDingWebHook=webhook("canary"))
    refused(400, "SignatureDoesNotMatch", leaky, "left out")


FLOWS = [contacts, groups, rules, targets, alarms, errors]

if __name__ == "__main__":
    run(FLOWS)
