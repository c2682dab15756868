//! Which source wins, and what is told when none does.

use std::{fs, os::unix::fs::PermissionsExt as _};

use serde_json::json;

use super::bench::{Bench, Fake, SPEC, answer, made_up, mirror};
use crate::support::Run;

const AK: [(&str, &str); 2] =
    [("ALIBABA_CLOUD_ACCESS_KEY_ID", "environmentAk"), ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "s3cret")];

fn profile(name: &str) -> serde_json::Value {
    json!({"name": name, "mode": "AK", "access_key_id": format!("{name}Ak"), "access_key_secret": "s3cret"})
}

#[test]
fn the_first_source_that_is_there_wins() {
    let bench = Bench::new();
    let cloud = mirror();
    let metadata = Fake::start(|request| match (request.method.as_str(), request.url.path()) {
        ("PUT", _) => wiremock::ResponseTemplate::new(200).set_body_string("t0ken"),
        (_, "/latest/meta-data/ram/security-credentials/") => {
            wiremock::ResponseTemplate::new(200).set_body_string("role-1\n")
        }
        _ => {
            let mut key = made_up("2099-01-01T00:00:00Z");
            key.access_key_id = "STS.metadata".to_owned();
            wiremock::ResponseTemplate::new(200).set_body_json(answer(&key))
        }
    });
    let uri = Fake::start(|_| {
        let mut key = made_up("2099-01-01T00:00:00Z");
        key.access_key_id = "STS.uri".to_owned();
        wiremock::ResponseTemplate::new(200).set_body_json(answer(&key))
    });
    bench.profiles(&json!([profile("current"), profile("other")]));
    bench.ini("[default]\ntype = access_key\naccess_key_id = iniAk\naccess_key_secret = s3cret\n[third]\ntype=access_key\naccess_key_id=thirdAk\naccess_key_secret=s3cret\n");
    let (endpoint, metadata_url, uri_url) = (cloud.url(), metadata.url(), uri.url());
    let base = [
        ("BELLCHECK_ENDPOINT", endpoint.as_str()),
        ("BELLCHECK_METADATA_ENDPOINT", metadata_url.as_str()),
        ("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "false"),
        ("ALIBABA_CLOUD_CREDENTIALS_URI", uri_url.as_str()),
    ];
    let run = |more: &[(&str, &str)], args: &[&str]| -> Run {
        let environment: Vec<(&str, &str)> = base.iter().chain(more).copied().collect();
        bench.run(&environment, &[&["plan", SPEC], args].concat()).exits(3)
    };
    let flags = ["--access-key-id", "flagAk", "--access-key-secret", "s3cret", "--profile", "other"];
    run(&AK, &flags).says("called by flagAk");
    let with_token = [&flags[..], &["--security-token", "t0ken"]].concat();
    run(&AK, &with_token).says("called by flagAk with a token");
    run(&AK, &["--profile", "other"]).says("called by otherAk");
    run(&AK, &["--profile", "third"]).says("called by thirdAk");
    run(&AK, &[]).says("called by environmentAk").hides("with a token");
    let profile = |name| [AK[0], AK[1], ("ALIBABA_CLOUD_PROFILE", name)];
    run(&profile("other"), &[]).says("called by environmentAk").says(
        "`ALIBABA_CLOUD_PROFILE` names the profile `other`, and the key pair in the environment comes before",
    );
    run(&profile("other")[2..], &[]).says("called by otherAk");
    run(&profile("third")[2..], &[]).says("called by thirdAk");
    run(&[], &[]).says("called by currentAk");
    run(&[("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "true")], &[]).says("called by iniAk");
    assert_eq!(metadata.log(), [] as [String; 0], "only asked when nothing before is there");
    let none = ("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "true");
    bench.ini("[unrelated]\n");
    run(&[none], &[]).says("called by STS.metadata with a token");
    assert_eq!(uri.log(), [] as [String; 0]);
    run(&[none, ("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")], &[]).says("called by STS.uri with a token");
}

#[test]
fn nothing_found_lists_where_it_was_looked_for() {
    let bench = Bench::new();
    bench
        .plan(&[("ALIYUN_ACCESS_KEY_ID", "c4n4ry")])
        .exits(2)
        .says("- `ALIYUN_ACCESS_KEY_ID` is set, and bellcheck does not read it")
        .hides("c4n4ry");
    let run = bench.plan(&[]).exits(2);
    let run = ["the flags", "the environment", ".aliyun/config.json: there is no such file"]
        .into_iter()
        .fold(run.says("no credentials were found"), |run, text| run.says(text))
        .says("OIDC: `ALIBABA_CLOUD_OIDC_PROVIDER_ARN` and `ALIBABA_CLOUD_OIDC_TOKEN_FILE` are not set")
        .says("not asked: `ALIBABA_CLOUD_ECS_METADATA_DISABLED` is set")
        .says("`ALIBABA_CLOUD_CREDENTIALS_URI` is not set")
        .says("testAk and testSk");
    assert_eq!(run.stdout, "");
    // Without a home folder no file is read, and it is said so.
    bench
        .desk
        .run_with(&[("BELLCHECK_ENDPOINT", &bench.cloud.endpoint())], &["plan", SPEC])
        .exits(2)
        .says("~/.aliyun/config.json: not read: there is no home folder");
    // What the command line writes by itself is no key pair, and no broken one either.
    bench.profiles(&json!([{"name": "default", "mode": "AK", "access_key_id": "", "access_key_secret": ""}]));
    bench.plan(&[]).exits(2).says("its profile `default` is empty");
    bench.ini("[default]\nenable = false\n");
    bench.plan(&[]).exits(2).says("its section `default` says `enable = false`");
}

#[test]
fn profiles_sign_calls_that_the_cloud_takes() {
    let bench = Bench::with(&["--access-key", "testAk:testSk", "--access-key", "profileAk:pr0file+secret/"]);
    let key = bench.issue(3600);
    bench.profiles(&json!([
        {"name": "default", "mode": "ak", "access_key_id": "profileAk", "access_key_secret": "pr0file+secret/",
         "sts_token": "left-behind-by-another-mode"},
        {"name": "temporary", "mode": "StsToken", "access_key_id": key.access_key_id,
         "access_key_secret": key.access_key_secret.unwrap().expose(),
         "sts_token": key.security_token.unwrap().expose()},
    ]));
    bench.plan(&[]).exits(0).says("6 to create");
    bench.run(&[], &["plan", SPEC, "--profile", "temporary"]).exits(0).says("6 to create");
    let file = bench.private(
        "elsewhere",
        "[default]\ntype: access_key\naccess_key_id: profileAk\naccess_key_secret: pr0file+secret/\n",
    );
    let ini = [("ALIBABA_CLOUD_CREDENTIALS_FILE", file.as_str()), ("ALIBABA_CLOUD_IGNORE_PROFILE", "TRUE")];
    bench.plan(&ini).exits(0).says("6 to create");
}

#[test]
fn a_file_that_others_can_read_is_warned_of() {
    let bench = Bench::new();
    bench.profiles(
        &json!([{"name": "default", "mode": "AK", "access_key_id": "testAk", "access_key_secret": "testSk"}]),
    );
    bench.plan(&[]).exits(0).hides("others can read it");
    let path = bench.desk.path("home/.aliyun/config.json");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let run = bench.plan(&[]).exits(0).says("others can read it (mode 644)").says("chmod 600");
    assert!(!run.stdout.contains("chmod"), "a warning is talk");
}
