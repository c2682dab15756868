//! What a rule matches, against the kinds of events that are known.

use super::{at_most, once, reach};
use crate::{
    event::{Catalogue, Entry, KeywordFilter, Pattern, catalogue},
    spec::{
        draft::EventPattern,
        model::EventType,
        yaml::{Context, Spanned, did_you_mean, nearest},
    },
};

/// Values of each list of a pattern. Source: `PutEventRule`, EventPattern.N.
const MAX_VALUES: usize = 50;
/// The values that `PutEventRule` documents for EventTypeList, besides those of known events.
const EVENT_TYPES: [&str; 3] = ["StatusNotification", "Exception", "Maintenance"];

pub(super) fn pattern(draft: &EventPattern, event_type: EventType, context: &Context) -> Option<Pattern> {
    let product = draft.product.as_ref()?;
    let lists = Lists::new(draft);
    for (what, plural, list) in lists.all() {
        once(what, list, context);
        if let Some(first) = list.first() {
            at_most(MAX_VALUES, list.len(), plural, first.span, context);
        }
    }
    if let Some(filter) = &draft.sql_filter
        && let Err(fault) = KeywordFilter::parse(&filter.value)
    {
        // The fault quotes what it stumbled over; a value from the environment is not to be shown.
        let shown = context.written(filter.span) == filter.value;
        let fault = if shown { format!(": {fault}") } else { String::new() };
        context.error(
            "spec::bad-filter",
            format!("the filter cannot be read{fault}"),
            filter.span,
            "join keywords by `and` and `or`, such as `i-1 and Stopping`",
        );
    }
    // What users report themselves is in no catalogue.
    if event_type == EventType::System && product.value != "*" {
        if catalogue().has_product(&product.value) {
            check_known_product(product, &lists, catalogue(), context);
        } else {
            warn_unknown_product(product, catalogue(), context);
        }
    }
    let texts = |list: &[Spanned<String>]| list.iter().map(|item| item.value.clone()).collect();
    Some(Pattern {
        product: product.value.clone(),
        event_types: texts(&lists.event_types),
        levels: texts(&lists.levels),
        names: texts(&lists.names),
        statuses: texts(&lists.statuses),
        keyword: draft.keyword.clone(),
        sql_filter: draft.sql_filter.as_ref().map(|filter| filter.value.clone()),
        keywords: None,
    })
}

pub(super) struct Lists {
    pub(super) event_types: Vec<Spanned<String>>,
    pub(super) levels: Vec<Spanned<String>>,
    pub(super) names: Vec<Spanned<String>>,
    pub(super) statuses: Vec<Spanned<String>>,
}

impl Lists {
    fn new(draft: &EventPattern) -> Self {
        let levels = draft.levels.as_deref().unwrap_or_default();
        Self {
            event_types: draft.event_types.clone().unwrap_or_default(),
            levels: levels.iter().map(|level| level.map(|level| level.as_str().to_owned())).collect(),
            names: draft.names.clone().unwrap_or_default(),
            statuses: draft.statuses.clone().unwrap_or_default(),
        }
    }

    fn all(&self) -> [(&'static str, &'static str, &[Spanned<String>]); 4] {
        [
            ("event type", "event types", &self.event_types),
            ("level", "levels", &self.levels),
            ("event name", "event names", &self.names),
            ("status", "statuses", &self.statuses),
        ]
    }
}

fn warn_unknown_product(product: &Spanned<String>, catalogue: &Catalogue, context: &Context) {
    let mut products: Vec<&str> = catalogue.entries().iter().map(|entry| entry.product.as_str()).collect();
    products.sort_unstable();
    products.dedup();
    let near = nearest(&product.value, products);
    let help = match near.first() {
        Some(near) => format!("did you mean `{near}`? If not, its events are not checked"),
        None => "if it is spelled right, go on: its events are not checked".to_owned(),
    };
    let message = format!("no events of a product `{}` are known", context.written(product.span));
    context.warning("spec::unknown-product", message, product.span, help);
}

fn check_known_product(product: &Spanned<String>, lists: &Lists, catalogue: &Catalogue, context: &Context) {
    for event_type in &lists.event_types {
        check_event_type(event_type, catalogue, context);
    }
    let mut known: Vec<&Entry> = Vec::new();
    let mut all_known = true;
    for name in lists.names.iter().filter(|name| name.value != "*") {
        match catalogue.find(&product.value, &name.value) {
            Some(entry) => known.push(entry),
            None => {
                all_known = false;
                unknown_event(product, name, catalogue, context);
            }
        }
    }
    let any_name = lists.names.iter().any(|name| name.value == "*");
    if lists.names.is_empty() || any_name {
        let all: Vec<&Entry> =
            catalogue.entries().iter().filter(|entry| entry.is_of(&product.value)).collect();
        reach::any_event(product, lists, &all, context);
    } else if all_known {
        reach::named_events(lists, &known, context);
    }
}

fn check_event_type(event_type: &Spanned<String>, catalogue: &Catalogue, context: &Context) {
    let documented: Vec<&str> =
        catalogue.entries().iter().flat_map(Entry::event_types).chain(EVENT_TYPES).collect();
    let fits = |known: &str| known.eq_ignore_ascii_case(&event_type.value);
    if event_type.value != "*" && !documented.iter().copied().any(fits) {
        let near = nearest(&event_type.value, documented);
        let near = if near.is_empty() { EVENT_TYPES.to_vec() } else { near };
        context.error(
            "spec::unknown-event-type",
            format!("no event has the type `{}`", context.written(event_type.span)),
            event_type.span,
            did_you_mean("write one of", &event_type.value, near).unwrap_or_default(),
        );
    }
}

fn unknown_event(
    product: &Spanned<String>,
    name: &Spanned<String>,
    catalogue: &Catalogue,
    context: &Context,
) {
    let near = catalogue.nearest(&product.value, &name.value);
    let elsewhere = catalogue.entries().iter().find(|entry| entry.name == name.value);
    let (shown, written) = (context.written(product.span), context.written(name.span));
    let message = format!("`{shown}` has no event `{written}`");
    if let Some(entry) = elsewhere {
        let help = format!("it is an event of `{}`", entry.product);
        context.error("spec::unknown-event", message, name.span, help);
    } else if near.is_empty() {
        // The catalogue is of public documents; an event may be newer than they are.
        context.warning(
            "spec::unknown-event",
            format!("{message}, as far as the built-in catalogue knows"),
            name.span,
            "if the event is newer than the catalogue, all is well; `bellcheck events` lists the known ones",
        );
    } else {
        let near: Vec<String> = near.iter().map(|name| format!("`{name}`")).collect();
        let help = format!("did you mean {}?", near.join(" or "));
        context.error("spec::unknown-event", message, name.span, help);
    }
}
