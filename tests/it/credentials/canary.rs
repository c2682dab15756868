//! A canary in every place that holds a secret: whatever the run comes to, no output has it, in
//! none of the forms in which secrets come back.

use bellcheck::secret::{Redactor, Secret};
use serde_json::{Value, json};
use wiremock::{Request, ResponseTemplate};

use super::{
    bench::{Bench, Fake, PROVIDER, ROLE, SPEC, answer, made_up},
    roles::token,
};

/// A source: its name, its profiles, its variables.
type Place = (&'static str, Value, Vec<(String, String)>);

/// A canary for one place, with characters that each encoding writes differently.
fn canary(place: &str) -> String {
    format!("c4n4ry/{place}+=~")
}

/// What makes the program talk and write most, and not wait for servers that will not get better.
const LOUD: [&str; 6] = ["--log-level", "trace", "--retry-for", "0s", "--record", "tapes"];

/// A server that holds a canary and tells everything that it was told.
fn gossip(status: u16) -> Fake {
    Fake::start(move |request: &Request| {
        let headers: Vec<String> =
            request.headers.iter().map(|(name, value)| format!("{name}: {value:?}")).collect();
        let said =
            format!("{} {} {}", request.url, headers.join(" "), String::from_utf8_lossy(&request.body));
        ResponseTemplate::new(status)
            .set_body_json(json!({"Code": "Gossip", "Message": said, "RequestId": "R-1"}))
    })
}

#[test]
fn no_output_has_a_secret_of_any_source() {
    let bench = Bench::new();
    let oidc = token(4_000_000_000);
    let token_file = bench.private("token", &oidc);
    let mut far = made_up("2099-01-01T00:00:00Z");
    far.access_key_secret = Some(canary("given-secret").as_str().into());
    far.security_token = Some(canary("given-token").as_str().into());
    let giver = {
        let answer = answer(&far);
        Fake::start(move |request: &Request| match (request.method.as_str(), request.url.path()) {
            ("PUT", _) => ResponseTemplate::new(200).set_body_string("c4n4ry/metadata+=~"),
            (_, path) if path.ends_with("security-credentials/") => {
                ResponseTemplate::new(200).set_body_string("role")
            }
            ("POST", _) => ResponseTemplate::new(200).set_body_json(json!({"CloudCredential": answer})),
            _ => ResponseTemplate::new(200).set_body_json(&answer),
        })
    };
    let printed = bench.private(
        "printed.json",
        &json!({"mode": "StsToken", "access_key_id": "STS.x", "access_key_secret": canary("printed-secret"),
            "sts_token": canary("printed-token")})
        .to_string(),
    );
    let gossips = [gossip(403), gossip(500), gossip(200)];
    let issued = bench.issue(3600);

    let mut masks = Redactor::default();
    let places = [
        "pair",
        "sts",
        "given-secret",
        "given-token",
        "metadata",
        "sso",
        "uri",
        "printed-secret",
        "printed-token",
    ];
    for place in places {
        masks.add(&Secret::new(canary(place)));
    }
    masks.add(&Secret::new(oidc.as_str()));
    masks.add(issued.access_key_secret.as_ref().unwrap());
    masks.add(issued.security_token.as_ref().unwrap());
    masks.add(&Secret::new("c4n4ry"));

    let emulator = bench.cloud.endpoint();
    let endpoints: Vec<String> = std::iter::once(emulator).chain(gossips.iter().map(Fake::url)).collect();
    let (pair, sts) = (canary("pair"), canary("sts"));
    let uri_canary = format!("/{}", canary("uri"));
    let sources = |from: &str| -> Vec<Place> {
        let keys = |mode: &str, more: Value| {
            let mut profile =
                json!({"name": "p", "mode": mode, "access_key_id": "testAk", "access_key_secret": pair});
            profile.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            json!([profile])
        };
        let set = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let issued_secret = issued.access_key_secret.as_ref().unwrap().expose();
        let issued_token = issued.security_token.as_ref().unwrap().expose();
        vec![
            (
                "environment",
                Value::Null,
                set(&[
                    ("ALIBABA_CLOUD_ACCESS_KEY_ID", "testAk"),
                    ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", &pair),
                    ("ALIBABA_CLOUD_SECURITY_TOKEN", &sts),
                ]),
            ),
            (
                "temporary",
                Value::Null,
                set(&[
                    ("ALIBABA_CLOUD_ACCESS_KEY_ID", &issued.access_key_id),
                    ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", issued_secret),
                    ("ALIBABA_CLOUD_SECURITY_TOKEN", issued_token),
                ]),
            ),
            (
                "OIDC",
                Value::Null,
                set(&[
                    ("ALIBABA_CLOUD_ROLE_ARN", ROLE),
                    ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", PROVIDER),
                    ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", &token_file),
                ]),
            ),
            ("AK", keys("AK", json!({})), Vec::new()),
            ("StsToken", keys("StsToken", json!({"sts_token": sts})), Vec::new()),
            ("RamRoleArn", keys("RamRoleArn", json!({"ram_role_arn": ROLE})), Vec::new()),
            (
                "External",
                keys(
                    "External",
                    json!({"process_command": format!("/bin/sh -c 'cat {printed}; cat {printed} >&2'")}),
                ),
                Vec::new(),
            ),
            (
                "External that fails",
                keys(
                    "External",
                    json!({"process_command": format!("/bin/sh -c 'cat {printed} >&2; echo $A_TOKEN >&2; cat {printed}; exit 1'")}),
                ),
                set(&[("A_TOKEN", &sts)]),
            ),
            (
                "CloudSSO",
                keys(
                    "CloudSSO",
                    json!({"cloud_sso_sign_in_url": from, "access_token": canary("sso"),
                    "cloud_sso_account_id": "1", "cloud_sso_access_config": "ac"}),
                ),
                Vec::new(),
            ),
            (
                "CredentialsURI",
                keys("CredentialsURI", json!({"credentials_uri": format!("{from}{uri_canary}")})),
                Vec::new(),
            ),
            (
                "metadata",
                Value::Null,
                set(&[
                    ("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "false"),
                    ("BELLCHECK_METADATA_ENDPOINT", from),
                ]),
            ),
            ("URI", Value::Null, set(&[("ALIBABA_CLOUD_CREDENTIALS_URI", &format!("{from}{uri_canary}"))])),
        ]
    };
    let mut runs = 0;
    let mut ends = std::collections::BTreeMap::<(&str, i32), usize>::new();
    let mut check = |name: &'static str, run: crate::support::Run| {
        let all = run.all();
        assert!(!all.trim().is_empty(), "{name}: nothing was said");
        assert_eq!(masks.redact(&all), all, "{name}: a secret is in the output");
        // A secret that was wrapped at the end of a line is one all the same.
        let joined: String = all.split(|c: char| c.is_whitespace() || c == '│').collect();
        assert_eq!(masks.redact(&joined), joined, "{name}: a wrapped secret is in the output");
        runs += 1;
        *ends.entry((name, run.code)).or_default() += 1;
    };
    for from in std::iter::once(&giver).chain(&gossips) {
        for (name, profiles, variables) in sources(&from.url()) {
            if profiles.is_null() {
                std::fs::remove_file(bench.desk.path("home/.aliyun/config.json")).ok();
            } else {
                bench.profiles(&profiles);
            }
            // A place that gives no key pair leads to no call, and most sources ask no such place.
            let is_giver = from.url() == giver.url();
            let asks = ["CloudSSO", "CredentialsURI", "metadata", "URI"].contains(&name);
            let endpoints = match (is_giver, asks) {
                (true, _) => &endpoints[..],
                (false, true) => &endpoints[..1],
                (false, false) => &[],
            };
            for endpoint in endpoints {
                let mut environment: Vec<(&str, &str)> =
                    variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                environment.push(("BELLCHECK_ENDPOINT", endpoint));
                check(name, bench.run(&environment, &[&["plan", SPEC][..], &LOUD].concat()));
            }
        }
    }
    assert_eq!(runs, 12 * 4 + 4 * 3);
    let tapes = bellcheck::files::find(&bench.desk.path("tapes"), ".jsonl").unwrap();
    assert!(tapes.len() > 30, "{}", tapes.len());
    let mut gossiped = 0;
    for tape in tapes {
        let text = std::fs::read_to_string(&tape).unwrap();
        assert_eq!(masks.redact(&text), text, "{}: a secret is in the cassette", tape.display());
        gossiped += usize::from(text.contains("Gossip"));
    }
    assert!(gossiped > 5, "{gossiped} cassettes have what the servers told");
    let run = bench.desk.run(&["conform", "tapes", "--all"]);
    assert_eq!(masks.redact(&run.all()), run.all());
    // The runs must have come to something else than one early refusal.
    assert!(ends.contains_key(&("temporary", 0)) && ends.contains_key(&("OIDC", 0)), "{ends:?}");
    assert!(
        ends.contains_key(&("CloudSSO", 3)) && ends.contains_key(&("External that fails", 3)),
        "{ends:?}"
    );
}
