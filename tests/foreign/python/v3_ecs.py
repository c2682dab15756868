"""ECS, judged by the current Python SDK (signature V3)."""

import datetime
import json

from alibabacloud_ecs20140526 import models as ecs
from alibabacloud_tea_openapi.exceptions import ClientException

from judge import eventually, holds, run, same
from v3_client import MANY, REGION, done, pages, refused
from v3_machines import ECS, create, status_of


def describe(**wanted):
    return done(ECS.describe_instances(ecs.DescribeInstancesRequest(region_id=REGION, **wanted)))


def ids_of(body):
    return [one.instance_id for one in body.instances.instance]


def by_token(read):
    """Reads by NextToken until there is none."""
    token, found = None, []
    while True:
        page, token = read(token)
        found += page
        if not token:
            return found


def instances():
    ids = create("many", 100) + create("many", 100) + create("many", 50)
    same("instances created", len(set(ids)), MANY)

    def page(number, size):
        body = describe(page_number=number, page_size=size)
        same("PageNumber", body.page_number, number)
        same("PageSize", body.page_size, size)
        return [one.instance_id for one in body.instances.instance or []], body.total_count

    same("every instance is on a page", set(pages(page, 100, MANY)), set(ids))
    read = lambda token: (lambda body: (ids_of(body), body.next_token))(describe(max_results=60, next_token=token))
    same("every instance by token", sorted(by_token(read)), sorted(ids))

    def statuses(number, size):
        request = ecs.DescribeInstanceStatusRequest(region_id=REGION, zone_id=f"{REGION}-a", page_number=number, page_size=size)
        body = done(ECS.describe_instance_status(request))
        same("PageSize of the statuses", body.page_size, size)
        return [one.instance_id for one in body.instance_statuses.instance_status], body.total_count

    same("every status is on a page", set(pages(statuses, 50, MANY)), set(ids))

    [web] = create("web")
    [one] = describe(instance_ids=json.dumps([web])).instances.instance
    same("InstanceName", one.instance_name, "web")
    same("InstanceType", one.instance_type, "ecs.g7.large")
    same("RegionId", one.region_id, REGION)
    same("Tags", [(tag.tag_key, tag.tag_value) for tag in one.tags.tag], [("team", "web")])
    holds("an address", one.vpc_attributes.private_ip_address.ip_address[0].count(".") == 3)
    same("by name", describe(instance_name="we*").total_count, 1)
    by_tag = describe(tag=[ecs.DescribeInstancesRequestTag(key="team", value="web")])
    same("by tag", ids_of(by_tag), [web])
    eventually("web runs", lambda: status_of(web) == "Running")

    start = lambda **how: lambda: ECS.start_instance(ecs.StartInstanceRequest(instance_id=web, **how))
    stop = lambda instance, **how: lambda: ECS.stop_instance(ecs.StopInstanceRequest(instance_id=instance, **how))
    refused(403, "IncorrectInstanceStatus", start())
    done(stop(web, force_stop=True, confirm_stop=True, stopped_mode="StopCharging")())
    eventually("web stops", lambda: status_of(web) == "Stopped")
    same("by status", ids_of(describe(status="Stopped")), [web])
    same("StoppedMode", describe(status="Stopped").instances.instance[0].stopped_mode, "StopCharging")
    refused(400, "DryRunOperation", start(dry_run=True))
    done(start(init_local_disk=False)())
    eventually("web runs again", lambda: status_of(web) == "Running")
    done(ECS.reboot_instance(ecs.RebootInstanceRequest(instance_id=web, force_stop=True)))
    eventually("web is back", lambda: status_of(web) == "Running")
    refused(400, "DryRunOperation", stop(web, dry_run=True))
    refused(400, "InvalidParameter", stop(web, stopped_mode="Half"), "StoppedMode")
    refused(400, "DryRunOperation", lambda: describe(dry_run=True))
    refused(400, "InvalidParameter", lambda: describe(page_size=101))
    refused(400, "InvalidParameter", lambda: describe(next_token="no token of ours"))
    refused(403, "IncorrectInstanceStatus", lambda: ECS.delete_instance(ecs.DeleteInstanceRequest(instance_id=web)))
    done(ECS.delete_instance(ecs.DeleteInstanceRequest(instance_id=web, force=True, terminate_subscription=False)))
    same("a deleted instance", describe(instance_ids=json.dumps([web])).total_count, 0)
    refused(404, "InvalidInstanceId.NotFound", stop("i-nobody"))
    refused(400, "MissingParameter", lambda: ECS.stop_instance(ecs.StopInstanceRequest()), "InstanceId")
    refused(400, "MissingParameter", lambda: ECS.describe_instances(ecs.DescribeInstancesRequest()), "RegionId")


def every_wish():
    """An instance with all that RunInstances takes here, as DescribeInstanceAttribute shows it."""
    wish = lambda **more: ecs.RunInstancesRequest(
        region_id=REGION, image_id="m-1", instance_type="ecs.c7.2xlarge", security_group_id="sg-1", v_switch_id="vsw-1",
        amount=2, min_amount=1, instance_name="wish-", unique_suffix=True, instance_charge_type="PostPaid",
        spot_strategy="NoSpot", internet_max_bandwidth_out=0, auto_release_time="2030-01-01T00:00:00Z",
        deletion_protection=True, client_token="wish-1",
        system_disk=ecs.RunInstancesRequestSystemDisk(category="cloud_essd", size="40"),
        tag=[ecs.RunInstancesRequestTag(key="team", value="wish"), ecs.RunInstancesRequestTag(key="env")], **more,
    )
    refused(400, "DryRunOperation", lambda: ECS.run_instances(wish(dry_run=True)))
    ids = done(ECS.run_instances(wish())).instance_id_sets.instance_id_set
    same("the same ClientToken", done(ECS.run_instances(wish())).instance_id_sets.instance_id_set, ids)
    same("names with a suffix", sorted(one.instance_name for one in describe(instance_name="wish-*").instances.instance), ["wish-001", "wish-002"])
    [one, other] = ids
    eventually("both run", lambda: {status_of(one), status_of(other)} == {"Running"})
    read = lambda instance: done(ECS.describe_instance_attribute(ecs.DescribeInstanceAttributeRequest(instance_id=instance)))
    body = read(one)
    same("InstanceId", body.instance_id, one)
    same("InstanceName", body.instance_name, "wish-001")
    same("Status", body.status, "Running")
    same("ImageId", body.image_id, "m-1")
    same("vCPUs", body.cpu, 8)
    same("MiB", body.memory, 16384)
    same("InstanceChargeType", body.instance_charge_type, "PostPaid")
    same("InstanceNetworkType", body.instance_network_type, "vpc")
    same("RegionId and ZoneId", (body.region_id, body.zone_id), (REGION, f"{REGION}-a"))
    same("SecurityGroupIds", body.security_group_ids.security_group_id, ["sg-1"])
    same("VSwitchId", body.vpc_attributes.v_switch_id, "vsw-1")
    same("PublicIpAddress, of which there is none", body.public_ip_address.ip_address, [])
    same("OperationLocks", body.operation_locks.lock_reason, [])
    same("StoppedMode of a running instance", body.stopped_mode, "Not-applicable")
    delete = lambda instance, **how: lambda: ECS.delete_instance(ecs.DeleteInstanceRequest(instance_id=instance, **how))
    refused(403, "InvalidOperation.DeletionProtection", delete(one, force=True))
    refused(404, "InvalidInstanceId.NotFound", lambda: read("i-nobody"))
    refused(400, "MissingParameter", lambda: read(None), "InstanceId")
    run_instances = lambda **wish: lambda: ECS.run_instances(ecs.RunInstancesRequest(region_id=REGION, **wish))
    refused(400, "InvalidParameter", run_instances(amount=101), "Amount")
    refused(400, "InvalidParameter", run_instances(instance_charge_type="Free"), "InstanceChargeType")
    twice = [ecs.RunInstancesRequestTag(key="a"), ecs.RunInstancesRequestTag(key="a")]
    refused(400, "Duplicate.TagKey", run_instances(tag=twice))
    refused(400, "MissingParameter", lambda: ECS.run_instances(ecs.RunInstancesRequest()), "RegionId")


def outcomes(body):
    """What a batch came to, by instance: code, state before, state now."""
    return {
        one.instance_id: (one.code, one.previous_status, one.current_status)
        for one in body.instance_responses.instance_response
    }


def batches():
    ids = create("batch", 3)
    eventually("they run", lambda: {status_of(one) for one in ids} == {"Running"})
    request = lambda kind, instances, more: kind(region_id=REGION, instance_id=instances, **more)
    stop = lambda instances, **more: ECS.stop_instances(request(ecs.StopInstancesRequest, instances, more))
    start = lambda instances, **more: ECS.start_instances(request(ecs.StartInstancesRequest, instances, more))
    refused(400, "DRYRUN.SUCCESS", lambda: stop(ids, dry_run=True))
    body = done(stop(ids[:1], stopped_mode="KeepCharging", force_stop=False))
    same("one stops", outcomes(body), {ids[0]: ("200", "Running", "Stopping")})
    same("its message", body.instance_responses.instance_response[0].message, "success")
    eventually("it is stopped", lambda: status_of(ids[0]) == "Stopped")
    refused(403, "IncorrectInstanceStatus", lambda: stop(ids))
    same("all or none", status_of(ids[1]), "Running")
    refused(404, "InvalidInstanceId.NotFound", lambda: stop([ids[1], "i-nobody"], batch_optimization="AllTogether"))
    mixed = outcomes(done(stop([*ids, "i-nobody"], batch_optimization="SuccessFirst")))
    same("the one that stands already", mixed[ids[0]], ("IncorrectInstanceStatus", "Stopped", "Stopped"))
    same("those that stop", {mixed[one] for one in ids[1:]}, {("200", "Running", "Stopping")})
    same("the one that is not there", mixed["i-nobody"][0], "InvalidInstanceId.NotFound")
    eventually("all are stopped", lambda: {status_of(one) for one in ids} == {"Stopped"})
    refused(400, "DRYRUN.SUCCESS", lambda: start(ids, batch_optimization="SuccessFirst", dry_run=True))
    same("all start", set(outcomes(done(start(ids, batch_optimization="AllTogether"))).values()), {("200", "Stopped", "Starting")})
    eventually("all run again", lambda: {status_of(one) for one in ids} == {"Running"})
    refused(400, "InvalidParameter", lambda: stop(ids, batch_optimization="Some"), "BatchOptimization")
    refused(400, "InvalidParameter", lambda: stop([ids[0], ids[0]]), "twice")
    refused(400, "InvalidParameter", lambda: start([f"i-{number}" for number in range(101)]), "100")
    refused(400, "MissingParameter", lambda: ECS.start_instances(ecs.StartInstancesRequest(region_id=REGION)), "InstanceId")
    refused(400, "MissingParameter", lambda: ECS.stop_instances(ecs.StopInstancesRequest(instance_id=ids)), "RegionId")


def tags():
    one, other = create("tagged", 2)
    put = lambda instances, pairs, **more: ECS.tag_resources(ecs.TagResourcesRequest(**{
        "region_id": REGION, "resource_type": "instance", "resource_id": instances,
        "tag": [ecs.TagResourcesRequestTag(key=key, value=value) for key, value in pairs], **more,
    }))
    find = lambda **tag: ids_of(describe(tag=[ecs.DescribeInstancesRequestTag(**tag)]))
    done(put([one, other], [("team", "ops"), ("tier", "1")]))
    same("by the new value", sorted(find(key="team", value="ops")), sorted([one, other]))
    same("by the old value", find(key="team", value="tagged"), [])
    done(put([one], [("tier", "2")]))
    same("by a changed value", find(key="tier", value="2"), [one])
    same("by the key alone", sorted(find(key="tier")), sorted([one, other]))
    [read] = describe(instance_ids=json.dumps([one])).instances.instance
    same("Tags", sorted((tag.tag_key, tag.tag_value) for tag in read.tags.tag), [("team", "ops"), ("tier", "2")])
    refused(404, "InvalidResourceId.NotFound", lambda: put(["i-nobody"], [("a", "b")]))
    refused(404, "InvalidResourceType.NotFound", lambda: put([one], [("a", "b")], resource_type="cloud"))
    refused(400, "InvalidTagKey.Malformed", lambda: put([one], [("aliyun-x", "b")]))
    refused(400, "InvalidTagValue.Malformed", lambda: put([one], [("a", "http://b")]))
    refused(400, "Duplicate.TagKey", lambda: put([one], [("a", "b"), ("a", "c")]))
    refused(400, "NumberExceed.Tags", lambda: put([one], [(f"k{number}", "") for number in range(21)]))
    refused(400, "NumberExceed.ResourceIds", lambda: put([f"i-{number}" for number in range(51)], [("a", "b")]))
    refused(404, "MissingParameter.ResourceId", lambda: put(None, [("a", "b")]))
    refused(404, "MissingParameter.Tags", lambda: put([one], []))


def utc(seconds):
    """An instant so many seconds from now, as ECS writes it."""
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def simulate(instances, kind="SystemMaintenance.Reboot", not_before=None, **more):
    request = ecs.CreateSimulatedSystemEventsRequest(**{
        "region_id": REGION, "event_type": kind, "instance_id": instances, "not_before": not_before or utc(3600), **more,
    })
    return done(ECS.create_simulated_system_events(request)).event_id_set.event_id


def simulate_soon(instance):
    """An event that is executed in a moment; on a slow machine the moment has to be longer."""
    for lead in [2, 10, 60]:
        try:
            return simulate([instance], not_before=utc(lead))[0]
        except ClientException as error:
            same("why it is too late", error.code, "InvalidNotBefore.Passed")
    raise AssertionError("this machine is too slow to plan a minute ahead")


def history(**wanted):
    return done(ECS.describe_instance_history_events(ecs.DescribeInstanceHistoryEventsRequest(region_id=REGION, **wanted)))


def events_of(**wanted):
    return history(**wanted).instance_system_event_set.instance_system_event_type


def full(**wanted):
    return done(ECS.describe_instances_full_status(ecs.DescribeInstancesFullStatusRequest(region_id=REGION, **wanted)))


def full_of(**wanted):
    return full(**wanted).instance_full_status_set.instance_full_status_type


def cancel(events):
    request = ecs.CancelSimulatedSystemEventsRequest(region_id=REGION, event_id=events)
    return done(ECS.cancel_simulated_system_events(request))


def simulated_events():
    calm, sick, soon = create("event", 3)
    eventually("they run", lambda: {status_of(one) for one in [calm, sick, soon]} == {"Running"})
    [planned] = simulate([calm], trigger_real_ops=False)
    [failure] = simulate([sick], "SystemFailure.Reboot")
    done_soon = simulate_soon(soon)

    [read] = full_of(instance_id=[calm])
    same("Status", (read.status.name, read.status.code), ("Running", 1))
    same("HealthStatus of a planned maintenance", (read.health_status.name, read.health_status.code), ("Ok", 0))
    [event] = read.scheduled_system_event_set.scheduled_system_event_type
    same("EventId", event.event_id, planned)
    same("EventType", (event.event_type.name, event.event_type.code), ("SystemMaintenance.Reboot", 1))
    same("EventCycleStatus", (event.event_cycle_status.name, event.event_cycle_status.code), ("Scheduled", 24))
    holds("NotBefore in UTC", event.not_before.endswith("Z") and len(event.not_before) == 20, event.not_before)
    holds("a Reason", event.reason, event.reason)
    [read] = full_of(instance_id=[sick], status="Running", health_status="Warning")
    same("an instance that fails", (read.instance_id, read.health_status.name), (sick, "Warning"))
    by = lambda **wanted: [one.instance_id for one in full_of(**wanted)]
    same("by event", by(event_id=[failure]), [sick])
    same("by type", by(event_type="SystemFailure.Reboot"), [sick])
    same("by types", by(instance_event_type=["SystemFailure.Reboot", "SystemFailure.Stop"]), [sick])
    period = ecs.DescribeInstancesFullStatusRequestNotBefore
    same("by NotBefore", sorted(by(not_before=period(start=utc(1800), end=utc(7200)))), sorted([calm, sick]))
    published = ecs.DescribeInstancesFullStatusRequestEventPublishTime
    same("by a time at which none was published", by(event_publish_time=published(start=utc(-7200), end=utc(-3600))), [])

    eventually("a planned event is executed", lambda: [one.event_id for one in events_of(resource_id=[soon])] == [done_soon], 90)
    [ended] = events_of(instance_id=soon)
    same("EventType of what has ended", (ended.event_type.name, ended.event_type.code), ("SystemMaintenance.Reboot", 1))
    same("EventCycleStatus of it", (ended.event_cycle_status.name, ended.event_cycle_status.code), ("Executed", 0))
    same("ResourceType", ended.resource_type, "instance")
    holds("EventFinishTime", ended.event_finish_time >= ended.not_before, (ended.event_finish_time, ended.not_before))

    same("an event that is open", [one.event_id for one in events_of(event_id=[planned])], [])
    same("when it is asked for", [one.event_id for one in events_of(event_id=[planned], event_cycle_status="Scheduled")], [planned])
    cancel([planned, failure])
    ended = events_of(instance_event_cycle_status=["Canceled"], instance_event_type=["SystemMaintenance.Reboot", "SystemFailure.Reboot"])
    same("events that were canceled", sorted(one.event_id for one in ended), sorted([planned, failure]))
    same("one type of them", [one.event_id for one in events_of(event_type="SystemFailure.Reboot")], [failure])
    same("health afterwards", full_of(instance_id=[sick])[0].health_status.name, "Ok")
    [avoided] = simulate([calm])
    done(ECS.reboot_instance(ecs.RebootInstanceRequest(instance_id=calm)))
    same("a reboot avoids a planned one", [one.event_id for one in events_of(event_cycle_status="Avoided")], [avoided])

    refused(403, "InvalidEventId.NotFound", lambda: cancel(["e-nothing"]))
    refused(403, "InvalidParameter", lambda: cancel([planned]), "Canceled")
    refused(403, "InvalidNotBefore.Passed", lambda: simulate([calm], not_before=utc(-60)))
    refused(403, "InvalidParameter", lambda: simulate([calm], "SystemMaintenance.Party"), "EventType")
    refused(403, "InvalidParameter", lambda: simulate([calm], not_before="tomorrow"), "NotBefore")
    refused(403, "InvalidParameter", lambda: simulate([calm], trigger_real_ops=True), "TriggerRealOps")
    refused(404, "InvalidInstanceId.NotFound", lambda: simulate(["i-nobody"]))
    refused(403, "InstanceIdLimitExceeded", lambda: simulate([f"i-{number}" for number in range(101)]))
    refused(404, "MissingParameter", lambda: simulate(None), "InstanceId")
    refused(403, "InvalidParameter", lambda: events_of(event_cycle_status="Half"), "Half")
    refused(403, "InvalidParameter", lambda: events_of(resource_type="moon"), "ResourceType")
    refused(403, "EventIdLimitExceeded", lambda: events_of(event_id=[f"e-{number}" for number in range(101)]))
    refused(403, "InvalidParameter", lambda: full_of(health_status="Fine"), "HealthStatus")
    refused(403, "MissingParameter", lambda: ECS.describe_instances_full_status(ecs.DescribeInstancesFullStatusRequest()), "RegionId")


def pages_of_events():
    instances = create("aged", 100) + create("aged", 100) + create("aged", 50)
    created = []
    for at in [0, 100, 200]:
        created += simulate(instances[at:at + 100], "SystemMaintenance.Stop")

    def status(number, size):
        body = full(page_number=number, page_size=size, event_type="SystemMaintenance.Stop")
        same("PageNumber of the full status", body.page_number, number)
        return [one.instance_id for one in body.instance_full_status_set.instance_full_status_type], body.total_count

    same("every instance with an event is on a page", set(pages(status, 100, MANY)), set(instances))
    for at in [0, 100, 200]:
        cancel(created[at:at + 100])
    tag = [ecs.DescribeInstanceHistoryEventsRequestTag(key="team", value="aged")]
    published = ecs.DescribeInstanceHistoryEventsRequestEventPublishTime(start=utc(-600), end=utc(60))
    planned = ecs.DescribeInstanceHistoryEventsRequestNotBefore(start=utc(1800), end=utc(7200))
    wanted = {"tag": tag, "event_publish_time": published, "not_before": planned, "resource_type": "instance"}

    def past(number, size):
        body = history(page_number=number, page_size=size, **wanted)
        return [one.event_id for one in body.instance_system_event_set.instance_system_event_type], body.total_count

    same("every past event is on a page", set(pages(past, 100, MANY)), set(created))

    def read(token):
        body = history(max_results=60, next_token=token, **wanted)
        same("TotalCount by token", body.total_count, MANY)
        return [one.event_id for one in body.instance_system_event_set.instance_system_event_type], body.next_token

    same("every past event by token", sorted(by_token(read)), sorted(created))
    refused(403, "InvalidParameter", lambda: history(page_size=101))
    refused(403, "InvalidParameter", lambda: history(next_token="no token of ours"))


FLOWS = [instances, every_wish, batches, tags, simulated_events, pages_of_events]

if __name__ == "__main__":
    run(FLOWS)
