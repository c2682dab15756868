"""Temporary keys, judged by Alibaba Cloud's older Python SDK (signature V1). It has no package for STS
here, so STS is called as it calls operations without one. The emulator's clock is virtual."""

import json

from aliyunsdkcms.request.v20190101 import DescribeContactListRequest, PutContactRequest
from aliyunsdkcore.auth.credentials import StsTokenCredential
from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.request import CommonRequest

from judge import AUTHORITY, control, run, same
from v1_client import CLIENT, REGION, call, put, refused, webhook

ROLE = "acs:ram::1000000000000001:role/admin"


def sts(action, client=CLIENT, **parameters):
    request = CommonRequest(domain=AUTHORITY, version="2015-04-01", action_name=action)
    request.set_protocol_type("http")
    request.set_method("POST")
    for name, value in parameters.items():
        request.add_query_param(name, value)
    return json.loads(client.do_action_with_exception(request))


def assume(client=CLIENT, **wanted):
    return sts("AssumeRole", client, **{"RoleArn": ROLE, "RoleSessionName": "alice", **wanted})["Credentials"]


def signer(given, **changed):
    given = {**given, **changed}
    credential = StsTokenCredential(given["AccessKeyId"], given["AccessKeySecret"], given["SecurityToken"])
    return AcsClient(region_id=REGION, credential=credential, auto_retry=False)


def read(client):
    return [one["Name"] for one in call(DescribeContactListRequest, client=client)["Contacts"]["Contact"]]


def roles():
    me = sts("GetCallerIdentity")
    same("who is calling", (me["IdentityType"], me["AccountId"]), ("RAMUser", "1000000000000001"))
    same("UserId and PrincipalId, strings", [type(me[name]) for name in ["UserId", "PrincipalId"]], [str, str])
    given = assume(DurationSeconds=900, Policy='{"Version": "1"}', ExternalId="a=b/c", SourceIdentity="Alice")
    same("Expiration", given["Expiration"], "2026-01-01T00:15:00Z")
    me = sts("GetCallerIdentity", signer(given))
    same("who is calling then", me["Arn"], "acs:sts::1000000000000001:assumed-role/admin/alice")
    same("UserId of a role", "UserId" in me, False)
    refused(404, "EntityNotExist.Role", lambda: assume(RoleArn="acs:ram::42:role/admin"))
    refused(400, "InvalidParameter.DurationSeconds", lambda: assume(DurationSeconds=899))


def temporary_keys():
    put(PutContactRequest, ContactName="seen-by-roles", Describe="d", ChannelsDingWebHook=webhook("t"))
    given, other = assume(), assume()
    same("what a role reads", read(signer(given)), ["seen-by-roles"])
    refused(400, "InvalidSecurityToken.MismatchWithAccessKey", lambda: read(signer(given, SecurityToken=other["SecurityToken"])))
    refused(400, "InvalidSecurityToken.Malformed", lambda: read(signer(given, SecurityToken="CAISnonsense")))
    without = AcsClient(given["AccessKeyId"], given["AccessKeySecret"], REGION, auto_retry=False)
    refused(400, "MissingSecurityToken", lambda: read(without))
    # What was signed holds the token and is not told, so the SDK cannot see that the secret is wrong.
    refused(400, "SignatureDoesNotMatch", lambda: read(signer(given, AccessKeySecret="wrong")), "left out")
    control("POST", "advance", {"by": "59m59s"})
    same("in the last second", read(signer(given)), ["seen-by-roles"])
    control("POST", "advance", {"by": "1s"})
    refused(400, "InvalidSecurityToken.Expired", lambda: read(signer(given)))


def nothing_is_kept():
    given = assume()
    read(signer(given))
    shown = json.dumps(control("GET", "journal"))
    same("a secret in the journal", given["AccessKeySecret"] in shown, False)
    same("a token in the journal", given["SecurityToken"] in shown, False)


FLOWS = [roles, temporary_keys, nothing_is_kept]

if __name__ == "__main__":
    run(FLOWS)
