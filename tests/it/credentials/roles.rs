//! Roles that are assumed: by a key pair, by a chain of profiles, by an identity provider's token.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::bench::{Bench, PROVIDER, ROLE, SPEC};

/// A token of an identity provider that nobody checks the signature of.
pub(super) fn token(expires: i64) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = json!({"iss": "https://oidc.example.com", "sub": "system:serviceaccount:ops:bellcheck",
        "aud": "sts.aliyuncs.com", "exp": expires, "iat": 1});
    format!("{}.{}.c4n4ry0signature", part(&json!({"alg": "RS256"})), part(&claims))
}

fn asking(name: &str, role: &str, more: Value) -> Value {
    let mut profile = json!({"name": name, "mode": "RamRoleArn", "access_key_id": "testAk",
        "access_key_secret": "testSk", "ram_role_arn": role, "ram_session_name": format!("{name}-session")});
    profile.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    profile
}

#[test]
fn a_role_is_assumed_as_the_profile_says() {
    let bench = Bench::new();
    bench.profiles(&json!([asking(
        "deploy",
        ROLE,
        json!({"expired_seconds": 1800, "external_id": "ext-1",
        "policy": "{\"Version\":\"1\",\"Statement\":[]}", "sts_region": "cn-beijing"})
    )]));
    bench.plan(&[]).exits(0).says("6 to create");
    let calls = bench.calls("AssumeRole");
    assert_eq!(calls.len(), 1, "one key pair serves all calls");
    assert_eq!(calls[0]["RoleArn"], ROLE);
    assert_eq!(calls[0]["RoleSessionName"], "deploy-session");
    assert_eq!(calls[0]["DurationSeconds"], "1800");
    assert_eq!(calls[0]["ExternalId"], "ext-1");
    assert!(calls[0]["Policy"].is_string());
    bench.run(&[], &["apply", SPEC, "--yes"]).exits(0);

    bench.profiles(&json!([{"name": "x", "mode": "AK"}]));
    bench.ini(&format!(
        "[deploy]\ntype = ram_role_arn\naccess_key_id = testAk\naccess_key_secret = testSk\nrole_arn = {ROLE}\n"
    ));
    bench.plan(&[("ALIBABA_CLOUD_PROFILE", "deploy")]).exits(0);
    assert_eq!(bench.calls("AssumeRole")[2]["RoleSessionName"], "bellcheck");
}

#[test]
fn a_chain_of_roles_is_walked_and_a_circle_is_found() {
    let bench = Bench::new();
    let inner = "acs:ram::1000000000000001:role/inner";
    bench.profiles(&json!([
        {"name": "outer", "mode": "ChainableRamRoleArn", "source_profile": "inner", "ram_role_arn": ROLE,
         "ram_session_name": "outer-session"},
        asking("inner", inner, json!({})),
    ]));
    bench.plan(&[]).exits(0).says("6 to create");
    let roles: Vec<Value> = bench.calls("AssumeRole").iter().map(|call| call["RoleArn"].clone()).collect();
    assert_eq!(roles, [json!(inner), json!(ROLE)]);

    let link = |name: &str, source: &str| json!({"name": name, "mode": "ChainableRamRoleArn", "source_profile": source, "ram_role_arn": ROLE});
    bench.profiles(&json!([link("a", "b"), link("b", "c"), link("c", "a")]));
    bench
        .plan(&[])
        .exits(2)
        .says("profile `a` of")
        .says("the source profiles go round in a circle: a → b → c → a help:");
    bench.profiles(&json!([link("a", "a")]));
    bench.plan(&[]).exits(2).says("in a circle: a → a");
    // One that does not lead back to where it was begun.
    bench.profiles(&json!([link("a", "b"), link("b", "c"), link("c", "b")]));
    bench.plan(&[]).exits(2).says("in a circle: a → b → c → b");
    bench.profiles(&json!([link("a", "inmer"), asking("inner", inner, json!({}))]));
    bench
        .plan(&[])
        .exits(2)
        .says("`source_profile` `inmer` is not in the file")
        .says("did you mean `inner`?");
    bench.profiles(&json!([link("a", "b"), {"name": "b", "mode": "BearerToken"}]));
    bench.plan(&[]).exits(2).says("its source profile `b`: mode BearerToken is not supported");
}

#[test]
fn a_refused_role_is_told_in_the_words_of_sts() {
    let bench = Bench::with(&["--switch", "key_owner=account"]);
    bench.profiles(&json!([asking("deploy", ROLE, json!({}))]));
    bench
        .plan(&[])
        .exits(3)
        .says("profile `deploy` of")
        .says("AssumeRole failed: NoPermission: Roles may not be assumed by root accounts.")
        .says("RequestId")
        .says("sts:AssumeRole");
    bench.profiles(&json!([asking("deploy", "acs:ram::1:role/admin", json!({}))]));
    bench.plan(&[]).exits(3).says("EntityNotExist.Role");
    bench.profiles(&json!([asking("deploy", ROLE, json!({"access_key_secret": "c4n4ry-wrong"}))]));
    bench.plan(&[]).exits(3).says("SignatureDoesNotMatch").hides("c4n4ry-wrong");
    assert_eq!(bench.cloud.writes(0).iter().filter(|call| call.0 != "AssumeRole").count(), 0);
}

#[test]
fn a_workload_assumes_its_role_with_its_token() {
    let bench = Bench::new();
    let file = bench.private("token", &format!("{}\n", token(4_000_000_000)));
    let variables = [
        ("ALIBABA_CLOUD_ROLE_ARN", ROLE),
        ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", PROVIDER),
        ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", file.as_str()),
        ("ALIBABA_CLOUD_ROLE_SESSION_NAME", "pod-1"),
    ];
    bench.plan(&variables).exits(0).says("6 to create");
    assert_eq!(bench.calls("AssumeRoleWithOIDC")[0]["RoleSessionName"], "pod-1");
    bench.plan(&variables[..3]).exits(0);
    assert_eq!(bench.calls("AssumeRoleWithOIDC")[1]["RoleSessionName"], "bellcheck");
    // The role's variable alone is no sign of a workload.
    bench.plan(&variables[..1]).exits(2).says("no credentials were found");
    bench
        .plan(&variables[1..2])
        .exits(2)
        .says("OIDC: `ALIBABA_CLOUD_OIDC_PROVIDER_ARN` is set")
        .says("`ALIBABA_CLOUD_ROLE_ARN` and `ALIBABA_CLOUD_OIDC_TOKEN_FILE` is not");

    bench.profiles(
        &json!([{"name": "pod", "mode": "OIDC", "ram_role_arn": ROLE, "oidc_provider_arn": PROVIDER,
        "oidc_token_file": file}]),
    );
    bench.plan(&[]).exits(0);
    bench.ini(&format!(
        "[pod2]\ntype = oidc_role_arn\nrole_arn = {ROLE}\noidc_provider_arn = {PROVIDER}\noidc_token_file_path = {file}\n"
    ));
    bench.run(&[], &["plan", SPEC, "--profile", "pod2"]).exits(0);
    assert_eq!(bench.calls("AssumeRoleWithOIDC").len(), 4);

    bench.private("token", &token(1));
    bench
        .plan(&variables)
        .exits(3)
        .says("OIDC: AssumeRoleWithOIDC failed: AuthenticationFail.OIDCToken.Expired")
        .says("RequestId")
        .hides("c4n4ry");
    bench.private("token", " \n");
    bench.plan(&variables).exits(2).says("token is empty");
    std::fs::remove_file(bench.desk.path("token")).unwrap();
    bench.plan(&variables).exits(2).says("there is no token at");
}
