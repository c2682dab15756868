'use strict';
// CloudMonitor and ECS, judged by Alibaba Cloud's current Node SDKs (signature V3).

const cms = require('@alicloud/cms20190101');
const ecs = require('@alicloud/ecs20140526');
const { eventually, holds, messages, robot, run, same } = require('./judge');
const {
  CMS, ECS, MANY, config, contactTarget, create, done, each, numbered, pages, put, putContact, putGroup, putRule, putTargets,
  refused, regionId, statusOf, webhook,
} = require('./client');

const contactsOf = (wanted) => done(CMS.describeContactList(new cms.DescribeContactListRequest(wanted)));
const deleteContact = (contactName) => put(CMS.deleteContact(new cms.DeleteContactRequest({ contactName })));

async function contacts() {
  await putContact('alice', { dingWebHook: webhook('a1'), mail: 'a@example.com', SMS: '13900000000' });
  let [alice] = (await contactsOf({ contactName: 'alice' })).contacts.contact;
  same('Name', alice.name, 'alice');
  same('Desc', alice.desc, 'alice 值班 a+b *~');
  same('Lang', alice.lang, 'en');
  same('DingWebHook', alice.channels.dingWebHook, webhook('a1'));
  same('Mail', alice.channels.mail, 'a@example.com');
  same('SMS', alice.channels.SMS, '13900000000');
  same('AliIM', alice.channels.aliIM, undefined);
  same("DingWebHook's state", alice.channelsState.dingWebHook, 'OK');
  same("Mail's state", alice.channelsState.mail, 'PENDING');
  same('ContactGroups', alice.contactGroups.contactGroup, []);
  holds('CreateTime in ms', alice.createTime > 1.6e12, alice.createTime);
  await putContact('alice', { dingWebHook: webhook('a2') });
  [alice] = (await contactsOf({ contactName: 'alice' })).contacts.contact;
  same('DingWebHook, changed', alice.channels.dingWebHook, webhook('a2'));

  await each(numbered('contact'), (name) => putContact(name));
  const read = async (pageNumber, pageSize) => {
    const body = await contactsOf({ pageNumber, pageSize });
    return [body.contacts.contact.map((one) => one.name), body.total];
  };
  same('every contact is on a page', await pages(read, 100, MANY + 1), ['alice', ...numbered('contact')]);
  same('by channel value', (await contactsOf({ chanelType: 'DingWebHook', chanelValue: webhook('contact-007') })).contacts.contact.map((one) => one.name), ['contact-007']);
  await deleteContact('contact-000');
  await refused(404, 'ContactNotExists', () => deleteContact('contact-000'), 'ContactName does not exist.');
  await refused(400, 'InvalidParameterValue', () => putContact('nobody', { aliIM: '' }));
  await refused(400, 'MissingContactName', () => CMS.putContact(new cms.PutContactRequest({ describe: 'd' })));
}

const groupsOf = (wanted) => done(CMS.describeContactGroupList(new cms.DescribeContactGroupListRequest(wanted)));

async function groups() {
  await putGroup('a-managers', ['contact-002', 'contact-001']);
  let body = await groupsOf({});
  same('the list of names', body.contactGroups.contactGroup, ['a-managers']);
  same('Contacts in their order', body.contactGroupList.contactGroup[0].contacts.contact, ['contact-002', 'contact-001']);
  same('EnableSubscribed', body.contactGroupList.contactGroup[0].enableSubscribed, true);
  await putGroup('a-managers', ['contact-002'], false);
  [body] = (await groupsOf({})).contactGroupList.contactGroup;
  same('Contacts, changed', body.contacts.contact, ['contact-002']);
  same('EnableSubscribed, changed', body.enableSubscribed, false);
  await each(numbered('group'), (name) => putGroup(name, ['contact-001']));
  const read = async (pageNumber, pageSize) => {
    const page = await groupsOf({ pageNumber, pageSize });
    same('both lists hold the same', page.contactGroupList.contactGroup.map((one) => one.name), page.contactGroups.contactGroup);
    return [page.contactGroups.contactGroup, page.total];
  };
  same('every group is on a page', await pages(read, 100, MANY + 1), ['a-managers', ...numbered('group')]);
  const remove = () => put(CMS.deleteContactGroup(new cms.DeleteContactGroupRequest({ contactGroupName: 'a-managers' })));
  await remove();
  await refused(404, 'ContactNotExists', remove, 'ContactGroupName Not Exists');
  await refused(400, 'InvalidParameterValue', () => putGroup('g', ['nobody']), 'nobody');
}

const rulesOf = (wanted) => done(CMS.describeEventRuleList(new cms.DescribeEventRuleListRequest(wanted)));
const ruleOf = async (ruleName) =>
  (await done(CMS.describeEventRuleAttribute(new cms.DescribeEventRuleAttributeRequest({ ruleName })))).result;

async function rules() {
  await putRule('rule', {
    eventTypeList: ['StatusNotification'], levelList: ['CRITICAL', 'WARN'], nameList: ['Instance:StateChange'],
    statusList: ['Normal'], SQLFilter: 'Stopped or Stopping',
  }, { description: 'd', eventType: 'SYSTEM', silenceTime: 60 });
  let [rule] = (await rulesOf({ namePrefix: 'rule' })).eventRules.eventRule;
  same('Description', rule.description, 'd');
  same('SilenceTime', rule.silenceTime, 60);
  same('State', rule.state, 'ENABLED');
  const [listed] = rule.eventPattern.eventPattern;
  same('Product', listed.product, 'ECS');
  same('LevelList', listed.levelList.levelList, ['CRITICAL', 'WARN']);
  same('NameList', listed.nameList.nameList, ['Instance:StateChange']);
  same('EventTypeList', listed.eventTypeList.eventTypeList, ['StatusNotification']);
  same('SQLFilter', listed.SQLFilter, 'Stopped or Stopping');
  same('StatusList, read alone', (await ruleOf('rule')).eventPattern.statusList.statusList, ['Normal']);
  await putRule('rule', {}, { description: 'e' });
  [rule] = (await rulesOf({ namePrefix: 'rule' })).eventRules.eventRule;
  same('Description, changed', rule.description, 'e');

  await each(numbered('many'), (name) => putRule(name));
  const read = async (number, size) => {
    const body = await rulesOf({ pageNumber: String(number), pageSize: String(size), namePrefix: 'many-' });
    return [body.eventRules.eventRule.map((one) => one.name), body.total];
  };
  same('every rule is on a page', await pages(read, 60, MANY), numbered('many'));
  const ruleNames = ['many-000', 'many-001'];
  await put(CMS.disableEventRules(new cms.DisableEventRulesRequest({ ruleNames })));
  same('rules switched off', (await rulesOf({ isEnable: false })).eventRules.eventRule.map((one) => [one.name, one.state]), [['many-000', 'DISABLED'], ['many-001', 'DISABLED']]);
  await put(CMS.enableEventRules(new cms.EnableEventRulesRequest({ ruleNames })));
  same('rules switched on', (await rulesOf({ isEnable: false })).total, 0);
  await each(numbered('many'), (name) => put(CMS.deleteEventRules(new cms.DeleteEventRulesRequest({ ruleNames: [name] }))));
  await refused(404, 'ResourceNotFound', () => ruleOf('many-000'), 'The alert does not exist.');
  await refused(400, 'MissingRuleName', () => CMS.putEventRule(new cms.PutEventRuleRequest({})));
  await refused(400, 'InvalidParameterValue', () => putRule('r', { levelList: ['LOUD'] }));
}

const targetsOf = (ruleName) =>
  done(CMS.describeEventRuleTargetList(new cms.DescribeEventRuleTargetListRequest({ ruleName })));

async function targets() {
  await putTargets('rule', {
    ...contactTarget('ops', '3'),
    webhookParameters: [new cms.PutEventRuleTargetsRequestWebhookParameters({ id: '2', method: 'POST', protocol: 'http', url: 'http://127.0.0.1:9/a?b=c' })],
    mnsParameters: [new cms.PutEventRuleTargetsRequestMnsParameters({ id: '3', queue: 'q', region: regionId })],
    slsParameters: [new cms.PutEventRuleTargetsRequestSlsParameters({ id: '4', project: 'p', logStore: 'l', region: regionId })],
    fcParameters: [new cms.PutEventRuleTargetsRequestFcParameters({ id: '5', serviceName: 's', functionName: 'f', region: regionId })],
    openApiParameters: [new cms.PutEventRuleTargetsRequestOpenApiParameters({ id: '6', product: 'Ecs', action: 'RebootInstance', version: '2014-05-26', role: 'r', region: regionId })],
  });
  let body = await targetsOf('rule');
  const [contact] = body.contactParameters.contactParameter;
  same('the contact target', [contact.id, contact.contactGroupName, contact.level], ['1', 'ops', '3']);
  const kinds = [
    body.webhookParameters.webhookParameter, body.mnsParameters.mnsParameter, body.slsParameters.slsParameter,
    body.fcParameters.FCParameter, body.openApiParameters.openApiParameters,
  ];
  same('one target of each kind', kinds.map((found) => found && found.map((one) => one.id)), [['2'], ['3'], ['4'], ['5'], ['6']]);
  await put(CMS.deleteEventRuleTargets(new cms.DeleteEventRuleTargetsRequest({ ruleName: 'rule', ids: ['2', '3', '4', '5', '6'] })));
  body = await targetsOf('rule');
  same('the target that is left', body.contactParameters.contactParameter.map((one) => one.id), ['1']);
  same('the webhook target, deleted', body.webhookParameters.webhookParameter, []);
  await refused(404, 'ResourceNotFound', () => putTargets('no-rule', contactTarget('ops')));
  await refused(400, 'InvalidParameterValue', () => putTargets('rule', contactTarget('ops', '9')));
}

async function alarms() {
  const ids = [];
  for (const amount of [100, 100, 50]) {
    ids.push(...(await create('web', amount)));
  }
  const describe = (wanted) => done(ECS.describeInstances(new ecs.DescribeInstancesRequest({ regionId, ...wanted })));
  const read = async (pageNumber, pageSize) => {
    const body = await describe({ pageNumber, pageSize });
    return [body.instances.instance.map((one) => one.instanceId), body.totalCount];
  };
  same('every instance is on a page', await pages(read, 100, MANY), [...ids].sort());
  const [web] = ids;
  await eventually('web runs', async () => (await statusOf(web)) === 'Running');
  const [found] = (await describe({ instanceIds: JSON.stringify([web]) })).instances.instance;
  same('Tags', found.tags.tag.map((tag) => [tag.tagKey, tag.tagValue]), [['team', 'web']]);

  await putContact('bell', { dingWebHook: await robot('node-robot') });
  await putGroup('bell', ['bell']);
  await putRule('bell', { levelList: ['*'], nameList: ['Instance:StateChange', 'Instance:SystemFailure.Reboot:Executing'] });
  await putTargets('bell', contactTarget('bell'));
  const stop = (instanceId) => done(ECS.stopInstance(new ecs.StopInstanceRequest({ instanceId })));
  await refused(403, 'IncorrectInstanceStatus', () => ECS.startInstance(new ecs.StartInstanceRequest({ instanceId: web })));
  await stop(web);
  const told = (...words) => async () => (await messages('node-robot')).filter((one) => words.every((word) => one.text.includes(word)));
  await eventually('Stopped is told', told(web, 'Stopped'));
  await done(ECS.deleteInstance(new ecs.DeleteInstanceRequest({ instanceId: web })));
  await refused(404, 'InvalidInstanceId.NotFound', () => stop(web));
  const body = await done(CMS.sendDryRunSystemEvent(new cms.SendDryRunSystemEventRequest({
    product: 'ECS', eventName: 'Instance:SystemFailure.Reboot:Executing',
    eventContent: JSON.stringify({ product: 'ECS', regionId, resourceId: 'acs:ecs:cn-hangzhou:1:instance/i-dry' }),
  })));
  same('Success, a string here', body.success, 'true');
  await eventually('the test event is told', told('SystemFailure'));
  const metas = await done(CMS.describeSystemEventMetaList(new cms.DescribeSystemEventMetaListRequest({})));
  same('Code, a number here', metas.code, 200);
  holds('the catalogue is long', metas.data.resource.length > 100, metas.data.resource.length);
}

async function errors() {
  const read = (...pair) => () => new cms.default(config(...pair)).describeContactList(new cms.DescribeContactListRequest({}));
  await refused(404, 'InvalidAccessKeyId.NotFound', read('nobody'));
  await refused(400, 'SignatureDoesNotMatch', read('testAk', 'wrong'));
}

run([contacts, groups, rules, targets, alarms, errors]);
