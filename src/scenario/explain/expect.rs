//! Why an `expect` did not hold.

use std::time::Duration;

use super::{
    Arrow, Break, Evidence,
    chain::{stopped, walk},
    delivery,
    evidence::between,
    nearest::{nearest, quote, results},
    route::Route,
};
use crate::{
    clock::human_duration,
    diagnostic::{Diagnostic, Span},
    report::counted,
    scenario::{
        mailbox::Letter,
        matcher::all_match,
        model::{Count, Expect},
    },
};

/// What was there at the end of an `expect`.
#[derive(Debug, Clone, Copy)]
pub struct Shortfall<'a> {
    /// The messages that fit, at the end of the time.
    pub found: &'a [usize],
    /// A message that fits and came after the end, where that can be known.
    pub late: Option<&'a Letter>,
}

/// The finding for an `expect` that did not hold, under its keyword at `span`.
#[must_use]
pub fn expect(evidence: &Evidence<'_>, span: Span, expect: &Expect, shortfall: Shortfall<'_>) -> Diagnostic {
    let robot = &expect.robot.value;
    let within = human_duration(expect.within);
    if !shortfall.found.is_empty() {
        return wrong_count(evidence, span, expect, shortfall);
    }
    let route = Route::new(evidence.spec, robot);
    if let Some(letter) = shortfall.late {
        return late(evidence, span, expect, letter);
    }
    let headline = format!("no message came to robot `{robot}` within {within}");
    if let Some(taken) = taken(evidence, expect) {
        return draw(evidence, "scenario::taken-message", headline, span, &taken);
    }
    let chain = walk(evidence, &route, &expect.message);
    let waiting = evidence.letters.iter().filter(|letter| letter.taken_by.is_none());
    if let Some((score, letter)) = nearest(waiting, &expect.message, evidence.since)
        && (chain.broken.is_none() || score >= chain.score)
    {
        return wrong_message(evidence, span, expect, letter);
    }
    let broken = chain.broken.unwrap_or_else(|| all_taken(evidence));
    draw(evidence, "scenario::no-message", headline, span, &broken)
}

fn draw(
    evidence: &Evidence<'_>,
    code: &'static str,
    headline: String,
    span: Span,
    broken: &Break,
) -> Diagnostic {
    Diagnostic::error(code, headline)
        .at(evidence.source, span, format!("{}: {}", broken.arrow, broken.cause))
        .help(broken.help.clone())
}

fn late(evidence: &Evidence<'_>, span: Span, expect: &Expect, letter: &Letter) -> Diagnostic {
    let took = between(evidence.started, letter.at);
    let over = took.saturating_sub(expect.within);
    Diagnostic::error(
        "scenario::late-message",
        format!(
            "the message came to robot `{}` after {}, not within {}",
            expect.robot.value,
            human_duration(took),
            human_duration(expect.within)
        ),
    )
    .at(
        evidence.source,
        span,
        format!(
            "{}: it came at {}, {} too late",
            Arrow::MessageToExpectation,
            evidence.when(letter.at),
            human_duration(over)
        ),
    )
    .help(format!(
        "write `within: {}` or more, or find out what took so long",
        human_duration(round_up(took))
    ))
}

/// The next whole ten seconds, or minute: a limit that a person would write.
pub(super) fn round_up(duration: Duration) -> Duration {
    let step = if duration > Duration::from_secs(120) { 60 } else { 10 };
    Duration::from_secs(duration.as_secs().div_ceil(step).max(1) * step)
}

/// A message of the last acts that fits and that an earlier step took.
fn taken(evidence: &Evidence<'_>, expect: &Expect) -> Option<Break> {
    let letter = evidence.letters.iter().find(|letter| {
        letter.at >= evidence.since && letter.taken_by.is_some() && all_match(&expect.message, &letter.view)
    })?;
    let taker = letter.taken_by.as_ref()?;
    Some(Break::new(
        Arrow::MessageToExpectation,
        format!(
            "the message that fits came at {} and was taken by `{}` in line {}",
            evidence.when(letter.at),
            taker.text,
            taker.line
        ),
        "a message is taken once: narrow the matchers of the earlier step, or expect both with `times: 2`",
    ))
}

/// Messages came, earlier steps took them all, and none of them fits.
fn all_taken(evidence: &Evidence<'_>) -> Break {
    let last = evidence.letters.iter().rev().find_map(|letter| Some((letter, letter.taken_by.as_ref()?)));
    let cause = match last {
        None => "a message of these acts came, and it is not the one that was expected".to_owned(),
        Some((letter, taker)) => format!(
            "nothing that fits came; the last message, of {}, was taken by `{}` in line {}",
            evidence.when(letter.at),
            taker.text,
            taker.line
        ),
    };
    Break::new(
        Arrow::MessageToExpectation,
        cause,
        "add the act that makes the message before this step, or expect what the timeline shows",
    )
}

fn wrong_message(evidence: &Evidence<'_>, span: Span, expect: &Expect, letter: &Letter) -> Diagnostic {
    let failed: Vec<_> = expect
        .message
        .iter()
        .filter_map(|matcher| matcher.check(&letter.view).err().map(|why| (matcher.span, why)))
        .collect();
    let mut finding = Diagnostic::error(
        "scenario::wrong-message",
        format!(
            "no message that fits came to robot `{}` within {}",
            expect.robot.value,
            human_duration(expect.within)
        ),
    )
    .at(
        evidence.source,
        span,
        format!(
            "{}: the nearest message, of {}, does not fit",
            Arrow::MessageToExpectation,
            evidence.when(letter.at)
        ),
    );
    for (span, why) in failed {
        finding = finding.at(evidence.source, span, why);
    }
    finding.help(format!(
        "mend the matchers, or what makes the message:\n{}\nthe nearest message:\n{}",
        results(&expect.message, &letter.view),
        quote(&letter.view.text, 12)
    ))
}

fn wrong_count(evidence: &Evidence<'_>, span: Span, expect: &Expect, shortfall: Shortfall<'_>) -> Diagnostic {
    let wanted = match expect.count {
        Count::Exactly(number) => format!("exactly {}", counted(number, "message")),
        Count::AtLeast(number) => format!("at least {}", counted(number, "message")),
    };
    let letters: Vec<&Letter> =
        shortfall.found.iter().filter_map(|place| evidence.letters.get(*place)).collect();
    let times = evidence.whens(letters.iter().map(|letter| letter.at));
    let too_few = letters.len() < expect.count.number();
    let mut help = if too_few {
        "the timeline shows what else happened; give `within` more time if more are on the way".to_owned()
    } else {
        "narrow the matchers or the rule, or set `silence` so that it tells less often".to_owned()
    };
    let mut label = format!("{}: came at {times}", Arrow::MessageToExpectation);
    let refused =
        if too_few { delivery::refusals(evidence, &expect.robot.value, &expect.message) } else { None };
    if let Some((count, broken)) = refused {
        label = format!("{}: {} refused: {}", broken.arrow, counted(count, "message"), broken.cause);
        help = broken.help;
    } else if too_few
        && let Some((count, broken)) = stopped(evidence, &Route::new(evidence.spec, &expect.robot.value))
    {
        label = format!(
            "{label}\n{}: {} did not get there: {}",
            broken.arrow,
            counted(count, "event"),
            broken.cause
        );
        help = broken.help;
    }
    for letter in letters.iter().take(5) {
        let first = letter.view.text.lines().next().unwrap_or_default();
        help.push_str(&format!("\n{}{}: {first}", evidence.when(letter.at), sender(letter)));
    }
    Diagnostic::error(
        "scenario::wrong-count",
        format!(
            "{wanted} should have come to robot `{}` within {}, and {} came",
            expect.robot.value,
            human_duration(expect.within),
            letters.len()
        ),
    )
    .at(evidence.source, span, label)
    .help(help)
}

/// Who sent a message: ` by rule … through contact …`.
pub(super) fn sender(letter: &Letter) -> String {
    let rule = letter.rule.as_ref().map(|rule| format!(" by rule `{rule}`")).unwrap_or_default();
    let contact =
        letter.contact.as_ref().map(|contact| format!(" through contact `{contact}`")).unwrap_or_default();
    format!("{rule}{contact}")
}
