//! Programs that print a key pair, and people who are signed in to CloudSSO.

use std::{fs, process::Stdio};

use serde_json::{Value, json};
use wiremock::{Request, ResponseTemplate};

use super::bench::{Bench, Fake, ROLE, SPEC, TOKENS, answer};
use crate::{
    outside::not_judged,
    support::{Run, outcome},
};

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
        ("{}", "half a key pair: it held nothing"),
        (
            r#"{\"access_key_id\":\"a\",\"access_key_secret\":\"c4n4ry\",\"sts_token\":\"t\",\"expiration\":1767225600}"#,
            "`expiration` is not a text such as 2026-01-01T00:00:00Z",
        ),
        (
            r#"{\"access_key_id\":\"a\",\"access_key_secret\":\"c4n4ry\",\"sts_token\":5}"#,
            "`sts_token` is not a text",
        ),
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

/// Runs a plan whose program reads what is written to the process.
fn asked(bench: &Bench, script: &str, input: Stdio) -> Run {
    let file = bench.private("asks.sh", script);
    let command = format!("/bin/sh {file}");
    bench.profiles(&json!([{"name": "helper", "mode": "External", "process_command": command}]));
    let mut command = bench.desk.command();
    command.env("HOME", bench.home()).env("BELLCHECK_ENDPOINT", bench.cloud.endpoint());
    command.args(["plan", SPEC]).stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped());
    outcome(command.spawn().unwrap())
}

const ASKS: &str = "printf 'code: ' >&2\nread -r code || exit 1\n[ \"$code\" = 123456 ] || exit 2\n\
    echo '{\"access_key_id\":\"testAk\",\"access_key_secret\":\"testSk\"}'\n";

#[test]
fn a_program_may_ask_whoever_runs_it() {
    let bench = Bench::new();
    bench.desk.write("typed", "123456\n");
    let typed = || Stdio::from(fs::File::open(bench.desk.path("typed")).unwrap());
    asked(&bench, ASKS, typed()).exits(0).says("says: code:").says("6 to create");
    asked(&bench, ASKS, Stdio::null()).exits(3).says("failed (exit status: 1); it said: code:");
}

/// Somebody at a terminal sees what is asked before the answer is typed.
#[test]
fn at_a_terminal_a_program_asks_before_it_ends() {
    let bench = Bench::new();
    let file = bench.private("asks.sh", ASKS);
    let command = format!("/bin/sh {file}");
    bench.profiles(&json!([{"name": "helper", "mode": "External", "process_command": command}]));
    let program = concat!(
        "import os, pty, sys\n",
        "pid, fd = pty.fork()\n",
        "if pid == 0:\n",
        "    os.execv(sys.argv[1], sys.argv[1:])\n",
        "seen, typed = b'', False\n",
        "while True:\n",
        "    try:\n",
        "        got = os.read(fd, 4096)\n",
        "    except OSError:\n",
        "        break\n",
        "    if not got:\n",
        "        break\n",
        "    seen += got\n",
        "    if b'code: ' in seen and not typed:\n",
        "        typed = True\n",
        "        os.write(fd, b'123456\\n')\n",
        "sys.stdout.write(seen.decode())\n",
        "sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))\n",
    );
    bench.desk.write("terminal.py", program);
    let mut python = bench.desk.foreign("python3");
    python
        .env("HOME", bench.home())
        .env("BELLCHECK_ENDPOINT", bench.cloud.endpoint())
        .env("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")
        .envs(TOKENS)
        .arg(bench.desk.path("terminal.py"))
        .args([env!("CARGO_BIN_EXE_bellcheck"), "plan", SPEC]);
    let Ok(child) = python.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn() else {
        return not_judged("a terminal", "there is no python3 to stand for one");
    };
    outcome(child).exits(0).says("code: 123456").says("6 to create").hides("says: code");
}

#[test]
fn a_program_may_print_a_role_and_whose_keys_ask_for_it() {
    let bench = Bench::new();
    let print = |answer: &Value| {
        let file = bench.private("printed.json", &answer.to_string());
        external(&bench, &format!("/bin/cat {file}"), &[])
    };
    let role = json!({"mode": "RamRoleArn", "access_key_id": "testAk", "access_key_secret": "testSk",
        "ram_role_arn": ROLE, "ram_session_name": "printed"});
    print(&role).exits(0).says("6 to create");
    assert_eq!(bench.calls("AssumeRole")[0]["RoleSessionName"], "printed");
    print(&json!({"mode": "RamRoleArn"})).exits(2).says("what `/bin/cat` printed:");
    print(&json!({"mode": "External", "process_command": "/bin/cat x"}))
        .exits(2)
        .says("mode External cannot be printed by a program");
    print(&json!({"mode": "Nonsense"})).exits(2).says("`Nonsense` is not a mode");
    // Without a mode the token says what the keys are.
    let key = bench.issue(3600);
    let temporary = json!({"access_key_id": key.access_key_id,
        "access_key_secret": key.access_key_secret.unwrap().expose(),
        "sts_token": key.security_token.unwrap().expose(), "expiration": key.expiration});
    print(&temporary).exits(0).says("6 to create");
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
