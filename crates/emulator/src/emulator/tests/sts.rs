//! STS, and requests signed with temporary keys.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{
    ecs_support::{code, read},
    support::{Cloud, Raw, block_on, client, contact, credentials, webhook},
};
use crate::{
    api::{
        cloudmonitor::DescribeContactList,
        sts::{AssumeRole, AssumeRoleResponse, AssumeRoleWithOIDC, GetCallerIdentity, TemporaryCredentials},
    },
    openapi::{Credentials, HttpRequest, SignatureScheme, decode_form},
    secret::Secret,
};

pub(super) const ROLE: &str = "acs:ram::1000000000000001:role/admin";
pub(super) const PROVIDER: &str = "acs:ram::1000000000000001:oidc-provider/ci";
const SCHEMES: [SignatureScheme; 3] =
    [SignatureScheme::V3, SignatureScheme::V1Query, SignatureScheme::V1Body];

fn role() -> AssumeRole {
    AssumeRole { role_arn: ROLE.to_owned(), role_session_name: "alice".to_owned(), ..AssumeRole::default() }
}

fn usable(given: &TemporaryCredentials) -> Credentials {
    Credentials {
        access_key_id: given.access_key_id.clone(),
        access_key_secret: given.access_key_secret.clone().unwrap(),
        security_token: given.security_token.clone(),
    }
}

fn assume(cloud: &Cloud) -> AssumeRoleResponse {
    cloud.call(&role()).unwrap()
}

/// Status and code of a read that is signed in this way.
fn attempt(
    cloud: &Cloud,
    scheme: SignatureScheme,
    nonce: &'static str,
    credentials: Credentials,
) -> (u16, String) {
    let raw = Raw { scheme, nonce, credentials, now: cloud.now(), ..Raw::new("DescribeContactList") };
    let (status, body) = read(&cloud.send(&raw.request()));
    (status, body["Code"].as_str().unwrap().to_owned())
}

fn refusal(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[test]
fn a_temporary_key_has_the_documented_shape() {
    let cloud = Cloud::new();
    let answer = cloud
        .call(&AssumeRole {
            source_identity: Some("Alice".to_owned()),
            duration_seconds: Some(900),
            ..role()
        })
        .unwrap();
    let given = &answer.credentials;
    assert!(given.access_key_id.starts_with("STS.") && given.access_key_id.len() == 29);
    assert_eq!(given.access_key_secret.as_ref().unwrap().expose().len(), 44);
    assert!(given.security_token.as_ref().unwrap().expose().starts_with("CAIS"));
    assert_eq!(given.expiration, "2025-12-31T16:15:00Z");
    assert_eq!(answer.assumed_role_user.arn, "acs:ram::1000000000000001:role/admin/alice");
    let (id, session) = answer.assumed_role_user.assumed_role_id.split_once(':').unwrap();
    assert_eq!((id.len(), session), (18, "alice"));
    assert_eq!(answer.source_identity.as_deref(), Some("Alice"));
    assert_ne!(assume(&cloud).credentials, *given);
    assert_eq!(assume(&Cloud::new()).credentials, assume(&Cloud::new()).credentials, "the seed decides");
}

#[test]
fn temporary_keys_sign_until_they_expire() {
    for (scheme, nonces) in SCHEMES.into_iter().zip([["a", "b"], ["c", "d"], ["e", "f"]]) {
        let cloud = Cloud::new();
        let given = usable(&assume(&cloud).credentials);
        let temporary = client(&cloud.emulator, given.clone(), "t").with_scheme(scheme);
        block_on(temporary.call(&contact("alice", webhook("t")))).unwrap();
        // The role is in the same account as the caller.
        let seen = cloud.call(&DescribeContactList::default()).unwrap().contacts.contact;
        assert_eq!(seen.len(), 1, "{scheme:?}");
        cloud.advance(3599);
        assert_eq!(attempt(&cloud, scheme, nonces[0], given.clone()), refusal(200, "200"));
        cloud.advance(1);
        assert_eq!(attempt(&cloud, scheme, nonces[1], given), refusal(400, "InvalidSecurityToken.Expired"));
    }
}

#[test]
fn each_fault_of_a_token_has_its_code() {
    for scheme in SCHEMES {
        let cloud = Cloud::new();
        let one = usable(&assume(&cloud).credentials);
        let other = usable(&assume(&cloud).credentials);
        let with = |token: Option<Secret>| Credentials { security_token: token, ..one.clone() };
        let permanent =
            |token: Option<Secret>| Credentials { security_token: token, ..credentials("testAk", "testSk") };
        for (nonce, signer, code) in [
            ("1", with(None), "MissingSecurityToken"),
            ("2", with(Some("CAISnonsense".into())), "InvalidSecurityToken.Malformed"),
            ("3", with(other.security_token.clone()), "InvalidSecurityToken.MismatchWithAccessKey"),
            ("4", permanent(Some("CAISnonsense".into())), "InvalidSecurityToken.Malformed"),
            ("5", permanent(one.security_token.clone()), "InvalidSecurityToken.MismatchWithAccessKey"),
            ("6", Credentials { access_key_secret: "x".into(), ..one.clone() }, "SignatureDoesNotMatch"),
        ] {
            assert_eq!(attempt(&cloud, scheme, nonce, signer), refusal(400, code), "{scheme:?}");
        }
        let gone = Credentials { access_key_id: "STS.never".to_owned(), ..one.clone() };
        assert_eq!(attempt(&cloud, scheme, "7", gone), refusal(404, "InvalidAccessKeyId.NotFound"));
        assert_eq!(attempt(&cloud, scheme, "8", one), refusal(200, "200"));
    }
}

#[test]
fn a_token_is_part_of_what_is_signed() {
    let cloud = Cloud::new();
    let one = usable(&assume(&cloud).credentials);
    for (scheme, nonce) in SCHEMES.into_iter().zip(["1", "2", "3"]) {
        let unsigned = Credentials { security_token: None, ..one.clone() };
        let raw =
            Raw { scheme, nonce, credentials: unsigned, now: cloud.now(), ..Raw::new("DescribeContactList") };
        let mut request = raw.request();
        let token = one.security_token.as_ref().unwrap().expose().to_owned();
        // Added afterwards, by somebody who has the token but not the secret.
        if scheme == SignatureScheme::V3 {
            request.headers.push(("x-acs-security-token".to_owned(), token));
            assert_eq!(code(&read(&cloud.send(&request))), (400, "IncompleteSignature"));
        } else {
            request.query.push(("SecurityToken".to_owned(), token));
            assert_eq!(code(&read(&cloud.send(&request))), (400, "SignatureDoesNotMatch"));
        }
    }
}

#[test]
fn who_is_calling() {
    let cloud = Cloud::new();
    let user = cloud.call(&GetCallerIdentity::default()).unwrap();
    assert_eq!((user.identity_type.as_str(), user.account_id.as_str()), ("RAMUser", "1000000000000001"));
    assert_eq!(user.arn, "acs:ram::1000000000000001:user/bellcheck");
    assert_eq!((user.user_id.as_ref(), user.role_id), (Some(&user.principal_id), None));
    assert!(!user.request_id.is_empty());

    let assumed = assume(&cloud);
    let temporary = client(&cloud.emulator, usable(&assumed.credentials), "t");
    let session = block_on(temporary.call(&GetCallerIdentity::default())).unwrap();
    assert_eq!(session.identity_type, "AssumedRoleUser");
    assert_eq!(session.arn, "acs:sts::1000000000000001:assumed-role/admin/alice");
    assert_eq!(session.principal_id, assumed.assumed_role_user.assumed_role_id);
    assert_eq!(session.user_id, None);
    assert_eq!(format!("{}:alice", session.role_id.unwrap()), session.principal_id);
    // A role may assume another.
    block_on(temporary.call(&role())).unwrap();

    let root = Cloud::with_switches(&[("key_owner", "account")]);
    let account = root.call(&GetCallerIdentity::default()).unwrap();
    assert_eq!(
        (account.identity_type.as_str(), account.arn.as_str()),
        ("Account", "acs:ram::1000000000000001:root")
    );
    assert_eq!(account.user_id.as_deref(), Some("1000000000000001"));
    let (status, code, message) = root.refused(&role());
    assert_eq!((status, code.as_str()), (403, "NoPermission"));
    assert!(message.contains("root accounts"), "{message}");
}

#[test]
fn what_cannot_be_assumed_is_refused() {
    let cloud = Cloud::new();
    let refused = |change: &dyn Fn(&mut AssumeRole)| {
        let mut call = role();
        change(&mut call);
        let (status, code, _) = cloud.refused(&call);
        (status, code)
    };
    let text = |text: &str| Some(text.to_owned());
    for (change, status, code) in [
        (&|call: &mut AssumeRole| call.role_arn = String::new(), 400, "MissingRoleArn"),
        (&|call: &mut AssumeRole| call.role_arn = "admin".to_owned(), 400, "InvalidParameter.RoleArn"),
        (
            &|call: &mut AssumeRole| call.role_arn = "acs:ram::42:role/admin".to_owned(),
            404,
            "EntityNotExist.Role",
        ),
        (&|call: &mut AssumeRole| call.role_session_name = String::new(), 400, "MissingRoleSessionName"),
        (
            &|call: &mut AssumeRole| call.role_session_name = "a".to_owned(),
            400,
            "InvalidParameter.RoleSessionName",
        ),
        (
            &|call: &mut AssumeRole| call.role_session_name = "a b".to_owned(),
            400,
            "InvalidParameter.RoleSessionName",
        ),
        (&|call: &mut AssumeRole| call.duration_seconds = Some(899), 400, "InvalidParameter.DurationSeconds"),
        (
            &|call: &mut AssumeRole| call.duration_seconds = Some(3601),
            400,
            "InvalidParameter.DurationSeconds",
        ),
        (
            &|call: &mut AssumeRole| call.duration_seconds = Some(-3600),
            400,
            "InvalidParameter.DurationSeconds",
        ),
        (
            &|call: &mut AssumeRole| call.policy = Some("allow".to_owned()),
            400,
            "InvalidParameter.PolicyGrammar",
        ),
        (&|call: &mut AssumeRole| call.policy = Some("x".repeat(2049)), 400, "InvalidParameter.PolicySize"),
        (
            &|call: &mut AssumeRole| call.external_id = Some("a".to_owned()),
            400,
            "InvalidParameter.ExternalId",
        ),
    ] as [(&dyn Fn(&mut AssumeRole), u16, &str); 12]
    {
        assert_eq!(refused(change), refusal(status, code));
    }
    let good = AssumeRole {
        policy: text(r#"{"Version": "1", "Statement": []}"#),
        external_id: text("a=b/c"),
        ..role()
    };
    cloud.call(&good).unwrap();
    let wide = Cloud::with_switches(&[("max_session_duration", "12h"), ("unknown_role_account", "accept")]);
    let other = AssumeRole {
        role_arn: "acs:ram::42:role/admin".to_owned(),
        duration_seconds: Some(43_200),
        ..role()
    };
    let answer = wide.call(&other).unwrap();
    assert_eq!(answer.credentials.expiration, "2026-01-01T04:00:00Z");
    // A key of a role sees what the role's account has.
    wide.call(&contact("alice", webhook("t"))).unwrap();
    let temporary = client(&wide.emulator, usable(&answer.credentials), "t");
    let seen = block_on(temporary.call(&DescribeContactList::default())).unwrap();
    assert_eq!(seen.contacts.contact, []);
}

/// A token of an identity provider, unsigned: the emulator cannot know the provider's key.
pub(super) fn jwt(claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.c2ln", part(&json!({"alg": "RS256"})), part(claims))
}

pub(super) fn claims() -> Value {
    json!({"iss": "https://ci.example", "sub": "repo:a/b", "aud": ["one", "two"],
        "iat": 1_767_196_800, "exp": 1_767_200_400})
}

fn oidc(token: &str) -> AssumeRoleWithOIDC {
    AssumeRoleWithOIDC {
        oidc_provider_arn: Some(PROVIDER.to_owned()),
        oidc_token: Some(token.into()),
        role_arn: Some(ROLE.to_owned()),
        role_session_name: Some("ci".to_owned()),
        ..AssumeRoleWithOIDC::default()
    }
}

#[test]
fn a_token_of_a_provider_is_enough() {
    let cloud = Cloud::new();
    // Whatever the client would sign with: this call is not signed.
    let nobody = client(&cloud.emulator, credentials("nobody", "nothing"), "o");
    let answer = block_on(nobody.call(&oidc(&jwt(&claims())))).unwrap();
    assert_eq!(answer.assumed_role_user.arn, "acs:ram::1000000000000001:role/admin/ci");
    let info = &answer.oidc_token_info;
    assert_eq!((info.subject.as_str(), info.issuer.as_str()), ("repo:a/b", "https://ci.example"));
    assert_eq!((info.client_ids.as_str(), info.verification_info.as_str()), ("one,two", "Success"));
    assert_eq!(info.expiration_time, "2025-12-31T17:00:00Z");
    assert_eq!(info.issuance_time, "2025-12-31T16:00:00Z");
    let given = usable(&answer.credentials);
    assert_eq!(attempt(&cloud, SignatureScheme::V3, "1", given), refusal(200, "200"));
    // The provider's token is judged by the world's clock.
    cloud.advance(3600);
    let late = block_on(nobody.call(&oidc(&jwt(&claims())))).unwrap_err();
    assert_eq!((late.status, late.code.as_str()), (Some(401), "AuthenticationFail.OIDCToken.Expired"));
}

/// A request without a key, in the words of the client that it was read from.
fn unsigned(method: &str, query: &str, headers: &[(&str, &str)]) -> HttpRequest {
    HttpRequest {
        method: method.to_owned(),
        path: "/".to_owned(),
        query: decode_form(query).unwrap(),
        headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        body: Vec::new(),
    }
}

#[test]
fn both_official_clients_are_understood() {
    let token = jwt(&claims());
    let own = format!(
        "DurationSeconds=3600&RoleArn={ROLE}&OIDCProviderArn={PROVIDER}&OIDCToken={token}&RoleSessionName=ci"
    );
    // alibabacloud-credentials 1.0.12: no nonce, nothing in headers.
    let credentials = unsigned(
        "GET",
        &format!(
            "Action=AssumeRoleWithOIDC&Format=JSON&Version=2015-04-01&Timestamp=2025-12-31T16:00:00Z&{own}"
        ),
        &[("host", "127.0.0.1:1")],
    );
    // alibabacloud-sts20150401 1.2.0 with alibabacloud-tea-openapi 0.4.6.
    let sdk = unsigned(
        "POST",
        &format!(
            "Action=AssumeRoleWithOIDC&Format=json&Version=2015-04-01&Timestamp=2025-12-31T16:00:00Z&SignatureNonce=n&{own}"
        ),
        &[("host", "127.0.0.1:1"), ("x-acs-version", "2015-04-01"), ("x-acs-action", "AssumeRoleWithOIDC")],
    );
    // The V3 form without Authorization.
    let headers = unsigned(
        "POST",
        &own,
        &[
            ("host", "127.0.0.1:1"),
            ("x-acs-version", "2015-04-01"),
            ("x-acs-action", "AssumeRoleWithOIDC"),
            ("x-acs-date", "2025-12-31T16:00:00Z"),
            ("x-acs-signature-nonce", "m"),
        ],
    );
    let cloud = Cloud::new();
    for request in [credentials, sdk, headers] {
        let (status, body) = read(&cloud.send(&request));
        assert_eq!(status, 200, "{body}");
        for field in ["AccessKeyId", "AccessKeySecret", "SecurityToken", "Expiration"] {
            assert!(body["Credentials"][field].is_string(), "{field}");
        }
        assert!(body["RequestId"].is_string());
    }
    let shown = serde_json::to_string(&cloud.journal()).unwrap();
    assert!(shown.contains("AssumeRoleWithOIDC") && !shown.contains(&token), "{shown}");
}

#[test]
fn nothing_else_is_served_without_a_signature() {
    let cloud = Cloud::new();
    for (action, version) in [
        ("GetCallerIdentity", "2015-04-01"),
        ("AssumeRole", "2015-04-01"),
        ("DescribeContactList", "2019-01-01"),
        ("StopInstance", "2014-05-26"),
        ("AssumeRoleWithOIDC", "2019-01-01"),
    ] {
        let query = format!("Action={action}&Version={version}&Format=JSON&Timestamp=2025-12-31T16:00:00Z");
        let answer = read(&cloud.send(&unsigned("GET", &query, &[("host", "h")])));
        assert_eq!(code(&answer), (400, "MissingAccessKeyId"), "{action}");
    }
    // Half a signature is a wrong one.
    let query = "Action=AssumeRoleWithOIDC&Version=2015-04-01&Timestamp=2025-12-31T16:00:00Z&Signature=x";
    assert_eq!(code(&read(&cloud.send(&unsigned("GET", query, &[])))), (400, "MissingAccessKeyId"));
    let query = "Action=AssumeRoleWithOIDC&Version=2015-04-01";
    assert_eq!(code(&read(&cloud.send(&unsigned("GET", query, &[])))), (400, "MissingTimestamp"));
    let query = "Action=AssumeRoleWithOIDC&Version=2015-04-01&Timestamp=2025-12-31T15:00:00Z";
    assert_eq!(code(&read(&cloud.send(&unsigned("GET", query, &[])))), (400, "InvalidTimeStamp.Expired"));
}

#[test]
fn what_a_provider_would_not_say_is_refused() {
    let cloud = Cloud::new();
    let good = jwt(&claims());
    let refused = |call: &AssumeRoleWithOIDC| {
        let (status, code, message) = cloud.refused(call);
        assert!(!message.contains("repo:a/b"), "{message}");
        (status, code)
    };
    let without = |key: &str| {
        let mut claims = claims();
        claims.as_object_mut().unwrap().remove(key);
        oidc(&jwt(&claims))
    };
    for (call, status, code) in [
        (AssumeRoleWithOIDC { oidc_token: None, ..oidc(&good) }, 400, "MissingParameter.OIDCToken"),
        (AssumeRoleWithOIDC { role_arn: None, ..oidc(&good) }, 400, "MissingParameter.RoleArn"),
        (
            AssumeRoleWithOIDC { oidc_provider_arn: None, ..oidc(&good) },
            400,
            "MissingParameter.OIDCProviderArn",
        ),
        (
            AssumeRoleWithOIDC { oidc_provider_arn: Some("ci".to_owned()), ..oidc(&good) },
            403,
            "AuthenticationFail.NoPermission",
        ),
        (
            AssumeRoleWithOIDC {
                oidc_provider_arn: Some("acs:ram::42:oidc-provider/ci".to_owned()),
                ..oidc(&good)
            },
            403,
            "AuthenticationFail.NoPermission",
        ),
        (oidc("abc"), 401, "AuthenticationFail.OIDCToken.Invalid"),
        (oidc("a.b.c"), 401, "AuthenticationFail.OIDCToken.Invalid"),
        (oidc(&"x".repeat(20_001)), 401, "AuthenticationFail.OIDCToken.Invalid"),
        (without("iss"), 401, "AuthenticationFail.OIDCToken.Invalid"),
        (without("exp"), 401, "AuthenticationFail.OIDCToken.Invalid"),
        (
            AssumeRoleWithOIDC { duration_seconds: Some(1), ..oidc(&good) },
            400,
            "InvalidParameter.DurationSeconds",
        ),
    ] {
        assert_eq!(refused(&call), refusal(status, code));
    }
}

#[test]
fn no_secret_of_a_temporary_key_is_shown() {
    let cloud = Cloud::new();
    let answer = assume(&cloud);
    let given = usable(&answer.credentials);
    let (secret, token) = (given.access_key_secret.expose(), given.security_token.as_ref().unwrap().expose());
    let mut indiscreet = contact("alice", webhook("t"));
    indiscreet.describe = format!("{secret} {token}");
    let temporary = client(&cloud.emulator, given.clone(), "t").with_scheme(SignatureScheme::V1Query);
    block_on(temporary.call(&indiscreet)).unwrap();
    let shown = serde_json::to_string(&cloud.journal()).unwrap();
    assert!(!shown.contains(secret) && !shown.contains(token), "{shown}");
    let shown = format!("{answer:?} {:?}", cloud.emulator);
    assert!(!shown.contains(secret) && !shown.contains(token), "{shown}");
}

#[test]
fn only_so_many_keys_are_kept() {
    let cloud = Cloud::with_switches(&[("timestamp_window", "off")]);
    let first = usable(&assume(&cloud).credentials);
    let expires = Duration::from_secs(3600);
    cloud.advance(expires.as_secs());
    for _ in 0..999 {
        assume(&cloud);
    }
    assert_eq!(attempt(&cloud, SignatureScheme::V3, "1", first.clone()).1, "InvalidSecurityToken.Expired");
    let last = usable(&assume(&cloud).credentials);
    assert_eq!(attempt(&cloud, SignatureScheme::V3, "2", first).1, "InvalidAccessKeyId.NotFound");
    assert_eq!(attempt(&cloud, SignatureScheme::V3, "3", last), refusal(200, "200"));
}
