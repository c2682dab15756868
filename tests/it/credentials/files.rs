//! Files of credentials, read as the official libraries and the command line read them.

use bellcheck::clock::{Clock as _, SystemClock};
use serde_json::{Value, json};

use super::bench::{Bench, ROLE, SPEC};

fn section(name: &str, id: &str, secret: &str) -> String {
    format!("[{name}]\ntype = access_key\naccess_key_id = {id}\naccess_key_secret = {secret}\n")
}

#[test]
fn a_section_is_looked_for_in_both_files() {
    let bench = Bench::with(&["--access-key", "testAk:testSk", "--access-key", "otherAk:otherSk"]);
    let ini = |name: &str, text: &str| bench.private(&format!("home/.alibabacloud/{name}"), text);
    ini("credentials", &section("staging", "otherAk", "otherSk"));
    ini("credentials.ini", &section("default", "testAk", "testSk"));
    let run = bench.plan(&[]).exits(0).says("Account 1000000000000001,");
    run.says("section `default` of").says("credentials.ini").hides("counts");
    bench.run(&[], &["plan", SPEC, "--profile", "staging"]).exits(0).says("Account 1000000000000002,");
    bench.plan(&[("ALIBABACLOUD_PROFILE", "staging")]).exits(0).says("Account 1000000000000002,");
    bench
        .run(&[], &["plan", SPEC, "--profile", "stagging"])
        .exits(2)
        .says("credentials and")
        .says("did you mean `staging`?");
    // Both have it: the first one counts, and it is said where they differ.
    ini("credentials", &section("default", "otherAk", "otherSk"));
    let run = bench.plan(&[]).exits(0).says("Account 1000000000000002,");
    run.says("they differ; the first counts, and some libraries read the other");
    ini("credentials", &section("default", "testAk", "testSk").replace(" = ", "="));
    bench.plan(&[]).exits(0).hides("they differ");
    // One that is switched off is not what is meant.
    ini("credentials", &format!("{}enable = false\n", section("default", "otherAk", "otherSk")));
    bench.plan(&[]).exits(0).says("Account 1000000000000001,").hides("they differ");
}

#[test]
fn comments_and_quotes_are_no_part_of_a_value() {
    let bench = Bench::with(&["--access-key", "testAk:testSk"]);
    let plan = |id: &str, secret: &str| {
        bench.ini(&section("default # mine", id, secret).replacen("default # mine]", "default] # mine", 1));
        bench.plan(&[]).exits(0).says("Account 1000000000000001,")
    };
    plan("testAk # mine", "testSk#mine").hides("credentials::ini-line");
    plan("testAk", "\"testSk\"")
        .says("line 4: `access_key_secret`: its quotes are taken off; the Python library keeps them")
        .hides("testSk");
    plan("'testAk' # mine", "testSk").says("line 3: `access_key_id`: its quotes are taken off");
    plan("testAk", "testSk;mine").says("line 4: `access_key_secret`: what begins with `;` is a comment");
    bench.ini("[default]\ntype: access_key\n  access_key_id=testAk\naccess_key_secret=testSk\n");
    bench
        .plan(&[])
        .exits(0)
        .says("line 2: `type`: it is written with `:`")
        .says("line 3: `access_key_id`: it is indented");
    let json = bench.private("a.json", "{\"profiles\": []}");
    bench
        .plan(&[("ALIBABA_CLOUD_CREDENTIALS_FILE", &json), ("ALIBABA_CLOUD_IGNORE_PROFILE", "true")])
        .exits(2)
        .says("line 1: the file is JSON, and no ini file")
        .says("ALIBABA_CLOUD_CONFIG_FILE");
}

#[test]
fn keys_of_an_oauth_profile_are_used_while_they_are_valid() {
    let bench = Bench::new();
    let key = bench.issue(3600);
    let now = u64::try_from(SystemClock.now().as_second()).unwrap();
    let plan = |more: &Value| {
        let mut profile = json!({"name": "browser", "mode": "OAuth", "oauth_site_type": "CN",
            "oauth_access_token": "c4n4ry-access", "oauth_refresh_token": "c4n4ry-refresh",
            "access_key_id": key.access_key_id,
            "access_key_secret": key.access_key_secret.as_ref().unwrap().expose(),
            "sts_token": key.security_token.as_ref().unwrap().expose(), "sts_expiration": now + 3000});
        profile.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        bench.profiles(&json!([profile]));
        bench.plan(&[]).hides("c4n4ry")
    };
    plan(&json!({})).exits(0).says("credentials from profile `browser` of").says("6 to create");
    plan(&json!({"sts_expiration": 1_767_225_600}))
        .exits(2)
        .says("the keys that were got by OAuth expired at 2026-01-01T00:00:00Z")
        .says("`aliyun sts GetCallerIdentity --profile browser`");
    plan(&json!({"sts_token": ""})).exits(2).says("mode OAuth, and `sts_token` is missing or empty");
    plan(&json!({"sts_expiration": null})).exits(2).says("mode OAuth, and `sts_expiration` does not say");
}

#[test]
fn a_role_can_be_asked_for_with_temporary_keys() {
    let bench = Bench::new();
    let key = bench.issue(3600);
    let mut profile = json!({"name": "p", "mode": "RamRoleArn", "access_key_id": key.access_key_id,
        "access_key_secret": key.access_key_secret.unwrap().expose(),
        "sts_token": key.security_token.unwrap().expose(), "ram_role_arn": ROLE, "duration_seconds": 1200});
    bench.profiles(&json!([profile]));
    bench.plan(&[]).exits(0).says("6 to create");
    assert_eq!(bench.calls("AssumeRole").last().unwrap()["DurationSeconds"], "1200");
    profile["sts_token"] = json!("");
    bench.profiles(&json!([profile]));
    bench.plan(&[]).exits(3).says("MissingSecurityToken");
}
