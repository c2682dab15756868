'use strict';
// Temporary keys, judged by Alibaba Cloud's current Node SDKs (signature V3). Their package for STS is not
// among the pinned ones, so STS is called by their generic client. The emulator's clock is virtual.

const cms = require('@alicloud/cms20190101');
const { $OpenApiUtil } = require('@alicloud/openapi-core');
const { RuntimeOptions } = require('@darabonba/typescript');
const { control, run, same } = require('./judge');
const { CMS, config, done, putContact, refused } = require('./client');

const RoleArn = 'acs:ram::1000000000000001:role/admin';

async function sts(client, action, query) {
  const params = new $OpenApiUtil.Params({
    action, version: '2015-04-01', protocol: 'HTTPS', pathname: '/', method: 'POST', authType: 'AK', style: 'RPC', reqBodyType: 'formData', bodyType: 'json',
  });
  return (await client.callApi(params, new $OpenApiUtil.OpenApiRequest({ query }), new RuntimeOptions({}))).body;
}

const assume = async (more = {}, client = CMS) => (await sts(client, 'AssumeRole', { RoleArn, RoleSessionName: 'alice', ...more })).Credentials;
const signer = ({ AccessKeyId, AccessKeySecret, SecurityToken }) => new cms.default(config(AccessKeyId, AccessKeySecret, SecurityToken));
const read = async (client) =>
  (await done(client.describeContactList(new cms.DescribeContactListRequest({})))).contacts.contact.map((one) => one.name);

async function roles() {
  const me = await sts(CMS, 'GetCallerIdentity', {});
  same('who is calling', [me.IdentityType, me.AccountId], ['RAMUser', '1000000000000001']);
  const given = await assume({ DurationSeconds: '900', Policy: '{"Version": "1"}', ExternalId: 'a=b/c', SourceIdentity: 'Alice' });
  same('Expiration', given.Expiration, '2026-01-01T00:15:00Z');
  same('who is calling then', (await sts(signer(given), 'GetCallerIdentity', {})).Arn, 'acs:sts::1000000000000001:assumed-role/admin/alice');
  await refused(404, 'EntityNotExist.Role', () => assume({ RoleArn: 'acs:ram::42:role/admin' }));
  await refused(400, 'InvalidParameter.DurationSeconds', () => assume({ DurationSeconds: '899' }));
}

async function temporaryKeys() {
  await putContact('seen-by-roles');
  const [given, other] = [await assume(), await assume()];
  same('what a role reads', await read(signer(given)), ['seen-by-roles']);
  for (const [changed, code] of [
    [{ SecurityToken: other.SecurityToken }, 'InvalidSecurityToken.MismatchWithAccessKey'],
    [{ SecurityToken: 'CAISnonsense' }, 'InvalidSecurityToken.Malformed'],
    [{ SecurityToken: undefined }, 'MissingSecurityToken'],
    [{ AccessKeySecret: 'wrong' }, 'SignatureDoesNotMatch'],
  ]) await refused(400, code, () => read(signer({ ...given, ...changed })));
  await control('POST', 'advance', { by: '59m59s' });
  same('in the last second', await read(signer(given)), ['seen-by-roles']);
  await control('POST', 'advance', { by: '1s' });
  await refused(400, 'InvalidSecurityToken.Expired', () => read(signer(given)));
}

async function nothingIsKept() {
  const given = await assume();
  await read(signer(given));
  const shown = JSON.stringify(await control('GET', 'journal'));
  same('secret or token in the journal', [given.AccessKeySecret, given.SecurityToken].map((secret) => shown.includes(secret)), [false, false]);
}

run([roles, temporaryKeys, nothingIsKept]);
