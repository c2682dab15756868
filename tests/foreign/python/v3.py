"""CloudMonitor and ECS, judged by Alibaba Cloud's current Python SDKs (signature V3)."""

import json
import time

from alibabacloud_cms20190101 import models as cms
from alibabacloud_cms20190101.client import Client as Cms
from alibabacloud_ecs20140526 import models as ecs
from alibabacloud_ecs20140526.client import Client as Ecs
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.utils_models import Config

from judge import AUTHORITY, eventually, holds, messages, robot, run, same, typed

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
ECS = Ecs(config())


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


def contacts_of(**wanted):
    return done(CMS.describe_contact_list(cms.DescribeContactListRequest(**wanted)))


def contacts():
    put_contact("alice", ding_web_hook="https://oapi.dingtalk.com/robot/send?access_token=a1", mail="a@example.com", sms="13900000000")
    body = contacts_of(contact_name="alice")
    same("Total", body.total, 1)
    same("Code", body.code, "200")
    same("Success", body.success, True)
    [alice] = body.contacts.contact
    same("Name", alice.name, "alice")
    same("Desc", alice.desc, "alice 值班 a+b *~")
    same("Lang", alice.lang, "en")
    same("DingWebHook", alice.channels.ding_web_hook, "https://oapi.dingtalk.com/robot/send?access_token=a1")
    same("Mail", alice.channels.mail, "a@example.com")
    same("SMS", alice.channels.sms, "13900000000")
    same("AliIM", alice.channels.ali_im, None)
    same("DingWebHook's state", alice.channels_state.ding_web_hook, "OK")
    same("Mail's state", alice.channels_state.mail, "PENDING")
    same("SMS's state", alice.channels_state.sms, "PENDING")
    holds("CreateTime in ms", alice.create_time > 1_600_000_000_000, alice.create_time)
    same("UpdateTime", alice.update_time, alice.create_time)
    same("ContactGroups", alice.contact_groups.contact_group, [])

    put_contact("alice", ding_web_hook="https://oapi.dingtalk.com/robot/send?access_token=a2")
    [again] = contacts_of(contact_name="alice").contacts.contact
    same("DingWebHook, changed", again.channels.ding_web_hook, "https://oapi.dingtalk.com/robot/send?access_token=a2")
    same("CreateTime stays", again.create_time, alice.create_time)

    for number in range(MANY):
        put_contact(f"contact-{number:03}")
    put_contact("mailed", mail="m@example.com")
    everyone = pages(
        lambda number, size: (
            lambda body: ([one.name for one in body.contacts.contact or []], body.total)
        )(contacts_of(page_number=number, page_size=size)),
        100, MANY + 2,
    )
    same("every contact is on a page", set(everyone), {f"contact-{number:03}" for number in range(MANY)} | {"alice", "mailed"})
    same("a page without PageSize", len(contacts_of().contacts.contact), 100)

    same("no prefix search", contacts_of(contact_name="contact-").contacts.contact, [])
    same("by channel type", [one.name for one in contacts_of(chanel_type="Mail").contacts.contact], ["mailed"])
    by_value = contacts_of(chanel_type="DingWebHook", chanel_value="https://oapi.dingtalk.com/robot/send?access_token=contact-007")
    same("by channel value", [one.name for one in by_value.contacts.contact], ["contact-007"])

    put(CMS.delete_contact(cms.DeleteContactRequest(contact_name="mailed")))
    same("a deleted contact", contacts_of(contact_name="mailed").contacts.contact, [])
    delete = lambda: CMS.delete_contact(cms.DeleteContactRequest(contact_name="mailed"))
    refused(404, "ContactNotExists", delete, "ContactName does not exist.")
    refused(400, "InvalidParameterValue", lambda: put_contact("nobody", ali_im=""))
    refused(400, "MissingContactName", lambda: CMS.put_contact(cms.PutContactRequest(describe="d")))
    refused(400, "MissingDescribe", lambda: CMS.put_contact(cms.PutContactRequest(contact_name="n")))
    refused(400, "InvalidPageSize", lambda: contacts_of(page_size="many"))


def groups_of(**wanted):
    return done(CMS.describe_contact_group_list(cms.DescribeContactGroupListRequest(**wanted)))


def put_group(name, **fields):
    request = cms.PutContactGroupRequest(contact_group_name=name, describe="d", **fields)
    return put(CMS.put_contact_group(request))


def groups():
    for name in ["bert", "cleo"]:
        put_contact(name)
    put_group("managers", contact_names=["cleo", "bert"], enable_subscribed=True)
    body = groups_of()
    same("Total", body.total, 1)
    same("the list of names", body.contact_groups.contact_group, ["managers"])
    [group] = body.contact_group_list.contact_group
    same("Name", group.name, "managers")
    same("Describe", group.describe, "d")
    same("Contacts in their order", group.contacts.contact, ["cleo", "bert"])
    same("EnableSubscribed", group.enable_subscribed, True)
    holds("CreateTime in ms", group.create_time > 1_600_000_000_000, group.create_time)
    [bert] = contacts_of(contact_name="bert").contacts.contact
    same("the contact knows its group", bert.contact_groups.contact_group, ["managers"])

    put_group("managers", contact_names=["bert"], enable_subscribed=False)
    [group] = groups_of().contact_group_list.contact_group
    same("Contacts, changed", group.contacts.contact, ["bert"])
    same("EnableSubscribed, changed", group.enable_subscribed, False)

    for number in range(MANY):
        put_group(f"group-{number:03}", contact_names=["bert"])
    everyone = pages(
        lambda number, size: (
            lambda body: (body.contact_groups.contact_group or [], body.total)
        )(groups_of(page_number=number, page_size=size)),
        100, MANY + 1,
    )
    same("every group is on a page", set(everyone), {f"group-{number:03}" for number in range(MANY)} | {"managers"})
    body = groups_of(page_number=2, page_size=60)
    parallel = [group.name for group in body.contact_group_list.contact_group]
    same("both lists of a page hold the same", parallel, body.contact_groups.contact_group)

    put(CMS.delete_contact(cms.DeleteContactRequest(contact_name="bert")))
    body = groups_of(page_number=3, page_size=100)
    left = {group.name: group.contacts.contact for group in body.contact_group_list.contact_group}
    same("a deleted contact leaves its groups", left["managers"], [])
    put(CMS.delete_contact_group(cms.DeleteContactGroupRequest(contact_group_name="managers")))
    same("one group less", groups_of().total, MANY)
    delete = lambda: CMS.delete_contact_group(cms.DeleteContactGroupRequest(contact_group_name="managers"))
    refused(404, "ContactNotExists", delete, "ContactGroupName Not Exists")
    refused(400, "InvalidParameterValue", lambda: put_group("g", contact_names=["nobody"]), "nobody")
    refused(400, "MissingContactGroupName", lambda: CMS.put_contact_group(cms.PutContactGroupRequest()))


def pattern(**fields):
    fields = {"product": "ECS", "level_list": ["CRITICAL", "WARN", "INFO"], **fields}
    return cms.PutEventRuleRequestEventPattern(**fields)


def put_rule(name, **fields):
    fields = {"event_pattern": [pattern()], "state": "ENABLED", "silence_time": 0, **fields}
    body = put(CMS.put_event_rule(cms.PutEventRuleRequest(rule_name=name, **fields)))
    same("Data of PutEventRule", body.data, "1")


def rules_of(**wanted):
    return done(CMS.describe_event_rule_list(cms.DescribeEventRuleListRequest(**wanted)))


def rule_of(name):
    body = done(CMS.describe_event_rule_attribute(cms.DescribeEventRuleAttributeRequest(rule_name=name)))
    return body.result


def rules():
    put_rule(
        "rule", description="d", event_type="SYSTEM", group_id="7301", silence_time=60,
        event_pattern=[pattern(
            event_type_list=["StatusNotification", "Exception"], level_list=["CRITICAL", "WARN"],
            name_list=["Instance:StateChange"], status_list=["Normal"], sqlfilter="Stopped or Stopping",
        )],
    )
    body = rules_of(name_prefix="rule")
    same("Total", body.total, 1)
    [rule] = body.event_rules.event_rule
    same("Name", rule.name, "rule")
    same("Description", rule.description, "d")
    same("EventType", rule.event_type, "SYSTEM")
    same("GroupId", rule.group_id, "7301")
    same("SilenceTime", rule.silence_time, 60)
    same("State", rule.state, "ENABLED")
    [listed] = rule.event_pattern.event_pattern
    same("Product", listed.product, "ECS")
    same("EventTypeList", listed.event_type_list.event_type_list, ["StatusNotification", "Exception"])
    same("LevelList", listed.level_list.level_list, ["CRITICAL", "WARN"])
    same("NameList", listed.name_list.name_list, ["Instance:StateChange"])
    same("SQLFilter", listed.sqlfilter, "Stopped or Stopping")
    read = rule_of("rule")
    same("Name, read alone", read.name, "rule")
    same("LevelList, read alone", read.event_pattern.level_list.level_list, ["CRITICAL", "WARN"])
    same("StatusList, read alone", read.event_pattern.status_list.status_list, ["Normal"])
    same("NameList, read alone", read.event_pattern.name_list.name_list, ["Instance:StateChange"])

    put_rule("rule", description="e", silence_time=120)
    [rule] = rules_of(name_prefix="rule").event_rules.event_rule
    same("Description, changed", rule.description, "e")
    same("SilenceTime, changed", rule.silence_time, 120)

    for number in range(MANY):
        put_rule(f"many-{number:03}", state="DISABLED" if number % 5 == 0 else "ENABLED")
    # PageNumber and PageSize are strings in this operation.
    read = lambda **wanted: lambda number, size: (
        lambda body: ([rule.name for rule in body.event_rules.event_rule or []], body.total)
    )(rules_of(page_number=str(number), page_size=str(size), **wanted))
    enabled = pages(read(is_enable=True, name_prefix="many-"), 100, 200)
    disabled = pages(read(is_enable=False), 20, 50)
    same("every rule is on a page", set(enabled + disabled), {f"many-{number:03}" for number in range(MANY)})
    same("a page without PageSize", len(rules_of().event_rules.event_rule), 10)
    same("by application group", rules_of(group_id="7301").total, 0)

    names = [f"many-{number:03}" for number in range(0, 100, 5)]
    put(CMS.enable_event_rules(cms.EnableEventRulesRequest(rule_names=names)))
    same("rules that were switched on", rules_of(is_enable=False).total, 30)
    put(CMS.disable_event_rules(cms.DisableEventRulesRequest(rule_names=names[:3])))
    same("rules that were switched off", rules_of(is_enable=False).total, 33)
    same("State of one of them", rule_of(names[0]).state, "DISABLED")
    put(CMS.delete_event_rules(cms.DeleteEventRulesRequest(rule_names=["many-001", "many-002"])))
    same("deleted rules", rules_of(name_prefix="many-00", is_enable=True).event_rules.event_rule[0].name, "many-003")
    for number in range(3, MANY):
        CMS.delete_event_rules(cms.DeleteEventRulesRequest(rule_names=[f"many-{number:03}"]))
    refused(404, "ResourceNotFound", lambda: rule_of("many-001"), "The alert does not exist.")
    refused(400, "MissingRuleName", lambda: CMS.put_event_rule(cms.PutEventRuleRequest()))
    refused(400, "InvalidParameterValue", lambda: put_rule("r", event_pattern=[pattern(level_list=["LOUD"])]))
    refused(400, "InvalidParameterValue", lambda: put_rule("r", state="HALF"))
    refused(400, "InvalidSilenceTime", lambda: put_rule("r", silence_time="long"))
    too_many = [f"x{number}" for number in range(21)]
    disable = lambda: CMS.disable_event_rules(cms.DisableEventRulesRequest(rule_names=too_many))
    refused(400, "InvalidParameterValue", disable)


def targets_of(rule):
    return done(CMS.describe_event_rule_target_list(cms.DescribeEventRuleTargetListRequest(rule_name=rule)))


def targets():
    request = cms.PutEventRuleTargetsRequest
    answer = CMS.put_event_rule_targets(request(
        rule_name="rule",
        contact_parameters=[cms.PutEventRuleTargetsRequestContactParameters(id="1", contact_group_name="ops", level="3")],
        webhook_parameters=[cms.PutEventRuleTargetsRequestWebhookParameters(id="2", method="POST", protocol="http", url="http://127.0.0.1:9/a?b=c")],
        mns_parameters=[cms.PutEventRuleTargetsRequestMnsParameters(id="3", queue="q", region=REGION)],
        sls_parameters=[cms.PutEventRuleTargetsRequestSlsParameters(id="4", project="p", log_store="l", region=REGION)],
        fc_parameters=[cms.PutEventRuleTargetsRequestFcParameters(id="5", service_name="s", function_name="f", region=REGION)],
        open_api_parameters=[cms.PutEventRuleTargetsRequestOpenApiParameters(id="6", product="Ecs", action="RebootInstance", version="2014-05-26", role="r", region=REGION)],
    ))
    holds("nothing failed", put(answer).failed_parameter_count in (None, "0"), answer.body.failed_parameter_count)
    body = targets_of("rule")
    same("Code", body.code, "200")
    [contact] = body.contact_parameters.contact_parameter
    same("the contact target", (contact.id, contact.contact_group_name, contact.level), ("1", "ops", "3"))
    [webhook] = body.webhook_parameters.webhook_parameter
    same("the webhook target", (webhook.id, webhook.url, webhook.method), ("2", "http://127.0.0.1:9/a?b=c", "POST"))
    [mns] = body.mns_parameters.mns_parameter
    same("the MNS target", (mns.id, mns.queue, mns.region), ("3", "q", REGION))
    [sls] = body.sls_parameters.sls_parameter
    same("the SLS target", (sls.id, sls.project, sls.log_store), ("4", "p", "l"))
    [fc] = body.fc_parameters.fcparameter
    same("the FC target", (fc.id, fc.service_name, fc.function_name), ("5", "s", "f"))
    [api] = body.open_api_parameters.open_api_parameters
    same("the OpenApi target", (api.id, api.product, api.action, api.version), ("6", "Ecs", "RebootInstance", "2014-05-26"))
    for one in [mns, sls, fc, api]:
        holds("an Arn", isinstance(one.arn, str) and one.arn.startswith("acs:"), one.arn)

    put(CMS.put_event_rule_targets(request(
        rule_name="rule",
        contact_parameters=[cms.PutEventRuleTargetsRequestContactParameters(id="1", contact_group_name="ops", level="4")],
    )))
    same("Level, changed", targets_of("rule").contact_parameters.contact_parameter[0].level, "4")
    put(CMS.delete_event_rule_targets(cms.DeleteEventRuleTargetsRequest(rule_name="rule", ids=["2", "3", "4", "5", "6"])))
    body = targets_of("rule")
    same("the target that is left", [one.id for one in body.contact_parameters.contact_parameter], ["1"])
    same("the webhook target, deleted", body.webhook_parameters.webhook_parameter, [])
    unknown = lambda: CMS.put_event_rule_targets(request(
        rule_name="no-rule",
        contact_parameters=[cms.PutEventRuleTargetsRequestContactParameters(id="1", contact_group_name="ops", level="4")],
    ))
    refused(404, "ResourceNotFound", unknown)
    refused(400, "MissingRuleName", lambda: CMS.describe_event_rule_target_list(cms.DescribeEventRuleTargetListRequest()))
    loud = lambda: CMS.put_event_rule_targets(request(
        rule_name="rule",
        contact_parameters=[cms.PutEventRuleTargetsRequestContactParameters(id="1", contact_group_name="ops", level="9")],
    ))
    refused(400, "InvalidParameterValue", loud)
    put(CMS.delete_event_rules(cms.DeleteEventRulesRequest(rule_names=["rule"])))


def status_of(instance):
    body = done(ECS.describe_instance_status(ecs.DescribeInstanceStatusRequest(region_id=REGION, instance_id=[instance])))
    same("TotalCount", body.total_count, 1)
    [status] = body.instance_statuses.instance_status
    return status.status


def create(name, amount=1):
    body = done(ECS.run_instances(ecs.RunInstancesRequest(
        region_id=REGION, instance_type="ecs.g7.large", image_id="i.vhd", instance_name=name, amount=amount,
        tag=[ecs.RunInstancesRequestTag(key="team", value=name)],
    )))
    return body.instance_id_sets.instance_id_set


def instances():
    ids = create("many", 100) + create("many", 100) + create("many", 50)
    same("instances created", len(set(ids)), MANY)
    describe = lambda **wanted: done(ECS.describe_instances(ecs.DescribeInstancesRequest(region_id=REGION, **wanted)))

    def page(number, size):
        body = describe(page_number=number, page_size=size)
        same("PageNumber", body.page_number, number)
        same("PageSize", body.page_size, size)
        return [one.instance_id for one in body.instances.instance or []], body.total_count

    same("every instance is on a page", set(pages(page, 100, MANY)), set(ids))
    token, found = "", []
    while token is not None:
        body = describe(max_results=60, next_token=token or None)
        found += [one.instance_id for one in body.instances.instance]
        token = body.next_token or None
    same("every instance by token", sorted(found), sorted(ids))

    [web] = create("web")
    [one] = describe(instance_ids=json.dumps([web])).instances.instance
    same("InstanceName", one.instance_name, "web")
    same("InstanceType", one.instance_type, "ecs.g7.large")
    same("RegionId", one.region_id, REGION)
    same("Tags", [(tag.tag_key, tag.tag_value) for tag in one.tags.tag], [("team", "web")])
    holds("an address", one.vpc_attributes.private_ip_address.ip_address[0].count(".") == 3)
    same("by name", describe(instance_name="we*").total_count, 1)
    by_tag = describe(tag=[ecs.DescribeInstancesRequestTag(key="team", value="web")])
    same("by tag", [one.instance_id for one in by_tag.instances.instance], [web])
    eventually("web runs", lambda: status_of(web) == "Running")

    start = lambda: ECS.start_instance(ecs.StartInstanceRequest(instance_id=web))
    refused(403, "IncorrectInstanceStatus", start)
    done(ECS.stop_instance(ecs.StopInstanceRequest(instance_id=web)))
    eventually("web stops", lambda: status_of(web) == "Stopped")
    done(start())
    eventually("web runs again", lambda: status_of(web) == "Running")
    done(ECS.reboot_instance(ecs.RebootInstanceRequest(instance_id=web)))
    eventually("web is back", lambda: status_of(web) == "Running")
    done(ECS.tag_resources(ecs.TagResourcesRequest(
        region_id=REGION, resource_type="instance", resource_id=[web],
        tag=[ecs.TagResourcesRequestTag(key="team", value="ops")],
    )))
    same("by the new tag", describe(tag=[ecs.DescribeInstancesRequestTag(key="team", value="ops")]).total_count, 1)
    refused(400, "DryRunOperation", lambda: ECS.stop_instance(ecs.StopInstanceRequest(instance_id=web, dry_run=True)))
    done(ECS.delete_instance(ecs.DeleteInstanceRequest(instance_id=web, force=True)))
    same("a deleted instance", describe(instance_ids=json.dumps([web])).total_count, 0)
    stop = lambda instance: lambda: ECS.stop_instance(ecs.StopInstanceRequest(instance_id=instance))
    refused(404, "InvalidInstanceId.NotFound", stop("i-nobody"))
    refused(400, "MissingParameter", lambda: ECS.stop_instance(ecs.StopInstanceRequest()), "InstanceId")
    refused(400, "MissingParameter", lambda: ECS.describe_instances(ecs.DescribeInstancesRequest()), "RegionId")


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

    silent = len(messages(token))
    put(CMS.disable_event_rules(cms.DisableEventRulesRequest(rule_names=["bell"])))
    done(ECS.start_instance(ecs.StartInstanceRequest(instance_id=instance)))
    eventually("bell runs again", lambda: status_of(instance) == "Running")
    same("messages of a disabled rule", len(messages(token)), silent)


def looks_back():
    """What CloudMonitor says afterwards of the events and alerts of `alarms`."""
    now = int(time.time() * 1000)
    window = {"start_time": str(now - 600_000), "end_time": str(now + 60_000)}
    body = done(CMS.describe_system_event_attribute(cms.DescribeSystemEventAttributeRequest(
        product="ECS", name="Instance:StateChange", page_number=1, page_size=100, **window,
    )))
    same("Code", body.code, "200")
    same("Success, a string here", body.success, "true")
    events = body.system_events.system_event
    holds("state changes are there", len(events) > 2, len(events))
    same("their name", {one.name for one in events}, {"Instance:StateChange"})
    same("their product", {one.product for one in events}, {"ECS"})
    holds("their content is JSON in a string", "state" in json.loads(events[0].content), events[0].content)
    body = done(CMS.describe_system_event_count(cms.DescribeSystemEventCountRequest(
        product="ECS", name="Instance:StateChange", **window,
    )))
    holds("they are counted", sum(one.num for one in body.system_event_counts.system_event_count) >= len(events))
    body = done(CMS.describe_system_event_histogram(cms.DescribeSystemEventHistogramRequest(
        product="ECS", name="Instance:StateChange", **window,
    )))
    bars = body.system_event_histograms.system_event_histogram
    holds("they are in the histogram", sum(one.count for one in bars) >= len(events), len(bars))

    logs = lambda **wanted: done(CMS.describe_alert_log_list(cms.DescribeAlertLogListRequest(
        start_time=now - 600_000, end_time=now + 60_000, page_number=1, page_size=100, **wanted,
    ))).alert_log_list
    told = logs(contact_group="bell")
    holds("alerts are logged", len(told) >= len(messages("bell-robot")), len(told))
    same("the log's rule", {one.rule_name for one in told}, {"bell"})
    same("the log's contact group", {tuple(one.contact_groups) for one in told}, {("bell",)})
    same("a group that was never told", logs(contact_group="nobody"), [])


def group_contacts():
    body = done(CMS.describe_contact_list_by_contact_group(
        cms.DescribeContactListByContactGroupRequest(contact_group_name="bell")
    ))
    [contact] = body.contacts.contact
    same("the contact of the group", contact.name, "bell")
    holds("its webhook", "bell-robot" in contact.channels.ding_web_hook, contact.channels.ding_web_hook)
    nobody = cms.DescribeContactListByContactGroupRequest(contact_group_name="nobody")
    refused(404, "ContactGroup.NotExists", lambda: CMS.describe_contact_list_by_contact_group(nobody), "The group is not exists.")


def monitor_groups():
    body = done(CMS.create_monitor_group(cms.CreateMonitorGroupRequest(group_name="app", contact_groups="bell")))
    same("Code, a number here", body.code, 200)
    listed = done(CMS.describe_monitor_groups(cms.DescribeMonitorGroupsRequest(group_name="app", page_number=1, page_size=10)))
    same("Total", listed.total, 1)
    [group] = listed.resources.resource
    same("GroupId", group.group_id, body.group_id)
    same("GroupName", group.group_name, "app")
    delete = cms.DeleteMonitorGroupRequest(group_id=body.group_id)
    done(CMS.delete_monitor_group(delete))
    listed = done(CMS.describe_monitor_groups(cms.DescribeMonitorGroupsRequest(group_name="app")))
    same("Total, afterwards", listed.total, 0)
    refused(404, "ResourceNotFound", lambda: CMS.delete_monitor_group(delete))


def catalogue():
    body = done(CMS.describe_system_event_meta_list(cms.DescribeSystemEventMetaListRequest()))
    same("Code, a number here", body.code, 200)
    events = body.data.resource
    holds("the catalogue is long", len(events) > 100, len(events))
    [change] = [one for one in events if one.product == "ECS" and one.name == "Instance:StateChange"]
    same("its type", change.event_type, "StatusNotification")
    same("its level", change.level, "INFO")


def errors():
    read = lambda **changed: lambda: Cms(config(**changed)).describe_contact_list(cms.DescribeContactListRequest())
    refused(400, "SignatureDoesNotMatch", read(secret="wrong"))
    refused(404, "InvalidAccessKeyId.NotFound", read(key="nobody"))
    try:
        # An operation that the emulator does not have.
        CMS.describe_product_resource_tag_key_list(cms.DescribeProductResourceTagKeyListRequest(region_id=REGION))
    except ClientException as error:
        same("an unknown operation's code", (error.status_code, error.code), (404, "InvalidApi.NotFound"))
    else:
        raise AssertionError("an unknown operation went through")


FLOWS = [contacts, groups, rules, targets, instances, alarms, looks_back, group_contacts, monitor_groups, catalogue, errors]

if __name__ == "__main__":
    run(FLOWS)
