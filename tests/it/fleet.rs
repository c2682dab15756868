//! One spec, many accounts: the example fleet against an emulator with three accounts.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;

use crate::support::{Cloud, Desk, Run};

const FLEET: &str = "fleet/fleet.yaml";
const KEYS: [(&str, &str); 3] = [("shopAk", "shopSk"), ("gamesAk", "gamesSk"), ("archiveAk", "archiveSk")];

/// The example with a configuration file whose profiles are those of the emulator's accounts. The
/// standard chain gives the account of `shop`, which may assume the role in the third one.
struct Yard {
    desk: Desk,
    cloud: Cloud,
}

impl Yard {
    fn new() -> Self {
        let desk = Desk::new();
        let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/fleet");
        for file in ["fleet.yaml", "bellcheck.yaml", "kubernetes-job.yaml"] {
            desk.write(&format!("fleet/{file}"), &fs::read_to_string(examples.join(file)).unwrap());
        }
        let keys: Vec<String> = KEYS.iter().map(|(id, secret)| format!("{id}:{secret}")).collect();
        let args: Vec<&str> = keys.iter().flat_map(|key| ["--access-key", key]).collect();
        let cloud = Cloud::start(&desk, &args);
        let yard = Self { desk, cloud };
        yard.profiles("gamesSk");
        yard
    }

    fn profiles(&self, secret_of_games: &str) {
        let profile = |name: &str, id: &str, secret: &str| {
            serde_json::json!({
                "name": name, "mode": "AK", "access_key_id": id, "access_key_secret": secret,
                "region_id": "cn-hangzhou",
            })
        };
        let config = serde_json::json!({
            "current": "shop",
            "profiles": [profile("shop", "shopAk", "shopSk"), profile("games", "gamesAk", secret_of_games)],
        });
        self.desk.write("home/.aliyun/config.json", &config.to_string());
    }

    fn run(&self, args: &[&str]) -> Run {
        let home = self.desk.path("home");
        self.desk.run_with(
            &[
                ("BELLCHECK_ENDPOINT", &self.cloud.endpoint()),
                ("HOME", home.to_str().unwrap()),
                ("SHOP_DING_TOKEN", "shop-test-token"),
                ("GAMES_DING_TOKEN", "games-test-token"),
                ("ARCHIVE_DING_TOKEN", "archive-test-token"),
            ],
            args,
        )
    }

    /// What changes CloudMonitor; a role that is assumed changes nothing.
    fn writes(&self, since: usize) -> Vec<String> {
        let writes = self.cloud.writes(since).into_iter().map(|(operation, _)| operation);
        writes.filter(|operation| operation != "AssumeRole").collect()
    }

    /// The descriptions that were written.
    fn descriptions(&self) -> Vec<String> {
        let writes = self.cloud.writes(0).into_iter();
        writes.filter_map(|(_, parameters)| Some(parameters["Describe"].as_str()?.to_owned())).collect()
    }

    fn report(&self, name: &str) -> Vec<(String, String)> {
        let report: Value = serde_json::from_str(&self.desk.read(name)).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        report["entries"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| {
                (format!("{}/{}", text(&entry["account"]), text(&entry["region"])), text(&entry["verdict"]))
            })
            .collect()
    }
}

#[test]
fn a_fleet_is_planned_applied_and_kept() {
    let yard = Yard::new();
    let plan = yard.run(&["fleet", "plan", FLEET, "--check"]).exits(1).says("3 to create");
    assert!(plan.stdout.contains("Fleet production (plan):"), "{}", plan.stdout);
    assert_eq!(yard.writes(0), Vec::<String>::new(), "a plan changes nothing");

    yard.run(&["fleet", "apply", FLEET]).exits(2).says("--yes goes on without asking");
    assert_eq!(yard.writes(0), Vec::<String>::new(), "an unconfirmed apply changes nothing");

    yard.run(&["fleet", "apply", FLEET, "--yes", "--report", "report.json"]).exits(0);
    let verdicts = yard.report("report.json");
    assert_eq!(verdicts.len(), 4, "{verdicts:?}");
    assert_eq!(verdicts[0], ("shop/cn-hangzhou".to_owned(), "changed".to_owned()));
    assert_eq!(verdicts[3], ("archive/ap-southeast-1".to_owned(), "changed".to_owned()));

    // Each account got its own values, with its own key; the role's is of the third account.
    let texts = yard.descriptions();
    for text in ["Operations in shop", "Operations in games", "Archive in archive"] {
        assert!(texts.contains(&format!("On duty for {text} [bellcheck:fleet-ecs]")), "{text}: {texts:?}");
    }
    let mark = yard.cloud.mark();
    yard.run(&["fleet", "plan", FLEET, "--check"]).exits(0).says("4 settled");
    yard.run(&["fleet", "apply", FLEET, "--yes"]).exits(0).says("4 settled");
    assert_eq!(yard.writes(mark), Vec::<String>::new(), "a second apply changes nothing");
}

#[test]
fn one_account_that_fails_stops_no_other() {
    let yard = Yard::new();
    yard.profiles("wr0ng-c4n4ry");
    let run = yard.run(&["fleet", "apply", FLEET, "--yes", "--report", "report.json"]).exits(4);
    let run = run.says("SignatureDoesNotMatch").hides("c4n4ry");
    assert!(run.stdout.contains("1 failed"), "{}", run.stdout);
    assert_eq!(
        yard.report("report.json")
            .into_iter()
            .map(|(member, verdict)| format!("{member} {verdict}"))
            .collect::<BTreeSet<_>>(),
        BTreeSet::from([
            "archive/ap-southeast-1 changed".to_owned(),
            "games/cn-hangzhou failed".to_owned(),
            // The regions of one emulated account are one account: the second finds the first's work.
            "shop/cn-beijing settled".to_owned(),
            "shop/cn-hangzhou changed".to_owned(),
        ])
    );
    yard.run(&["fleet", "apply", FLEET, "--yes", "--account", "games"]).exits(3);
    yard.profiles("gamesSk");
    yard.run(&["fleet", "apply", FLEET, "--yes", "--account", "games"]).exits(0);
    yard.run(&["fleet", "plan", FLEET, "--check"]).exits(0);
}

#[test]
fn parts_make_a_whole_and_a_missing_part_is_told() {
    let yard = Yard::new();
    yard.run(&["fleet", "apply", FLEET, "--yes"]).exits(0);
    yard.run(&["fleet", "plan", FLEET, "--report", "whole.json"]).exits(0);
    let mut whole = yard.report("whole.json");
    whole.sort();
    // The arguments of the Kubernetes example, as each pod of three would get them.
    let job = yard.desk.read("fleet/kubernetes-job.yaml");
    let args: Vec<&str> = job
        .lines()
        .skip_while(|line| line.trim() != "args:")
        .skip(1)
        .map_while(|line| line.trim().strip_prefix("- ").filter(|arg| !arg.contains(": ")))
        .collect();
    assert_eq!(&args[..3], ["fleet", "apply", "/fleet/fleet.yaml"], "{args:?}");
    for index in 0..3 {
        let args: Vec<String> = args
            .iter()
            .map(|arg| {
                arg.replace("$(JOB_COMPLETION_INDEX)", &index.to_string())
                    .replace("/8", "/3")
                    .replace("/fleet/", "fleet/")
                    .replace("/reports/", "")
            })
            .collect();
        yard.run(&args.iter().map(String::as_str).collect::<Vec<_>>()).exits(0);
    }
    let parts = ["0.json", "1.json", "2.json"].map(|name| yard.report(name));
    assert_eq!(parts.iter().map(Vec::len).sum::<usize>(), whole.len());
    assert!(parts.iter().filter(|part| !part.is_empty()).count() > 1, "{parts:?}");

    let merge = |files: &[&str]| yard.run(&[&["report", "merge"], files].concat());
    merge(&["2.json", "0.json", "1.json", "--out", "merged.json", "--markdown", "merged.md"]).exits(0);
    assert_eq!(yard.report("merged.json"), whole);
    assert!(yard.desk.read("merged.md").contains("| ✓ | shop | cn-beijing | fleet-ecs | settled |"));
    let first = yard.desk.read("merged.json");
    merge(&["0.json", "1.json", "2.json", "--out", "merged.json"]).exits(0);
    assert_eq!(yard.desk.read("merged.json"), first, "the order of the files does not matter");

    merge(&["0.json", "2.json"]).exits(1).says("part has no report: 2 of 3").says("--allow-missing");
    merge(&["0.json", "2.json", "--allow-missing"]).exits(0);
    merge(&["0.json", "0.json", "1.json", "2.json"]).exits(2).says("part 1 is there twice");
    merge(&["0.json", "whole.json"]).exits(2).says("not reports of one run");
    yard.desk.write("none.json", "{\"form\": 1}");
    merge(&["none.json"]).exits(2).says("none.json").says("not a fleet's report");
}

#[test]
fn an_interrupted_plan_of_a_part_is_no_whole() {
    let yard = Yard::new();
    yard.run(&["fleet", "plan", FLEET, "--partition", "1/2", "--report", "a.json"]).exits(0);
    yard.run(&["report", "merge", "a.json", "--check"]).exits(1).says("no report");
    yard.run(&["fleet", "plan", FLEET, "--partition", "2/2", "--report", "b.json"]).exits(0);
    yard.run(&["report", "merge", "a.json", "b.json"]).exits(0);
    yard.run(&["report", "merge", "a.json", "b.json", "--check"]).exits(1).says("4 differs");
    yard.run(&["fleet", "plan", FLEET, "--partition", "3/2"]).exits(2).says("third of eight");
}

#[test]
fn what_is_wrong_with_a_fleet_is_told_under_its_line_and_nothing_is_called() {
    for (from, to, says) in [
        ("fleet: production", "flet: production", &["fleet.yaml:2", "unknown key `flet`", "`fleet`"][..]),
        ("specs: [bellcheck.yaml]", "specs: [none.yaml]", &["none.yaml", "check the path"]),
        ("specs: [bellcheck.yaml]", "specs: []", &["`specs` is empty"]),
        ("at_once: 4 ", "at_once: 0 ", &["fleet.yaml:4", "number from 1 to 64"]),
        (
            "acs:ram::1000000000000003:role/",
            "acs:ram::role/",
            &["not the ARN of a RAM role", "acs:ram::ACCOUNT-ID"],
        ),
        ("    role_arn: acs:ram::1000000000000003:role/bellcheck\n", "", &["no role is assumed"]),
        ("[cn-hangzhou, cn-beijing]", "[cn-hangzhou, cn-hangzhou]", &["`cn-hangzhou` is listed twice"]),
        ("[cn-hangzhou, cn-beijing]", "[hangzhou]", &["`hangzhou` is not a region"]),
        ("[cn-hangzhou, cn-beijing]", "[]", &["this account has no regions"]),
        ("  games:", "  shop:", &["`shop` is written twice"]),
        ("  games:", "  \"ga/mes\":", &["not a name for an account"]),
        ("    profile: games", "    profile: gams", &["gams", "games"]),
    ] {
        let yard = Yard::new();
        yard.desk.replace(FLEET, from, to);
        let mut run = yard.run(&["fleet", "apply", FLEET, "--yes"]).exits(2);
        for text in says {
            run = run.says(text);
        }
        assert_eq!(yard.writes(0), Vec::<String>::new(), "{to}");
    }
    let yard = Yard::new();
    yard.run(&["fleet", "plan", FLEET, "--account", "gmes"]).exits(2).says("no account `gmes`").says("games");
    yard.desk.replace("fleet/bellcheck.yaml", "${BELLCHECK_REGION:-cn-hangzhou}", "cn-hangzhou");
    yard.run(&["fleet", "plan", FLEET]).exits(2).says("BELLCHECK_REGION").says("shop/cn-beijing");
    // The same is found without a call.
    let run =
        yard.desk.run(&["validate", FLEET]).exits(1).says("stack `fleet-ecs` is for region cn-hangzhou");
    run.says("faulty fleet/fleet.yaml (fleet)");
}

#[test]
fn regions_that_share_their_objects_are_told_apart_before_they_take_them_from_each_other() {
    let yard = Yard::new();
    yard.desk.replace(
        "fleet/bellcheck.yaml",
        "People who look after ECS",
        "People of ${BELLCHECK_REGION:-here}",
    );
    let run = yard.run(&["fleet", "apply", FLEET, "--yes", "--account", "shop", "--report", "report.json"]);
    run.exits(4).says("the regions seem to share their objects");
    assert_eq!(
        yard.report("report.json").into_iter().map(|(_, verdict)| verdict).collect::<Vec<_>>(),
        ["changed", "guarded"]
    );
    let texts = yard.descriptions();
    assert!(texts.contains(&"People of cn-hangzhou [bellcheck:fleet-ecs]".to_owned()), "{texts:?}");
    assert!(!texts.iter().any(|text| text.contains("cn-beijing")), "{texts:?}");
}

#[test]
fn a_fleet_is_destroyed_and_nothing_of_others_is() {
    let yard = Yard::new();
    yard.run(&["fleet", "apply", FLEET, "--yes"]).exits(0);
    let foreign = "stack: other\nregion: cn-hangzhou\ncontacts: { night: { email: night@example.com } }\n\
                   groups: { night: { contacts: [night] } }\n";
    yard.desk.write("other.yaml", foreign);
    yard.run(&["apply", "other.yaml", "--profile", "shop", "--yes"]).exits(0);

    let mark = yard.cloud.mark();
    let run = yard.run(&["fleet", "destroy", FLEET]).exits(2).says("--yes goes on without asking");
    assert_eq!(run.stderr.matches("credentials::open-file").count(), 1, "told once: {}", run.stderr);
    assert_eq!(yard.writes(mark), Vec::<String>::new(), "an unconfirmed destroy changes nothing");

    yard.run(&["fleet", "destroy", FLEET, "--yes", "--report", "report.json"]).exits(0);
    assert!(yard.desk.read("report.json").contains("\"verb\": \"destroy\""));
    yard.run(&["fleet", "destroy", FLEET, "--yes"]).exits(0).says("4 settled");
    yard.run(&["plan", "other.yaml", "--profile", "shop", "--check"]).exits(0);
    yard.run(&["fleet", "plan", FLEET, "--check"]).exits(1).says("3 to create");
}

#[test]
fn a_fleet_calls_the_regions_of_its_file_and_no_other() {
    let yard = Yard::new();
    for verb in ["plan", "apply", "destroy"] {
        let run = yard.run(&["fleet", verb, FLEET, "--region", "cn-shanghai"]);
        run.exits(2).says("a fleet says itself which regions are called").says("leave --region out");
    }
    assert_eq!(yard.cloud.mark(), 0, "nothing is called");
}

#[test]
fn an_account_is_signed_in_to_once_for_all_its_regions() {
    let yard = Yard::new();
    yard.desk.replace(FLEET, "[ap-southeast-1]", "[ap-southeast-1, eu-central-1, us-west-1]");
    yard.run(&["fleet", "plan", FLEET, "--account", "archive"]).exits(0).says("archive us-west-1");
    let roles = yard.cloud.writes(0).into_iter().filter(|(operation, _)| operation == "AssumeRole");
    assert_eq!(roles.count(), 1);
}

#[test]
fn the_specs_of_a_fleet_are_checked_as_each_member_fills_them() {
    let yard = Yard::new();
    let validate = || yard.desk.run(&["validate", FLEET]);
    validate().exits(0).says("ok fleet/bellcheck.yaml (spec)").says("ok fleet/fleet.yaml (fleet)");
    // One account's value is wrong, and no other's.
    yard.desk.replace(
        "fleet/bellcheck.yaml",
        "    robot: ops\n",
        "    robot: ops\n    email: ${MAIL:-a@example.com}\n",
    );
    validate().exits(0);
    yard.desk.replace(FLEET, "TEAM: Archive", "TEAM: Archive, MAIL: nobody");
    validate().exits(1).says("fleet/bellcheck.yaml:").says("faulty fleet/bellcheck.yaml (spec)");
    let yard = Yard::new();
    yard.desk.replace(
        "fleet/bellcheck.yaml",
        "    contacts: [duty-engineer]",
        "    contacts: [duty-engineeer]",
    );
    let run = yard.desk.run(&["validate", FLEET]).exits(1).says("did you mean `duty-engineer`?");
    assert_eq!(run.stderr.matches("did you mean").count(), 1, "once, not for each member: {}", run.stderr);
    let yard = Yard::new();
    yard.desk.replace(FLEET, "specs: [bellcheck.yaml]", "specs: [gone.yaml]");
    yard.desk.run(&["validate", FLEET]).exits(1).says("gone.yaml");
    let yard = Yard::new();
    yard.desk.replace(FLEET, "[cn-hangzhou, cn-beijing]", "[cn-hangzhou, cn-bejing]");
    yard.desk.run(&["validate", FLEET]).exits(0).says("did you mean `cn-beijing`?").says("fleet.yaml:");
}

#[test]
fn a_spec_without_a_region_takes_that_of_the_member() {
    let yard = Yard::new();
    yard.desk.replace("fleet/bellcheck.yaml", "region: ${BELLCHECK_REGION:-cn-hangzhou}\n", "");
    yard.run(&["fleet", "apply", FLEET, "--yes"]).exits(0);
    let run = yard.run(&["fleet", "plan", FLEET, "--check"]).exits(0);
    assert!(run.stdout.contains("shop     cn-beijing"), "{}", run.stdout);
}

#[test]
fn a_fleet_names_each_account_and_touches_no_other() {
    let yard = Yard::new();
    let args = ["fleet", "plan", FLEET, "--report", "plan.json", "--markdown", "plan.md"];
    let run = yard.run(&args).exits(0);
    let config = yard.desk.path("home/.aliyun/config.json");
    let endpoint = yard.cloud.endpoint();
    let line = |name: &str, id: u8, source: &str| {
        format!("{name}: account 100000000000000{id}, credentials from {source}, endpoint {endpoint}")
    };
    let profile = |name: &str| format!("profile `{name}` of {}", config.display());
    let role = format!("role acs:ram::1000000000000003:role/bellcheck for {}", profile("shop"));
    let lines: Vec<&str> = run.stdout.lines().take(3).collect();
    let expected =
        [line("shop", 1, &profile("shop")), line("games", 2, &profile("games")), line("archive", 3, &role)];
    assert_eq!(lines, expected);
    let report: Value = serde_json::from_str(&yard.desk.read("plan.json")).unwrap();
    assert_eq!(report["entries"][2]["account_id"], "1000000000000002");
    assert!(
        yard.desk.read("plan.md").contains("- games: account 1000000000000002, credentials from profile")
    );

    // A spec that is for two of them leaves the third alone.
    yard.desk.replace(
        "fleet/bellcheck.yaml",
        "stack: fleet-ecs\n",
        "stack: fleet-ecs\naccounts: [1000000000000001, \"1000000000000003\"]\n",
    );
    yard.run(&["fleet", "apply", FLEET, "--yes", "--report", "report.json"])
        .exits(4)
        .says("stack `fleet-ecs` may not touch account 1000000000000002");
    let verdicts = yard.report("report.json");
    assert_eq!(verdicts[2], ("games/cn-hangzhou".to_owned(), "guarded".to_owned()));
    assert!(!yard.descriptions().iter().any(|text| text.contains("in games")));
    // What the file itself says of an account is found before the first call.
    yard.desk.replace("fleet/bellcheck.yaml", ", \"1000000000000003\"]", "]");
    let mark = yard.cloud.mark();
    yard.run(&["fleet", "plan", FLEET]).exits(2).says("may not touch account 1000000000000003");
    assert_eq!(yard.cloud.mark(), mark);
    yard.desk.run(&["validate", FLEET]).exits(1).says("may not touch account 1000000000000003");
}
