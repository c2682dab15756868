//! The variables of the official tools: each is read, or named.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    thread,
};

use serde_json::json;

use super::bench::{Bench, PROVIDER, ROLE, SPEC, mirror};
use crate::support::Run;

const DEV: [(&str, &str); 2] =
    [("ALIBABA_CLOUD_ACCESS_KEY_ID", "devAk"), ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "devSk")];

/// A home with the profiles dev (current) and prod, which are two accounts, and one with prod alone.
fn two_accounts() -> Bench {
    let bench = Bench::with(&["--access-key", "prodAk:prodSk", "--access-key", "devAk:devSk"]);
    let profile = |name: &str| {
        json!({"name": name, "mode": "AK", "access_key_id": format!("{name}Ak"),
            "access_key_secret": format!("{name}Sk"), "region_id": "cn-hangzhou"})
    };
    bench.profiles(&json!([profile("dev"), profile("prod")]));
    let other = json!({"current": "prod", "profiles": [profile("prod")]});
    bench.private("other.json", &other.to_string());
    bench
}

/// The account of prod is the first that the emulator declares.
fn is_prod(run: Run) -> Run {
    run.exits(0).says("Account 1000000000000001,")
}

#[test]
fn each_tools_name_for_a_profile_or_a_key_pair_decides_the_account() {
    let bench = two_accounts();
    let other = bench.desk.path("other.json").display().to_string();
    bench.plan(&[]).exits(0).says("Account 1000000000000002, credentials from profile `dev` of");
    for name in ["ALIBABA_CLOUD_PROFILE", "ALIBABACLOUD_PROFILE", "ALICLOUD_PROFILE"] {
        is_prod(bench.plan(&[(name, "prod")])).says("profile `prod` of");
    }
    for (id, secret) in [
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
        ("ALIBABACLOUD_ACCESS_KEY_ID", "ALIBABACLOUD_ACCESS_KEY_SECRET"),
        ("ALICLOUD_ACCESS_KEY_ID", "ALICLOUD_ACCESS_KEY_SECRET"),
        ("ALICLOUD_ACCESS_KEY", "ALICLOUD_SECRET_KEY"),
    ] {
        is_prod(bench.plan(&[(id, "prodAk"), (secret, "prodSk")])).says(&format!("the environment (`{id}`)"));
    }
    for name in ["ALIBABA_CLOUD_CONFIG_FILE", "ALICLOUD_SHARED_CREDENTIALS_FILE"] {
        is_prod(bench.plan(&[(name, &other)])).says(&format!("profile `prod` of {other}"));
    }
    // The apply of a bug report: it wrote to the account of dev.
    is_prod(bench.run(&[("ALIBABACLOUD_PROFILE", "prod")], &["apply", SPEC, "--yes"]));
    bench.plan(&[]).exits(0).says("6 to create");
}

#[test]
fn a_token_travels_with_the_pair_of_its_own_tool() {
    let bench = Bench::new();
    let cloud = mirror();
    let url = cloud.url();
    let plan = |more: &[(&str, &str)]| {
        let environment: Vec<(&str, &str)> =
            [("BELLCHECK_ENDPOINT", url.as_str())].iter().chain(more).copied().collect();
        bench.plan(&environment)
    };
    for (id, secret) in [
        ("ALIBABACLOUD_ACCESS_KEY_ID", "ALIBABACLOUD_ACCESS_KEY_SECRET"),
        ("ALICLOUD_ACCESS_KEY_ID", "ALICLOUD_ACCESS_KEY_SECRET"),
        ("ALICLOUD_ACCESS_KEY", "ALICLOUD_SECRET_KEY"),
    ] {
        let token = format!("{}_SECURITY_TOKEN", id.split("_ACCESS").next().unwrap());
        plan(&[(id, "ak"), (secret, "c4n4ry")]).exits(3).hides("with a token").hides("c4n4ry");
        plan(&[(id, "ak"), (secret, "c4n4ry"), (&token, "t")]).exits(3).says("called by ak with a token");
        plan(&[(id, "ak"), (&token, "t")]).exits(2).says(&format!("`{secret}` is missing or empty"));
        plan(&[(&token, "t")]).exits(2).says("half a key pair: it held `");
    }
    // Parts of two tools are no pair.
    plan(&[("ALICLOUD_ACCESS_KEY", "ak"), ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "c4n4ry")])
        .exits(2)
        .says("half a key pair")
        .hides("c4n4ry");
}

#[test]
fn names_that_contradict_each_other_stop_and_are_both_named() {
    let bench = two_accounts();
    let prod = [("ALICLOUD_ACCESS_KEY", "prodAk"), ("ALICLOUD_SECRET_KEY", "prodSk")];
    let says = |one: &str, other: &str| format!("`{one}` and `{other}` are set to different values");
    bench
        .plan(&[DEV[0], DEV[1], prod[0], prod[1]])
        .exits(2)
        .says(&says("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALICLOUD_ACCESS_KEY"))
        .hides("prodSk");
    let same = [("ALICLOUD_ACCESS_KEY", "devAk"), ("ALICLOUD_SECRET_KEY", "devSk")];
    bench.plan(&[DEV[0], DEV[1], same[0], same[1]]).exits(0).says("Account 1000000000000002,");
    bench
        .plan(&[("ALIBABA_CLOUD_PROFILE", "dev"), ("ALICLOUD_PROFILE", "prod")])
        .exits(2)
        .says(&says("ALIBABA_CLOUD_PROFILE", "ALICLOUD_PROFILE"));
    bench.plan(&[("ALIBABA_CLOUD_PROFILE", "dev"), ("ALICLOUD_PROFILE", "dev")]).exits(0);
    bench
        .plan(&[
            ("ALIBABA_CLOUD_CREDENTIALS_URI", "http://127.0.0.1:9/a"),
            ("ALICLOUD_CREDENTIALS_URI", "b"),
            ("ALIBABA_CLOUD_IGNORE_PROFILE", "true"),
        ])
        .exits(2)
        .says(&says("ALIBABA_CLOUD_CREDENTIALS_URI", "ALICLOUD_CREDENTIALS_URI"));
    // What was typed for this run is not touched by what many runs share.
    let flags = ["plan", SPEC, "--access-key-id", "prodAk", "--access-key-secret", "prodSk"];
    let clash =
        [("ALIBABA_CLOUD_PROFILE", "dev"), ("ALICLOUD_PROFILE", "gone"), ("ALICLOUD_ASSUME_ROLE_ARN", ROLE)];
    is_prod(bench.run(&clash, &flags)).says("credentials from the flags");
    is_prod(bench.run(&clash[..2], &["plan", SPEC, "--profile", "prod"]));
}

#[test]
fn a_variable_that_is_not_read_is_named() {
    let bench = two_accounts();
    for (name, says) in [
        ("ALIBABA_CLOUD_PROFILE_MODE", "name a profile of the mode that you mean"),
        ("ALIBABACLOUD_PROFILE_PATH", "ALIBABA_CLOUD_CONFIG_FILE"),
        ("ALICLOUD_ASSUME_ROLE_ARN", "mode RamRoleArn"),
        ("ALIBABA_CLOUD_OIDC_TOKEN", "ALIBABA_CLOUD_OIDC_TOKEN_FILE"),
    ] {
        bench.plan(&[(name, "c4n4ry")]).exits(2).says(&format!("`{name}` is set")).says(says).hides("c4n4ry");
    }
    for name in ["ALIYUN_ACCESS_KEY_ID", "ALIBABA_CLOUD_BEARER_TOKEN", "ALIBABACLOUD_STS_ENDPOINT"] {
        let run = bench.plan(&[(name, "c4n4ry")]).exits(0).hides("c4n4ry");
        run.says(&format!("`{name}` is set, and bellcheck does not read it"));
    }
    bench
        .plan(&[("ALIBABA_CLOUD_ACCESSKEY_ID", "x")])
        .exits(0)
        .says("did you mean `ALIBABA_CLOUD_ACCESS_KEY_ID`?");
    bench
        .plan(&[("ACCESS_KEY_ID", "prodAk"), ("ACCESS_KEY_SECRET", "c4n4ry")])
        .exits(0)
        .says("`ACCESS_KEY_ID` and `ACCESS_KEY_SECRET` are set")
        .hides("c4n4ry");
    // Where the libraries and the command line differ in what comes first, it is said.
    bench
        .plan(&[DEV[0], DEV[1], ("ALICLOUD_PROFILE", "prod")])
        .exits(0)
        .says("Account 1000000000000002,")
        .says("`ALICLOUD_PROFILE` names the profile `prod`");
    bench
        .plan(&[DEV[0], DEV[1], ("ALIBABA_CLOUD_ROLE_ARN", ROLE)])
        .exits(0)
        .says("`ALIBABA_CLOUD_ROLE_ARN` is set, and no role is assumed");
    bench
        .plan(&[("ALIBABA_CLOUD_ACCOUNT_ID", "1000000000000001")])
        .exits(0)
        .says("says account 1000000000000001, and the credentials are of account 1000000000000002");
    // Variables of the tools that decide nothing are nobody's business.
    let quiet = [("ALIBABA_CLOUD_RETRY_COUNT", "3"), ("ALIBABA_CLOUD_CLI_PLUGIN_AUTO_INSTALL", "true")];
    assert_eq!(bench.plan(&quiet).exits(0).stderr, "");
}

#[cfg(unix)]
#[test]
fn a_value_that_is_no_text_is_named_and_not_passed_over() {
    use std::os::unix::ffi::OsStrExt as _;
    let bench = two_accounts();
    let mut command = bench.desk.command();
    command
        .env("HOME", bench.home())
        .env("BELLCHECK_ENDPOINT", bench.cloud.endpoint())
        .env("ALIBABA_CLOUD_PROFILE", std::ffi::OsStr::from_bytes(b"pr\xffd"));
    let run = Run::of(command.args(["plan", SPEC]).output().unwrap());
    run.exits(2).says("the value of `ALIBABA_CLOUD_PROFILE` is not UTF-8");
}

/// A proxy that writes down whom it is to call, and calls nobody.
fn proxy() -> (String, thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let first = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut bytes = [0; 400];
        let length = stream.read(&mut bytes).unwrap();
        stream.write_all(b"HTTP/1.1 502 Bad Gateway\r\n\r\n").ok();
        String::from_utf8_lossy(&bytes[..length]).lines().next().unwrap_or_default().to_owned()
    });
    (address, first)
}

/// Whom a plan in a closed network calls first.
fn first_call(bench: &Bench, more: &[(&str, &str)], args: &[&str]) -> String {
    let (address, first) = proxy();
    let home = bench.home();
    let environment: Vec<(&str, &str)> = [
        ("HOME", home.as_str()),
        ("HTTPS_PROXY", &address),
        ("HTTP_PROXY", &address),
        ("ALIBABA_CLOUD_REGION_ID", "ap-northeast-2"),
    ]
    .iter()
    .chain(more)
    .copied()
    .collect();
    bench.desk.run_with(&environment, &[&["plan", SPEC, "--retry-for", "0s"], args].concat()).exits(3);
    first.join().unwrap()
}

#[test]
fn sts_is_asked_where_the_official_tools_ask_it() {
    let bench = Bench::new();
    let token = bench.private("token", "t.o.ken");
    let pod = [
        ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", PROVIDER),
        ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", token.as_str()),
        ("ALIBABA_CLOUD_ROLE_ARN", ROLE),
    ];
    let call = |more: &[(&str, &str)]| {
        let all: Vec<(&str, &str)> = pod.iter().chain(more).copied().collect();
        first_call(&bench, &all, &[])
    };
    assert_eq!(call(&[]), "CONNECT sts.aliyuncs.com:443 HTTP/1.1");
    let bench_pod: Vec<(&str, &str)> = pod.iter().copied().chain([("ALICLOUD_PROFILE", "prod")]).collect();
    bench.private("token", &super::roles::token(4_000_000_000));
    bench
        .plan(&bench_pod)
        .exits(0)
        .says("`ALICLOUD_PROFILE` names the profile `prod`, and the workload's role in the environment comes before");
    let elsewhere = ("ALIBABA_CLOUD_STS_ENDPOINT", "sts.example.invalid");
    let vpc = ("ALIBABA_CLOUD_ENDPOINT_TYPE", "vpc");
    assert_eq!(call(&[elsewhere]), "CONNECT sts.example.invalid:443 HTTP/1.1");
    assert_eq!(call(&[elsewhere, vpc]), "CONNECT sts.example.invalid:443 HTTP/1.1");
    let url = ("ALIBABA_CLOUD_STS_ENDPOINT", " https://sts.example.invalid/ ");
    assert_eq!(call(&[url]), "CONNECT sts.example.invalid:443 HTTP/1.1");
    for name in ["ALIBABA_CLOUD_ENDPOINT_TYPE", "ALIBABACLOUD_ENDPOINT_TYPE", "ALICLOUD_ENDPOINT_TYPE"] {
        assert_eq!(call(&[(name, "VPC")]), "CONNECT sts-vpc.cn-hangzhou.aliyuncs.com:443 HTTP/1.1");
    }
    // A profile comes before the environment.
    let profile = |more: serde_json::Value| {
        let mut profile = json!({"name": "p", "mode": "OIDC", "ram_role_arn": ROLE, "oidc_provider_arn": PROVIDER,
            "oidc_token_file": token});
        profile.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        bench.profiles(&json!([profile]));
    };
    profile(json!({"sts_endpoint": "sts.profile.invalid"}));
    assert_eq!(first_call(&bench, &[elsewhere], &[]), "CONNECT sts.profile.invalid:443 HTTP/1.1");
    profile(json!({"endpoint_type": "vpc"}));
    assert_eq!(first_call(&bench, &[], &[]), "CONNECT sts-vpc.cn-hangzhou.aliyuncs.com:443 HTTP/1.1");
}

#[test]
fn an_address_that_is_not_read_or_says_nothing_stops() {
    let bench = two_accounts();
    let home = bench.home();
    let plan = |more: &[(&str, &str)]| {
        let all: Vec<(&str, &str)> = [("HOME", home.as_str())].iter().chain(more).copied().collect();
        bench.desk.run_with(&all, &["plan", SPEC]).exits(2)
    };
    plan(&[("ALIBABA_CLOUD_ENDPOINT", "metrics.example.invalid")])
        .says("`ALIBABA_CLOUD_ENDPOINT` is set")
        .says("ALIBABA_CLOUD_ENDPOINT_CMS");
    plan(&[("ALIBABA_CLOUD_ENDPOINT_TYPE", "internal")])
        .says("`ALIBABA_CLOUD_ENDPOINT_TYPE` is neither `vpc` nor `public`");
    plan(&[("ALIBABA_CLOUD_ENDPOINT_TYPE", "public"), ("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", "true")])
        .says("`ALIBABA_CLOUD_ENDPOINT_TYPE` says public, and `ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED` says VPC");
    plan(&[("ALIBABA_CLOUD_STS_ENDPOINT", "a"), ("ALIBABA_CLOUD_ENDPOINT_STS", "b")])
        .says("`ALIBABA_CLOUD_STS_ENDPOINT` and `ALIBABA_CLOUD_ENDPOINT_STS` are set to different values");
    // With an endpoint for all of bellcheck's own there is nothing to be unsure of.
    bench.plan(&[("ALIBABA_CLOUD_ENDPOINT", "metrics.example.invalid")]).exits(0);
    let profile = |more: serde_json::Value| {
        let mut profile =
            json!({"name": "p", "mode": "AK", "access_key_id": "devAk", "access_key_secret": "devSk"});
        profile.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        bench.profiles(&json!([profile]));
    };
    profile(json!({"endpoint": "metrics.example.invalid"}));
    plan(&[]).says("profile `p` of").says("the profile has an `endpoint`");
    bench.plan(&[]).exits(0);
    profile(json!({"endpoint_type": "intranet"}));
    plan(&[]).says("`endpoint_type` is neither `vpc` nor `public`");
}

#[test]
fn a_sessions_name_is_the_profiles_or_the_environments() {
    let bench = Bench::new();
    let name = |more: serde_json::Value, environment: &[(&str, &str)]| {
        let mut profile = json!({"name": "p", "mode": "RamRoleArn", "access_key_id": "testAk",
            "access_key_secret": "testSk", "ram_role_arn": ROLE});
        profile.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        bench.profiles(&json!([profile]));
        let run = bench.plan(environment).exits(0);
        (bench.calls("AssumeRole").last().unwrap()["RoleSessionName"].as_str().unwrap().to_owned(), run)
    };
    let variable = [("ALIBABA_CLOUD_ROLE_SESSION_NAME", "of-the-environment")];
    assert_eq!(name(json!({}), &[]).0, "bellcheck");
    assert_eq!(name(json!({}), &variable).0, "of-the-environment");
    assert_eq!(name(json!({"ram_session_name": "of-cli"}), &variable).0, "of-cli");
    assert_eq!(name(json!({"role_session_name": "of-python"}), &variable).0, "of-python");
    let (chosen, run) = name(json!({"ram_session_name": "of-cli", "role_session_name": "of-python"}), &[]);
    assert_eq!(chosen, "of-cli");
    run.says("`ram_session_name` and `role_session_name` differ, and `ram_session_name` counts");
    let token = bench.private("token", &super::roles::token(4_000_000_000));
    bench.profiles(&json!([{"name": "pod", "mode": "OIDC", "ram_role_arn": ROLE,
        "oidc_provider_arn": PROVIDER, "oidc_token_file": token}]));
    bench.plan(&variable).exits(0);
    assert_eq!(bench.calls("AssumeRoleWithOIDC")[0]["RoleSessionName"], "of-the-environment");
    name(json!({}), &[("ALIBABA_CLOUD_EXTERNAL_ID", "ext-7")]);
    assert_eq!(bench.calls("AssumeRole").last().unwrap()["ExternalId"], "ext-7");
}

#[test]
fn every_name_that_is_read_or_refused_is_in_the_documents() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
    let (source, documents) =
        (read("crates/aliyun/src/credentials/variables.rs"), read("docs/credentials.md"));
    let code = source.split("#[cfg(test)]").next().unwrap();
    let names = code.split('"').filter(|name| name.starts_with("ALI") && !name.ends_with('_'));
    let names: Vec<&str> = names.filter(|name| !name.contains(' ')).collect();
    assert!(names.len() > 50, "{names:?}");
    for name in names {
        assert!(documents.contains(&format!("`{name}`")), "{name} is not in docs/credentials.md");
    }
}
