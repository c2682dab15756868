//! `instances: { web-1: { state: Running } }`

use indexmap::IndexMap;

use crate::{
    scenario::model::Instance,
    spec::yaml::{Binder, Context, Node, Value, one_of},
};

/// The instance type of an instance that names none; nothing here depends on it.
const DEFAULT_TYPE: &str = "ecs.g7.large";

/// States in which an instance rests; the others are only passed through.
const STATES: [(&str, &str); 2] = [("Running", "Running"), ("Stopped", "Stopped")];

pub(super) fn bind(node: &Node, context: &Context, region: &str) -> IndexMap<String, Instance> {
    if Binder::open(node, context).is_none() {
        return IndexMap::new();
    }
    let Value::Map(entries) = &node.value else { return IndexMap::new() };
    let mut out = IndexMap::new();
    for entry in entries {
        let key = &entry.key;
        let mut instance = Instance {
            span: key.span,
            state: "Running".to_owned(),
            name: key.value.clone(),
            instance_type: DEFAULT_TYPE.to_owned(),
            region: region.to_owned(),
            tags: Vec::new(),
        };
        // A faulty instance is still an instance: steps may name it.
        if let Some(binder) = Binder::open(&entry.value, context) {
            fill(&mut instance, binder);
        }
        out.insert(key.value.clone(), instance);
    }
    out
}

fn fill(instance: &mut Instance, mut binder: Binder<'_>) {
    if let Some(node) = binder.node("state")
        && let Some(state) = one_of(node, binder.context(), "a state to begin in", &STATES)
    {
        state.clone_into(&mut instance.state);
    }
    let mut set = |key: &'static str, field: &mut String| {
        if let Some(value) = binder.field::<String>(key) {
            *field = value;
        }
    };
    set("name", &mut instance.name);
    set("type", &mut instance.instance_type);
    set("region", &mut instance.region);
    if let Some(node) = binder.node("tags")
        && Binder::open(node, binder.context()).is_some()
        && let Value::Map(entries) = &node.value
    {
        instance.tags = entries
            .iter()
            .map(|tag| (tag.key.value.clone(), tag.value.text().unwrap_or_default().to_owned()))
            .collect();
    }
    binder.close();
}
