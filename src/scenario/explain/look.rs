//! Why something other than a robot's message was not there.

use super::{
    Arrow, Break, Evidence,
    evidence::between,
    expect::round_up,
    nearest::{quote, results, score},
    scene,
};
use crate::{
    clock::{Timestamp, human_duration},
    diagnostic::{Diagnostic, Span},
    report::counted,
    scenario::{
        look::{Look, Scene},
        matcher::{Compared, Matcher, MatcherKind, MessageView, all_match},
        model::Count,
        sighting::Sighting,
    },
};

/// The field of an alert that says what became of it.
const STATUS: &str = "SendStatus";

/// What was there when a step looked for something in vain.
#[derive(Debug, Clone, Copy)]
pub struct Missed<'a> {
    /// The step.
    pub look: &'a Look,
    /// All that was seen in that place, oldest first.
    pub seen: &'a [&'a Sighting],
    /// How much of it was there at the end of the time.
    pub known: usize,
    /// What fits, at the end of the time.
    pub found: &'a [usize],
    /// What fits and was there later, and when.
    pub late: Option<(usize, Timestamp)>,
}

/// The finding for a step that looked in vain, under its keyword at `span`.
#[must_use]
pub fn look(evidence: &Evidence<'_>, span: Span, missed: &Missed<'_>) -> Diagnostic {
    let look = missed.look;
    let (noun, place, within) = (look.at.noun(), look.at.place(), human_duration(look.within));
    if !missed.found.is_empty() {
        return wrong_count(evidence, span, missed);
    }
    if let Some((late, at)) = missed.late.and_then(|(late, at)| Some((missed.seen.get(late)?, at))) {
        let took = between(evidence.started, at);
        return Diagnostic::error(
            "scenario::late",
            format!("the {noun} was there {place} after {}, not within {within}", human_duration(took)),
        )
        .at(evidence.source, span, format!("it came at {}: {}", evidence.when(at), late.line))
        .help(format!(
            "write `within: {}` or more, or find out what took so long",
            human_duration(round_up(took))
        ));
    }
    let in_time = missed.seen.get(..missed.known).unwrap_or_default();
    let taken = in_time.iter().find(|seen| {
        seen.at >= evidence.since && seen.taken_by.is_some() && all_match(&look.matchers, &seen.view)
    });
    if let Some((seen, taker)) = taken.and_then(|seen| Some((seen, seen.taken_by.as_ref()?))) {
        return Diagnostic::error(
            "scenario::taken",
            format!("no {noun} that fits was left {place} within {within}"),
        )
        .at(
            evidence.source,
            span,
            format!(
                "the {noun} that fits came at {} and was taken by `{}` in line {}",
                evidence.when(seen.at),
                taker.text,
                taker.line
            ),
        )
        .help("each is taken once: narrow the earlier step, or expect both there with `times: 2`");
    }
    // Of equals the oldest; what came before the acts is hardly meant.
    let mut nearest: Option<(usize, &Sighting)> = None;
    for seen in in_time.iter().filter(|seen| seen.taken_by.is_none() && seen.at >= evidence.since) {
        let score = score(&look.matchers, &seen.view);
        // An event of another kind is no near miss; whatever else came this way is.
        let is_near = score > 0 || !matches!(look.at, Scene::Events { .. });
        if is_near && nearest.is_none_or(|(other, _)| score > other) {
            nearest = Some((score, seen));
        }
    }
    match nearest {
        Some((_, seen)) => unfit(evidence, span, look, seen),
        None => {
            let Break { arrow, cause, help } = scene::broken(evidence, look);
            Diagnostic::error("scenario::not-seen", format!("no {noun} was there {place} within {within}"))
                .at(evidence.source, span, format!("{arrow}: {cause}"))
                .help(help)
        }
    }
}

fn unfit(evidence: &Evidence<'_>, span: Span, look: &Look, seen: &Sighting) -> Diagnostic {
    let noun = look.at.noun();
    let mut finding = Diagnostic::error(
        "scenario::unfit",
        format!("no {noun} that fits was there {} within {}", look.at.place(), human_duration(look.within)),
    )
    .at(
        evidence.source,
        span,
        format!(
            "{}: the nearest {noun}, of {}, does not fit: {}",
            Arrow::MessageToExpectation,
            evidence.when(seen.at),
            seen.line
        ),
    );
    for matcher in &look.matchers {
        if let Err(why) = matcher.check(&seen.view) {
            finding = finding.at(evidence.source, matcher.span, why);
        }
    }
    finding.help(format!(
        "change what is expected, or what makes the {noun}:{}\n{}\nthe nearest {noun}:\n{}",
        other_status(look, seen),
        results(&look.matchers, &seen.view),
        quote(&shown(&seen.view), 12)
    ))
}

/// What became of an alert, in the scenario's own words, when it is not what was expected.
fn other_status(look: &Look, seen: &Sighting) -> String {
    let is_status = |matcher: &Matcher| match &matcher.kind {
        MatcherKind::Equals(equals) => matches!(&equals.what, Compared::Field(field) if field == STATUS),
        _ => false,
    };
    let differs =
        look.matchers.iter().any(|matcher| is_status(matcher) && matcher.check(&seen.view).is_err());
    let word = match seen.view.body[STATUS].as_str() {
        Some("0") => "told",
        Some("2") => "silenced",
        Some("4") => "nobody",
        _ => return String::new(),
    };
    if differs && matches!(look.at, Scene::Alerts { .. }) {
        let silent = match word {
            "silenced" => {
                "; a rule is silent for its `silence` after it notified: wait until it is over, or shorten it"
            }
            _ => "",
        };
        format!(" an alert of this kind is expected with `status: {word}`{silent}")
    } else {
        String::new()
    }
}

/// The text for a reader: JSON in lines.
fn shown(view: &MessageView) -> String {
    match serde_json::from_str::<serde_json::Value>(&view.text) {
        Ok(json) if json.is_object() => format!("{json:#}"),
        _ => view.text.clone(),
    }
}

fn wrong_count(evidence: &Evidence<'_>, span: Span, missed: &Missed<'_>) -> Diagnostic {
    let look = missed.look;
    let wanted = match look.count {
        Count::Exactly(number) => format!("exactly {}", counted(number, look.at.noun())),
        Count::AtLeast(number) => format!("at least {}", counted(number, look.at.noun())),
    };
    let found: Vec<&&Sighting> = missed.found.iter().filter_map(|place| missed.seen.get(*place)).collect();
    let times = evidence.whens(found.iter().map(|seen| seen.at));
    let mut help = if found.len() < look.count.number() {
        "the timeline shows what else happened; give `within` more time if more are on the way".to_owned()
    } else {
        "narrow what is expected, or what makes them".to_owned()
    };
    for seen in found.iter().take(5) {
        help.push_str(&format!("\n{} {}", evidence.when(seen.at), seen.line));
    }
    Diagnostic::error(
        "scenario::wrong-count",
        format!(
            "{wanted} should have been there {} within {}, and {} {}",
            look.at.place(),
            human_duration(look.within),
            found.len(),
            if found.len() == 1 { "was" } else { "were" }
        ),
    )
    .at(evidence.source, span, format!("there at {times}"))
    .help(help)
}
