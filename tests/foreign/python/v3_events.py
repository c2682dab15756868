"""What CloudMonitor does with events, and says of them afterwards, judged by the current Python SDK."""

import json
import time

from alibabacloud_cms20190101 import models as cms
from alibabacloud_ecs20140526 import models as ecs

from judge import control, eventually, holds, messages, robot, run, same
from v3_client import CMS, MANY, REGION, done, pages, pattern, put, put_contact, put_group, put_rule, refused
from v3_machines import ECS, create, status_of


def wire_up(name):
    """The whole path to a robot of that name; returns the robot's token."""
    token = f"{name}-robot"
    put_contact(name, ding_web_hook=robot(token))
    put_group(name, contact_names=[name])
    put_rule(name, event_pattern=[pattern(name_list=["Instance:StateChange", "Instance:SystemFailure.Reboot:Executing"])])
    put(CMS.put_event_rule_targets(cms.PutEventRuleTargetsRequest(
        rule_name=name,
        contact_parameters=[cms.PutEventRuleTargetsRequestContactParameters(id="1", contact_group_name=name, level="4")],
    )))
    return token


def alarms():
    [instance] = create("bell")
    eventually("bell runs", lambda: status_of(instance) == "Running")
    token = wire_up("bell")
    done(ECS.stop_instance(ecs.StopInstanceRequest(instance_id=instance)))
    told = lambda word: lambda: [one for one in messages(token) if instance in one["text"] and word in one["text"]]
    eventually("Stopping is told", told("Stopping"))
    [stopped] = eventually("Stopped is told", told("Stopped"))
    same("the rule that told", stopped["rule"], "bell")
    same("the contact that was told", stopped["contact"], "bell")

    body = done(CMS.send_dry_run_system_event(cms.SendDryRunSystemEventRequest(
        product="ECS", event_name="Instance:SystemFailure.Reboot:Executing",
        event_content=json.dumps({"product": "ECS", "resourceId": "acs:ecs:cn-hangzhou:1:instance/i-dry", "regionId": REGION}),
    )))
    same("Code", body.code, "200")
    same("Success, a string here", body.success, "true")
    eventually("the test event is told", lambda: [one for one in messages(token) if "SystemFailure" in one["text"]])
    unknown = lambda: CMS.send_dry_run_system_event(cms.SendDryRunSystemEventRequest(product="ECS", event_name="Instance:Nothing"))
    refused(404, "ResourceNotFound", unknown, "Instance:Nothing")
    refused(400, "MissingEventName", lambda: CMS.send_dry_run_system_event(cms.SendDryRunSystemEventRequest(product="ECS")))

    logs = done(CMS.describe_alert_log_list(cms.DescribeAlertLogListRequest(rule_name="bell", search_key=instance))).alert_log_list
    same("alerts of the last minutes", {json.loads(one.message)["event"]["content"]["state"] for one in logs}, {"Stopping", "Stopped"})
    same("the product of an alert", {one.product for one in logs}, {"ECS"})
    same("the instance of an alert", {(one.instance_id, one.instance_name) for one in logs}, {(instance, "bell")})
    same("its dimensions", {tuple((two.key, two.value) for two in one.dimensions)[1] for one in logs}, {("instanceId", instance)})

    silent = len(messages(token))
    put(CMS.disable_event_rules(cms.DisableEventRulesRequest(rule_names=["bell"])))
    done(ECS.start_instance(ecs.StartInstanceRequest(instance_id=instance)))
    eventually("bell runs again", lambda: status_of(instance) == "Running")
    same("messages of a disabled rule", len(messages(token)), silent)


def window():
    """From ten minutes ago to in a minute, in milliseconds."""
    now = int(time.time() * 1000)
    return now - 600_000, now + 60_000


def asked(kind, wanted):
    start, end = window()
    return kind(**{"start_time": str(start), "end_time": str(end), **wanted})


def answered(body):
    same("Code", body.code, "200")
    same("Message", body.message, "success")
    same("Success, a string here", body.success, "true")
    return body


def events_of(**wanted):
    request = asked(cms.DescribeSystemEventAttributeRequest, {"page_size": 100, **wanted})
    return answered(done(CMS.describe_system_event_attribute(request))).system_events.system_event


def counts_of(**wanted):
    body = answered(done(CMS.describe_system_event_count(asked(cms.DescribeSystemEventCountRequest, wanted))))
    return body.system_event_counts.system_event_count


def bars_of(**wanted):
    body = answered(done(CMS.describe_system_event_histogram(asked(cms.DescribeSystemEventHistogramRequest, wanted))))
    return body.system_event_histograms.system_event_histogram


def metric_rules():
    """Rules of metric alarms that somebody made elsewhere, page by page and by every filter."""
    groups = "on-call,ops"
    control("POST", "metric-rules", {"rules": [
        {"id": f"rule-{number}", "name": f"cpu {number:02}", "contact_groups": groups.split(","),
         "resources": [{"instanceId": f"i-{number}"}], "group_id": 7301, "enabled": number % 2 == 0}
        for number in range(23)
    ]})
    listed = lambda **wanted: done(CMS.describe_metric_rule_list(cms.DescribeMetricRuleListRequest(**wanted)))
    first = listed()
    same("Code", first.code, 200)
    same("Success", first.success, True)
    same("Total", first.total, "23")
    same("a page without PageSize", len(first.alarms.alarm), 10)
    ids = [rule.rule_id for page in (1, 2, 3) for rule in listed(page=page, page_size=10).alarms.alarm]
    same("all pages", sorted(ids), sorted(f"rule-{number}" for number in range(23)))
    wanted = {
        "rule_ids": "rule-4,rule-5", "rule_name": "cpu", "namespace": "acs_ecs_dashboard", "metric_name": "CPUUtilization",
        "group_id": "7301", "alert_state": "OK", "enable_state": True, "dimensions": '{"instanceId":"i-4"}',
        "page": 1, "page_size": 50,
    }
    [rule] = listed(**wanted).alarms.alarm
    same("RuleName", rule.rule_name, "cpu 04")
    same("ContactGroups", rule.contact_groups, groups)
    same("EnableState", rule.enable_state, True)
    same("SilenceTime", rule.silence_time, 86400)
    same("Critical", rule.escalations.critical.threshold, "90")
    same("nothing", listed(rule_name="memory").alarms.alarm, [])


def system_events():
    """250 instances, their state changes page by page, and every way to look for them."""
    ids = create("seen", 100) + create("seen", 100) + create("seen", 50)
    running = ecs.DescribeInstancesRequest(region_id=REGION, instance_name="seen", status="Running")
    eventually("all run", lambda: done(ECS.describe_instances(running)).total_count == MANY)
    group = control("POST", "application-groups", {"name": "seen", "instances": ids})["group_id"]
    wanted = {"product": "ECS", "name": "Instance:StateChange", "event_type": "StatusNotification", "level": "INFO", "status": "Normal", "group_id": str(group)}
    stopped = {**wanted, "search_keywords": "Stopped", "region_id": REGION}
    for at in [0, 100, 200]:
        done(ECS.stop_instances(ecs.StopInstancesRequest(region_id=REGION, instance_id=ids[at:at + 100])))
    number_of = lambda **filters: sum(one.num for one in counts_of(**filters))
    eventually("all are stopped", lambda: number_of(**stopped) == MANY)
    read = lambda number, size: (
        [one.id for one in events_of(page_number=number, page_size=size, **stopped)], MANY,
    )
    pages(read, 100, MANY)
    [first, *_] = events_of(page_number=1, **stopped)
    same("Product", first.product, "ECS")
    same("Name", first.name, "Instance:StateChange")
    same("Level", first.level, "INFO")
    same("Status", first.status, "Normal")
    same("RegionId", first.region_id, REGION)
    same("InstanceName", first.instance_name, "seen")
    same("GroupId", first.group_id, str(group))
    holds("ResourceId", first.resource_id.rsplit("/", 1)[1] in ids, first.resource_id)
    holds("Time in ms", window()[0] < first.time <= window()[1], first.time)
    content = json.loads(first.content)
    same("the content's state", content["state"], "Stopped")
    holds("the content's resource", content["resourceId"] in ids, content)
    # Newest first, which is a switch.
    times = [one.time for one in events_of(**stopped)]
    same("their order", times, sorted(times, reverse=True))
    same("a page without PageSize", len(events_of(page_size=None, **stopped)), 10)

    [count] = counts_of(**stopped)
    same("Num", count.num, MANY)
    same("Name that is counted", count.name, "Instance:StateChange")
    bars = bars_of(**stopped)
    same("Count over all bars", sum(bar.count for bar in bars), MANY)
    same("bars that follow each other", [bar.end_time for bar in bars][:-1], [bar.start_time for bar in bars][1:])
    for query in [events_of, counts_of, bars_of]:
        empty = lambda **other: [one for one in query(**{**stopped, **other}) if getattr(one, "count", 1)]
        for other in [
            {"product": "RDS"}, {"name": "Instance:Nothing"}, {"event_type": "Exception"}, {"level": "CRITICAL"},
            {"status": "Failed"}, {"group_id": "1"}, {"search_keywords": "Stopped and NowhereToBeFound"},
            {"start_time": "1500000000000", "end_time": "1500000060000"},
        ]:
            same(f"{query.__name__} with {other}", empty(**other), [])
        refused(400, "ParameterInvalid", lambda: query(level="LOUD"), "LOUD")
        refused(400, "ParameterInvalid", lambda: query(start_time="1500000000"), "seconds")
        refused(400, "ParameterInvalid", lambda: query(start_time="2000000000000", end_time="1900000000000"))
        refused(400, "ParameterInvalid", lambda: query(search_keywords="not Stopped"))
    refused(400, "ParameterInvalid", lambda: events_of(page_size=101))
    refused(400, "ParameterInvalid", lambda: events_of(page_number=0))
    refused(400, "InvalidPageNumber", lambda: events_of(page_number="first"))


def put_events(names, **more):
    infos = [cms.PutCustomEventRequestEventInfo(**{"event_name": name, "content": f"{name} happened", **more}) for name in names]
    body = done(CMS.put_custom_event(cms.PutCustomEventRequest(event_info=infos)))
    same("Code", body.code, "200")
    return body


def custom_events():
    """250 events of an application, their alerts page by page, and every way to look for those."""
    token = "custom-robot"
    put_contact("custom", ding_web_hook=robot(token))
    put_group("custom", contact_names=["custom"])
    put_rule("custom", event_type="CUSTOM", group_id="7301", event_pattern=[pattern(product="CustomEvent", level_list=["*"])])
    put(CMS.put_event_rule_targets(cms.PutEventRuleTargetsRequest(
        rule_name="custom",
        contact_parameters=[cms.PutEventRuleTargetsRequestContactParameters(id="1", contact_group_name="custom", level="3")],
    )))
    body = put_events(["disk-full"], group_id="7301", time="20260101T000000.000+0800")
    same("Message", body.message, "success")
    [told] = eventually("the custom event is told", lambda: messages(token))
    holds("with its name and content", "disk-full" in told["text"] and "disk-full happened" in told["text"], told["text"])
    put_events(["of another group"], group_id="7302")
    put_events(["of no group"], time=str(int(time.time() * 1000)))
    for batch in range(5):
        put_events([f"job-{batch * 50 + number:03}" for number in range(50)], group_id="7301")

    start, end = window()

    def logs(**wanted):
        wanted = {"start_time": start, "end_time": end, "page_size": 100, **wanted}
        body = done(CMS.describe_alert_log_list(cms.DescribeAlertLogListRequest(**wanted)))
        same("Code", body.code, "200")
        same("Success", body.success, True)
        return body.alert_log_list

    eventually("all alerts are logged", lambda: len(logs(rule_name="custom", page_size=1000)) == MANY + 1)
    read = lambda number, size: ([one.log_id for one in logs(rule_name="custom", page_number=number, page_size=size)], MANY + 1)
    pages(read, 100, MANY + 1)
    same("a page without PageSize", len(logs(rule_name="custom", page_size=None)), 10)
    [first] = logs(rule_name="custom", search_key="disk-full")
    same("RuleName", first.rule_name, "custom")
    same("EventName", first.event_name, "disk-full")
    same("Level", first.level, "P3")
    same("LevelChange", first.level_change, "P3->P3")
    same("GroupId", first.group_id, "7301")
    same("SendStatus", first.send_status, "0")
    same("ContactGroups", first.contact_groups, ["custom"])
    holds("AlertTime in ms, a string", start < int(first.alert_time) < end, first.alert_time)
    [hook] = first.dingding_webhook_list
    holds("the webhook without its token", "dingtalk" in hook and token not in hook, hook)
    eventually("SendDetail", lambda: logs(rule_name="custom", search_key="disk-full")[0].send_detail.result_code == "success")
    [first] = logs(rule_name="custom", search_key="disk-full")
    same("SendResultList", [(one.key, one.value) for one in first.send_result_list], [("DING", [hook])])
    # A robot takes twenty messages a minute.
    eventually("a robot that refuses", lambda: logs(rule_name="custom", page_size=1)[0].send_detail.result_code == "130101")
    taken = [one for one in logs(rule_name="custom", page_size=1000) if one.send_detail.result_code == "success"]
    # One more when the machine was so slow that the first one's minute was over.
    holds("what the robot took", len(taken) in [20, 21], len(taken))

    all_of = {"rule_name": "custom", "rule_id": "custom", "group_id": "7301", "contact_group": "custom", "send_status": "0", "level": "P3", "event_type": "TRIGGERED", "search_key": "job-007", "product": first.product, "region_id": REGION}
    [one] = logs(**all_of)
    same("by everything at once", one.event_name, "job-007")
    [one] = logs(**{**all_of, "start_time": None, "end_time": None, "last_min": "5"})
    same("in the last minutes", one.event_name, "job-007")
    for other in [
        {"rule_name": "x"}, {"rule_id": "x"}, {"group_id": "7302"}, {"contact_group": "x"}, {"send_status": "2"}, {"level": "P4"},
        {"event_type": "RESOLVED"}, {"search_key": "no such job"}, {"product": "ECS"}, {"namespace": "acs_ecs_dashboard"},
        {"metric_name": "cpu"}, {"source_type": "METRIC"}, {"start_time": 1_500_000_000_000, "end_time": 1_500_000_060_000},
    ]:
        same(f"alerts with {other}", logs(**{**all_of, **other}), [])
    same("one for each group", [one.contact_groups for one in logs(rule_name="custom", group_by="contactGroup")], [["custom"]])
    refused(400, "ParameterInvalid", lambda: logs(send_status="9"), "SendStatus")
    refused(400, "ParameterInvalid", lambda: logs(level="P9"), "Level")
    refused(400, "ParameterInvalid", lambda: logs(event_type="ALERT"), "EventType")
    refused(400, "ParameterInvalid", lambda: logs(group_by="moon"), "GroupBy")
    refused(400, "ParameterInvalid", lambda: logs(source_type="EVENT"), "SourceType")
    refused(400, "ParameterInvalid", lambda: logs(start_time=end, end_time=start))
    refused(400, "ParameterInvalid", lambda: logs(end_time=None))
    refused(400, "ParameterInvalid", lambda: logs(last_min="5"))
    refused(400, "ParameterInvalid", lambda: logs(start_time=None, end_time=None, last_min="soon"), "LastMin")
    refused(400, "ParameterInvalid", lambda: logs(start_time=start - 16 * 86_400_000), "15 days")
    refused(400, "InvalidStartTime", lambda: logs(start_time="yesterday"))
    refused(400, "ParameterInvalid", lambda: logs(page_number=0))

    refused(400, "MissingEventInfo", lambda: CMS.put_custom_event(cms.PutCustomEventRequest()))
    refused(400, "MissingEventInfo.1.EventName", lambda: put_events([""]))
    refused(400, "MissingEventInfo.1.Content", lambda: put_events(["x"], content=None))
    refused(400, "ParameterInvalid", lambda: put_events([f"x{number}" for number in range(51)]), "50")
    refused(400, "ParameterInvalid", lambda: put_events(["x"], time="today"), "Time")
    refused(400, "ParameterInvalid", lambda: put_events(["x"], group_id="app"), "GroupId")
    put(CMS.delete_event_rules(cms.DeleteEventRulesRequest(rule_names=["custom"])))
    same("the log outlives its rule", len(logs(rule_name="custom", page_size=1000)), MANY + 1)


def group_contacts():
    of = lambda name: CMS.describe_contact_list_by_contact_group(cms.DescribeContactListByContactGroupRequest(contact_group_name=name, region_id=REGION))
    names = [f"member-{number:03}" for number in range(100)]
    for name in names:
        put_contact(name, ding_web_hook=f"https://oapi.dingtalk.com/robot/send?access_token={name}", mail=f"{name}@example.com")
    put_group("all", contact_names=names[::-1])
    body = done(of("all"))
    same("Code", body.code, "200")
    same("Success", body.success, True)
    same("contacts in the group's order", [one.name for one in body.contacts.contact], names[::-1])
    last = body.contacts.contact[0]
    same("Desc", last.desc, "member-099 值班 a+b *~")
    same("DingWebHook", last.channels.ding_web_hook, "https://oapi.dingtalk.com/robot/send?access_token=member-099")
    same("Mail", last.channels.mail, "member-099@example.com")
    holds("times in ms", 1_600_000_000_000 < last.create_time <= last.update_time, (last.create_time, last.update_time))
    refused(400, "InvalidParameterValue", lambda: put_group("all", contact_names=[*names, "bell"]), "100")
    put(CMS.delete_contact(cms.DeleteContactRequest(contact_name="member-099")))
    same("a deleted contact", [one.name for one in done(of("all")).contacts.contact][:1], ["member-098"])
    put_group("nobody")
    same("a group of nobody", done(of("nobody")).contacts.contact, [])
    refused(404, "ContactGroup.NotExists", lambda: of("no group"), "The group is not exists.")
    refused(400, "MissingContactGroupName", lambda: of(None))


def monitor_groups():
    def make(name, **more):
        body = done(CMS.create_monitor_group(cms.CreateMonitorGroupRequest(group_name=name, region_id=REGION, **more)))
        same("Code, a number here", body.code, 200)
        same("Success", body.success, True)
        return body.group_id

    def listed(**wanted):
        body = done(CMS.describe_monitor_groups(cms.DescribeMonitorGroupsRequest(**wanted)))
        same("Code of the list, a number here", body.code, 200)
        return body

    names = lambda **wanted: [one.group_name for one in listed(**wanted).resources.resource]
    app = make("app", contact_groups="all,bell")
    many = {f"many-{number:03}": make(f"many-{number:03}") for number in range(MANY)}
    same("every group has an id of its own", len(set(many.values())), MANY)

    def page(number, size):
        body = listed(page_number=number, page_size=size, keyword="many-", region_id=REGION)
        same("PageNumber and PageSize", (body.page_number, body.page_size), (number, size))
        return [one.group_name for one in body.resources.resource], body.total

    same("every group is on a page", set(pages(page, 100, MANY)), set(many))
    same("a page without PageSize", len(names(keyword="many-")), 30)
    [group] = listed(group_name="app", include_template_history=False, select_contact_groups=True).resources.resource
    same("GroupId", group.group_id, app)
    same("GroupName", group.group_name, "app")
    same("Type", group.type, "custom")
    same("ContactGroups", [one.name for one in group.contact_groups.contact_group], ["all", "bell"])
    same("ServiceId, a string", group.service_id, str(app))
    holds("GmtCreate in ms", group.gmt_create > 1_600_000_000_000, group.gmt_create)
    same("Tags", group.tags.tag, [])
    same("TemplateIds", group.template_ids.template_id, [])
    same("without contact groups", listed(group_name="app", select_contact_groups=False).resources.resource[0].contact_groups, None)
    same("by ids", sorted(names(group_id=f"{app},{many['many-007']}")), ["app", "many-007"])
    same("by type", names(keyword="app", type="custom", types="custom,tag"), ["app"])
    [instance] = create("member")
    control("POST", "application-groups", {"name": "app", "instances": [instance]})
    same("by instance", names(instance_id=instance), ["app"])
    tag = cms.DescribeMonitorGroupsRequestTag(key="k", value="v")
    for other in [
        {"type": "tag"}, {"types": "kubernetes"}, {"tag": [tag]}, {"dynamic_tag_rule_id": "1"},
        {"group_founder_tag_key": "k", "group_founder_tag_value": "v"}, {"instance_id": "i-nobody"}, {"group_id": "1"},
    ]:
        same(f"groups with {other}", names(group_name="app", **other), [])
    refused(400, "ParameterInvalid", lambda: listed(type="moon"), "moon")
    refused(400, "ParameterInvalid", lambda: listed(tag=[tag] * 6), "Tag")
    refused(400, "ParameterInvalid", lambda: listed(page_number=0))
    refused(400, "InvalidPageSize", lambda: listed(page_size="all"))
    refused(400, "ParameterInvalid", lambda: make("app"), "app")
    refused(400, "MissingGroupName", lambda: make(None))

    delete = lambda group: CMS.delete_monitor_group(cms.DeleteMonitorGroupRequest(group_id=group, region_id=REGION))
    body = done(delete(app))
    same("Code of the deletion, a number here", body.code, 200)
    same("what was deleted", body.group.group_name, "app")
    same("its contact groups", [one.name for one in body.group.contact_groups.contact_group], ["all", "bell"])
    same("Total, afterwards", listed(group_name="app").total, 0)
    same("Total of the others", listed(keyword="many-").total, MANY)
    refused(404, "ResourceNotFound", lambda: delete(app))
    refused(400, "InvalidGroupId", lambda: delete("app"))
    refused(400, "MissingGroupId", lambda: delete(None))


FLOWS = [alarms, system_events, custom_events, group_contacts, monitor_groups, metric_rules]

if __name__ == "__main__":
    run(FLOWS)
