//! `bellcheck explain`

use std::cell::RefCell;

use serde_json::{Map, Value, json};

use super::{
    Context,
    args::{Explain, TableForm},
    exit::{Exit, Failure},
    input,
};
use crate::{
    clock::{Clock as _, SystemClock},
    dingtalk::Message,
    event::catalogue,
    routing::{self, Notice, Question, Route, Scope, Words},
    spec::Spec,
};

pub(super) fn run(context: &Context, args: &Explain) -> Result<Exit, Failure> {
    let spec = input::only_spec(context, &args.specs, &args.secrets)?;
    let template = args.template.as_deref().map(input::template).transpose()?.unwrap_or_default();
    // A user's own template may fail for one event and not for another.
    let broken = RefCell::new(None);
    let words = |notice: &Notice<'_>| {
        template.message(&notice.facts()).unwrap_or_else(|fault| {
            broken.replace(Some(fault.to_string()));
            Message::text("")
        })
    };
    let (text, exit) = match &args.event {
        Some(name) => one(context, args, &spec, name, &words)?,
        None => all(context, args, &spec, &words),
    };
    if let Some(fault) = broken.take() {
        return Err(wrong("explain::template", fault, "mend the template"));
    }
    context.console.out(&text);
    Ok(exit)
}

fn wrong(code: &'static str, what: impl Into<String>, help: impl Into<String>) -> Failure {
    Failure::new(Exit::Input, code, what, help)
}

fn one(
    context: &Context,
    args: &Explain,
    spec: &Spec,
    name: &str,
    words: Words<'_>,
) -> Result<(String, Exit), Failure> {
    let product = match args.products.as_slice() {
        [] => None,
        [product] => Some(product.clone()),
        _ => return Err(wrong("explain::product", "an event has one product", "give --product once")),
    };
    let content: Map<String, Value> =
        args.content.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    let question = Question {
        name: name.to_owned(),
        custom: args.custom,
        product,
        prefer: spec.rules.values().map(|rule| rule.pattern.product.clone()).collect(),
        level: args.level,
        event_type: args.event_type.clone(),
        status: args.status.clone(),
        content: Value::Object(content),
        application_groups: args.application_groups.clone(),
        region: spec.region.clone(),
        at: args.at.unwrap_or_else(|| SystemClock.now()),
    };
    let answered = question
        .answered(catalogue())
        .map_err(|unclear| wrong("explain::event", unclear.message, unclear.remedy))?;
    for note in &answered.notes {
        context.console.talk(note);
    }
    let routes: Vec<Route> =
        answered.candidates.iter().map(|candidate| routing::route(spec, candidate, words)).collect();
    if let Some((fact, rule)) = routing::open_questions(&routes).first() {
        return Err(wrong(
            "explain::depends",
            format!(
                "whether rule `{rule}` tells depends on the event's {fact}, which the catalogue does not know"
            ),
            format!("give {}{}", fact.option(), choices(*fact)),
        ));
    }
    let text = match args.output {
        TableForm::Text => {
            let drawn: Vec<String> = routes
                .iter()
                .map(|route| routing::render_text(route, context.console.color, context.console.width))
                .collect();
            drawn.join("\n")
        }
        TableForm::Json => {
            let routes: Vec<Value> = routes.iter().map(Route::to_json).collect();
            format!("{:#}\n", json!({"routes": routes}))
        }
        TableForm::Markdown => {
            return Err(wrong(
                "explain::form",
                "one event has no form in Markdown",
                "use -o text or -o json, or --all",
            ));
        }
    };
    Ok((text, if routes.iter().all(Route::tells) { Exit::Yes } else { Exit::No }))
}

fn choices(fact: routing::Fact) -> &'static str {
    match fact {
        routing::Fact::Level => ": CRITICAL, WARN or INFO",
        routing::Fact::EventType => ": StatusNotification, Exception, Maintenance or another",
        routing::Fact::Status => ", such as Normal, Executing or Failed",
        routing::Fact::Content | routing::Fact::ApplicationGroup => "",
    }
}

fn all(context: &Context, args: &Explain, spec: &Spec, words: Words<'_>) -> (String, Exit) {
    let scope = if args.all_products { Scope::All } else { Scope::Spec { and: args.products.clone() } };
    let table = routing::table(spec, catalogue(), &scope, words);
    let text = match args.output {
        TableForm::Text => routing::render_table(&table, context.console.color, context.console.width),
        TableForm::Json => format!("{:#}\n", table.to_json()),
        TableForm::Markdown => routing::render_markdown(&table),
    };
    context.console.talk(catalogue().provenance());
    (text, if args.check && table.gaps().next().is_some() { Exit::No } else { Exit::Yes })
}
