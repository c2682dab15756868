//! `bellcheck events`

use serde_json::{Value, json};

use super::{
    Context,
    args::{Events, EventsForm},
    exit::{Exit, Failure},
};
use crate::{
    event::{Entry, Level, catalogue},
    spec::yaml::nearest,
};

pub(super) fn run(context: &Context, args: &Events) -> Result<Exit, Failure> {
    let wanted = args.text.to_lowercase();
    let fits = |entry: &&Entry| {
        let texts = [Some(&entry.product), Some(&entry.name), entry.name_en.as_ref(), entry.name_zh.as_ref()];
        let is_of_product =
            args.product.as_ref().is_none_or(|product| entry.product.eq_ignore_ascii_case(product));
        let has_level =
            args.level.is_none_or(|level| entry.levels().any(|known| known == Level::as_str(level)));
        is_of_product
            && has_level
            && texts.into_iter().flatten().any(|text| text.to_lowercase().contains(&wanted))
    };
    let found: Vec<&Entry> = catalogue().entries().iter().filter(fits).collect();
    match args.output {
        EventsForm::Text => context.console.out(&found.iter().map(|entry| drawn(entry)).collect::<String>()),
        EventsForm::Json => {
            let list: Vec<Value> = found.iter().map(|entry| to_json(entry)).collect();
            context.console.out(&format!("{:#}\n", Value::Array(list)));
        }
    }
    context.console.talk(&format!(
        "{} of {} known events; {}",
        found.len(),
        catalogue().entries().len(),
        catalogue().provenance()
    ));
    if found.is_empty() {
        let near = nearest(&args.text, catalogue().entries().iter().map(|entry| entry.name.as_str()));
        if !near.is_empty() {
            context.console.talk(&format!("names like it: {}", near.join(", ")));
        }
    }
    Ok(if found.is_empty() { Exit::No } else { Exit::Yes })
}

fn drawn(entry: &Entry) -> String {
    let column = |values: Vec<&str>| if values.is_empty() { "?".to_owned() } else { values.join("|") };
    let levels = column(entry.levels().collect());
    let types = column(entry.event_types().collect());
    let mut text = format!("{} {} {levels} {types}\n", entry.product, entry.name);
    for meaning in [&entry.name_en, &entry.name_zh].into_iter().flatten() {
        text.push_str(&format!("    {meaning}\n"));
    }
    text
}

fn to_json(entry: &Entry) -> Value {
    json!({
        "product": entry.product,
        "name": entry.name,
        "levels": entry.levels().collect::<Vec<_>>(),
        "types": entry.event_types().collect::<Vec<_>>(),
        "statuses": entry.statuses().collect::<Vec<_>>(),
        "name_en": entry.name_en,
        "name_zh": entry.name_zh,
        "content": entry.content,
        "doubt": entry.doubt,
        "sources": catalogue().sources(entry).collect::<Vec<_>>(),
    })
}
