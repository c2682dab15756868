//! Who a rule tells.

use super::{check_address, is_region, rules::Known, unknown};
use crate::channel::{NotifyLevel, Site};
use crate::{
    diagnostic::Diagnostic,
    spec::{
        draft,
        model::{MnsEndpoint, Target},
        yaml::{Bound as _, Context, Spanned},
    },
};

/// Targets of each kind of one rule. Source: `PutEventRuleTargets`, the `N` of each list.
const MAX_TARGETS: usize = 5;

pub(super) fn targets(
    draft: Option<&[Spanned<draft::Target>]>,
    known: &Known<'_>,
    context: &Context,
) -> Vec<Target> {
    let draft = draft.unwrap_or_default();
    let mut built = Vec::with_capacity(draft.len());
    let mut counts: Vec<(&'static str, usize)> = Vec::new();
    let mut groups: Vec<&Spanned<String>> = Vec::new();
    for target in draft {
        let kinds = target.value.kinds();
        let [kind] = kinds[..] else {
            // What it tells may be what was reported already.
            if kinds.is_empty() && target.value.is_faulty() {
                continue;
            }
            let message = if kinds.is_empty() {
                "a target that names nothing to tell".to_owned()
            } else {
                format!("a target that is `{}` at once", kinds.join("` and `"))
            };
            let help = "write exactly one of `group`, `webhook`, `mns`, `sls`, `fc` and `openapi`";
            context.error("spec::bad-target", message, target.span, help);
            continue;
        };
        check_level(&target.value, kind, known.site, context);
        match counts.iter_mut().find(|(counted, _)| *counted == kind) {
            Some((_, count)) => *count += 1,
            None => counts.push((kind, 1)),
        }
        if let Some((_, count)) = counts.iter().find(|(counted, _)| *counted == kind)
            && *count == MAX_TARGETS + 1
        {
            context.error(
                "spec::too-many",
                format!("more than {MAX_TARGETS} targets of kind `{kind}` in one rule"),
                target.span,
                "split the rule, or put the contacts into fewer groups",
            );
        }
        if let Some(group) = &target.value.group {
            check_group(group, &groups, known, context);
            groups.push(group);
        }
        built.extend(build(target, context));
    }
    built
}

/// Levels are for groups, and the international site has only one.
/// Source: `PutEventRuleTargets`, ContactParameters.N.Level.
fn check_level(target: &draft::Target, kind: &str, site: Site, context: &Context) {
    let Some(level) = &target.level else { return };
    if kind != "group" {
        context.error(
            "spec::level-without-group",
            format!("a `{kind}` target has no level"),
            level.span,
            "remove `level`; it chooses the channels of a contact group",
        );
    } else if site == Site::International && level.value != NotifyLevel::Info {
        context.error(
            "spec::level-of-other-site",
            format!("the international site has no level `{}`", context.written(level.span)),
            level.span,
            "write `INFO`: mail and DingTalk are what that site has",
        );
    }
}

fn check_group(group: &Spanned<String>, earlier: &[&Spanned<String>], known: &Known<'_>, context: &Context) {
    if !known.groups.names().any(|name| name == group.value) {
        unknown("spec::unknown-group", "group", "groups", group, known.groups.names(), context);
    }
    if let Some(first) = earlier.iter().find(|earlier| earlier.value == group.value) {
        context.push(
            Diagnostic::error(
                "spec::same-target",
                format!("group `{}` is told twice by one rule", context.written(group.span)),
            )
            .at(context.source(), group.span, "again here")
            .at(context.source(), first.span, "first here")
            .help("keep the target with the higher level: it includes the channels of the lower"),
        );
    }
}

fn build(target: &Spanned<draft::Target>, context: &Context) -> Option<Target> {
    let draft = &target.value;
    if let Some(group) = &draft.group {
        let level = draft.level.map(|level| level.value).unwrap_or_default();
        return Some(Target::Group { group: group.value.clone(), level });
    }
    if let Some(webhook) = &draft.webhook {
        let url = webhook.url.as_ref()?;
        check_address(url.value.expose(), url.span, context);
        return Some(Target::Webhook {
            url: url.value.clone(),
            method: webhook.method.unwrap_or_default(),
            protocol: webhook.protocol.unwrap_or_default(),
        });
    }
    if let Some(mns) = &draft.mns {
        let endpoint = match (&mns.queue, &mns.topic) {
            (Some(queue), None) => MnsEndpoint::Queue(queue.value.clone()),
            (None, Some(topic)) => MnsEndpoint::Topic(topic.value.clone()),
            _ => {
                let help = "write exactly one of `queue` and `topic`";
                context.error(
                    "spec::bad-target",
                    "a queue or a topic is needed, and only one",
                    target.span,
                    help,
                );
                return None;
            }
        };
        return Some(Target::Mns { region: region(mns.region.as_ref(), context), endpoint });
    }
    if let Some(sls) = &draft.sls {
        return Some(Target::Sls {
            region: region(sls.region.as_ref(), context),
            project: sls.project.clone()?,
            logstore: sls.logstore.clone()?,
        });
    }
    if let Some(fc) = &draft.fc {
        return Some(Target::Fc {
            region: region(fc.region.as_ref(), context),
            service: fc.service.clone()?,
            function: fc.function.clone()?,
        });
    }
    let call = draft.openapi.as_ref()?;
    let parameters = call.parameters.as_ref().map_or_else(|| serde_json::json!({}), |node| node.to_json());
    if !parameters.is_object() {
        let span = call.parameters.as_ref().map_or(target.span, |node| node.span);
        let help = "write `NAME: VALUE` pairs";
        context.error("spec::bad-parameters", "parameters are a mapping", span, help);
    }
    Some(Target::OpenApi {
        region: region(call.region.as_ref(), context),
        product: call.product.clone()?,
        version: call.version.clone()?,
        action: call.action.clone()?,
        role: call.role.clone()?,
        parameters,
    })
}

/// A target's own region.
fn region(region: Option<&Spanned<String>>, context: &Context) -> Option<String> {
    region.map(|region| {
        is_region("spec::bad-region", region, context);
        region.value.clone()
    })
}
