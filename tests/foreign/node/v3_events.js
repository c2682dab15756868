'use strict';
// Events and what is said of them afterwards, application groups and the newer operations of ECS, judged
// by Alibaba Cloud's current Node SDKs (signature V3).

const cms = require('@alicloud/cms20190101');
const ecs = require('@alicloud/ecs20140526');
const { control, eventually, holds, messages, robot, run, same } = require('./judge');
const {
  CMS, ECS, MANY, contactTarget, create, done, each, numbered, pages, putContact, putGroup, putRule, putTargets, refused,
  regionId, statusOf,
} = require('./client');

const minute = 60_000;

async function systemEvents() {
  const ids = [...(await create('seen', 100)), ...(await create('seen', 100)), ...(await create('seen', 50))];
  const running = new ecs.DescribeInstancesRequest({ regionId, instanceName: 'seen', status: 'Running' });
  await eventually('all run', async () => (await done(ECS.describeInstances(running))).totalCount === MANY);
  const group = (await control('POST', 'application-groups', { name: 'seen', instances: ids })).group_id;
  const wanted = (more) => ({
    product: 'ECS', name: 'Instance:StateChange', eventType: 'StatusNotification', level: 'INFO', status: 'Normal', groupId: String(group),
    searchKeywords: 'Stopped', startTime: String(Date.now() - 10 * minute), endTime: String(Date.now() + minute), regionId, ...more,
  });
  const ask = async (method, kind, more) => {
    const body = await done(CMS[method](new cms[kind](wanted(more))));
    same('Code and Success, strings', [body.code, body.success], ['200', 'true']);
    return body;
  };
  const counts = async (more) => (await ask('describeSystemEventCount', 'DescribeSystemEventCountRequest', more)).systemEventCounts.systemEventCount;
  for (const at of [0, 100, 200]) await done(ECS.stopInstances(new ecs.StopInstancesRequest({ regionId, instanceId: ids.slice(at, at + 100) })));
  await eventually('all are stopped', async () => (await counts({})).some((one) => one.num === MANY));
  const page = async (pageNumber, pageSize, more) =>
    (await ask('describeSystemEventAttribute', 'DescribeSystemEventAttributeRequest', { pageNumber, pageSize, ...more })).systemEvents.systemEvent;
  await pages(async (number, size) => [(await page(number, size)).map((one) => one.id), MANY], 100, MANY);
  const [event] = await page(1, 1);
  same('Content, JSON in a string', JSON.parse(event.content).state, 'Stopped');
  same('GroupId, a string', event.groupId, String(group));
  holds('Time in ms', event.time > 1.6e12, event.time);
  const bars = (await ask('describeSystemEventHistogram', 'DescribeSystemEventHistogramRequest', {})).systemEventHistograms.systemEventHistogram;
  same('Count over all bars', bars.reduce((sum, bar) => sum + bar.count, 0), MANY);
  same('none of another product', await page(1, 10, { product: 'RDS' }), []);
  await refused(400, 'ParameterInvalid', () => page(1, 101));
  await refused(400, 'ParameterInvalid', () => counts({ level: 'LOUD' }), 'LOUD');
  await refused(400, 'ParameterInvalid', () => ask('describeSystemEventHistogram', 'DescribeSystemEventHistogramRequest', { startTime: '1500000000' }), 'seconds');
}

async function customEvents() {
  await putContact('custom', { dingWebHook: await robot('custom-robot') });
  await putGroup('custom', ['custom']);
  await putRule('custom', { product: 'CustomEvent', levelList: ['*'] }, { eventType: 'CUSTOM', groupId: '7301' });
  await putTargets('custom', contactTarget('custom', '3'));
  const report = (names, more) => done(CMS.putCustomEvent(new cms.PutCustomEventRequest({
    eventInfo: names.map((eventName) => new cms.PutCustomEventRequestEventInfo({ eventName, content: `${eventName} happened`, groupId: '7301', ...more })),
  })));
  const body = await report(['disk-full'], { time: '20260101T000000.000+0800' });
  same('Code, a string, and Message', [body.code, body.message], ['200', 'success']);
  await eventually('it is told', async () => (await messages('custom-robot')).filter((one) => one.text.includes('disk-full happened')));
  const jobs = numbered('job');
  for (let at = 0; at < MANY; at += 50) await report(jobs.slice(at, at + 50));

  const logs = async (more) => {
    const times = { startTime: Date.now() - 10 * minute, endTime: Date.now() + minute };
    const answer = await done(CMS.describeAlertLogList(new cms.DescribeAlertLogListRequest({ ...times, pageSize: 100, ...more })));
    same('Code, a string, and Success', [answer.code, answer.success], ['200', true]);
    return answer.alertLogList;
  };
  await eventually('all alerts are logged', async () => (await logs({ ruleName: 'custom', pageSize: 1000 })).length === MANY + 1);
  await pages(async (pageNumber, pageSize) => [(await logs({ ruleName: 'custom', pageNumber, pageSize })).map((one) => one.logId), MANY + 1], 100, MANY + 1);
  const everything = {
    ruleName: 'custom', ruleId: 'custom', groupId: '7301', contactGroup: 'custom', sendStatus: '0', level: 'P3', eventType: 'TRIGGERED',
    searchKey: 'job-007', product: 'CustomEvent', regionId,
  };
  const [alert] = await logs(everything);
  same('EventName', alert.eventName, 'job-007');
  same('ContactGroups', alert.contactGroups, ['custom']);
  holds('AlertTime, a string of ms', Number(alert.alertTime) > 1.6e12, alert.alertTime);
  for (const other of [{ namespace: 'acs_ecs' }, { metricName: 'cpu' }, { sourceType: 'METRIC' }, { level: 'P4' }, { sendStatus: '2' }, { eventType: 'RESOLVED' }]) {
    same(`alerts with ${JSON.stringify(other)}`, await logs({ ...everything, ...other }), []);
  }
  same('one for each group', (await logs({ ruleName: 'custom', groupBy: 'contactGroup' })).length, 1);
  const last = await logs({ startTime: undefined, endTime: undefined, lastMin: '5', searchKey: 'job-007' });
  same('in the last minutes', last.map((one) => one.eventName), ['job-007']);
  await refused(400, 'ParameterInvalid', () => logs({ sendStatus: '9' }));
  await refused(400, 'ParameterInvalid', () => logs({ lastMin: '5' }));
  await refused(400, 'MissingEventInfo', () => CMS.putCustomEvent(new cms.PutCustomEventRequest({})));
  await refused(400, 'ParameterInvalid', () => report(Array(51).fill('x')));
  await refused(400, 'ParameterInvalid', () => report(['x'], { time: 'today' }));
}

async function groups() {
  const of = (contactGroupName) => done(CMS.describeContactListByContactGroup(new cms.DescribeContactListByContactGroupRequest({ contactGroupName, regionId })));
  const [contact] = (await of('custom')).contacts.contact;
  same('its contact', [contact.name, contact.desc], ['custom', 'custom 值班 a+b *~']);
  holds('its webhook', contact.channels.dingWebHook.includes('custom-robot'), contact.channels);
  await refused(404, 'ContactGroup.NotExists', () => of('none'));

  const make = async (groupName, contactGroups) => {
    const body = await done(CMS.createMonitorGroup(new cms.CreateMonitorGroupRequest({ groupName, contactGroups, regionId })));
    same('Code, a number here', body.code, 200);
    return body.groupId;
  };
  const app = await make('app', 'custom');
  await each(numbered('many'), (name) => make(name));
  const listed = (wanted) => done(CMS.describeMonitorGroups(new cms.DescribeMonitorGroupsRequest({ regionId, ...wanted })));
  const names = async (wanted) => (await listed(wanted)).resources.resource.map((one) => one.groupName);
  const read = async (pageNumber, pageSize) => {
    const body = await listed({ keyword: 'many-', pageNumber, pageSize });
    return [body.resources.resource.map((one) => one.groupName), body.total];
  };
  same('every group is on a page', await pages(read, 100, MANY), numbered('many'));
  const [group] = (await listed({ groupName: 'app', selectContactGroups: true, includeTemplateHistory: false })).resources.resource;
  same('its contact groups', group.contactGroups.contactGroup.map((one) => one.name), ['custom']);
  same('by id and type', await names({ groupId: String(app), type: 'custom', types: 'custom' }), ['app']);
  const tag = [new cms.DescribeMonitorGroupsRequestTag({ key: 'k', value: 'v' })];
  for (const other of [{ tag }, { dynamicTagRuleId: '1' }, { groupFounderTagKey: 'k', groupFounderTagValue: 'v' }, { instanceId: 'i-nobody' }]) {
    same(`groups with ${JSON.stringify(other)}`, await names(other), []);
  }
  await refused(400, 'ParameterInvalid', () => listed({ type: 'moon' }));
  await refused(400, 'ParameterInvalid', () => make('app'));
  const body = await done(CMS.modifyMonitorGroup(new cms.ModifyMonitorGroupRequest({
    groupId: app, groupName: 'app-2', contactGroups: 'custom,other', regionId,
  })));
  same('Code, a number here, and Success', [body.code, body.success], [200, true]);
  const [modified] = (await listed({ groupId: String(app) })).resources.resource;
  same('as it was modified', [modified.groupName, ...modified.contactGroups.contactGroup.map((one) => one.name)], ['app-2', 'custom', 'other']);
  const remove = () => done(CMS.deleteMonitorGroup(new cms.DeleteMonitorGroupRequest({ groupId: app, regionId })));
  same('what was deleted', (await remove()).group.groupName, 'app-2');
  await refused(404, 'ResourceNotFound', remove);
}

const all = (ids, state) => async () => (await Promise.all(ids.map(statusOf))).every((found) => found === state);

async function machines() {
  const ids = await create('machine', 3);
  await eventually('they run', all(ids, 'Running'));
  const read = (instanceId) => done(ECS.describeInstanceAttribute(new ecs.DescribeInstanceAttributeRequest({ instanceId })));
  const body = await read(ids[0]);
  same('InstanceName and Status', [body.instanceName, body.status], ['machine', 'Running']);
  same('Cpu and Memory', [body.cpu, body.memory], [2, 8192]);
  await refused(404, 'InvalidInstanceId.NotFound', () => read('i-nobody'));
  const wish = (more) => ECS.runInstances(new ecs.RunInstancesRequest({
    regionId, imageId: 'm-1', instanceType: 'ecs.c7.2xlarge', securityGroupId: 'sg-1', vSwitchId: 'vsw-1', amount: 1, minAmount: 1,
    instanceName: 'wish-', uniqueSuffix: true, instanceChargeType: 'PostPaid', spotStrategy: 'NoSpot', internetMaxBandwidthOut: 0,
    autoReleaseTime: '2030-01-01T00:00:00Z', deletionProtection: false, clientToken: 'wish-1',
    systemDisk: new ecs.RunInstancesRequestSystemDisk({ category: 'cloud_essd', size: '40' }),
    tag: [new ecs.RunInstancesRequestTag({ key: 'team', value: 'wish' })], ...more,
  }));
  await refused(400, 'DryRunOperation', () => wish({ dryRun: true }));
  const [one] = (await done(wish({}))).instanceIdSets.instanceIdSet;
  same('the same ClientToken', (await done(wish({}))).instanceIdSets.instanceIdSet, [one]);
  await eventually('the wish runs', all([one], 'Running'));
  const made = await read(one);
  same('what it is made of', [made.instanceName, made.imageId, made.cpu, made.securityGroupIds.securityGroupId], ['wish-001', 'm-1', 8, ['sg-1']]);
  const seen = new ecs.DescribeInstancesRequest({ regionId, instanceIds: JSON.stringify([one]), additionalAttributes: ['META_OPTIONS'] });
  const [shown] = (await done(ECS.describeInstances(seen))).instances.instance;
  same('its metadata', [shown.metadataOptions.httpEndpoint, shown.metadataOptions.httpTokens], ['enabled', 'optional']);
  const disks = async (wanted) => (await done(ECS.describeDisks(new ecs.DescribeDisksRequest({ regionId, ...wanted })))).disks.disk;
  const [disk] = await disks({ instanceId: one, diskType: 'system', pageNumber: 1, pageSize: 50 });
  same('its disk', [disk.type, disk.category, disk.size, disk.deleteWithInstance], ['system', 'cloud_essd', 40, true]);
  same('by its id', (await disks({ diskIds: JSON.stringify([disk.diskId]), maxResults: 10 })).length, 1);
  const [several] = (await done(ECS.runInstances(new ecs.RunInstancesRequest({
    regionId, imageId: 'm-1', instanceType: 'ecs.g7.large', securityGroupIds: ['sg-1', 'sg-2'],
  })))).instanceIdSets.instanceIdSet;
  same('its security groups', (await read(several)).securityGroupIds.securityGroupId, ['sg-1', 'sg-2']);
  await done(ECS.stopInstance(new ecs.StopInstanceRequest({ instanceId: one, forceStop: true, confirmStop: true, stoppedMode: 'StopCharging' })));
  await eventually('it stops', all([one], 'Stopped'));
  await done(ECS.startInstance(new ecs.StartInstanceRequest({ instanceId: one, initLocalDisk: false })));
  await eventually('it runs again', all([one], 'Running'));
  const remove = (more) => ECS.deleteInstance(new ecs.DeleteInstanceRequest({ instanceId: one, force: true, ...more }));
  await refused(400, 'DryRunOperation', () => remove({ dryRun: true }));
  await done(remove({ terminateSubscription: false }));
  await refused(404, 'InvalidInstanceId.NotFound', () => read(one));
  const stop = (instanceId, more) => ECS.stopInstances(new ecs.StopInstancesRequest({ regionId, instanceId, ...more }));
  const start = (instanceId, more) => ECS.startInstances(new ecs.StartInstancesRequest({ regionId, instanceId, ...more }));
  const outcomes = async (promise) => (await done(promise)).instanceResponses.instanceResponse.map((one) => [one.code, one.previousStatus, one.currentStatus]);
  const stopped = await outcomes(stop(ids.slice(0, 1), { stoppedMode: 'KeepCharging', forceStop: false, batchOptimization: 'AllTogether' }));
  same('one stops', stopped, [['200', 'Running', 'Stopping']]);
  await eventually('it is stopped', all(ids.slice(0, 1), 'Stopped'));
  const mixed = await outcomes(start(ids, { batchOptimization: 'SuccessFirst' }));
  const busy = ['IncorrectInstanceStatus', 'Running', 'Running'];
  same('one starts, two run already', mixed, [['200', 'Stopped', 'Starting'], busy, busy]);
  await eventually('all run', all(ids, 'Running'));
  await refused(400, 'DRYRUN.SUCCESS', () => stop(ids, { dryRun: true }));
  await refused(400, 'DRYRUN.SUCCESS', () => start(ids, { batchOptimization: 'SuccessFirst', dryRun: true }));
  await refused(403, 'IncorrectInstanceStatus', () => start(ids));
  const tagged = (resourceId, tag) => done(ECS.tagResources(new ecs.TagResourcesRequest({
    regionId, resourceType: 'instance', resourceId, tag: [new ecs.TagResourcesRequestTag(tag)],
  })));
  await tagged(ids.slice(0, 2), { key: 'team', value: 'ops' });
  const tag = [new ecs.DescribeInstancesRequestTag({ key: 'team', value: 'ops' })];
  const found = (await done(ECS.describeInstances(new ecs.DescribeInstancesRequest({ regionId, tag })))).instances.instance;
  same('by the new tag', found.map((one) => one.instanceId).sort(), ids.slice(0, 2).sort());
  await refused(404, 'InvalidResourceId.NotFound', () => tagged(['i-nobody'], { key: 'a' }));
  await done(ECS.rebootInstance(new ecs.RebootInstanceRequest({ instanceId: ids[0], forceStop: true })));
  await eventually('it is back', all(ids.slice(0, 1), 'Running'));
}

const utc = (ms) => new Date(Date.now() + ms).toISOString().replace(/\.\d+Z$/, 'Z');

async function simulatedEvents() {
  const ids = [...(await create('event', 100)), ...(await create('event', 100)), ...(await create('event', 50))];
  const simulate = async (instanceId, more) => (await done(ECS.createSimulatedSystemEvents(new ecs.CreateSimulatedSystemEventsRequest({
    regionId, eventType: 'SystemFailure.Reboot', instanceId, notBefore: utc(60 * minute), triggerRealOps: false, ...more,
  })))).eventIdSet.eventId;
  const batches = [0, 100, 200].map((at) => ids.slice(at, at + 100));
  const created = [];
  for (const batch of batches) created.push(...(await simulate(batch)));
  const times = (kind) => ({
    notBefore: new ecs[`${kind}RequestNotBefore`]({ start: utc(30 * minute), end: utc(90 * minute) }),
    eventPublishTime: new ecs[`${kind}RequestEventPublishTime`]({ start: utc(-10 * minute), end: utc(minute) }),
  });
  const full = (more) => done(ECS.describeInstancesFullStatus(new ecs.DescribeInstancesFullStatusRequest({
    regionId, eventType: 'SystemFailure.Reboot', ...times('DescribeInstancesFullStatus'), ...more,
  })));
  await eventually('all run', async () => (await full({ status: 'Running' })).totalCount === MANY);
  const status = async (pageNumber, pageSize) => {
    const body = await full({ pageNumber, pageSize });
    return [body.instanceFullStatusSet.instanceFullStatusType.map((one) => one.instanceId), body.totalCount];
  };
  same('every instance with an event is on a page', await pages(status, 100, MANY), [...ids].sort());
  const picked = { instanceId: ids.slice(0, 1), eventId: created.slice(0, 1), instanceEventType: ['SystemFailure.Reboot'], healthStatus: 'Warning' };
  const [one] = (await full(picked)).instanceFullStatusSet.instanceFullStatusType;
  same('Status and HealthStatus', [one.status.name, one.status.code, one.healthStatus.name], ['Running', 1, 'Warning']);
  const [event] = one.scheduledSystemEventSet.scheduledSystemEventType;
  same('its event', [event.eventId, event.eventType.name, event.eventType.code], [created[0], 'SystemFailure.Reboot', 65]);

  const cancel = (eventId) => done(ECS.cancelSimulatedSystemEvents(new ecs.CancelSimulatedSystemEventsRequest({ regionId, eventId })));
  for (const at of [0, 100, 200]) await cancel(created.slice(at, at + 100));
  const history = (more) => done(ECS.describeInstanceHistoryEvents(new ecs.DescribeInstanceHistoryEventsRequest({
    regionId, resourceType: 'instance', ...times('DescribeInstanceHistoryEvents'), ...more,
  })));
  const found = (body) => body.instanceSystemEventSet.instanceSystemEventType.map((ended) => ended.eventId);
  const tag = [new ecs.DescribeInstanceHistoryEventsRequestTag({ key: 'team', value: 'event' })];
  const past = async (pageNumber, pageSize) => {
    const body = await history({ pageNumber, pageSize, eventCycleStatus: 'Canceled', tag });
    return [found(body), body.totalCount];
  };
  same('every past event is on a page', await pages(past, 100, MANY), [...created].sort());
  const seen = [];
  let nextToken;
  do {
    const body = await history({ maxResults: 100, nextToken });
    seen.push(...found(body));
    nextToken = body.nextToken;
  } while (nextToken);
  same('every past event by token', seen.sort(), [...created].sort());
  const narrow = { eventId: created.slice(0, 1), instanceEventType: ['SystemFailure.Reboot'], instanceEventCycleStatus: ['Canceled'], eventType: 'SystemFailure.Reboot' };
  same('by event', found(await history({ resourceId: ids.slice(0, 1), ...narrow })), created.slice(0, 1));
  same('by instance', found(await history({ instanceId: ids[0], ...narrow })), created.slice(0, 1));
  await refused(403, 'InvalidEventId.NotFound', () => cancel(['e-nothing']));
  await refused(403, 'InvalidNotBefore.Passed', () => simulate(ids.slice(0, 1), { notBefore: utc(-minute) }));
  await refused(403, 'InvalidParameter', () => simulate(ids.slice(0, 1), { triggerRealOps: true }));
  await refused(403, 'InvalidParameter', () => history({ eventCycleStatus: 'Half' }));
}

run([systemEvents, customEvents, groups, machines, simulatedEvents]);
