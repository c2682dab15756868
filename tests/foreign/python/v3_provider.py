"""The writes of a provisioning tool that sends what changed and no more, and then reads everything back.

These follow the acceptance tests of Terraform's provider, whose harness refuses any difference between what
was configured and what is read after each step. What was never sent must not be listed, a rule that is
switched off must be found, and a group must keep the fields that an update does not send.
"""

import json

from alibabacloud_cms20190101 import models as cms
from alibabacloud_ecs20140526 import models as ecs
from alibabacloud_tea_openapi.exceptions import ThrottlingException

from judge import control, eventually, holds, run, same
from v3_client import CMS, REGION, done, put, refused
from v3_machines import ECS, status_of


def step(what, read, wanted):
    """Nothing is left to change: what is read is what was configured, unset fields included."""
    same(what, {field: read.get(field) for field in wanted}, wanted)


def contact():
    webhook = "https://oapi.dingtalk.com/robot/send?access_token=provider"

    def write(**fields):
        channels = cms.PutContactRequestChannels(**fields.pop("channels"))
        put(CMS.put_contact(cms.PutContactRequest(contact_name="tf-contact", channels=channels, **fields)))

    def read():
        body = done(CMS.describe_contact_list(cms.DescribeContactListRequest(contact_name="tf-contact")))
        [found] = body.contacts.contact
        return {
            "describe": found.desc, "lang": found.lang, "mail": found.channels.mail,
            "webhook": found.channels.ding_web_hook, "sms": found.channels.sms, "aliim": found.channels.ali_im,
        }

    unset = {"lang": None, "mail": None, "webhook": None, "sms": None, "aliim": None}
    write(describe="For Test", channels={"mail": "hello@example.com"})
    step("created with mail", read(), {**unset, "describe": "For Test", "mail": "hello@example.com"})
    write(describe="For Test 2", channels={"mail": "hello@example.com"})
    step("another description", read(), {**unset, "describe": "For Test 2", "mail": "hello@example.com"})
    write(describe="For Test 2", channels={"mail": "hello@example.com", "ding_web_hook": webhook})
    step("a webhook too", read(), {**unset, "describe": "For Test 2", "mail": "hello@example.com", "webhook": webhook})
    everything = {"mail": "two@example.com", "sms": "13900000000", "ali_im": "tester", "ding_web_hook": webhook}
    write(describe="All", lang="en", channels=everything)
    step("all of it", read(), {
        "describe": "All", "lang": "en", "mail": "two@example.com", "sms": "13900000000", "aliim": "tester", "webhook": webhook,
    })
    put(CMS.delete_contact(cms.DeleteContactRequest(contact_name="tf-contact")))


def group():
    for name in ["tf-one", "tf-two"]:
        put(CMS.put_contact(cms.PutContactRequest(
            contact_name=name, describe=name, channels=cms.PutContactRequestChannels(mail=f"{name}@example.com"),
        )))

    def write(**changed):
        put(CMS.put_contact_group(cms.PutContactGroupRequest(contact_group_name="tf-group", **changed)))

    def read():
        listed = done(CMS.describe_contact_group_list(cms.DescribeContactGroupListRequest(page_number=1, page_size=20)))
        [found] = [one for one in listed.contact_group_list.contact_group if one.name == "tf-group"]
        return {"describe": found.describe, "contacts": found.contacts.contact, "subscribed": found.enable_subscribed}

    write(describe="d", contact_names=["tf-one"])
    wanted = {"describe": "d", "contacts": ["tf-one"], "subscribed": False}
    step("created", read(), wanted)
    for changed, shown in [
        ({"enable_subscribed": True}, {"subscribed": True}),
        ({"contact_names": ["tf-one", "tf-two"]}, {"contacts": ["tf-one", "tf-two"]}),
        ({"describe": "e"}, {"describe": "e"}),
        ({"contact_names": ["tf-two"]}, {"contacts": ["tf-two"]}),
        ({"describe": "f", "contact_names": ["tf-one"], "enable_subscribed": False},
         {"describe": "f", "contacts": ["tf-one"], "subscribed": False}),
    ]:
        write(**changed)
        wanted = {**wanted, **shown}
        step(f"after {changed} alone", read(), wanted)
    # A tool that sends the whole object is right as well.
    write(describe="g", contact_names=["tf-two"], enable_subscribed=True)
    step("after a whole write", read(), {"describe": "g", "contacts": ["tf-two"], "subscribed": True})
    put(CMS.delete_contact_group(cms.DeleteContactGroupRequest(contact_group_name="tf-group")))
    for name in ["tf-one", "tf-two"]:
        put(CMS.delete_contact(cms.DeleteContactRequest(contact_name=name)))


def rule():
    name = "tf-rule"
    targets = cms.PutEventRuleTargetsRequest

    def write(state, names=("Instance:StateChange",), **fields):
        pattern = cms.PutEventRuleRequestEventPattern(
            product="ECS", name_list=list(names), level_list=["CRITICAL"], event_type_list=["StatusNotification"],
            sqlfilter="Running",
        )
        put(CMS.put_event_rule(cms.PutEventRuleRequest(rule_name=name, event_pattern=[pattern], state=state, **fields)))

    def read():
        # Without IsEnable, and by the beginning of the name, on the first page.
        body = done(CMS.describe_event_rule_list(cms.DescribeEventRuleListRequest(name_prefix=name)))
        found = [one for one in body.event_rules.event_rule if one.name == name]
        same("the rule is found", len(found), 1)
        [one] = found
        [pattern] = one.event_pattern.event_pattern
        return {
            "state": one.state, "silence": one.silence_time, "description": one.description, "group": one.group_id,
            "names": pattern.name_list.name_list, "levels": pattern.level_list.level_list, "sql": pattern.sqlfilter,
            "types": pattern.event_type_list.event_type_list,
        }

    wanted = {
        "state": "ENABLED", "silence": None, "description": None, "group": None, "sql": "Running",
        "names": ["Instance:StateChange"], "levels": ["CRITICAL"], "types": ["StatusNotification"],
    }
    write("ENABLED")
    step("created", read(), wanted)
    write("DISABLED")
    step("switched off", read(), {**wanted, "state": "DISABLED"})
    names = ["Instance:StateChange", "Instance:PreemptibleInstanceInterruption"]
    write("DISABLED", names)
    step("other names", read(), {**wanted, "state": "DISABLED", "names": names})
    more = {"silence_time": 100, "description": "tf", "group_id": "7301"}
    write("ENABLED", names, **more)
    step("all of it", read(), {**wanted, "names": names, "silence": 100, "description": "tf", "group": "7301"})

    def read_targets():
        return done(CMS.describe_event_rule_target_list(cms.DescribeEventRuleTargetListRequest(rule_name=name)))

    for kind, wish, seen in [
        ("contact_parameters", targets.__name__ + "ContactParameters", {"id": "1", "contact_group_name": "no-such-group", "level": "2"}),
        ("webhook_parameters", targets.__name__ + "WebhookParameters", {"id": "2", "protocol": "http", "method": "get", "url": "http://www.example.com"}),
        ("fc_parameters", targets.__name__ + "FcParameters", {"id": "3", "service_name": "s", "function_name": "f", "region": REGION}),
        ("sls_parameters", targets.__name__ + "SlsParameters", {"id": "4", "project": "p", "log_store": "l", "region": REGION}),
        ("mns_parameters", targets.__name__ + "MnsParameters", {"id": "5", "queue": "q", "region": REGION}),
        ("open_api_parameters", targets.__name__ + "OpenApiParameters", {"id": "6", "action": "RebootInstance", "product": "Ecs", "version": "2014-05-26", "role": "r", "region": REGION}),
    ]:
        put(CMS.put_event_rule_targets(targets(rule_name=name, **{kind: [getattr(cms, wish)(**seen)]})))
        listed = getattr(read_targets(), kind)
        [items] = [value for value in vars(listed).values() if isinstance(value, list)]
        [one] = items
        step(kind, vars(one), seen)
        if kind not in ("contact_parameters", "webhook_parameters"):
            holds(f"{kind} have an Arn", one.arn.startswith("acs:"), one.arn)
    put(CMS.delete_event_rules(cms.DeleteEventRulesRequest(rule_names=[name])))
    gone = done(CMS.describe_event_rule_list(cms.DescribeEventRuleListRequest(name_prefix=name)))
    same("it is gone", gone.event_rules.event_rule, [])


def application_group():
    # A provider sends ModifyMonitorGroup as a part of the creation.
    made = done(CMS.create_monitor_group(cms.CreateMonitorGroupRequest(group_name="tf-app")))
    modify = lambda **fields: CMS.modify_monitor_group(cms.ModifyMonitorGroupRequest(**fields))

    def read():
        body = done(CMS.describe_monitor_groups(cms.DescribeMonitorGroupsRequest(group_id=str(made.group_id), select_contact_groups=True)))
        [found] = body.resources.resource
        return {"name": found.group_name, "groups": [one.name for one in found.contact_groups.contact_group]}

    body = done(modify(group_id=made.group_id, group_name="tf-app", contact_groups="ops,night"))
    same("Code, a number here, and Success", (body.code, body.success), (200, True))
    step("created", read(), {"name": "tf-app", "groups": ["ops", "night"]})
    done(modify(group_id=made.group_id, group_name="tf-app-2"))
    step("another name alone", read(), {"name": "tf-app-2", "groups": ["ops", "night"]})
    done(modify(group_id=made.group_id, contact_groups="ops"))
    step("other groups alone", read(), {"name": "tf-app-2", "groups": ["ops"]})
    done(CMS.delete_monitor_group(cms.DeleteMonitorGroupRequest(group_id=made.group_id)))
    refused(404, "ResourceNotFound", lambda: modify(group_id=made.group_id, group_name="x"))
    refused(400, "MissingGroupId", lambda: modify(group_name="x"))


def machine():
    body = done(ECS.run_instances(ecs.RunInstancesRequest(
        region_id=REGION, image_id="i", instance_type="ecs.g7.large", v_switch_id="vsw-1", security_group_ids=["sg-1", "sg-2"],
        system_disk=ecs.RunInstancesRequestSystemDisk(category="cloud_efficiency", size="60"), instance_name="tf-instance",
    )))
    [instance] = body.instance_id_sets.instance_id_set
    eventually("it runs", lambda: status_of(instance) == "Running")
    body = done(ECS.describe_instances(ecs.DescribeInstancesRequest(
        region_id=REGION, instance_ids=json.dumps([instance]), additional_attributes=["META_OPTIONS"],
    )))
    [found] = body.instances.instance
    same("its security groups", found.security_group_ids.security_group_id, ["sg-1", "sg-2"])
    same("its metadata", (found.metadata_options.http_endpoint, found.metadata_options.http_tokens), ("enabled", "optional"))
    both = ecs.RunInstancesRequest(region_id=REGION, security_group_id="sg-1", security_group_ids=["sg-2"])
    refused(400, "InvalidParameter", lambda: ECS.run_instances(both), "SecurityGroupIds")

    def disks(**wanted):
        body = done(ECS.describe_disks(ecs.DescribeDisksRequest(region_id=REGION, **wanted)))
        same("TotalCount", body.total_count, len(body.disks.disk))
        return body.disks.disk

    [disk] = disks(instance_id=instance, disk_type="system", page_size=50, page_number=1)
    same("its disk", (disk.type, disk.category, disk.size, disk.status), ("system", "cloud_efficiency", 60, "In_use"))
    same("its disk's place", (disk.instance_id, disk.region_id, disk.zone_id), (instance, REGION, f"{REGION}-a"))
    same("it goes with the instance", disk.delete_with_instance, True)
    same("the disk's tags", disk.tags.tag, [])
    again = disks(
        disk_ids=json.dumps([disk.disk_id]), zone_id=f"{REGION}-a", category="all", status="In_use", max_results=10,
        additional_attributes=["Placement"],
    )
    same("by its id", [one.disk_id for one in again], [disk.disk_id])
    same("data disks", disks(instance_id=instance, disk_type="data"), [])
    same("of a resource group", disks(instance_id=instance, resource_group_id="rg-1"), [])
    describe = lambda **wanted: ECS.describe_disks(ecs.DescribeDisksRequest(**wanted))
    refused(400, "InvalidParameter", lambda: describe(region_id=REGION, disk_type="odd"), "DiskType")
    refused(400, "InvalidParameter", lambda: describe(region_id=REGION, next_token="odd"), "NextToken")
    refused(400, "DryRunOperation", lambda: describe(region_id=REGION, dry_run=True))
    refused(400, "MissingParameter", lambda: describe(), "RegionId")
    done(ECS.delete_instance(ecs.DeleteInstanceRequest(instance_id=instance, force=True)))
    same("the disk went with it", disks(disk_ids=json.dumps([disk.disk_id])), [])


def throttled():
    """An injected throttling is one to the SDK: it goes by the header alone."""
    for code, status in [("Throttling.User", 400), ("Throttling", 400), ("ThrottlingException", 429)]:
        control("PUT", "faults", {"rules": [{"operation": "DescribeContactList", "error": code, "times": 1}]})
        try:
            CMS.describe_contact_list(cms.DescribeContactListRequest())
        except ThrottlingException as error:
            same("the code and the status", (error.code, error.status_code), (code, status))
            holds("the time to wait, in ms", 0 < error.retry_after <= 1000, error.retry_after)
        else:
            raise AssertionError(f"{code} was expected, and the call went through")
    # What is no throttling says nothing of waiting.
    control("PUT", "faults", {"rules": [{"operation": "DescribeContactList", "error": "InvalidAuthorization", "times": 1}]})
    refused(403, "InvalidAuthorization", lambda: CMS.describe_contact_list(cms.DescribeContactListRequest()))
    done(CMS.describe_contact_list(cms.DescribeContactListRequest()))


FLOWS = [contact, group, rule, application_group, machine, throttled]

if __name__ == "__main__":
    run(FLOWS)
