//! What must hold in the account before a scenario touches anything. Only reads.

use indexmap::IndexMap;

use super::{
    config::{Bind, Binds},
    refuse::{ALLOWED, RELEASE_ALLOWED, carries, instance_of, used},
    restore::instance,
};
use crate::{
    api::{ecs::Instance, sts::GetCallerIdentity},
    clock::Timestamp,
    diagnostic::{Diagnostic, Span},
    openapi::{ApiError, Client, ErrorKind},
    provision::{Options, Unresolved, desired, left_over, prepare, render_text, resolve},
    report::Verdict,
    scenario::{Scenario, StepKind},
};

/// What was found of a scenario's instances.
#[derive(Debug, Clone, Default)]
pub struct Prepared {
    /// The instances, by the names that the scenario uses.
    pub instances: IndexMap<String, Instance>,
    /// What a reader should know, and is no reason to refuse.
    pub doubts: Vec<String>,
}

/// What kind of reason keeps a scenario from running.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The account is not as the spec says: whoever the spec names would not be told. That is an answer.
    Unlike,
    /// Something is not as whoever runs it wrote down: binds, tags, states, the time.
    Unfit,
    /// It could not be found out: the cloud, or the network, refused.
    Unread,
}

/// Why a scenario does not run.
#[derive(Debug, Clone)]
pub struct Refused {
    /// The reason that counts most.
    pub why: Why,
    /// All reasons.
    pub findings: Vec<Diagnostic>,
}

impl Refused {
    fn one(why: Why, finding: Diagnostic) -> Self {
        Self { why, findings: vec![finding] }
    }

    /// Takes another reason in: an answer counts more than what keeps from one.
    fn and(&mut self, other: Self) {
        let rank = |why| match why {
            Why::Unlike => 2,
            Why::Unfit => 1,
            Why::Unread => 0,
        };
        if rank(other.why) > rank(self.why) {
            self.why = other.why;
        }
        self.findings.extend(other.findings);
    }

    /// What a scenario comes to that was refused so.
    #[must_use]
    pub const fn verdict(&self) -> Verdict {
        match self.why {
            Why::Unlike => Verdict::Failed,
            Why::Unfit | Why::Unread => Verdict::Errored,
        }
    }
}

/// Looks whether scenarios may run: the account, and what was found for each of them.
///
/// # Errors
/// Why the account may not be touched at all.
pub async fn look(
    client: &Client,
    scenarios: &[Scenario],
    binds: &Binds,
) -> Result<(String, Vec<Result<Prepared, Refused>>), Refused> {
    let account = account(client, binds, client.clock().now()).await?;
    let mut prepared = Vec::new();
    for scenario in scenarios {
        let here = client.clone().in_region(&scenario.spec.region);
        prepared.push(match (scenario.spec.permits(&account), here) {
            (Err(finding), _) => Err(Refused::one(Why::Unfit, finding)),
            (Ok(()), Ok(here)) => inspect(&here, scenario, binds).await,
            (Ok(()), Err(error)) => Err(Refused::one(
                Why::Unfit,
                Diagnostic::error("live::region", error.to_string())
                    .at(&scenario.source, scenario.spec_span, "in this spec")
                    .help("fix its `region`"),
            )),
        });
    }
    Ok((account, prepared))
}

/// The account of the credentials, if it may be touched now.
///
/// # Errors
/// Why it may not.
async fn account(client: &Client, binds: &Binds, now: Timestamp) -> Result<String, Refused> {
    let who = client.call(&GetCallerIdentity {}).await;
    let account = who.map_err(|error| Refused::one(Why::Unread, unread(&error)))?.account_id;
    if !binds.allow_accounts.contains(&account) {
        let known = match binds.allow_accounts.as_slice() {
            [] => "no account is".to_owned(),
            known => format!("only {} {}", known.join(", "), if known.len() == 1 { "is" } else { "are" }),
        };
        return Err(Refused::one(
            Why::Unfit,
            Diagnostic::error("live::account", format!("account {account} may not be touched: {known} allowed"))
                .help(format!(
                    "if this is the right account, give `--allow-account {account}`, or add it to `allow_accounts` of binds.yaml"
                )),
        ));
    }
    if let Some(window) = binds.window.as_ref().filter(|window| !window.contains(now)) {
        return Err(Refused::one(
            Why::Unfit,
            Diagnostic::error("live::window", format!("it is outside the time window: {window}"))
                .help("run it then, or change `window` in binds.yaml"),
        ));
    }
    Ok(account)
}

/// Whether a scenario may run: each of its instances is there, carries the tag and is in the state that
/// the scenario says, and the account is as its spec says.
///
/// # Errors
/// Everything that keeps it from running, under its line.
pub async fn inspect(client: &Client, scenario: &Scenario, binds: &Binds) -> Result<Prepared, Refused> {
    let mut reasons: Vec<Refused> = Vec::new();
    let mut prepared = Prepared::default();
    for name in used(scenario) {
        let (Some(bind), Some(about)) = (binds.instances.get(&name), scenario.instances.get(&name)) else {
            continue;
        };
        let region = bind.region.as_deref().unwrap_or(&about.region);
        match instance(client, region, &bind.id).await {
            Err(error) => reasons.push(refused(scenario, about.span, &error)),
            Ok(None) => reasons.push(Refused::one(
                Why::Unfit,
                Diagnostic::error(
                    "live::no-instance",
                    format!("there is no instance {} in region {region}", bind.id),
                )
                .at(&scenario.source, about.span, format!("`{name}` is bound to it"))
                .help("look it up in the console; `--bind NAME=ID@REGION` names another region"),
            )),
            Ok(Some(found)) => {
                let unfit = unfit(scenario, &name, bind, &found).into_iter();
                reasons.extend(unfit.map(|finding| Refused::one(Why::Unfit, finding)));
                if found.instance_name != about.name {
                    prepared.doubts.push(format!(
                        "{}: `{name}` is called `{}` in the account, not `{}`: texts that name it differ",
                        scenario.file(),
                        found.instance_name,
                        about.name
                    ));
                }
                prepared.instances.insert(name, found);
            }
        }
    }
    match compare(client, scenario).await {
        Ok(left_over) => {
            let of_spec = |line: String| format!("{}: {line}", scenario.file());
            prepared.doubts.extend(left_over.into_iter().map(of_spec));
        }
        Err(refused) => reasons.push(refused),
    }
    let all = reasons.into_iter().reduce(|mut all, reason| {
        all.and(reason);
        all
    });
    all.map_or(Ok(prepared), Err)
}

/// Why an instance must not be touched.
fn unfit(scenario: &Scenario, name: &str, bind: &Bind, found: &Instance) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let Some(about) = scenario.instances.get(name) else { return findings };
    let untagged = |(key, value): (&str, &str), span: Span, what: &str| {
        Diagnostic::error(
            "live::untagged",
            format!("instance {} does not carry the tag `{key}={value}`", bind.id),
        )
        .at(&scenario.source, span, format!("`{name}` {what}"))
        .help(format!("tag it, if it is a test instance that may be touched: `{key}` = `{value}`"))
    };
    if !carries(found, ALLOWED) {
        findings.push(untagged(ALLOWED, about.span, "would be touched"));
    }
    let release = scenario
        .all_steps()
        .find(|step| matches!(step.kind, StepKind::Release { .. }) && instance_of(&step.kind) == Some(name));
    if let Some(release) = release.filter(|_| !carries(found, RELEASE_ALLOWED)) {
        findings.push(untagged(RELEASE_ALLOWED, release.span, "would be released, which cannot be undone"));
    }
    if found.status != about.state {
        findings.push(
            Diagnostic::error(
                "live::state",
                format!(
                    "instance {} is {}, and the scenario begins with {}",
                    bind.id, found.status, about.state
                ),
            )
            .at(&scenario.source, about.span, format!("`{name}` begins {}", about.state))
            .help("bring it to that state first; after a run that was cut short `bellcheck sweep` does"),
        );
    }
    findings
}

/// What the account has left over, and the remedy, if it is as the spec says: everybody whom the spec names is
/// notified, but a rule that is left over notifies others.
///
/// # Errors
/// Why the account is not as the spec says, or why that is not known.
async fn compare(client: &Client, scenario: &Scenario) -> Result<Vec<String>, Refused> {
    let spec = &scenario.spec;
    let unfit = |findings| Refused { why: Why::Unfit, findings };
    let unread = |error: ApiError| refused(scenario, scenario.spec_span, &error);
    let mut desired = desired(spec).map_err(unfit)?;
    resolve(client, spec, &mut desired).await.map_err(|unresolved| match unresolved {
        Unresolved::Faults(faults) => unfit(faults),
        Unresolved::Api(error) => unread(error),
    })?;
    let plan = prepare(client, &desired, &Options::default()).await.map_err(unread)?;
    if plan.is_empty() {
        let mut lines = left_over(&plan);
        if !lines.is_empty() {
            lines.push("`bellcheck apply --prune` deletes what is left over".to_owned());
        }
        return Ok(lines);
    }
    Err(Refused::one(
            Why::Unlike,
            Diagnostic::error("live::plan", "the account is not as the spec says")
                .at(&scenario.source, scenario.spec_span, "this spec")
                .help(format!(
                    "whoever the spec names may not be told of a real event; `bellcheck apply` would do this:\n{}",
                    render_text(&plan, false)
                )),
        ))
}

fn refused(scenario: &Scenario, span: Span, error: &ApiError) -> Refused {
    let finding = unread(error).at(&scenario.source, span, "to know whether this may be touched");
    Refused::one(Why::Unread, finding)
}

fn unread(error: &ApiError) -> Diagnostic {
    let all = match error.kind {
        ErrorKind::Denied if error.is_permission() => {
            "; `bellcheck doctor --ram-policy --for test` shows all that a run needs"
        }
        _ => "",
    };
    Diagnostic::error("live::unread", error.to_string()).help(format!("{}{all}", error.remedy()))
}
