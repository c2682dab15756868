"""STS, and CloudMonitor called with temporary keys, judged by the current Python SDKs.

The emulator's clock is virtual and begins with 2026: keys expire when this program says so.
"""

import base64
import json

from alibabacloud_cms20190101 import models as cms
from alibabacloud_cms20190101.client import Client as Cms
from alibabacloud_sts20150401 import models as sts
from alibabacloud_sts20150401.client import Client as Sts

from judge import control, holds, run, same
from v3_client import config, done, put_contact, refused

ACCOUNT = "1000000000000001"
ROLE = f"acs:ram::{ACCOUNT}:role/admin"
PROVIDER = f"acs:ram::{ACCOUNT}:oidc-provider/ci"
# 2026-01-01T00:00:00Z
BEGIN = 1_767_225_600
STS = Sts(config())


def assume(client=STS, **wanted):
    wanted = {"role_arn": ROLE, "role_session_name": "alice", **wanted}
    return done(client.assume_role(sts.AssumeRoleRequest(**wanted)))


def signer(given, **changed):
    """The configuration of a client that signs with a temporary key."""
    parts = {"key": given.access_key_id, "secret": given.access_key_secret, "token": given.security_token, **changed}
    return config(**parts)


def names(client_config):
    body = done(Cms(client_config).describe_contact_list(cms.DescribeContactListRequest()))
    return [one.name for one in body.contacts.contact]


def who(client_config):
    return done(Sts(client_config).get_caller_identity())


def identity():
    me = who(config())
    same("IdentityType", me.identity_type, "RAMUser")
    same("AccountId", me.account_id, ACCOUNT)
    same("UserId", me.user_id, me.principal_id)
    same("RoleId of a user", me.role_id, None)
    holds("Arn", me.arn.startswith(f"acs:ram::{ACCOUNT}:user/"), me.arn)
    refused(400, "SignatureDoesNotMatch", lambda: who(config(secret="wrong")))
    refused(404, "InvalidAccessKeyId.NotFound", lambda: who(config(key="nobody")))


def roles():
    body = assume(
        duration_seconds=900, external_id="a=b/c", source_identity="Alice",
        policy=json.dumps({"Version": "1", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}),
    )
    given = body.credentials
    holds("AccessKeyId", given.access_key_id.startswith("STS."), given.access_key_id)
    same("Expiration", given.expiration, "2026-01-01T00:15:00Z")
    same("Arn of the session", body.assumed_role_user.arn, f"{ROLE}/alice")
    same("SourceIdentity", body.source_identity, "Alice")
    me = who(signer(given))
    same("IdentityType of a role", me.identity_type, "AssumedRoleUser")
    same("Arn of a role", me.arn, f"acs:sts::{ACCOUNT}:assumed-role/admin/alice")
    same("PrincipalId", me.principal_id, body.assumed_role_user.assumed_role_id)
    same("RoleId", f"{me.role_id}:alice", me.principal_id)
    same("UserId of a role", me.user_id, None)
    chained = assume(Sts(signer(given)), role_session_name="bob")
    same("a role by a role", chained.assumed_role_user.arn, f"{ROLE}/bob")

    for wanted, status, code in [
        ({"role_arn": None}, 400, "MissingRoleArn"),
        ({"role_arn": "admin"}, 400, "InvalidParameter.RoleArn"),
        ({"role_arn": "acs:ram::42:role/admin"}, 404, "EntityNotExist.Role"),
        ({"role_session_name": None}, 400, "MissingRoleSessionName"),
        ({"role_session_name": "a b"}, 400, "InvalidParameter.RoleSessionName"),
        ({"duration_seconds": 899}, 400, "InvalidParameter.DurationSeconds"),
        ({"duration_seconds": 3601}, 400, "InvalidParameter.DurationSeconds"),
        ({"duration_seconds": "long"}, 400, "InvalidDurationSeconds"),
        ({"policy": "allow"}, 400, "InvalidParameter.PolicyGrammar"),
        ({"policy": "x" * 2049}, 400, "InvalidParameter.PolicySize"),
        ({"external_id": "a"}, 400, "InvalidParameter.ExternalId"),
    ]:
        refused(status, code, lambda: assume(**wanted))


def temporary_keys():
    put_contact("seen-by-roles")
    given, other = assume().credentials, assume().credentials
    same("what a role reads", names(signer(given)), ["seen-by-roles"])
    for changed, status, code in [
        ({"token": other.security_token}, 400, "InvalidSecurityToken.MismatchWithAccessKey"),
        ({"token": "CAISnonsense"}, 400, "InvalidSecurityToken.Malformed"),
        ({"token": None}, 400, "MissingSecurityToken"),
        ({"secret": "wrong"}, 400, "SignatureDoesNotMatch"),
        ({"key": "STS.nobody"}, 404, "InvalidAccessKeyId.NotFound"),
        ({"key": "testAk", "secret": "testSk"}, 400, "InvalidSecurityToken.MismatchWithAccessKey"),
    ]:
        refused(status, code, lambda: names(signer(given, **changed)))
    short = assume(duration_seconds=900).credentials
    control("POST", "advance", {"by": "899s"})
    same("in the last second", names(signer(short)), ["seen-by-roles"])
    control("POST", "advance", {"by": "1s"})
    refused(400, "InvalidSecurityToken.Expired", lambda: names(signer(short)))
    refused(400, "InvalidSecurityToken.Expired", lambda: who(signer(short)))
    same("a key that lasts longer", names(signer(given)), ["seen-by-roles"])
    control("POST", "advance", {"by": "45m"})
    refused(400, "InvalidSecurityToken.Expired", lambda: names(signer(given)))


def jwt(**changed):
    """A provider's token; nobody here can check its signature."""
    claims = {"iss": "https://ci.example", "sub": "repo:a/b", "aud": ["one", "two"], "iat": BEGIN, "exp": BEGIN + 7200, **changed}
    part = lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
    return f"{part({'alg': 'RS256'})}.{part(claims)}.c2ln"


def providers():
    # The call is not signed; what the client would sign with does not count.
    nobody = Sts(config(key="nobody", secret="nothing"))

    def swap(**wanted):
        wanted = {"oidcprovider_arn": PROVIDER, "oidctoken": jwt(), "role_arn": ROLE, "role_session_name": "ci", **wanted}
        return done(nobody.assume_role_with_oidc(sts.AssumeRoleWithOIDCRequest(**wanted)))

    body = swap(duration_seconds=900, policy='{"Version": "1"}')
    same("Arn of the session", body.assumed_role_user.arn, f"{ROLE}/ci")
    info = body.oidctoken_info
    same("Subject", info.subject, "repo:a/b")
    same("Issuer", info.issuer, "https://ci.example")
    same("ClientIds", info.client_ids, "one,two")
    same("IssuanceTime and ExpirationTime", (info.issuance_time, info.expiration_time), ("2026-01-01T00:00:00Z", "2026-01-01T02:00:00Z"))
    same("VerificationInfo", info.verification_info, "Success")
    same("what such a role reads", names(signer(body.credentials)), ["seen-by-roles"])
    same("who it is", who(signer(body.credentials)).principal_id, body.assumed_role_user.assumed_role_id)
    for wanted, status, code in [
        ({"oidctoken": None}, 400, "MissingParameter.OIDCToken"),
        ({"role_arn": None}, 400, "MissingParameter.RoleArn"),
        ({"role_session_name": None}, 400, "MissingParameter.RoleSessionName"),
        ({"oidcprovider_arn": None}, 400, "MissingParameter.OIDCProviderArn"),
        ({"oidcprovider_arn": "acs:ram::42:oidc-provider/ci"}, 403, "AuthenticationFail.NoPermission"),
        ({"oidctoken": "no token"}, 401, "AuthenticationFail.OIDCToken.Invalid"),
        ({"oidctoken": jwt(sub="")}, 401, "AuthenticationFail.OIDCToken.Invalid"),
        ({"oidctoken": jwt(exp=BEGIN)}, 401, "AuthenticationFail.OIDCToken.Expired"),
        ({"duration_seconds": 60}, 400, "InvalidParameter.DurationSeconds"),
    ]:
        refused(status, code, lambda: swap(**wanted))
    control("POST", "advance", {"by": "15m"})
    refused(400, "InvalidSecurityToken.Expired", lambda: names(signer(body.credentials)))


def nothing_is_kept():
    """No secret of a temporary key or of a provider is in the journal."""
    given = assume().credentials
    names(signer(given))
    shown = json.dumps(control("GET", "journal"))
    for what, secret in [("secret", given.access_key_secret), ("token", given.security_token), ("a provider's token", jwt())]:
        holds(f"the {what} is not in the journal", secret not in shown)


FLOWS = [identity, roles, temporary_keys, providers, nothing_is_kept]

if __name__ == "__main__":
    run(FLOWS)
