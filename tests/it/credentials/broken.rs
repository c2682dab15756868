//! Each broken form of a file, as a user sees it: it names the source, the cause and the remedy,
//! ends the search, and shows nothing of what is in the file.

use std::{fs, os::unix::fs::PermissionsExt as _};

use serde_json::json;

use super::bench::{Bench, ROLE, SPEC};
use crate::support::Run;

/// A key pair in the flags' stead that must not be fallen back to.
const URI: [(&str, &str); 1] = [("ALIBABA_CLOUD_CREDENTIALS_URI", "http://127.0.0.1:9/never-asked")];

/// All that a user sees of these runs, one after another.
fn seen(bench: &Bench, runs: impl IntoIterator<Item = (&'static str, Run)>) -> String {
    let mut text = String::new();
    for (name, run) in runs {
        assert_eq!(run.code, 2, "{name}: {}", run.all());
        let run = run.hides("c4n4ry").hides("never-asked");
        assert_eq!(run.stdout, "", "{name}");
        text.push_str(&format!("{name}\n{}\n", run.stderr));
    }
    // Where lines are wrapped depends on how long the path of the test's folder is.
    text.replace("\n  │ ", " ").replace("\n        ", " ").replace(&bench.home(), "HOME")
}

#[test]
fn broken_profiles() {
    let bench = Bench::new();
    let written = |text: &str| {
        bench.private("home/.aliyun/config.json", text);
        bench.plan(&URI)
    };
    let profile =
        |profile: serde_json::Value| written(&json!({"current": "p", "profiles": [profile]}).to_string());
    let named = |names: &[&str], wanted: &[&str]| {
        let profiles: Vec<_> = names.iter().map(|name| json!({"name": name, "mode": "AK"})).collect();
        bench.private("home/.aliyun/config.json", &json!({"profiles": profiles}).to_string());
        bench.run(&URI, &[&["plan", SPEC], wanted].concat())
    };
    let runs = [
        (
            "not JSON",
            written("{\n  \"current\": \"p\",\n  \"profiles\": [{\"access_key_secret\": c4n4ry}]\n}"),
        ),
        ("cut off", written("{\"current\": \"p\", \"profiles\": [{\"access_key_secret\": \"c4n4ry")),
        ("empty", written("")),
        ("a list", written("[\"c4n4ry\"]")),
        ("profiles are no list", written("{\"profiles\": \"c4n4ry\"}")),
        ("a profile is no object", written("{\"profiles\": [\"c4n4ry\"]}")),
        ("a profile has no name", written("{\"profiles\": [{\"mode\": \"c4n4ry\"}]}")),
        ("twice the same", written("{\"profiles\": [{\"name\": \"p\"}, {\"name\": \"p\"}]}")),
        (
            "current is unknown",
            written("{\"current\": \"prud\", \"profiles\": [{\"name\": \"prod\"}, {\"name\": \"test\"}]}"),
        ),
        ("asked for one that is unknown", named(&["prod", "test"], &["--profile", "prd"])),
        ("no mode", profile(json!({"name": "p", "access_key_id": "a", "access_key_secret": "c4n4ry"}))),
        ("unknown mode", profile(json!({"name": "p", "mode": "RamRole"}))),
        ("RsaKeyPair", profile(json!({"name": "p", "mode": "RsaKeyPair", "private_key": "c4n4ry"}))),
        ("OAuth", profile(json!({"name": "p", "mode": "OAuth"}))),
        ("BearerToken", profile(json!({"name": "p", "mode": "BearerToken", "bearer_token": "c4n4ry"}))),
        ("Anonymous", profile(json!({"name": "p", "mode": "Anonymous"}))),
        ("half a key", profile(json!({"name": "p", "mode": "AK", "access_key_secret": "c4n4ry"}))),
        (
            "a key that is no text",
            profile(json!({"name": "p", "mode": "AK", "access_key_id": "a", "access_key_secret": 5})),
        ),
        (
            "a key with a line break",
            profile(
                json!({"name": "p", "mode": "AK", "access_key_id": "a", "access_key_secret": "c4n4ry\n"}),
            ),
        ),
        (
            "no token",
            profile(
                json!({"name": "p", "mode": "StsToken", "access_key_id": "a", "access_key_secret": "c4n4ry"}),
            ),
        ),
        (
            "no role",
            profile(
                json!({"name": "p", "mode": "RamRoleArn", "access_key_id": "a", "access_key_secret": "c4n4ry"}),
            ),
        ),
        (
            "seconds in words",
            profile(json!({"name": "p", "mode": "RamRoleArn", "access_key_id": "a",
            "access_key_secret": "c4n4ry", "ram_role_arn": ROLE, "expired_seconds": "c4n4ry"})),
        ),
        (
            "no token file",
            profile(json!({"name": "p", "mode": "OIDC", "ram_role_arn": ROLE, "oidc_provider_arn": "x"})),
        ),
        ("no URI", profile(json!({"name": "p", "mode": "CredentialsURI"}))),
        ("no program", profile(json!({"name": "p", "mode": "External"}))),
    ];
    insta::assert_snapshot!(seen(&bench, runs));
}

#[test]
fn broken_sections() {
    let bench = Bench::new();
    let written = |text: &str| {
        bench.ini(text);
        bench.plan(&URI)
    };
    let runs = [
        ("no ini file", written("[default]\ntype = access_key\nc4n4ry\n")),
        ("no section", written("access_key_secret = c4n4ry\n")),
        ("no type", written("[default]\naccess_key_secret = c4n4ry\n")),
        ("unknown type", written("[default]\n\ntype = acces_key\n")),
        ("rsa_key_pair", written("[default]\ntype = rsa_key_pair\nprivate_key_file = c4n4ry\n")),
        ("half a key", written("[default]\ntype = access_key\naccess_key_secret = c4n4ry\n")),
        (
            "no role",
            written("[default]\ntype = ram_role_arn\naccess_key_id = a\naccess_key_secret = c4n4ry\n"),
        ),
        ("switched off, and asked for", {
            bench.ini("[ops]\nenable = false\ntype = access_key\n");
            bench.run(&URI, &["plan", SPEC, "--profile", "ops"])
        }),
        ("a variable names no file", bench.plan(&[("ALIBABA_CLOUD_CREDENTIALS_FILE", "gone"), URI[0]])),
        ("a variable names no profile", bench.plan(&[("ALIBABA_CLOUD_PROFILE", "opps"), URI[0]])),
    ];
    insta::assert_snapshot!(seen(&bench, runs));
}

#[test]
fn broken_variables_and_flags() {
    let bench = Bench::new();
    bench.profiles(
        &json!([{"name": "whole", "mode": "AK", "access_key_id": "testAk", "access_key_secret": "testSk"}]),
    );
    let flags = |args: &[&str]| bench.run(&URI, &[&["plan", SPEC], args].concat());
    let runs = [
        ("half in the environment", bench.plan(&[("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "c4n4ry"), URI[0]])),
        ("only a token", bench.plan(&[("ALIBABA_CLOUD_SECURITY_TOKEN", "c4n4ry"), URI[0]])),
        ("half in the flags", flags(&["--access-key-secret", "c4n4ry"])),
        (
            "white space",
            bench.plan(&[
                ("ALIBABA_CLOUD_ACCESS_KEY_ID", "a"),
                ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "c4n4ry "),
                URI[0],
            ]),
        ),
        ("half of OIDC", bench.plan(&[("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "/c4n4ry"), URI[0]])),
    ];
    insta::assert_snapshot!(seen(&bench, runs));
}

#[test]
fn a_file_that_cannot_be_read_ends_the_search() {
    let bench = Bench::new();
    // A folder in the file's place cannot be read by anybody, the superuser included.
    fs::create_dir_all(bench.desk.path("home/.aliyun/config.json")).unwrap();
    bench.plan(&URI).exits(2).says(".aliyun/config.json: it cannot be read: ").hides("never-asked");
    bench
        .plan(&[("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "true"), URI[0]])
        .exits(3)
        .says("the credentials URI");
    fs::remove_dir(bench.desk.path("home/.aliyun/config.json")).unwrap();
    let path = bench.private("home/.aliyun/config.json", "x");
    fs::write(&path, [0xff, 0xfe, b'{']).unwrap();
    bench.plan(&URI).exits(2).says("save the file as UTF-8");
    let path = bench.private("home/.aliyun/config.json", "{}");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    // The superuser reads it all the same, and goes on to the next source.
    let run = bench.plan(&URI);
    assert!(run.code == 2 && run.stderr.contains("make the file readable") || run.code == 3, "{run:?}");
}
