//! The account is named before anything is done, and a spec may be for certain accounts alone.

use serde_json::{Value, json};

use super::bench::{Bench, SPEC};

const KEYS: [(&str, &str); 2] =
    [("ALIBABA_CLOUD_ACCESS_KEY_ID", "testAk"), ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "testSk")];

#[test]
fn every_view_of_a_plan_begins_with_account_credentials_region_and_stack() {
    let bench = Bench::new();
    let endpoint = bench.cloud.endpoint();
    let source = "the environment (`ALIBABA_CLOUD_ACCESS_KEY_ID`)";
    let first = format!("Account 1000000000000001, credentials from {source}, endpoint {endpoint}");
    let head = |args: &[&str]| {
        let run = bench.run(&KEYS, args);
        run.stdout.lines().take(2).map(str::to_owned).collect::<Vec<_>>()
    };
    for args in [&["plan", SPEC][..], &["destroy", SPEC, "--yes"], &["apply", SPEC, "--yes"]] {
        assert_eq!(head(args), [first.clone(), "Stack ecs-ops in cn-hangzhou".to_owned()], "{args:?}");
    }
    let run = bench.run(&KEYS, &["plan", SPEC, "-o", "json"]).exits(0);
    let plan: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(plan["account"], "1000000000000001");
    assert_eq!(plan["credentials"], source);
    assert_eq!(plan["endpoint"], endpoint);
    assert_eq!(
        (&plan["stacks"][0]["stack"], &plan["stacks"][0]["region"]),
        (&json!("ecs-ops"), &json!("cn-hangzhou"))
    );
    let run = bench.run(&KEYS, &["plan", SPEC, "-o", "markdown"]).exits(0);
    assert!(run.stdout.starts_with("Account 1000000000000001, credentials from"), "{}", run.stdout);
    assert!(run.stdout.lines().nth(2) == Some("### Stack ecs-ops in cn-hangzhou"), "{}", run.stdout);
    bench
        .run(&KEYS, &["import", "--out", "imported.yaml", "--region", "cn-beijing"])
        .says(&format!("{first}, region cn-beijing"));
}

#[test]
fn where_the_service_does_not_say_whose_key_it_is_the_plan_says_that() {
    let bench = Bench::new();
    let fault = json!({"rules": [{"operation": "GetCallerIdentity", "error": "Forbidden.RAM"}]});
    bench.cloud.control("PUT", "/_bellcheck/faults", &fault);
    bench
        .run(&KEYS, &["plan", SPEC])
        .exits(0)
        .says("Account not known, credentials from the environment")
        .says("which account this is cannot be said: GetCallerIdentity failed: Forbidden.RAM");
    let run = bench.run(&KEYS, &["plan", SPEC, "-o", "json"]).exits(0);
    let plan: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(plan["account"], Value::Null);
    // A plan in a file would do for any account.
    bench
        .run(&KEYS, &["plan", SPEC, "--out", "a.plan"])
        .exits(3)
        .says("would not say which account it is for");
    assert!(!bench.desk.path("a.plan").exists());
    // A spec that is for certain accounts has to know.
    bench.desk.replace(SPEC, "region: cn-hangzhou\n", "region: cn-hangzhou\naccounts: [1000000000000001]\n");
    bench.run(&KEYS, &["apply", SPEC, "--yes"]).exits(3).says("GetCallerIdentity failed: Forbidden.RAM");
    assert_eq!(bench.cloud.writes(0), []);
}

#[test]
fn a_spec_for_other_accounts_is_refused_before_anything_is_read() {
    let bench = Bench::new();
    bench.desk.replace(
        SPEC,
        "region: cn-hangzhou\n",
        "region: cn-hangzhou\naccounts: [\"1000000000000009\"]\n",
    );
    for args in [
        &["plan", SPEC][..],
        &["plan", SPEC, "--out", "a.plan"],
        &["apply", SPEC, "--yes"],
        &["destroy", SPEC, "--yes"],
    ] {
        let mark = bench.cloud.mark();
        let run = bench.run(&KEYS, args).exits(2);
        run.says("stack `ecs-ops` may not touch account 1000000000000001")
            .says("bellcheck.yaml:5")
            .says("add \"1000000000000001\" to `accounts`")
            .says("that of the credentials from the environment");
        assert_eq!(bench.cloud.mark(), mark + 1, "{args:?} asked whose key it is, and nothing else");
    }
    bench
        .run(&KEYS, &["doctor", SPEC])
        .exits(2)
        .says("stack `ecs-ops` may not touch account 1000000000000001");
    bench.desk.replace(SPEC, "[\"1000000000000009\"]", "[\"1000000000000009\", 1000000000000001]");
    bench.run(&KEYS, &["apply", SPEC, "--yes"]).exits(0);
    bench.run(&KEYS, &["plan", SPEC, "--check"]).exits(0);
}

#[test]
fn accounts_are_ids_and_some() {
    let bench = Bench::new();
    bench.desk.replace(SPEC, "region: cn-hangzhou\n", "region: cn-hangzhou\naccounts: [production]\n");
    let validate = || bench.desk.run(&["validate", SPEC]);
    validate().exits(1).says("`production` is not the id of an account").says("bellcheck.yaml:5");
    bench.desk.replace(SPEC, "accounts: [production]", "accounts: 1000000000000001");
    validate().exits(1).says("bellcheck.yaml:5");
    bench.desk.replace(SPEC, "accounts: 1000000000000001", "account: \"1000000000000001\"");
    validate().exits(1).says("accounts are a list");
    // Two files of one stack say the same, or one of them says it for both.
    bench.desk.replace(SPEC, "account: \"1000000000000001\"", "accounts: [1, 2]");
    bench.desk.write(
        "more.yaml",
        "stack: ecs-ops\naccounts: [\"2\", \"1\"]\ncontacts: { b: { email: b@example.com } }\n",
    );
    bench.desk.run(&["validate", SPEC, "more.yaml"]).hides("different values");
    bench.desk.replace("more.yaml", "[\"2\", \"1\"]", "[\"3\"]");
    bench.desk.run(&["validate", SPEC, "more.yaml"]).exits(1).says("different values of `accounts`");
}

#[test]
fn a_region_comes_from_the_flag_the_spec_the_profile_or_the_environment() {
    let bench = Bench::new();
    let spec = bench.desk.read(SPEC);
    let profile = |region: Option<&str>| {
        bench.profiles(&json!([{"name": "p", "mode": "AK", "access_key_id": "testAk",
            "access_key_secret": "testSk", "region_id": region}]));
    };
    let is_in = |region: &str, environment: &[(&str, &str)], args: &[&str]| {
        let run = bench.run(environment, &[&["plan", SPEC], args].concat()).exits(0);
        run.says(&format!("Stack ecs-ops in {region}"));
    };
    let variable = [("ALIBABA_CLOUD_REGION_ID", "cn-qingdao")];
    profile(Some("cn-shanghai"));
    is_in("cn-hangzhou", &variable, &[]);
    is_in("cn-beijing", &variable, &["--region", "cn-beijing"]);
    bench.desk.write(SPEC, &spec.replace("region: cn-hangzhou\n", ""));
    is_in("cn-beijing", &variable, &["--region", "cn-beijing"]);
    is_in("cn-shanghai", &variable, &[]);
    profile(None);
    for name in [
        "ALIBABA_CLOUD_REGION_ID",
        "ALIBABA_CLOUD_REGION",
        "ALIBABACLOUD_REGION_ID",
        "ALICLOUD_REGION_ID",
        "ALICLOUD_REGION",
    ] {
        is_in("cn-qingdao", &[(name, "cn-qingdao")], &[]);
    }
    bench
        .run(&[variable[0], ("ALICLOUD_REGION", "cn-beijing")], &["plan", SPEC])
        .exits(2)
        .says("`ALIBABA_CLOUD_REGION_ID` and `ALICLOUD_REGION` are set to different values");
    bench.run(&[], &["plan", SPEC]).exits(2).says("it is not known which region to call").says("`region`");
    // What has the spec's region by default goes where the calls go.
    let queue = "    targets:\n      - mns: { queue: alerts }\n";
    bench
        .desk
        .write(SPEC, &spec.replacen("region: cn-hangzhou\n", "", 1).replacen("    targets:\n", queue, 1));
    bench.run(&[], &["plan", SPEC, "--region", "cn-beijing"]).exits(0).says("cn-beijing/alerts");
    // Offline nobody is called, and no region is needed.
    bench.desk.run(&["validate", SPEC]).exits(0);
    bench.desk.run(&["test", "quickstart"]);
}

#[test]
fn a_region_that_nobody_knows_is_a_doubt_under_its_line() {
    let bench = Bench::new();
    bench.desk.replace(SPEC, "region: cn-hangzhou", "region: cn-hangzou");
    let run = bench.desk.run(&["validate", SPEC]).exits(0);
    run.says("CloudMonitor is not known to be in region `cn-hangzou`")
        .says("bellcheck.yaml:")
        .says("did you mean `cn-hangzhou`?");
    bench.desk.run(&["validate", SPEC, "--deny", "warnings"]).exits(1);
}

#[test]
fn a_plan_file_is_for_its_account_alone() {
    let bench = Bench::with(&["--access-key", "testAk:testSk", "--access-key", "otherAk:otherSk"]);
    bench.run(&KEYS, &["plan", SPEC, "--out", "a.plan"]).exits(0);
    // The other account is as empty as the one that the plan is for.
    let flags = ["--access-key-id", "otherAk", "--access-key-secret", "otherSk"];
    bench
        .run(&[], &[&["apply", "a.plan", "--yes"], &flags[..]].concat())
        .exits(1)
        .says("the plan is for account 1000000000000001, and the credentials are for 1000000000000002");
    assert_eq!(bench.cloud.writes(0), []);
    // By which credentials the account is reached does not matter.
    bench.profiles(
        &json!([{"name": "p", "mode": "AK", "access_key_id": "testAk", "access_key_secret": "testSk"}]),
    );
    bench.run(&[], &["apply", "a.plan", "--yes", "--profile", "p"]).exits(0);
}

#[test]
fn a_live_run_is_for_the_accounts_and_the_region_of_its_spec() {
    let bench = Bench::new();
    bench.run(&KEYS, &["apply", SPEC, "--yes"]).exits(0);
    let answer = bench.cloud.control(
        "POST",
        "/_bellcheck/instances",
        &json!({"name": "web-1", "tags": {"bellcheck": "allowed"}}),
    );
    let bind = format!("web-1={}", answer["id"].as_str().unwrap());
    let story = "name: A stop is noticed\nspec: quickstart/bellcheck.yaml\ninstances: { web-1: { state: Running } }\n\
        steps:\n  - stop: web-1\n";
    bench.desk.write("live.yaml", story);
    let args = [
        "test",
        "live.yaml",
        "--backend",
        "live",
        "--bind",
        &bind,
        "--allow-account",
        "1000000000000001",
        "--dry-run",
    ];
    bench.desk.replace(
        SPEC,
        "region: cn-hangzhou\n",
        "region: cn-hangzhou\naccounts: [\"1000000000000009\"]\n",
    );
    bench.run(&KEYS, &args).says("stack `ecs-ops` may not touch account 1000000000000001");
    bench.desk.replace(SPEC, "region: cn-hangzhou\naccounts: [\"1000000000000009\"]\n", "");
    bench.run(&KEYS, &args).says("names no region").says("write `region: cn-hangzhou` into the spec");
}
