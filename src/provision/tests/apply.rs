//! Applying over a service that refuses some calls.

use std::sync::{Arc, Mutex};

use super::{
    account::Account,
    wanted::{by_id, set, small, tell, text},
};
use crate::{
    clock::{BoxFuture, SystemClock},
    openapi::{
        Client, Credentials, Endpoints, HttpRequest, HttpResponse, SequenceNonce, Transport, TransportError,
    },
    provision::{
        Action, ApplyReport, Contact, Desired, Group, ObjectKind, Options, Outcome, Plan, Step, apply,
        converge,
    },
    secret::Secret,
};

/// Accepts all calls but the ones named `Action Name`, which it answers as told, and notes each.
#[derive(Debug, Default)]
struct Fussy {
    answers: Vec<(&'static str, u16, &'static str)>,
    calls: Mutex<Vec<String>>,
}

impl Transport for Fussy {
    fn send<'a>(
        &'a self,
        _: &'a str,
        request: HttpRequest,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        let name = ["ContactName", "ContactGroupName", "RuleName", "RuleNames.1"]
            .iter()
            .find_map(|key| request.query_value(key))
            .unwrap_or("?");
        let call = format!("{} {name}", request.header("x-acs-action").unwrap_or("?"));
        let answer = self.answers.iter().find(|(refused, ..)| *refused == call);
        let (status, body) =
            answer.map_or((200, r#"{"Code":"200","Success":true}"#), |(_, status, body)| (*status, *body));
        self.calls.lock().unwrap().push(call);
        let answer = HttpResponse { status, headers: Vec::new(), body: body.as_bytes().to_vec() };
        Box::pin(async move { Ok(answer) })
    }
}

fn client(transport: Arc<Fussy>) -> Client {
    let credentials = Credentials {
        access_key_id: text("testAk"),
        access_key_secret: Secret::new("testSk"),
        security_token: None,
    };
    let endpoints = Endpoints::new("cn-hangzhou", None).unwrap();
    Client::new(transport, endpoints, credentials, Arc::new(SystemClock), Arc::new(SequenceNonce::new("n")))
}

fn run(plan: &Plan, answers: &[(&'static str, u16, &'static str)]) -> (ApplyReport, Vec<String>, Vec<Step>) {
    let transport = Arc::new(Fussy { answers: answers.to_vec(), calls: Mutex::default() });
    let client = client(Arc::<Fussy>::clone(&transport));
    let told = Mutex::new(Vec::new());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let report = runtime.block_on(apply(&client, plan, &|step| told.lock().unwrap().push(step.clone())));
    let calls = transport.calls.lock().unwrap().clone();
    (report, calls, told.into_inner().unwrap())
}

const DENIED: &str = r#"{"Code":"InvalidAuthorization","Message":"Permission denied","RequestId":"r-1"}"#;

/// `small` and, beside it, a second contact, group and rule that have nothing to do with the first.
fn two() -> Desired {
    let mut desired = small();
    let contact = Contact { mail: Some(text("a@b")), ..Contact::default() };
    desired.contacts.insert(text("other"), contact);
    desired.groups.insert(text("others"), Group { contacts: set(&["other"]), ..Group::default() });
    let mut rule = desired.rules["state-change"].clone();
    rule.targets = by_id([tell("others", "4")]);
    desired.rules.insert(text("fault"), rule);
    desired
}

fn names(steps: &[Step]) -> Vec<String> {
    steps.iter().map(|step| format!("{} {}", step.operation, step.name)).collect()
}

#[test]
fn a_failure_stops_what_depends_on_it_and_nothing_else() {
    let plan = Account::default().plan(&two(), Options::default());
    let (report, calls, told) = run(&plan, &[("PutContact duty", 403, DENIED)]);
    assert_eq!(names(&report.failed), ["PutContact duty"]);
    let Outcome::Failed(error) = &report.failed[0].outcome else { panic!("{report:?}") };
    assert_eq!(
        error.to_string(),
        "PutContact failed: InvalidAuthorization: Permission denied (HTTP 403, RequestId r-1)"
    );
    assert_eq!(names(&report.not_tried), ["PutContactGroup on-call", "PutEventRuleTargets state-change"]);
    let because = |name: &str, kind| Outcome::NotTried { kind, name: text(name) };
    assert_eq!(report.not_tried[0].outcome, because("duty", ObjectKind::Contact));
    assert_eq!(report.not_tried[1].outcome, because("on-call", ObjectKind::Group));
    assert_eq!(
        calls,
        [
            "PutContact duty",
            "PutContact other",
            "PutContactGroup others",
            "PutEventRule fault",
            "PutEventRule state-change",
            "PutEventRuleTargets fault",
        ]
    );
    assert_eq!(told.len(), 8);
    assert!(!report.is_success());
}

#[test]
fn a_failed_deletion_keeps_what_it_still_needs() {
    let mut account = Account::default();
    account.settle(&two(), Options::default());
    let plan = account.plan(&Desired::empty("ops"), Options::destroy(false));
    let (report, calls, _) = run(&plan, &[("DeleteEventRuleTargets fault", 403, DENIED)]);
    assert_eq!(
        names(&report.not_tried),
        ["DeleteEventRules fault", "DeleteContactGroup others", "DeleteContact other"]
    );
    assert_eq!(
        calls[2..],
        ["DeleteEventRules state-change", "DeleteContactGroup on-call", "DeleteContact duty"]
    );
}

#[test]
fn old_targets_stay_when_the_new_ones_were_refused() {
    let mut account = Account::default();
    account.settle(&two(), Options::default());
    let mut desired = two();
    desired.rules.get_mut("fault").unwrap().targets = by_id([tell("on-call", "4")]);
    let partly = r#"{"Code":"200","Success":true,"FailedParameterCount":"1"}"#;
    let plan = account.plan(&desired, Options::default());
    let (report, ..) = run(&plan, &[("PutEventRuleTargets fault", 200, partly)]);
    assert_eq!(names(&report.failed), ["PutEventRuleTargets fault"]);
    assert_eq!(names(&report.not_tried), ["DeleteEventRuleTargets fault"]);
}

#[test]
fn what_is_already_gone_is_deleted() {
    let mut account = Account::default();
    account.settle(&small(), Options::default());
    let plan = account.plan(&Desired::empty("ops"), Options::destroy(false));
    let gone = r#"{"Code":"ContactNotExists","Message":"ContactName does not exist."}"#;
    let (report, ..) =
        run(&plan, &[("DeleteContact duty", 404, gone), ("DeleteContactGroup on-call", 404, gone)]);
    assert!(report.is_success(), "{report:#?}");
    assert_eq!(report.done.len(), 4);
    assert!(report.done.iter().all(|step| step.action == Action::Delete));
}

#[test]
fn the_loop_can_run_on_any_thread() {
    fn assert_send<T: Send>(_: T) {}
    let desired = small();
    let plan = Plan::default();
    let client = client(Arc::new(Fussy::default()));
    assert_send(apply(&client, &plan, &|_| ()));
    assert_send(converge(&client, &desired, &Options::default(), &|_| ()));
}
