# python3 quickstart.py HOST:PORT, the address of an emulator whose machines run at once and that has a robot TOKEN.
import sys
from alibabacloud_cms20190101 import client as cms, models as m
from alibabacloud_ecs20140526 import client as ecs, models as e
from alibabacloud_tea_openapi.utils_models import Config

config = Config(access_key_id="testAk", access_key_secret="testSk", endpoint=sys.argv[1], protocol="HTTP", region_id="cn-hangzhou")
cloud, machines = cms.Client(config), ecs.Client(config)
cloud.put_contact(m.PutContactRequest(contact_name="me", describe="on call", channels=m.PutContactRequestChannels(ding_web_hook="https://oapi.dingtalk.com/robot/send?access_token=TOKEN")))
cloud.put_contact_group(m.PutContactGroupRequest(contact_group_name="us", contact_names=["me"]))
cloud.put_event_rule(m.PutEventRuleRequest(rule_name="stops", state="ENABLED", silence_time=0, event_pattern=[m.PutEventRuleRequestEventPattern(product="ECS", level_list=["INFO"], name_list=["Instance:StateChange"])]))
cloud.put_event_rule_targets(m.PutEventRuleTargetsRequest(rule_name="stops", contact_parameters=[m.PutEventRuleTargetsRequestContactParameters(id="1", contact_group_name="us", level="4")]))
web = machines.run_instances(e.RunInstancesRequest(region_id="cn-hangzhou", instance_type="ecs.g7.large")).body.instance_id_sets.instance_id_set[0]
machines.stop_instance(e.StopInstanceRequest(instance_id=web))
print(web)
