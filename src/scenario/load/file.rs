//! The file as a whole.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use indexmap::IndexMap;

use super::{
    instances,
    scope::Scope,
    slo::slo,
    steps::{Part, steps},
    switches::switches,
};
use crate::{
    diagnostic::{Diagnostic, Severity},
    files,
    scenario::model::Scenario,
    spec::{
        self, Loaded, Spec,
        yaml::{Binder, Context, Document, Environment, Node, Spanned, Value, read},
    },
};

/// Reads a scenario. `name` is its path as the user typed it: the spec's path is relative to it.
///
/// # Errors
/// Everything that is wrong with the file or with the spec that it names.
pub fn load(
    name: &str,
    text: &str,
    environment: Environment<'_>,
) -> Result<Loaded<Scenario>, Vec<Diagnostic>> {
    let mut document = read(name, text)?;
    let variables = variables(&document, environment);
    let filled = |key: &str| variables.get(key).cloned().or_else(|| environment(key));
    let context = Context::new(Arc::clone(&document.source));
    document.interpolate(&filled, &context);
    let mut spec_findings = Vec::new();
    let scenario = bind(&document.root, &context, environment, &mut spec_findings);
    let mut found = context.finish();
    found.append(&mut spec_findings);
    match scenario {
        Some(value) if found.iter().all(|finding| finding.severity < Severity::Error) => {
            Ok(Loaded { value, warnings: found })
        }
        _ => Err(found),
    }
}

/// The file's own variables, which come before those of the environment: what a file says of itself
/// does not depend on the machine, unless it asks (`greeting: ${GREETING:-hello}`).
fn variables(document: &Document, environment: Environment<'_>) -> IndexMap<String, String> {
    let Some(Value::Map(entries)) = document.root.get("variables").map(|node| &node.value) else {
        return IndexMap::new();
    };
    if !entries.iter().any(|entry| entry.value.text().is_some_and(|text| text.contains("${"))) {
        return texts(document);
    }
    let mut copy = document.clone();
    // What is missing is reported when the document itself is filled.
    copy.interpolate(environment, &Context::new(Arc::clone(&document.source)));
    texts(&copy)
}

fn texts(document: &Document) -> IndexMap<String, String> {
    let Some(Value::Map(entries)) = document.root.get("variables").map(|node| &node.value) else {
        return IndexMap::new();
    };
    let text = |node: &Node| node.text().map(str::to_owned);
    entries.iter().filter_map(|entry| Some((entry.key.value.clone(), text(&entry.value)?))).collect()
}

fn bind(
    root: &Node,
    context: &Context,
    environment: Environment<'_>,
    spec_findings: &mut Vec<Diagnostic>,
) -> Option<Scenario> {
    let mut binder = Binder::open(root, context)?.with_extensions();
    let name = binder.required::<Spanned<String>>("name");
    let tags = binder.field::<Vec<String>>("tags").unwrap_or_default();
    let exclusive = binder.field::<String>("exclusive");
    let spec_path = binder.required::<Spanned<String>>("spec");
    let spec = spec_path.as_ref().and_then(|path| open_spec(path, context, environment, spec_findings));
    let timeout = binder.field::<Spanned<Duration>>("timeout");
    check_variables(binder.node("variables"), context);
    let switches = binder.node("emulator").map(|node| switches(node, context)).unwrap_or_default();
    let region = spec.as_ref().map(|(spec, _)| spec.region.clone()).unwrap_or_default();
    let instances =
        binder.node("instances").map(|node| instances::bind(node, context, &region)).unwrap_or_default();
    let scope = Scope {
        context,
        instances: instances.keys().cloned().collect(),
        robots: spec.as_ref().map(|(spec, _)| spec.robots.keys().cloned().collect()),
        snapshots: Default::default(),
        simulated: Default::default(),
        unavailable: Default::default(),
    };
    if binder.node("steps").is_none() {
        context.error(
            "scenario::no-steps",
            "a scenario needs `steps`",
            binder.place(),
            "add what is done and what is expected: `steps: [{ stop: web-1 }, { expect: { robot: ops, within: 2m } }]`",
        );
    }
    let story = binder.node("steps").map(|node| steps(node, &scope, Part::Story)).unwrap_or_default();
    let finally = binder.node("finally").map(|node| steps(node, &scope, Part::Finally)).unwrap_or_default();
    let strict = binder.field::<bool>("strict").unwrap_or(false);
    let slo = binder.node("slo").map(|node| slo(node, context)).unwrap_or_default();
    binder.close();

    let (spec, fixtures) = spec?;
    Some(Scenario {
        source: Arc::clone(context.source()),
        name: name?,
        tags,
        exclusive,
        spec,
        spec_span: spec_path?.span,
        fixtures,
        timeout,
        switches,
        instances,
        steps: story,
        finally,
        strict,
        slo,
        unavailable: scope.unavailable.into_inner(),
    })
}

fn check_variables(node: Option<&Node>, context: &Context) {
    let Some(node) = node else { return };
    if Binder::open(node, context).is_none() {
        return;
    }
    let Value::Map(entries) = &node.value else { return };
    for entry in entries.iter().filter(|entry| entry.value.text().is_none()) {
        context.error(
            "scenario::wrong-type",
            format!("the variable `{}` needs a text", entry.key.value),
            entry.key.span,
            "write a single value behind the colon",
        );
    }
}

/// Loads the spec, relative to the scenario; what is wrong with it is told under its own lines.
fn open_spec(
    path: &Spanned<String>,
    context: &Context,
    environment: Environment<'_>,
    found: &mut Vec<Diagnostic>,
) -> Option<(Arc<Spec>, PathBuf)> {
    let folder = Path::new(context.source().name()).parent().unwrap_or(Path::new(""));
    let full = files::tidy(&folder.join(&path.value));
    let shown = full.display().to_string();
    let text = match files::read_text(&full) {
        Ok(text) => text,
        Err(error) => {
            context.error(
                "scenario::no-spec",
                format!("the spec `{shown}` cannot be read: {error}"),
                path.span,
                "write the spec's path relative to this file",
            );
            return None;
        }
    };
    match spec::load(&shown, &text, environment) {
        Ok(loaded) => {
            found.extend(loaded.warnings);
            let fixtures = full.parent().unwrap_or(Path::new("")).join("fixtures");
            Some((Arc::new(loaded.value), fixtures))
        }
        Err(faults) => {
            let errors = faults.iter().filter(|fault| fault.severity == Severity::Error).count();
            context.error(
                "scenario::faulty-spec",
                format!("the spec `{shown}` has {}", crate::report::counted(errors, "fault")),
                path.span,
                "mend the spec first: each fault is shown under its line",
            );
            found.extend(faults);
            None
        }
    }
}
