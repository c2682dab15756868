//! The metadata service of instances, and helpers behind a credentials URI.

use serde_json::json;
use wiremock::{Request, ResponseTemplate};

use super::bench::{Bench, Fake, SPEC, answer, made_up};
use crate::support::Run;

const KEYS: &str = "/latest/meta-data/ram/security-credentials/";
const ON: (&str, &str) = ("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "false");

fn text(status: u16, text: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_string(text)
}

/// A metadata service with role `role-1`; `token` answers for version 2, which calls must then use.
fn service(bench: &Bench, token: Option<&'static str>) -> Fake {
    let key = answer(&bench.issue(3600));
    Fake::start(move |request: &Request| {
        let path = request.url.path();
        let given = request.headers.get("x-aliyun-ecs-metadata-token").map(|value| value.to_str().unwrap());
        match (request.method.as_str(), path, token) {
            ("PUT", "/latest/api/token", Some(token))
                if request.headers.get("x-aliyun-ecs-metadata-token-ttl-seconds").is_some() =>
            {
                text(200, token)
            }
            ("PUT", _, _) => text(404, "no"),
            ("GET", _, expected) if given != expected => text(403, "a token is needed"),
            ("GET", KEYS, _) => text(200, "role-1"),
            ("GET", path, _) if path == format!("{KEYS}role-1") => {
                ResponseTemplate::new(200).set_body_json(&key)
            }
            _ => text(404, "<html>404</html>"),
        }
    })
}

fn ask(bench: &Bench, fake: &Fake, more: &[(&str, &str)]) -> Run {
    let url = fake.url();
    let base = [("BELLCHECK_METADATA_ENDPOINT", url.as_str()), ON];
    bench.plan(&base.iter().chain(more).copied().collect::<Vec<_>>())
}

#[test]
fn version_2_is_asked_with_its_token() {
    let bench = Bench::new();
    let fake = service(&bench, Some("v2-t0ken"));
    ask(&bench, &fake, &[]).exits(0).says("6 to create");
    assert_eq!(fake.log(), ["PUT /latest/api/token", &format!("GET {KEYS}"), &format!("GET {KEYS}role-1")]);
    // A named role is not asked for.
    ask(&bench, &fake, &[("ALIBABA_CLOUD_ECS_METADATA", "role-1")]).exits(0);
    assert_eq!(fake.log()[3..], ["PUT /latest/api/token".to_owned(), format!("GET {KEYS}role-1")]);
    ask(&bench, &fake, &[("ALIBABA_CLOUD_ECS_METADATA", "role-2")])
        .exits(2)
        .says("the metadata service: the instance has no RAM role `role-2`");
    ask(&bench, &fake, &[("ALIBABA_CLOUD_IMDSV1_DISABLED", "true")]).exits(0);

    bench.profiles(&json!([{"name": "vm", "mode": "EcsRamRole", "ram_role_name": "role-1"}]));
    ask(&bench, &fake, &[]).exits(0);
    ask(&bench, &fake, &[("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")])
        .exits(2)
        .says("profile `vm` of")
        .says("may not be asked: `ALIBABA_CLOUD_ECS_METADATA_DISABLED` is set");
    bench.ini("[vm2]\ntype = ecs_ram_role\n");
    let url = fake.url();
    bench.run(&[("BELLCHECK_METADATA_ENDPOINT", &url), ON], &["plan", SPEC, "--profile", "vm2"]).exits(0);
}

#[test]
fn version_1_is_asked_where_there_is_no_other_unless_that_is_forbidden() {
    let bench = Bench::new();
    let fake = service(&bench, None);
    ask(&bench, &fake, &[]).exits(0).says("6 to create");
    let mark = fake.log().len();
    ask(&bench, &fake, &[("ALIBABA_CLOUD_IMDSV1_DISABLED", "true")])
        .exits(3)
        .says("version 2 of http://127.0.0.1")
        .says("answered HTTP 404, and version 1 may not be asked")
        .says("`ALIBABA_CLOUD_IMDSV1_DISABLED` is set");
    assert_eq!(fake.log()[mark..], ["PUT /latest/api/token"]);
    ask(&bench, &fake, &[("ALIBABA_CLOUD_IMDSV1_DISABLED", "maybe")])
        .exits(2)
        .says("`ALIBABA_CLOUD_IMDSV1_DISABLED` says neither yes nor no");
}

#[test]
fn no_instance_is_no_source_and_nonsense_is_a_broken_one() {
    let bench = Bench::new();
    let gone = Fake::start(|_| text(404, ""));
    ask(&bench, &gone, &[]).exits(2).says("no credentials were found").says("the instance has no RAM role");
    let portal = Fake::start(|_| text(200, "<html>please sign in</html>"));
    ask(&bench, &portal, &[])
        .exits(3)
        .says("the metadata service: http://127.0.0.1")
        .says("answered with something that is not a token")
        .says("`ALIBABA_CLOUD_ECS_METADATA_DISABLED=true` leaves this source out")
        .hides("please sign in");
    // Nobody listens: quickly known, and named among what was tried.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let closed = format!("http://{closed}");
    bench
        .plan(&[("BELLCHECK_METADATA_ENDPOINT", &closed), ON])
        .exits(2)
        .says("no credentials were found")
        .says(&format!("the metadata service: {closed}"));
    bench
        .plan(&[("BELLCHECK_METADATA_ENDPOINT", &closed), ON, ("ALIBABA_CLOUD_ECS_METADATA", "role-1")])
        .exits(3)
        .says("check that this is an ECS instance with a RAM role");
    for (key, said) in [
        (
            json!({"Code": "Success"}),
            "it lacks `AccessKeyId` and `AccessKeySecret` and `SecurityToken` and `Expiration`",
        ),
        (
            json!({"Code": "Failed", "Message": "role is being made"}),
            "answered with code Failed: role is being made",
        ),
        (json!([1]), "did not answer with a JSON object"),
        (answer(&made_up("tomorrow")), "`Expiration` is not a time such as"),
        (
            answer(&made_up("2020-01-01T00:00:00Z")),
            "it gave a key pair that has expired already, at 2020-01-01T00:00:00Z",
        ),
    ] {
        let fake =
            Fake::start(move |request: &Request| match (request.method.as_str(), request.url.path()) {
                ("PUT", _) => text(200, "v2-t0ken"),
                (_, KEYS) => text(200, "role-1"),
                _ => ResponseTemplate::new(200).set_body_json(&key),
            });
        ask(&bench, &fake, &[]).exits(3).says("the metadata service: ").says(said).hides("c4n4ry");
    }
}

#[test]
fn a_credentials_uri_is_asked_and_its_faults_are_its_own() {
    let bench = Bench::new();
    let key = answer(&bench.issue(3600));
    let fake = Fake::start(move |request: &Request| {
        if request.url.path() == "/keys" && request.url.query() == Some("for=c4n4ry%2Bquery") {
            ResponseTemplate::new(200).set_body_json(&key)
        } else {
            ResponseTemplate::new(503)
                .set_body_json(json!({"Code": "Busy", "Message": "later", "RequestId": "R-9"}))
        }
    });
    let uri = |path: &str| format!("{}{path}", fake.url());
    let plan = |uri: &str| bench.plan(&[("ALIBABA_CLOUD_CREDENTIALS_URI", uri)]).hides("c4n4ry");
    plan(&uri("/keys?for=c4n4ry%2Bquery")).exits(0).says("6 to create");
    plan(&uri("/c4n4ry"))
        .exits(3)
        .says("the credentials URI: http://127.0.0.1")
        .says("answered HTTP 503: Busy: later: RequestId R-9");
    plan("c4n4ry").exits(2).says("`ALIBABA_CLOUD_CREDENTIALS_URI` is not a URL");
    plan("http://user:c4n4ry@127.0.0.1/").exits(2).says("has a user name or password in it");
    plan("file:///c4n4ry").exits(2).says("is neither http nor https");
    plan("http://127.0.0.1:9/c4n4ry").exits(3).says("check that the helper");

    bench.profiles(&json!([{"name": "side", "mode": "CredentialsURI",
        "credentials_uri": uri("/keys?for=c4n4ry%2Bquery")}]));
    bench.plan(&[]).exits(0).says("6 to create");
}
