'use strict';
// What the judges with Alibaba Cloud's current Node SDKs share: clients, and calls of many flows.

const cms = require('@alicloud/cms20190101');
const ecs = require('@alicloud/ecs20140526');
const { AlibabaCloudError } = require('@alicloud/openapi-core/dist/exceptions/AlibabaCloudError');
const { $OpenApiUtil } = require('@alicloud/openapi-core');
const { authority, holds, same, typed } = require('./judge');

const regionId = 'cn-hangzhou';
const MANY = 250;

const config = (accessKeyId = 'testAk', accessKeySecret = 'testSk', securityToken = undefined) =>
  new $OpenApiUtil.Config({ accessKeyId, accessKeySecret, securityToken, endpoint: authority, protocol: 'HTTP', regionId });

// Each answer is judged by the SDK's models as it comes, see `typed`.
for (const sdk of [cms, ecs]) {
  const { callApi } = sdk.default.prototype;
  sdk.default.prototype.callApi = async function judged(params, ...more) {
    const answer = await callApi.call(this, params, ...more);
    const model = sdk[`${params.action}ResponseBody`];
    if (model) typed(model, answer.body);
    else same('an operation of STS, of which there are no models', params.version, '2015-04-01');
    return answer;
  };
}
const CMS = new cms.default(config());
const ECS = new ecs.default(config());

/** The body of a success. */
async function done(promise) {
  const answer = await promise;
  same('HTTP status', answer.statusCode, 200);
  const { body } = answer;
  holds('a RequestId', typeof body.requestId === 'string' && body.requestId.length === 36, body.requestId);
  return body;
}

/** The body of a CloudMonitor write. */
async function put(promise) {
  const body = await done(promise);
  same('Code', body.code, '200');
  same('Success', body.success, true);
  return body;
}

async function refused(status, code, act, says = '') {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof AlibabaCloudError)) throw error;
    same("the refusal's code", error.code, code);
    same("the refusal's HTTP status", error.statusCode, status);
    holds(`the refusal says ${says}`, error.message.includes(says), error.message);
    return;
  }
  throw new Error(`${code} was expected, and the call went through`);
}

/** Reads page after page until one is not full; asserts that nothing is missing or doubled. */
async function pages(read, size, total) {
  const names = [];
  for (let number = 1; ; number += 1) {
    const [page, told] = await read(number, size);
    same('Total', told, total);
    names.push(...page);
    if (page.length < size) break;
  }
  same("the pages' names together", names.length, total);
  same("the pages' names without doubles", new Set(names).size, total);
  return names.sort();
}

const numbered = (prefix) => Array.from({ length: MANY }, (_, at) => `${prefix}-${String(at).padStart(3, '0')}`);

/** Eight at a time: clients that keep connections open do that. */
async function each(names, act) {
  const queue = [...names];
  await Promise.all(Array.from({ length: 8 }, async () => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) await act(name);
  }));
}

const webhook = (token) => `https://oapi.dingtalk.com/robot/send?access_token=${token}`;

const putContact = (contactName, channels = { dingWebHook: webhook(contactName) }) =>
  put(CMS.putContact(new cms.PutContactRequest({
    contactName, describe: `${contactName} 值班 a+b *~`, lang: 'en', channels: new cms.PutContactRequestChannels(channels),
  })));
const putGroup = (contactGroupName, contactNames, enableSubscribed = true) =>
  put(CMS.putContactGroup(new cms.PutContactGroupRequest({ contactGroupName, describe: 'd', contactNames, enableSubscribed })));
const putRule = (ruleName, pattern = {}, more = {}) =>
  put(CMS.putEventRule(new cms.PutEventRuleRequest({
    ruleName, state: 'ENABLED', silenceTime: 0,
    eventPattern: [new cms.PutEventRuleRequestEventPattern({ product: 'ECS', levelList: ['INFO'], ...pattern })], ...more,
  })));
const putTargets = (ruleName, targets) =>
  put(CMS.putEventRuleTargets(new cms.PutEventRuleTargetsRequest({ ruleName, ...targets })));
const contactTarget = (contactGroupName, level = '4') => ({
  contactParameters: [new cms.PutEventRuleTargetsRequestContactParameters({ id: '1', contactGroupName, level })],
});
async function statusOf(instanceId) {
  const request = new ecs.DescribeInstanceStatusRequest({ regionId, instanceId: [instanceId] });
  return (await done(ECS.describeInstanceStatus(request))).instanceStatuses.instanceStatus[0].status;
}

const create = async (instanceName, amount = 1) =>
  (await done(ECS.runInstances(new ecs.RunInstancesRequest({
    regionId, instanceType: 'ecs.g7.large', imageId: 'i', instanceName, amount, tag: [new ecs.RunInstancesRequestTag({ key: 'team', value: instanceName })],
  })))).instanceIdSets.instanceIdSet;

module.exports = {
  CMS, ECS, MANY, config, contactTarget, create, done, each, numbered, pages, put, putContact, putGroup, putRule, putTargets,
  refused, regionId, statusOf, webhook,
};
