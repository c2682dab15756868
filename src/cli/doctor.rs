//! `bellcheck doctor`

use std::path::{Path, PathBuf};

use super::{
    Context,
    args::{Doctor, DoctorForm, DoctorPurpose, Strictness},
    block_on, connect,
    exit::{Exit, Failure},
    input,
    real::{DINGTALK, Real},
    robots,
};
use crate::{
    api::ecs::DescribeInstances,
    credentials::Tried,
    diagnostic::Severity,
    doctor::{self, Check, Examination, Need, Purpose, State, Subject, Trouble},
    openapi::{Client, Nonce as _, Product, RandomNonce},
    scenario::{self, FileKind, Met, Scenario, discover, live},
    spec::{Robot, Spec, StandIns},
};

/// The region that is asked when nothing names one: keys and permissions are the same in all.
const ANY_REGION: &str = "cn-hangzhou";

pub(super) fn run(context: &Context, args: &Doctor) -> Result<Exit, Failure> {
    if args.ram_policy {
        let specs = specs(context, args)?;
        let needs = needs(context, args, &specs)?;
        context.console.out(&format!("{:#}\n", doctor::policy(&needs)));
        context.console.talk("GetCallerIdentity, which doctor calls too, needs no permission");
        return Ok(Exit::Yes);
    }
    let mut examination = Examination::default();
    let specs = match specs(context, args) {
        Ok(specs) => specs,
        Err(failure) => {
            context.console.findings(&failure.findings);
            let faults = failure.findings.iter().filter(|finding| finding.severity == Severity::Error);
            let message = faults.map(ToString::to_string).collect::<Vec<_>>().join("; ");
            examination.checks.push(Check::other(
                "spec",
                State::Wrong(Trouble::Input),
                message,
                "mend the spec; the rest is examined without it",
            ));
            Vec::new()
        }
    };
    let checks = &mut examination.checks;
    offline(&specs, checks);
    let needs = needs(context, args, &specs)?;
    let connected = connected(context, &specs, checks);
    let base = match &connected {
        Ok(client) => client.base(Product::Cms),
        Err(_) => context.global.endpoint.clone().unwrap_or_else(|| DINGTALK.to_owned()),
    };
    if specs.iter().any(|spec| !spec.unfit.is_empty()) {
        // What does not answer is told below.
        let is_emulator = Real::new(context, false).hasty().is_emulator(&base).unwrap_or_default();
        checks.extend(doctor::secrets(&specs, is_emulator));
    }
    match connected {
        Ok(client) => {
            let subject = Subject { specs: &specs, needs: &needs };
            checks.extend(block_on(async { Ok(doctor::examine(&client, &subject).await) })?);
        }
        Err(failure) => {
            let state =
                State::Wrong(if failure.exit == Exit::Input { Trouble::Input } else { Trouble::Unreached });
            checks.extend(failure.findings.iter().map(|finding| {
                let remedy = finding.help.clone().unwrap_or_default();
                Check::other("credentials", state, finding.to_string(), remedy)
            }));
        }
    }
    if args.send_test {
        send_tests(context, args, &specs, checks)?;
    }
    checks.push(doctor::retirement());
    let text = match args.output {
        DoctorForm::Text => doctor::render_text(&examination, context.console.color, context.console.width),
        DoctorForm::Json => format!("{:#}\n", examination.to_json()),
    };
    context.console.out(&text);
    Ok(match examination.trouble() {
        None => Exit::Yes,
        Some(Trouble::Wrong) => Exit::No,
        Some(Trouble::Input) => Exit::Input,
        Some(Trouble::Unreached) => Exit::Refused,
    })
}

/// The specs that were named, or else that of this folder, if there is one.
fn specs(context: &Context, args: &Doctor) -> Result<Vec<Spec>, Failure> {
    let mut paths = args.paths.clone();
    if paths.is_empty() && Path::new(input::SPEC_FILE).is_file() {
        paths.push(PathBuf::from(input::SPEC_FILE));
    }
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    // A policy does not depend on secrets.
    let stand_ins = args.ram_policy.then(StandIns::default);
    input::specs_of(context, &paths, &args.variables, &Strictness::default(), stand_ins.as_ref())
}

/// What can be said of the specs without a cloud.
fn offline(specs: &[Spec], checks: &mut Vec<Check>) {
    for spec in specs {
        checks.push(Check::well(
            "spec",
            format!(
                "{}: stack `{}` is sound: {} robots, {} contacts, {} groups, {} rules",
                spec.source.name(),
                spec.stack,
                spec.robots.len(),
                spec.contacts.len(),
                spec.groups.len(),
                spec.rules.len()
            ),
        ));
        checks.extend(doctor::limits(spec));
        checks.extend(doctor::robots(spec));
    }
}

/// A client, and what became of the search for credentials.
fn connected(context: &Context, specs: &[Spec], checks: &mut Vec<Check>) -> Result<Client, Failure> {
    let region = specs.first().and_then(Spec::named_region);
    let inputs = connect::inputs(context, region)?;
    let resolved = connect::resolve(context, &inputs)?;
    let passed_over: Vec<String> = resolved.tried.iter().map(Tried::to_string).collect();
    checks.push(Check::well(
        "credentials",
        format!("from {}; tried: {}", resolved.source, passed_over.join("; ")),
    ));
    let region = region.or_else(|| {
        let is_known = inputs.region.is_some() || resolved.region.is_some();
        (!is_known).then_some(ANY_REGION)
    });
    let client = connect::client_of(context, &inputs, &resolved, region)?;
    let mut regions: Vec<&str> = vec![client.region()];
    if context.global.region.is_none() {
        regions.extend(specs.iter().filter_map(Spec::named_region));
    }
    regions.sort_unstable();
    regions.dedup();
    checks.extend(regions.into_iter().map(doctor::region));
    Ok(client)
}

fn needs(context: &Context, args: &Doctor, specs: &[Spec]) -> Result<Vec<Need>, Failure> {
    let purpose = match args.purpose {
        DoctorPurpose::Plan => Purpose::Plan,
        DoctorPurpose::Apply => Purpose::Apply,
        DoctorPurpose::Prune => Purpose::Prune,
        DoctorPurpose::Destroy => Purpose::Destroy,
        DoctorPurpose::Test => Purpose::Test,
    };
    let acts = if purpose == Purpose::Test { acts(context, args, specs)? } else { Vec::new() };
    Ok(doctor::needs(specs, purpose, &acts))
}

/// What the scenarios beside the specs do to the cloud.
fn acts(context: &Context, args: &Doctor, specs: &[Spec]) -> Result<Vec<Need>, Failure> {
    let variables = input::variables(context, &args.variables)?;
    let environment = |name: &str| context.environment.get(name);
    let lookup = |name: &str| variables.get(name, &environment);
    // Which acts there are does not depend on secrets.
    let stand_ins = StandIns::default();
    let supply = input::supply(&lookup, Some(&stand_ins));
    let mut found = Vec::new();
    for spec in specs {
        let folder = match Path::new(spec.source.name()).parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let met = discover(&[folder.to_owned()], &[]).unwrap_or_default().files;
        for Met { path: file, kind, .. } in met {
            if !matches!(kind, FileKind::Scenario | FileKind::Mistaken(..)) {
                continue;
            }
            let text = input::text(&file).ok();
            let loaded = text.and_then(|text| {
                let name = file.display().to_string();
                scenario::load_from(&name, &text, supply).ok()
            });
            match loaded {
                Some(loaded) => {
                    let of_stack = loaded.value.iter().filter(|scenario| scenario.spec.stack == spec.stack);
                    let of_stack: Vec<&Scenario> = of_stack.collect();
                    if of_stack.iter().any(|scenario| !live::used(scenario).is_empty()) {
                        found.push(Need::of::<DescribeInstances>());
                    }
                    let steps = of_stack.into_iter().flat_map(Scenario::all_steps);
                    for step in steps {
                        let act = step.kind.operation();
                        let act = act.map(|(product, operation)| (product, operation, true));
                        let calls = act.into_iter().chain(step.kind.undoing());
                        found.extend(calls.map(|(product, operation, writes)| Need {
                            product,
                            operation,
                            writes,
                        }));
                    }
                }
                None => context.console.talk(&format!(
                    "{} cannot be read, so its acts are not among the actions; `bellcheck validate` says why",
                    file.display()
                )),
            }
        }
    }
    Ok(found)
}

fn send_tests(
    context: &Context,
    args: &Doctor,
    specs: &[Spec],
    checks: &mut Vec<Check>,
) -> Result<(), Failure> {
    let all: Vec<&Robot> = if args.robots.is_empty() {
        specs.iter().flat_map(|spec| spec.robots.values()).collect()
    } else {
        args.robots.iter().map(|name| robots::named(specs, name)).collect::<Result<_, _>>()?
    };
    for robot in all {
        if let Err(failure) = robots::check(context, specs, robot, false) {
            let message = format!("`{}` is sent nothing: {}", robot.name, failure.in_words());
            checks.push(Check::other("test message", State::Wrong(Trouble::Wrong), message, ""));
            continue;
        }
        let client = robots::client(context, robot)?;
        let body = doctor::test_message(robot, &RandomNonce.next());
        let outcome = block_on(async { Ok(client.send(&body).await) })?;
        checks.push(doctor::sent(robot, &outcome));
    }
    Ok(())
}
