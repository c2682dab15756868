//! The file as a whole.

use std::{
    cell::{Cell, RefCell},
    sync::Arc,
    time::Duration,
};

use indexmap::IndexMap;

use super::{
    drill::{self, drill},
    include, instances,
    matrix::{Case, cases, suffix},
    normalise::normalise,
    scope::{Names, Scope},
    slo::slo,
    spec::{Specs, open_spec},
    steps::{Part, shape, steps},
    switches::{switches, takes_unknown_events},
    variables::Variables,
    webhooks::webhooks,
};
use crate::{
    diagnostic::{Diagnostic, Severity, Source, Span},
    report::Evidence,
    scenario::{
        Identity, capture::placeholder, diagnosis::Diagnosis, lint::lint, model::Scenario, snapshot::Rules,
    },
    spec::{
        Loaded,
        yaml::{Binder, Context, Document, Environment, Node, Spanned, Supply, Value, one_of},
    },
};

/// Reads the scenarios of a file: one, or one for each case of its `matrix` and `rows`. `name` is its
/// path as the user typed it: the spec's path is relative to it.
///
/// # Errors
/// Everything that is wrong with the file, or with the spec that it names.
pub fn load(
    name: &str,
    text: &str,
    environment: Environment<'_>,
) -> Result<Loaded<Vec<Scenario>>, Vec<Diagnostic>> {
    load_from(name, text, Supply::of(environment))
}

/// As [`load`], where more is known of the values.
///
/// # Errors
/// As [`load`].
pub fn load_from(
    name: &str,
    text: &str,
    supply: Supply<'_>,
) -> Result<Loaded<Vec<Scenario>>, Vec<Diagnostic>> {
    let environment: Environment<'_> = &|name: &str| supply.value(name);
    let (mut documents, findings) = include::open(name, text)?;
    let context = Context::new(Source::join(documents.iter().map(|document| &document.source)));
    include::leave_out_unused(&mut documents, &context);
    findings.into_iter().for_each(|finding| context.push(finding));
    let Some(own) = documents.first() else { return Err(context.finish()) };
    let variables = Variables::read(own, environment, &context);
    let captures = captures(&documents);
    free(&captures, &variables, &context);
    let specs = Specs::default();
    let mut scenarios = Vec::new();
    for case in cases(own, &variables, environment, &context) {
        let filled = |key: &str| {
            let value = case.get(key).or_else(|| variables.values.get(key)).cloned();
            let captured = captures.iter().any(|name| name.value == key);
            value.or_else(|| captured.then(|| placeholder(key))).or_else(|| environment(key))
        };
        let is_own = |key: &str| {
            case.contains_key(key)
                || variables.values.contains_key(key)
                || captures.iter().any(|name| name.value == key)
        };
        let mut documents = documents.clone();
        let all = supply.through(&filled, &is_own);
        documents.iter_mut().for_each(|document| document.interpolate_from(all, &context));
        let scenario = bind(&documents, &case, &context, supply, &specs);
        if scenario.is_none() && !context.has_errors() {
            // A scenario that is not there must never go unsaid.
            let what = format!("the scenario{} could not be read", suffix(&case));
            context.error("scenario::internal", what, own.root.place, "please report this with the file");
        }
        scenarios.extend(scenario);
    }
    let mut found = context.finish();
    found.extend(specs.findings());
    if scenarios.is_empty() || found.iter().any(|finding| finding.severity == Severity::Error) {
        return Err(found);
    }
    // The cases of a matrix have their lines in common.
    Diagnostic::add_new(&mut found, scenarios.iter().flat_map(lint));
    Ok(Loaded { value: scenarios, warnings: found })
}

/// The names under every `capture` of every step.
fn captures(documents: &[Document]) -> Vec<Spanned<String>> {
    let mut out = Vec::new();
    for document in documents {
        for key in ["steps", "finally", "step_lists"] {
            document.root.get(key).into_iter().for_each(|node| captured(node, &mut out));
        }
    }
    out
}

fn captured(node: &Node, out: &mut Vec<Spanned<String>>) {
    match &node.value {
        Value::Null | Value::Scalar(_) => {}
        Value::List(items) => items.iter().for_each(|item| captured(item, out)),
        Value::Map(entries) => {
            for entry in entries {
                match &entry.value.value {
                    Value::Map(names) if entry.key.value == "capture" => {
                        out.extend(names.iter().map(|name| name.key.clone()));
                    }
                    _ => captured(&entry.value, out),
                }
            }
        }
    }
}

/// A captured value must not hide a variable, nor be hidden by one.
fn free(captures: &[Spanned<String>], variables: &Variables, context: &Context) {
    for name in captures.iter().filter(|name| variables.values.contains_key(&name.value)) {
        context.error(
            "scenario::variable-twice",
            format!("the variable `{}` has a value already", name.value),
            name.span,
            "capture into another name",
        );
    }
}

fn bind(
    documents: &[Document],
    case: &Case,
    context: &Context,
    supply: Supply<'_>,
    specs: &Specs,
) -> Option<Scenario> {
    let (own, included) = documents.split_first()?;
    let mut binder = Binder::open(&own.root, context)?.with_extensions();
    let name = binder.required::<Spanned<String>>("name");
    let tags = binder.field::<Vec<String>>("tags").unwrap_or_default();
    let exclusive = binder.field::<String>("exclusive");
    let spec_path = binder.required::<Spanned<String>>("spec");
    let spec = spec_path.as_ref().and_then(|path| open_spec(path, context, supply, specs));
    let drill = binder.node("drill").and_then(|node| drill(node, context));
    let timeout = binder.field::<Spanned<Duration>>("timeout");
    for read_already in ["variables", "matrix", "rows"] {
        binder.node(read_already);
    }
    binder.field::<Vec<String>>("include");
    let mut lists = IndexMap::new();
    add_lists(
        binder.node("step_lists").map(|node| include::named(node, context)),
        false,
        &mut lists,
        context,
    );
    for document in included {
        add_lists(Some(include::lists(&document.root, context)), true, &mut lists, context);
    }
    let switches = binder.node("emulator").map(|node| switches(node, context)).unwrap_or_default();
    let region = spec.as_ref().map(|opened| opened.spec.region.clone()).unwrap_or_default();
    let instances =
        binder.node("instances").map(|node| instances::bind(node, context, &region)).unwrap_or_default();
    let mut names = Names::default();
    if let Some(opened) = &spec {
        names.is_known = true;
        names.add(&opened.spec);
    }
    let scope = Scope {
        context,
        supply,
        specs,
        drill,
        takes_unknown_events: takes_unknown_events(&switches),
        instances: instances.iter().map(|(key, instance)| (key.clone(), instance.name.clone())).collect(),
        names: RefCell::new(names),
        lists: lists
            .iter()
            .map(|(name, (_, node, foreign))| (name.clone(), (node.clone(), *foreign)))
            .collect(),
        using: RefCell::default(),
        used: RefCell::default(),
        steps: Cell::default(),
        snapshots: RefCell::default(),
        simulated: RefCell::default(),
        captured: RefCell::default(),
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
    drill::check_story(&story, &scope);
    let finally = binder.node("finally").map(|node| steps(node, &scope, Part::Finally)).unwrap_or_default();
    let normalise =
        binder.node("normalise").map_or_else(|| Some(Rules::default()), |node| normalise(node, context));
    let strict = binder.field::<bool>("strict").unwrap_or(false);
    let require = binder.node("require").and_then(|node| {
        let word = one_of(node, context, "a kind of evidence", &Evidence::WORDS)?;
        Some(Spanned::new(word, node.span))
    });
    let slo = binder.node("slo").map(|node| slo(node, context)).unwrap_or_default();
    let on_failure = binder.node("on_failure").map(|node| diagnoses(node, context)).unwrap_or_default();
    unused(&lists, &scope);
    // Behind the steps: what an `apply` among them brings may be answered for, too.
    let webhooks = binder.node("webhooks").map(|node| webhooks(node, &scope)).unwrap_or_default();
    binder.close();

    let drill = scope.drill;
    let opened = spec?;
    let spec_path = spec_path?;
    let references = include::includes(own).into_iter().map(|path| path.value).chain([spec_path.value]);
    let identity = Identity::new(own.source.name().as_ref(), references, &opened.path);
    Some(Scenario {
        source: Arc::clone(context.source()),
        identity,
        name: name?.map(|name| name + &suffix(case)),
        tags,
        exclusive,
        drill,
        spec: opened.spec,
        spec_span: spec_path.span,
        fixtures: opened.fixtures,
        timeout,
        switches,
        instances,
        steps: story,
        finally,
        normalise: normalise?,
        strict,
        webhooks,
        on_failure,
        require,
        slo,
    })
}

/// Doubts lists of the scenario's own that no step uses: nothing of them is run.
fn unused(lists: &Lists, scope: &Scope<'_>) {
    for (name, (span, node, is_foreign)) in lists {
        if *is_foreign || scope.used.borrow().contains(name) {
            continue;
        }
        scope.context.warning(
            "scenario::unused-list",
            format!("no step uses the list `{name}`: none of it is run"),
            *span,
            format!("write `- use: {name}` among the steps, or remove the list"),
        );
        shape(node, scope.context);
    }
}

type Lists = IndexMap<String, (Span, Node, bool)>;

fn add_lists(
    named: Option<Vec<(&Spanned<String>, &Node)>>,
    is_foreign: bool,
    lists: &mut Lists,
    context: &Context,
) {
    for (name, node) in named.unwrap_or_default() {
        if let Some((first, ..)) = lists.get(&name.value) {
            context.push(
                Diagnostic::error(
                    "scenario::duplicate-list",
                    format!("the list of steps `{}` is there twice", name.value),
                )
                .at(context.source(), name.span, "again here")
                .at(context.source(), *first, "first here")
                .help("give one of them another name"),
            );
            continue;
        }
        lists.insert(name.value.clone(), (name.span, node.clone(), is_foreign));
    }
}

/// `on_failure: [rules, alert_log]`
fn diagnoses(node: &Node, context: &Context) -> Vec<Diagnosis> {
    let items = match &node.value {
        Value::List(items) => items.as_slice(),
        _ => std::slice::from_ref(node),
    };
    if items.is_empty() {
        context.error(
            "scenario::no-lookups",
            "nothing to look up is written here",
            node.place,
            "write at least one, such as `rules`, or remove the key",
        );
    }
    items.iter().filter_map(|item| one_of(item, context, "something to look up", &Diagnosis::WORDS)).collect()
}
