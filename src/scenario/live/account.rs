//! What must hold in the account before a scenario touches anything. Only reads.

use indexmap::IndexMap;

use super::{
    config::{Bind, Binds},
    refuse::{ALLOWED, RELEASE_ALLOWED, instance_of, used},
    restore::instance,
};
use crate::{
    api::{ecs::Instance, sts::GetCallerIdentity},
    clock::Timestamp,
    diagnostic::{Diagnostic, Span},
    openapi::{ApiError, Client, ErrorKind},
    provision::{Options, Unresolved, desired, prepare, render_text, resolve},
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

/// Looks whether scenarios may run: the account, and what was found for each of them.
///
/// # Errors
/// Everything that keeps them from running.
pub async fn look(
    client: &Client,
    scenarios: &[Scenario],
    binds: &Binds,
) -> Result<(String, Vec<Prepared>), Vec<Diagnostic>> {
    let account = account(client, binds, client.clock().now()).await.map_err(|finding| vec![*finding])?;
    let (mut prepared, mut refused) = (Vec::new(), Vec::new());
    for scenario in scenarios {
        if let Err(finding) = scenario.spec.permits(&account) {
            Diagnostic::add_new(&mut refused, [finding]);
            continue;
        }
        let here = match client.clone().in_region(&scenario.spec.region) {
            Ok(here) => here,
            Err(error) => {
                let finding = Diagnostic::error("live::region", error.to_string())
                    .at(&scenario.source, scenario.spec_span, "in this spec")
                    .help("mend its `region`");
                Diagnostic::add_new(&mut refused, [finding]);
                continue;
            }
        };
        match inspect(&here, scenario, binds).await {
            Ok(found) => prepared.push(found),
            Err(findings) => Diagnostic::add_new(&mut refused, findings),
        }
    }
    if refused.is_empty() { Ok((account, prepared)) } else { Err(refused) }
}

/// The account of the credentials, if it may be touched now.
///
/// # Errors
/// Why it may not, as a finding, or the call's error.
async fn account(client: &Client, binds: &Binds, now: Timestamp) -> Result<String, Box<Diagnostic>> {
    let who = client.call(&GetCallerIdentity {}).await.map_err(|error| Box::new(unread(&error)))?;
    let account = who.account_id;
    if !binds.allow_accounts.contains(&account) {
        let known = match binds.allow_accounts.as_slice() {
            [] => "no account is".to_owned(),
            known => format!("only {} {}", known.join(", "), if known.len() == 1 { "is" } else { "are" }),
        };
        return Err(Box::new(
            Diagnostic::error("live::account", format!("account {account} may not be touched: {known} allowed"))
                .help(format!(
                    "if this is the right account, give `--allow-account {account}`, or add it to `allow_accounts` of binds.yaml"
                )),
        ));
    }
    if let Some(window) = binds.window.as_ref().filter(|window| !window.contains(now)) {
        return Err(Box::new(
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
pub async fn inspect(
    client: &Client,
    scenario: &Scenario,
    binds: &Binds,
) -> Result<Prepared, Vec<Diagnostic>> {
    let mut findings = Vec::new();
    let mut prepared = Prepared::default();
    for name in used(scenario) {
        let (Some(bind), Some(about)) = (binds.instances.get(&name), scenario.instances.get(&name)) else {
            continue;
        };
        let region = bind.region.as_deref().unwrap_or(&about.region);
        match instance(client, region, &bind.id).await {
            Err(error) => findings.push(refused(scenario, about.span, &error)),
            Ok(None) => findings.push(
                Diagnostic::error(
                    "live::no-instance",
                    format!("there is no instance {} in region {region}", bind.id),
                )
                .at(&scenario.source, about.span, format!("`{name}` is bound to it"))
                .help("look it up in the console; `--bind NAME=ID@REGION` names another region"),
            ),
            Ok(Some(found)) => {
                findings.extend(unfit(scenario, &name, bind, &found));
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
    findings.extend(unlike(client, scenario).await);
    if findings.is_empty() { Ok(prepared) } else { Err(findings) }
}

/// Why an instance must not be touched.
fn unfit(scenario: &Scenario, name: &str, bind: &Bind, found: &Instance) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let Some(about) = scenario.instances.get(name) else { return findings };
    let has = |(key, value): (&str, &str)| {
        found.tags.tag.iter().any(|tag| tag.tag_key == key && tag.tag_value == value)
    };
    let untagged = |(key, value): (&str, &str), span: Span, what: &str| {
        Diagnostic::error(
            "live::untagged",
            format!("instance {} does not carry the tag `{key}={value}`", bind.id),
        )
        .at(&scenario.source, span, format!("`{name}` {what}"))
        .help(format!("tag it, if it is a test instance that may be touched: `{key}` = `{value}`"))
    };
    if !has(ALLOWED) {
        findings.push(untagged(ALLOWED, about.span, "would be touched"));
    }
    let release = scenario
        .all_steps()
        .find(|step| matches!(step.kind, StepKind::Release { .. }) && instance_of(&step.kind) == Some(name));
    if let Some(release) = release.filter(|_| !has(RELEASE_ALLOWED)) {
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

/// Why the account is not as the spec says.
async fn unlike(client: &Client, scenario: &Scenario) -> Vec<Diagnostic> {
    let spec = &scenario.spec;
    let mut desired = match desired(spec) {
        Ok(desired) => desired,
        Err(faults) => return faults,
    };
    match resolve(client, spec, &mut desired).await {
        Ok(_) => {}
        Err(Unresolved::Faults(faults)) => return faults,
        Err(Unresolved::Api(error)) => return vec![refused(scenario, scenario.spec_span, &error)],
    }
    match prepare(client, &desired, &Options::default()).await {
        Err(error) => vec![refused(scenario, scenario.spec_span, &error)],
        Ok(plan) if plan.is_empty() => Vec::new(),
        Ok(plan) => vec![
            Diagnostic::error("live::plan", "the account is not as the spec says")
                .at(&scenario.source, scenario.spec_span, "this spec")
                .help(format!(
                    "run `bellcheck apply` first; it would do this:\n{}",
                    render_text(&plan, false)
                )),
        ],
    }
}

fn refused(scenario: &Scenario, span: Span, error: &ApiError) -> Diagnostic {
    unread(error).at(&scenario.source, span, "to know whether this may be touched")
}

fn unread(error: &ApiError) -> Diagnostic {
    let help = match error.kind {
        ErrorKind::Denied => "the key pair needs the permissions that `bellcheck doctor --ram-policy` shows",
        _ => "try again when the service answers",
    };
    Diagnostic::error("live::unread", error.to_string()).help(help)
}
