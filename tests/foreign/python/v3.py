"""CloudMonitor's contacts, groups, rules and targets, judged by the current Python SDK (signature V3)."""

from alibabacloud_cms20190101 import models as cms
from alibabacloud_cms20190101.client import Client as Cms
from alibabacloud_tea_openapi.exceptions import ClientException

from judge import holds, run, same
from v3_client import CMS, MANY, REGION, config, done, pages, pattern, put, put_contact, put_group, put_rule, refused


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
            name_list=["Instance:StateChange"], status_list=["Normal"], sqlfilter="Stopped or Stopping", custom_filters="[]",
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
    enable = lambda names: CMS.enable_event_rules(cms.EnableEventRulesRequest(rule_names=names))
    disable = lambda names: CMS.disable_event_rules(cms.DisableEventRulesRequest(rule_names=names))
    for switch in [enable, disable]:
        refused(400, "InvalidParameterValue", lambda: switch(too_many), "20")
        refused(404, "ResourceNotFound", lambda: switch(["rule", "nowhere"]))
        refused(400, "MissingRuleNames", lambda: switch(None))
    same("all or none", rule_of("rule").state, "ENABLED")
    refused(400, "MissingRuleNames", lambda: CMS.delete_event_rules(cms.DeleteEventRulesRequest()))


def targets_of(rule):
    return done(CMS.describe_event_rule_target_list(cms.DescribeEventRuleTargetListRequest(rule_name=rule)))


def targets():
    request = cms.PutEventRuleTargetsRequest
    answer = CMS.put_event_rule_targets(request(
        rule_name="rule",
        contact_parameters=[cms.PutEventRuleTargetsRequestContactParameters(id="1", contact_group_name="ops", level="3")],
        webhook_parameters=[cms.PutEventRuleTargetsRequestWebhookParameters(id="2", method="POST", protocol="http", url="http://127.0.0.1:9/a?b=c")],
        mns_parameters=[cms.PutEventRuleTargetsRequestMnsParameters(id="3", queue="q", topic="t", region=REGION)],
        sls_parameters=[cms.PutEventRuleTargetsRequestSlsParameters(id="4", project="p", log_store="l", region=REGION)],
        fc_parameters=[cms.PutEventRuleTargetsRequestFcParameters(id="5", service_name="s", function_name="f", region=REGION)],
        open_api_parameters=[cms.PutEventRuleTargetsRequestOpenApiParameters(id="6", product="Ecs", action="RebootInstance", version="2014-05-26", role="r", json_params='{"InstanceId": "i-1"}', region=REGION)],
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
    delete = lambda **wanted: CMS.delete_event_rule_targets(cms.DeleteEventRuleTargetsRequest(**wanted))
    refused(400, "MissingRuleName", lambda: delete(ids=["1"]))
    refused(400, "MissingIds", lambda: delete(rule_name="rule"))
    refused(400, "InvalidParameterValue", lambda: delete(rule_name="rule", ids=[str(number) for number in range(21)]), "20")
    same("the target is still there", len(targets_of("rule").contact_parameters.contact_parameter), 1)
    put(CMS.delete_event_rules(cms.DeleteEventRulesRequest(rule_names=["rule"])))


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


FLOWS = [contacts, groups, rules, targets, catalogue, errors]

if __name__ == "__main__":
    run(FLOWS)
