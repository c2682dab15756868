//! Programs that print a key pair, and people who are signed in to CloudSSO.

use serde_json::{Value, json};
use wiremock::{Request, ResponseTemplate};

use super::bench::{Bench, Fake, answer};
use crate::support::Run;

fn shell(script: &str) -> String {
    format!("/bin/sh -c '{script}'")
}

fn external(bench: &Bench, command: &str, more: &[(&str, &str)]) -> Run {
    bench.profiles(&json!([{"name": "helper", "mode": "External", "process_command": command}]));
    bench.plan(more).hides("c4n4ry")
}

#[test]
fn a_program_is_started_without_a_shell_and_believed() {
    let bench = Bench::new();
    let fixed = r#"{"mode": "AK", "access_key_id": "testAk", "access_key_secret": "testSk"}"#;
    let file = bench.private("fixed key.json", fixed);
    external(&bench, &format!("/bin/cat \"{file}\""), &[]).exits(0).says("6 to create");
    let key = bench.issue(3600);
    let temporary = json!({"mode": "StsToken", "access_key_id": key.access_key_id,
        "access_key_secret": key.access_key_secret.unwrap().expose(),
        "sts_token": key.security_token.unwrap().expose(), "expiration": key.expiration});
    let file = bench.private("temporary.json", &temporary.to_string());
    external(&bench, &format!("/bin/cat {file}"), &[]).exits(0);
    // What a shell would expand stays as it is.
    external(&bench, "/bin/cat $HOME/nothing ; id", &[]).exits(3).says("$HOME/nothing");
    external(&bench, "/bin/cat", &[("ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS", "true")])
        .exits(2)
        .says("profile `helper` of")
        .says("`ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS` is set");
}

#[test]
fn what_a_program_says_is_passed_on_without_secrets() {
    let bench = Bench::new();
    let good = r#"{\"mode\":\"AK\",\"access_key_id\":\"testAk\",\"access_key_secret\":\"testSk\"}"#;
    let run =
        external(&bench, &shell(&format!("echo \"{good}\"; echo session ends soon, key testSk >&2")), &[]);
    run.exits(0).says("says: session ends soon, key [secret]").hides("testSk");
    external(
        &bench,
        &shell("echo please sign in with $CI_SECRET >&2; exit 7"),
        &[("CI_SECRET", "c4n4ry-of-ci")],
    )
    .exits(3)
    .says("`/bin/sh` failed (exit status: 7); it said: please sign in with [secret]")
    .says("run the program by hand");
    external(&bench, &shell("echo c4n4ry-key-without-json; echo gave c4n4ry-key-without-json >&2"), &[])
        .exits(3)
        .says("`/bin/sh` did not print a key pair: its output is not a JSON object; it said: gave [secret]");
    for (answer, said) in [
        ("{}", "it has no `mode`"),
        (r#"{\"mode\":\"RamRoleArn\"}"#, "its `mode` is neither AK nor StsToken"),
        (r#"{\"mode\":\"AK\",\"access_key_id\":\"a\"}"#, "half a key pair: it held `access_key_id`"),
        (
            r#"{\"mode\":\"StsToken\",\"access_key_id\":\"a\",\"access_key_secret\":\"c4n4ry\"}"#,
            "`sts_token` is missing or empty",
        ),
    ] {
        external(&bench, &shell(&format!("echo \"{answer}\"")), &[]).exits(3).says(said);
    }
    external(&bench, "/no/such/program", &[]).exits(2).says("`/no/such/program` cannot be started");
    external(&bench, "cat 'open", &[]).exits(2).says("`process_command` has a `'` that is not closed");
    external(&bench, "  ", &[]).exits(2).says("`process_command` names no program");
}

fn signed_in(url: &str, more: &Value) -> Value {
    let mut profile = json!({"name": "sso", "mode": "CloudSSO", "cloud_sso_sign_in_url": format!("{url}/device/login"),
        "access_token": "c4n4ry-access-token", "cloud_sso_access_token_expire": 4_000_000_000_i64,
        "cloud_sso_access_config": "ac-1", "cloud_sso_account_id": "1000000000000001"});
    profile.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!([profile])
}

#[test]
fn who_is_signed_in_to_cloud_sso_gets_keys() {
    let bench = Bench::new();
    let key = answer(&bench.issue(3600));
    let fake = Fake::start(move |request: &Request| {
        let bearer = request.headers.get("authorization").map_or("", |value| value.to_str().unwrap());
        if bearer != "Bearer c4n4ry-access-token" {
            return ResponseTemplate::new(401).set_body_json(
                json!({"ErrorCode": "InvalidToken", "ErrorMessage": format!("no {bearer}"), "RequestId": "R-5"}),
            );
        }
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        if request.url.path() != "/cloud-credentials"
            || body != json!({"AccountId": "1000000000000001", "AccessConfigurationId": "ac-1"})
        {
            return ResponseTemplate::new(200).set_body_json(json!({"RequestId": "R-6"}));
        }
        ResponseTemplate::new(200).set_body_json(json!({"CloudCredential": key, "RequestId": "R-7"}))
    });
    let plan = |more: Value| {
        bench.profiles(&signed_in(&fake.url(), &more));
        bench.plan(&[]).hides("c4n4ry")
    };
    plan(json!({})).exits(0).says("6 to create");
    assert_eq!(fake.log(), ["POST /cloud-credentials"]);
    plan(json!({"access_token": "c4n4ry-old-token"}))
        .exits(3)
        .says("profile `sso` of")
        .says("answered HTTP 401: InvalidToken: no Bearer [secret]: RequestId R-5")
        .says("`aliyun configure --mode CloudSSO --profile sso`");
    plan(json!({"cloud_sso_access_token_expire": 1_700_000_000})).exits(2).says("the sign-in ended at 2023-");
    plan(json!({"access_token": ""})).exits(2).says("nobody is signed in");
    plan(json!({"cloud_sso_account_id": "2"})).exits(3).says("it lacks `CloudCredential`");
    plan(json!({"cloud_sso_access_config": null}))
        .exits(2)
        .says("`cloud_sso_access_config` is missing or empty");
    plan(json!({"cloud_sso_sign_in_url": "http://signin.example.com/x"}))
        .exits(2)
        .says("`cloud_sso_sign_in_url` is not https");
}
