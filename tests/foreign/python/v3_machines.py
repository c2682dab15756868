"""Instances by the current Python SDK of ECS, which is large: only who needs it waits for it."""

from alibabacloud_ecs20140526 import models as ecs
from alibabacloud_ecs20140526.client import Client as Ecs

from judge import same
from v3_client import REGION, config, done

ECS = Ecs(config())


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
