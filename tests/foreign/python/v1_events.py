"""Events and what is said of them afterwards, application groups and the newer operations of ECS,
judged by Alibaba Cloud's older Python SDK (signature V1)."""

import datetime
import json
import time

from aliyunsdkcms.request.v20190101 import (
    CreateMonitorGroupRequest,
    DeleteMonitorGroupRequest,
    DescribeAlertLogListRequest,
    DescribeContactListByContactGroupRequest,
    DescribeMonitorGroupsRequest,
    DescribeSystemEventAttributeRequest,
    DescribeSystemEventCountRequest,
    DescribeSystemEventHistogramRequest,
    ModifyMonitorGroupRequest,
    PutContactGroupRequest,
    PutContactRequest,
    PutCustomEventRequest,
    PutEventRuleTargetsRequest,
)
from aliyunsdkecs.request.v20140526 import (
    CancelSimulatedSystemEventsRequest,
    CreateSimulatedSystemEventsRequest,
    DeleteInstanceRequest,
    DescribeDisksRequest,
    DescribeInstanceAttributeRequest,
    DescribeInstanceHistoryEventsRequest,
    DescribeInstancesFullStatusRequest,
    DescribeInstancesRequest,
    RebootInstanceRequest,
    RunInstancesRequest,
    StartInstanceRequest,
    StartInstancesRequest,
    StopInstanceRequest,
    StopInstancesRequest,
    TagResourcesRequest,
)

from judge import control, eventually, holds, messages, robot, run, same
from v1_client import MANY, REGION, call, create, pages, put, put_rule, refused, status_of


def window():
    now = int(time.time() * 1000)
    return {"StartTime": now - 600_000, "EndTime": now + 60_000}


def number(what, value):
    holds(f"{what} is a number", isinstance(value, int) and not isinstance(value, bool), value)
    return value


def system_events():
    ids = create("seen", 100) + create("seen", 100) + create("seen", 50)
    eventually("all run", lambda: call(DescribeInstancesRequest, InstanceName="seen", Status="Running")["TotalCount"] == MANY)
    group = control("POST", "application-groups", {"name": "seen", "instances": ids})["group_id"]
    wanted = {"Product": "ECS", "Name": "Instance:StateChange", "EventType": "StatusNotification", "Level": "INFO", "Status": "Normal", "GroupId": str(group), "SearchKeywords": "Stopped"}

    def ask(module, **more):
        body = call(module, **{**window(), **wanted, **more})
        same("Code and Success, strings", (body["Code"], body["Success"]), ("200", "true"))
        return body

    def counts(**more):
        return ask(DescribeSystemEventCountRequest, **more)["SystemEventCounts"]["SystemEventCount"]

    for at in [0, 100, 200]:
        call(StopInstancesRequest, InstanceIds=ids[at:at + 100])
    eventually("all are stopped", lambda: sum(number("Num", one["Num"]) for one in counts()) == MANY)

    def page(at, size, **more):
        return ask(DescribeSystemEventAttributeRequest, PageNumber=at, PageSize=size, **more)["SystemEvents"]["SystemEvent"]

    pages(lambda at, size: ([one["Id"] for one in page(at, size)], MANY), 100, MANY)
    [event] = page(1, 1)
    number("Time", event["Time"])
    same("Content, JSON in a string", json.loads(event["Content"])["state"], "Stopped")
    same("GroupId, a string", event["GroupId"], str(group))
    bars = ask(DescribeSystemEventHistogramRequest)["SystemEventHistograms"]["SystemEventHistogram"]
    same("Count over all bars", sum(number("Count", bar["Count"]) for bar in bars), MANY)
    same("none of another product", page(1, 10, Product="RDS"), [])
    refused(400, "ParameterInvalid", lambda: page(1, 101))
    refused(400, "ParameterInvalid", lambda: counts(Level="LOUD"), "LOUD")
    refused(400, "ParameterInvalid", lambda: ask(DescribeSystemEventHistogramRequest, StartTime="1500000000"), "seconds")


def custom_events():
    put(PutContactRequest, ContactName="custom", Describe="d", ChannelsDingWebHook=robot("custom-robot"))
    put(PutContactGroupRequest, ContactGroupName="custom", ContactNamess=["custom"])
    put_rule("custom", {"Product": "CustomEvent", "LevelList": ["*"]}, EventType="CUSTOM", GroupId="7301")
    put(PutEventRuleTargetsRequest, RuleName="custom", ContactParameterss=[{"Id": "1", "ContactGroupName": "custom", "Level": "3"}])
    info = lambda name, **more: {"EventName": name, "Content": f"{name} happened", "GroupId": "7301", **more}
    body = call(PutCustomEventRequest, EventInfos=[info("disk-full", Time="20260101T000000.000+0800")])
    same("Code, a string, and Message", (body["Code"], body["Message"]), ("200", "success"))
    eventually("it is told", lambda: [one for one in messages("custom-robot") if "disk-full happened" in one["text"]])
    for batch in range(5):
        call(PutCustomEventRequest, EventInfos=[info(f"job-{batch * 50 + at:03}") for at in range(50)])

    def logs(**wanted):
        body = call(DescribeAlertLogListRequest, **{**window(), "PageSize": 100, **wanted})
        same("Code, a string, and Success", (body["Code"], body["Success"]), ("200", True))
        return body["AlertLogList"]

    eventually("all alerts are logged", lambda: len(logs(RuleName="custom", PageSize=1000)) == MANY + 1)
    pages(lambda at, size: ([one["LogId"] for one in logs(RuleName="custom", PageNumber=at, PageSize=size)], MANY + 1), 100, MANY + 1)
    everything = {"RuleName": "custom", "RuleId": "custom", "GroupId": "7301", "ContactGroup": "custom", "SendStatus": "0", "Level": "P3", "SearchKey": "job-007", "Product": "CustomEvent"}
    [alert] = logs(**everything)
    same("EventName", alert["EventName"], "job-007")
    same("AlertTime, a string", alert["AlertTime"].isdigit(), True)
    same("ContactGroups", alert["ContactGroups"], ["custom"])
    same("Escalation.Times, a number", alert["Escalation"]["Times"], 0)
    for other in [{"Namespace": "acs_ecs"}, {"MetricName": "cpu"}, {"SourceType": "METRIC"}, {"Level": "P4"}, {"SendStatus": "2"}]:
        same(f"alerts with {other}", logs(**{**everything, **other}), [])
    same("one for each group", len(logs(RuleName="custom", GroupBy="contactGroup")), 1)
    last = call(DescribeAlertLogListRequest, LastMin="5", SearchKey="job-007")
    same("in the last minutes", [one["EventName"] for one in last["AlertLogList"]], ["job-007"])
    refused(400, "ParameterInvalid", lambda: logs(SendStatus="9"))
    refused(400, "ParameterInvalid", lambda: logs(LastMin="5"))
    refused(400, "MissingEventInfo", lambda: call(PutCustomEventRequest))
    refused(400, "MissingEventInfo.1.Content", lambda: call(PutCustomEventRequest, EventInfos=[{"EventName": "x"}]))
    refused(400, "ParameterInvalid", lambda: call(PutCustomEventRequest, EventInfos=[info("x")] * 51))


def groups():
    body = call(DescribeContactListByContactGroupRequest, ContactGroupName="custom")
    [contact] = body["Contacts"]["Contact"]
    same("its contact", (contact["Name"], contact["Desc"]), ("custom", "d"))
    same("its webhook", "custom-robot" in contact["Channels"]["DingWebHook"], True)
    number("CreateTime", contact["CreateTime"])
    refused(404, "ContactGroup.NotExists", lambda: call(DescribeContactListByContactGroupRequest, ContactGroupName="none"))

    body = call(CreateMonitorGroupRequest, GroupName="app", ContactGroups="custom")
    same("Code, a number here, and Success", (body["Code"], body["Success"]), (200, True))
    app = number("GroupId", body["GroupId"])
    for at in range(MANY):
        call(CreateMonitorGroupRequest, GroupName=f"many-{at:03}")
    listed = lambda **wanted: call(DescribeMonitorGroupsRequest, **wanted)
    names = lambda **wanted: [one["GroupName"] for one in listed(**wanted)["Resources"]["Resource"]]

    def page(at, size):
        body = listed(Keyword="many-", PageNumber=at, PageSize=size)
        return [one["GroupName"] for one in body["Resources"]["Resource"]], body["Total"]

    same("every group is on a page", set(pages(page, 100, MANY)), {f"many-{at:03}" for at in range(MANY)})
    [group] = listed(GroupName="app", SelectContactGroups=True, IncludeTemplateHistory=False)["Resources"]["Resource"]
    same("its contact groups", group["ContactGroups"], {"ContactGroup": [{"Name": "custom"}]})
    same("by id and type", names(GroupId=str(app), Type="custom", Types="custom"), ["app"])
    for other in [
        {"Tags": [{"Key": "k", "Value": "v"}]}, {"DynamicTagRuleId": "1"}, {"GroupFounderTagKey": "k", "GroupFounderTagValue": "v"}, {"InstanceId": "i-nobody"},
    ]:
        same(f"groups with {other}", names(**other), [])
    refused(400, "ParameterInvalid", lambda: listed(Type="moon"))
    refused(400, "ParameterInvalid", lambda: call(CreateMonitorGroupRequest, GroupName="app"))
    body = call(ModifyMonitorGroupRequest, GroupId=app, GroupName="app-2", ContactGroups="custom,other")
    same("Code, a number here, and Success", (body["Code"], body["Success"]), (200, True))
    [group] = listed(GroupId=str(app))["Resources"]["Resource"]
    same("as it was modified", (group["GroupName"], group["ContactGroups"]), ("app-2", {"ContactGroup": [{"Name": "custom"}, {"Name": "other"}]}))
    body = call(DeleteMonitorGroupRequest, GroupId=app)
    same("what was deleted", body["Group"]["GroupName"], "app-2")
    refused(404, "ResourceNotFound", lambda: call(DeleteMonitorGroupRequest, GroupId=app))


def machines():
    ids = create("machine", 3)
    eventually("they run", lambda: {status_of(one) for one in ids} == {"Running"})
    body = call(DescribeInstanceAttributeRequest, InstanceId=ids[0])
    same("InstanceName and Status", (body["InstanceName"], body["Status"]), ("machine", "Running"))
    same("Cpu and Memory, numbers", (body["Cpu"], body["Memory"]), (2, 8192))
    same("RegionId and ZoneId, strings", (body["RegionId"], body["ZoneId"]), (REGION, f"{REGION}-a"))
    refused(404, "InvalidInstanceId.NotFound", lambda: call(DescribeInstanceAttributeRequest, InstanceId="i-nobody"))
    wish = {
        "ImageId": "m-1", "InstanceType": "ecs.c7.2xlarge", "SecurityGroupId": "sg-1", "VSwitchId": "vsw-1", "Amount": 1, "MinAmount": 1,
        "InstanceName": "wish-", "UniqueSuffix": True, "InstanceChargeType": "PostPaid", "SpotStrategy": "NoSpot", "InternetMaxBandwidthOut": 0,
        "AutoReleaseTime": "2030-01-01T00:00:00Z", "DeletionProtection": False, "ClientToken": "wish-1", "SystemDiskCategory": "cloud_essd",
        "SystemDiskSize": "40", "Tags": [{"Key": "team", "Value": "wish"}],
    }
    refused(400, "DryRunOperation", lambda: call(RunInstancesRequest, DryRun=True, **wish))
    [one] = call(RunInstancesRequest, **wish)["InstanceIdSets"]["InstanceIdSet"]
    same("the same ClientToken", call(RunInstancesRequest, **wish)["InstanceIdSets"]["InstanceIdSet"], [one])
    eventually("the wish runs", lambda: status_of(one) == "Running")
    [read] = call(DescribeInstancesRequest, InstanceIds=json.dumps([one]))["Instances"]["Instance"]
    same("what it is made of", (read["InstanceName"], read["ImageId"], read["Cpu"], read["SecurityGroupIds"]), ("wish-001", "m-1", 8, {"SecurityGroupId": ["sg-1"]}))
    [read] = call(DescribeInstancesRequest, InstanceIds=json.dumps([one]), AdditionalAttributess=["META_OPTIONS"])["Instances"]["Instance"]
    same("its metadata", read["MetadataOptions"], {"HttpEndpoint": "enabled", "HttpTokens": "optional"})
    body = call(DescribeDisksRequest, InstanceId=one, DiskType="system", PageNumber=1, PageSize=50)
    [disk] = body["Disks"]["Disk"]
    same("its disk", (disk["Type"], disk["Category"], disk["Size"], disk["Tags"], disk["DeleteWithInstance"]), ("system", "cloud_essd", 40, {"Tag": []}, True))
    same("by its id", number("TotalCount", call(DescribeDisksRequest, DiskIds=json.dumps([disk["DiskId"]]))["TotalCount"]), 1)
    [several] = call(RunInstancesRequest, InstanceType="ecs.g7.large", ImageId="i", SecurityGroupIdss=["sg-1", "sg-2"])["InstanceIdSets"]["InstanceIdSet"]
    [read] = call(DescribeInstancesRequest, InstanceIds=json.dumps([several]))["Instances"]["Instance"]
    same("its security groups", read["SecurityGroupIds"], {"SecurityGroupId": ["sg-1", "sg-2"]})
    call(StopInstanceRequest, InstanceId=one, ForceStop=True, ConfirmStop=True, StoppedMode="StopCharging")
    eventually("it stops", lambda: status_of(one) == "Stopped")
    call(StartInstanceRequest, InstanceId=one, InitLocalDisk=False)
    eventually("it runs again", lambda: status_of(one) == "Running")
    refused(400, "DryRunOperation", lambda: call(DeleteInstanceRequest, InstanceId=one, Force=True, DryRun=True))
    call(DeleteInstanceRequest, InstanceId=one, Force=True, TerminateSubscription=False)
    same("it is gone", call(DescribeInstancesRequest, InstanceIds=json.dumps([one]))["TotalCount"], 0)
    outcomes = lambda body: {one["InstanceId"]: (one["Code"], one["PreviousStatus"], one["CurrentStatus"]) for one in body["InstanceResponses"]["InstanceResponse"]}
    body = call(StopInstancesRequest, InstanceIds=ids[:1], StoppedMode="StopCharging", ForceStop=True, BatchOptimization="AllTogether")
    same("one stops", outcomes(body), {ids[0]: ("200", "Running", "Stopping")})
    eventually("it is stopped", lambda: status_of(ids[0]) == "Stopped")
    mixed = outcomes(call(StartInstancesRequest, InstanceIds=ids, BatchOptimization="SuccessFirst"))
    same("the one that starts", mixed[ids[0]], ("200", "Stopped", "Starting"))
    same("those that run already", {mixed[one][0] for one in ids[1:]}, {"IncorrectInstanceStatus"})
    eventually("all run", lambda: {status_of(one) for one in ids} == {"Running"})
    refused(400, "DRYRUN.SUCCESS", lambda: call(StopInstancesRequest, InstanceIds=ids, DryRun=True))
    refused(400, "DRYRUN.SUCCESS", lambda: call(StartInstancesRequest, InstanceIds=ids, BatchOptimization="SuccessFirst", DryRun=True))
    refused(403, "IncorrectInstanceStatus", lambda: call(StartInstancesRequest, InstanceIds=ids))

    call(TagResourcesRequest, ResourceType="instance", ResourceIds=ids[:2], Tags=[{"Key": "team", "Value": "ops"}])
    found = call(DescribeInstancesRequest, Tags=[{"Key": "team", "Value": "ops"}])["Instances"]["Instance"]
    same("by the new tag", {one["InstanceId"] for one in found}, set(ids[:2]))
    refused(404, "InvalidResourceId.NotFound", lambda: call(TagResourcesRequest, ResourceType="instance", ResourceIds=["i-nobody"], Tags=[{"Key": "a"}]))
    call(RebootInstanceRequest, InstanceId=ids[0], ForceStop=True)
    eventually("it is back", lambda: status_of(ids[0]) == "Running")


def utc(seconds):
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def simulated_events():
    ids = create("event", 100) + create("event", 100) + create("event", 50)
    simulate = lambda instances, **more: call(CreateSimulatedSystemEventsRequest, **{"EventType": "SystemFailure.Reboot", "InstanceIds": instances, "NotBefore": utc(3600), **more})["EventIdSet"]["EventId"]
    created = simulate(ids[:100]) + simulate(ids[100:200]) + simulate(ids[200:])
    planned = {"NotBeforeStart": utc(1800), "NotBeforeEnd": utc(7200), "EventPublishTimeStart": utc(-600), "EventPublishTimeEnd": utc(60)}

    def full(at, size, **more):
        body = call(DescribeInstancesFullStatusRequest, **{"EventType": "SystemFailure.Reboot", "PageNumber": at, "PageSize": size, **planned, **more})
        return body["InstanceFullStatusSet"]["InstanceFullStatusType"], number("TotalCount", body["TotalCount"])

    eventually("all run", lambda: full(1, 1, Status="Running")[1] == MANY)
    by_page = pages(lambda at, size: (lambda found: ([one["InstanceId"] for one in found[0]], found[1]))(full(at, size)), 100, MANY)
    same("every instance with an event is on a page", set(by_page), set(ids))
    [[one], total] = full(1, 10, InstanceIds=ids[:1], EventIds=created[:1], InstanceEventTypes=["SystemFailure.Reboot"], HealthStatus="Warning")
    same("TotalCount of one", total, 1)
    same("Status and HealthStatus", (one["Status"], one["HealthStatus"]["Name"]), ({"Code": 1, "Name": "Running"}, "Warning"))
    [event] = one["ScheduledSystemEventSet"]["ScheduledSystemEventType"]
    same("its event", (event["EventId"], event["EventType"]), (created[0], {"Code": 65, "Name": "SystemFailure.Reboot"}))

    for at in [0, 100, 200]:
        call(CancelSimulatedSystemEventsRequest, EventIds=created[at:at + 100])
    history = lambda **more: call(DescribeInstanceHistoryEventsRequest, **{"ResourceType": "instance", **planned, **more})
    found = lambda body: [one["EventId"] for one in body["InstanceSystemEventSet"]["InstanceSystemEventType"]]
    read = lambda at, size: (lambda body: (found(body), body["TotalCount"]))(history(PageNumber=at, PageSize=size, EventCycleStatus="Canceled", Tags=[{"Key": "team", "Value": "event"}]))
    same("every past event is on a page", set(pages(read, 100, MANY)), set(created))
    token, seen = None, []
    while token != "":
        body = history(MaxResults=100, **({"NextToken": token} if token else {}))
        seen += found(body)
        token = body.get("NextToken") or ""
    same("every past event by token", sorted(seen), sorted(created))
    one = {"EventIds": created[:1], "InstanceEventTypes": ["SystemFailure.Reboot"], "InstanceEventCycleStatuss": ["Canceled"], "EventType": "SystemFailure.Reboot"}
    same("by event", found(history(ResourceIds=ids[:1], **one)), created[:1])
    same("by instance", found(history(InstanceId=ids[0], **one)), created[:1])
    refused(403, "InvalidEventId.NotFound", lambda: call(CancelSimulatedSystemEventsRequest, EventIds=["e-nothing"]))
    refused(403, "InvalidNotBefore.Passed", lambda: simulate(ids[:1], NotBefore=utc(-60)))
    refused(403, "InvalidParameter", lambda: simulate(ids[:1], EventType="SystemMaintenance.Party"))
    refused(403, "InvalidParameter", lambda: history(EventCycleStatus="Half"))


FLOWS = [system_events, custom_events, groups, machines, simulated_events]

if __name__ == "__main__":
    run(FLOWS)
