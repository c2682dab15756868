//! `bellcheck events`

use super::{
    Context,
    args::Events,
    exit::{Exit, Failure},
};
use crate::event::{Entry, catalogue};

pub(super) fn run(context: &Context, args: &Events) -> Result<Exit, Failure> {
    let wanted = args.text.to_lowercase();
    let fits = |entry: &&Entry| {
        let texts = [Some(&entry.product), Some(&entry.name), entry.name_en.as_ref(), entry.name_zh.as_ref()];
        texts.into_iter().flatten().any(|text| text.to_lowercase().contains(&wanted))
    };
    let found: Vec<&Entry> = catalogue().entries().iter().filter(fits).collect();
    let mut text = String::new();
    for entry in &found {
        let column = |values: Vec<&str>| if values.is_empty() { "?".to_owned() } else { values.join("|") };
        let levels = column(entry.levels().collect());
        let types = column(entry.event_types().collect());
        text.push_str(&format!("{} {} {levels} {types}\n", entry.product, entry.name));
        for meaning in [&entry.name_en, &entry.name_zh].into_iter().flatten() {
            text.push_str(&format!("    {meaning}\n"));
        }
    }
    context.console.out(&text);
    context.console.talk(&format!(
        "{} of {} known events; {}",
        found.len(),
        catalogue().entries().len(),
        catalogue().provenance()
    ));
    Ok(if found.is_empty() { Exit::No } else { Exit::Yes })
}
