//! Event rules.

use crate::channel::Site;
use std::time::Duration;

use indexmap::IndexMap;

use super::{pattern::pattern, targets::targets, unknown};
use crate::spec::{
    draft,
    model::Rule,
    yaml::{Context, Names, Spanned},
};

/// What rules are checked against.
pub(super) struct Known<'a> {
    pub(super) site: Site,
    pub(super) groups: &'a Names<draft::Group>,
    pub(super) application_groups: &'a [Spanned<String>],
}

pub(super) fn rules(
    draft: &Names<draft::Rule>,
    known: &Known<'_>,
    context: &Context,
) -> IndexMap<String, Rule> {
    let mut rules = IndexMap::new();
    for entry in &draft.0 {
        let Some(rule) = &entry.value else { continue };
        if let Some(group) = &rule.application_group {
            let names = known.application_groups.iter().map(|group| group.value.as_str());
            if !names.clone().any(|name| name == group.value) {
                let (code, what) = ("spec::unknown-application-group", "application group");
                unknown(code, what, "application_groups", group, names, context);
            }
        }
        if let Some(silence) = &rule.silence {
            check_silence(silence, context);
        }
        if let Some(enabled) = &rule.enabled
            && !enabled.value
        {
            context.warning(
                "spec::disabled-rule",
                format!("rule `{}` is switched off: it tells nobody", context.written(entry.name.span)),
                enabled.span,
                "remove `enabled: false` to switch it on",
            );
        }
        let event_type = rule.event_type.map(|event_type| event_type.value).unwrap_or_default();
        let targets = targets(rule.targets.as_deref(), known, context);
        let pattern = rule.event_pattern.as_ref().and_then(|draft| pattern(draft, event_type, context));
        let Some(pattern) = pattern else { continue };
        rules.insert(
            entry.name.value.clone(),
            Rule {
                name: entry.name.value.clone(),
                span: entry.name.span,
                description: rule.description.clone().unwrap_or_default(),
                enabled: rule.enabled.is_none_or(|enabled| enabled.value),
                event_type,
                application_group: rule.application_group.as_ref().map(|group| group.value.clone()),
                pattern,
                silence: rule.silence.map(|silence| silence.value).filter(|silence| !silence.is_zero()),
                targets,
            },
        );
    }
    rules
}

/// The service counts in whole seconds. Source: `PutEventRule`, SilenceTime.
fn check_silence(silence: &Spanned<Duration>, context: &Context) {
    if silence.value.subsec_nanos() != 0 {
        context.error(
            "spec::bad-silence",
            format!("a silence of `{}` is not in whole seconds", context.written(silence.span)),
            silence.span,
            "write whole seconds, such as `90s` or `5m`",
        );
    }
}
