//! What the template is given: the outcome in words, with messages drawn.

use minijinja::{Value, context};

use super::{
    super::{
        ChatMessage, Hop, Lookup, Moment, MomentKind, RunOutcome, ScenarioOutcome, StepOutcome, Verdict,
        counted, terminal,
    },
    markdown,
};
use crate::{clock::human_duration, diagnostic::Diagnostic};

/// Columns of the drawn findings.
const WIDTH: usize = 96;

pub(super) fn run(run: &RunOutcome) -> Value {
    let spreads: Vec<Value> = run
        .latencies()
        .measured()
        .map(|(name, spread)| {
            context! {
                name => match name {
                    "event" => "event seen",
                    "notified" => "notified",
                    _ => "message received",
                },
                count => spread.count,
                p50 => human_duration(spread.p50),
                p95 => human_duration(spread.p95),
                max => human_duration(spread.max),
            }
        })
        .collect();
    let verdicts = [Verdict::Passed, Verdict::Failed, Verdict::Errored, Verdict::NotRun];
    let chips: Vec<Value> = verdicts
        .into_iter()
        .map(|verdict| (verdict, run.scenarios.iter().filter(|each| each.verdict == verdict).count()))
        .filter(|(_, count)| *count > 0)
        .map(|(verdict, count)| context! { class => verdict.as_str(), word => verdict.to_string(), count => count })
        .collect();
    let own = run.headline_verdict();
    context! {
        counts => terminal::counts(run),
        verdict => run.verdict().as_str(),
        chips => chips,
        flaky => run.counts().flaky,
        backend => run.backend.clone(),
        seed => run.seed,
        ended => run.ended.map(|ended| ended.to_string()),
        headline => own.and_then(|_| run.headline()),
        own => own.map(Verdict::as_str),
        findings => run.findings.iter().map(finding).collect::<Vec<_>>(),
        began => run.began.to_string(),
        real_time => human_duration(run.real_time),
        is_virtual => run.is_virtual(),
        pending => run.counts().pending_snapshots,
        spreads => spreads,
        scenarios => run.scenarios.iter().map(scenario).collect::<Vec<_>>(),
    }
}

fn scenario(scenario: &ScenarioOutcome) -> Value {
    let attempts: Vec<Value> = scenario
        .earlier
        .iter()
        .map(|attempt| {
            context! {
                seed => attempt.seed,
                verdict => attempt.verdict.as_str(),
                word => attempt.verdict.to_string(),
                findings => attempt.findings.iter().map(finding).collect::<Vec<_>>(),
            }
        })
        .collect();
    let routes: Vec<Value> = scenario
        .routes
        .iter()
        .map(|route| {
            context! {
                offset => human_duration(route.offset),
                event => route.event.clone(),
                hops => route.hops.iter().map(hop).collect::<Vec<_>>(),
                arrived => route.hops.iter().any(|hop| hop.goes_on && hop.kind.depth() == 4),
            }
        })
        .collect();
    context! {
        name => scenario.name.clone(),
        file => scenario.file.clone(),
        line => scenario.line,
        tags => scenario.tags.clone(),
        verdict => scenario.verdict.as_str(),
        word => scenario.verdict.to_string(),
        mark => mark(scenario.verdict),
        open => matches!(scenario.verdict, Verdict::Failed | Verdict::Errored),
        flaky => scenario.is_flaky(),
        seed => scenario.seed,
        time => human_duration(scenario.virtual_time),
        real_time => human_duration(scenario.real_time),
        attempts => attempts,
        findings => scenario.findings.iter().map(finding).collect::<Vec<_>>(),
        pending => scenario.pending_snapshots.clone(),
        lookups => scenario.lookups.iter().map(lookup).collect::<Vec<_>>(),
        steps => scenario.steps.iter().map(step).collect::<Vec<_>>(),
        timeline => scenario.timeline.iter().map(|each| moment(scenario, each)).collect::<Vec<_>>(),
        messages => counted(scenario.timeline.iter().filter(|each| each.message.is_some()).count(), "message"),
        routes => routes,
    }
}

fn step(step: &StepOutcome) -> Value {
    context! {
        text => step.text.clone(),
        line => step.line,
        cleanup => step.cleanup,
        verdict => step.verdict.as_str(),
        word => step.verdict.to_string(),
        mark => mark(step.verdict),
        took => human_duration(step.took),
        latency => step.latency().map(|latency| {
            let known = |at: Option<std::time::Duration>| at.map_or_else(|| "–".to_owned(), human_duration);
            context! {
                event => known(latency.event),
                notified => known(latency.notified),
                message => human_duration(latency.message),
            }
        }),
    }
}

fn finding(finding: &Diagnostic) -> Value {
    let without_help = Diagnostic { help: None, ..finding.clone() };
    let is_diff = finding.code == "scenario::snapshot-differs";
    let help: Vec<Value> = finding
        .help
        .iter()
        .flat_map(|help| help.lines())
        .map(|line| {
            let kind = match line.chars().next() {
                Some('-') if is_diff => "removed",
                Some('+') if is_diff => "added",
                _ => "same",
            };
            context! { kind => kind, text => line }
        })
        .collect();
    context! {
        code => finding.code,
        message => finding.message.clone(),
        place => finding.place(),
        drawn => without_help.render(false, WIDTH),
        help => help,
        is_diff => is_diff,
    }
}

fn lookup(lookup: &Lookup) -> Value {
    context! {
        name => lookup.name.clone(),
        offset => human_duration(lookup.offset),
        text => lookup.lines.join("\n"),
    }
}

fn moment(scenario: &ScenarioOutcome, moment: &Moment) -> Value {
    let at = scenario.origin.checked_add(moment.offset).unwrap_or(scenario.origin);
    context! {
        offset => human_duration(moment.offset),
        at => at.to_string(),
        kind => moment.kind.as_str(),
        word => word(moment.kind),
        mark => terminal::moment_mark(moment.kind).0,
        text => moment.text.clone(),
        // The bubble has them, whole.
        detail => if moment.message.is_some() { Vec::new() } else { moment.detail.clone() },
        message => moment.message.as_deref().map(message),
    }
}

fn message(message: &ChatMessage) -> Value {
    let body =
        if message.is_markdown() { markdown::to_html(&message.text) } else { markdown::plain(&message.text) };
    let buttons: Vec<Value> = message
        .buttons
        .iter()
        .map(|button| Value::from_safe_string(markdown::link(&button.url, &markdown::escape(&button.title))))
        .collect();
    context! {
        robot => message.robot.clone(),
        initial => message.robot.chars().next().map(|c| c.to_uppercase().to_string()),
        contact => message.contact.clone(),
        rule => message.rule.clone(),
        msgtype => message.msgtype.clone(),
        title => message.title.clone(),
        body => Value::from_safe_string(body),
        buttons => buttons,
        mentions => message.mentions.clone(),
        refused => message.refused.clone(),
    }
}

fn hop(hop: &Hop) -> Value {
    context! {
        kind => hop.kind.as_str(),
        depth => hop.kind.depth(),
        name => hop.name.clone(),
        goes_on => hop.goes_on,
        text => hop.text.clone(),
        offset => human_duration(hop.offset),
    }
}

const fn mark(verdict: Verdict) -> &'static str {
    terminal::mark(verdict).0
}

/// The kind of a moment for those who do not see its mark.
const fn word(kind: MomentKind) -> &'static str {
    match kind {
        MomentKind::Act => "act",
        MomentKind::State => "state",
        MomentKind::Event => "event",
        MomentKind::Rule => "rule",
        MomentKind::Passed => "passed over",
        MomentKind::Lost => "lost",
        MomentKind::Message => "message",
        MomentKind::Refused => "refused",
        MomentKind::Recorded => "recorded",
        MomentKind::Held => "held",
        MomentKind::Broken => "did not hold",
    }
}
