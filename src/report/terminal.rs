//! The view for a person at a terminal; reads as well without colour.

use std::fmt::Write as _;

use owo_colors::Style;

use super::{Moment, MomentKind, Paint, RunOutcome, ScenarioOutcome, Verdict, counted};
use crate::{
    clock::human_duration,
    diagnostic::{own_colors, place_to_cut},
};

/// Draws a run: each scenario with its timeline and findings, then a line with counts.
///
/// `width` is the number of columns for the drawn findings.
#[must_use]
pub fn render(run: &RunOutcome, color: bool, width: usize) -> String {
    let mut out = String::new();
    for scenario in &run.scenarios {
        out.push_str(&self::scenario(scenario, run.kind_of_time(), color, width));
        out.push('\n');
    }
    out.push_str(&summary(run, color));
    out
}

/// One scenario: its line with how long it took ([`RunOutcome::kind_of_time`]), its timeline, its findings.
#[must_use]
pub fn scenario(scenario: &ScenarioOutcome, kind_of_time: &str, color: bool, width: usize) -> String {
    let paint = Paint(color);
    let (mark, style) = mark(scenario.verdict);
    if scenario.verdict == Verdict::NotRun {
        let line = format!("{mark} {}  {} · not run", scenario.name, scenario.typed);
        return format!("{}\n", paint.with(&line, style));
    }
    let flaky = if scenario.is_flaky() {
        let attempts = counted(scenario.earlier.len() + 1, "attempt");
        paint.with(
            &format!(" (flaky: {attempts}, the last with seed {})", scenario.seed),
            Style::new().yellow(),
        )
    } else {
        String::new()
    };
    let mut out = format!(
        "{} {}{flaky}  {}\n",
        paint.with(mark, style),
        paint.with(&scenario.name, Style::new().bold()),
        paint.with(
            &format!("{} · {}{}", scenario.typed, human_duration(scenario.virtual_time), kind_of_time),
            Style::new().dimmed()
        ),
    );
    out.push_str(&lines(scenario, paint, scenario.verdict != Verdict::Passed));
    let not_run = scenario.steps.iter().filter(|step| step.verdict == Verdict::NotRun).count();
    if not_run > 0 {
        let (mark, style) = self::mark(Verdict::NotRun);
        let _ = writeln!(out, "  {} {} not run", paint.with(mark, style), counted(not_run, "step"));
    }
    for finding in &scenario.findings {
        out.push('\n');
        for line in finding.render(color, width.saturating_sub(2).max(40)).lines() {
            let _ = writeln!(out, "{}", format!("  {}", short(line, color)).trim_end());
        }
    }
    out.push_str(&looked_up(scenario, paint, &|line| short(line, false)));
    out
}

/// What was looked up because the scenario did not pass, as text without colour.
#[must_use]
pub fn lookups(scenario: &ScenarioOutcome) -> String {
    looked_up(scenario, Paint(false), &str::to_owned)
}

fn looked_up(scenario: &ScenarioOutcome, paint: Paint, line: &dyn Fn(&str) -> String) -> String {
    let mut out = String::new();
    for lookup in &scenario.lookups {
        let head = format!("looked up: {} (at +{})", lookup.name, human_duration(lookup.offset));
        let _ = writeln!(out, "  {}", paint.with(&head, Style::new().bold()));
        for text in &lookup.lines {
            let _ = writeln!(out, "    {}", line(text));
        }
    }
    out
}

/// Characters of a line that a terminal is given. Others may have written it, and nobody reads on.
const MAX_LINE: usize = 1000;

/// A line of a finding, cut where it is far too long.
fn short(line: &str, color: bool) -> String {
    match place_to_cut(line, MAX_LINE) {
        Some(cut) => {
            let end = if color { own_colors("\u{1b}[0m") } else { String::new() };
            format!("{}{end} … ({} more characters)", &line[..cut], line[cut..].chars().count())
        }
        None => line.to_owned(),
    }
}

/// The timeline alone, without colour; with `all`, also the rules that did not take an event.
#[must_use]
pub fn timeline(scenario: &ScenarioOutcome, all: bool) -> String {
    lines(scenario, Paint(false), all)
}

/// The last lines: how many scenarios came to what, how long messages took, and what to do about
/// pending snapshots.
#[must_use]
pub fn summary(run: &RunOutcome, color: bool) -> String {
    let mut out = painted_counts(run, Paint(color));
    out.push('\n');
    if let Some(spread) = run.latencies().message {
        let _ = writeln!(
            out,
            "from act to message: p50 {}, p95 {}, max {} ({})",
            human_duration(spread.p50),
            human_duration(spread.p95),
            human_duration(spread.max),
            counted(spread.count, "message"),
        );
    }
    if let Some(headline) = run.headline() {
        let _ = writeln!(out, "{headline}");
    }
    let pending = run.counts().pending_snapshots;
    if pending > 0 {
        let waits = if pending == 1 { "waits" } else { "wait" };
        let _ = writeln!(out, "{} {waits} for a look: bellcheck review", counted(pending, "snapshot"));
    }
    out
}

/// How many scenarios came to what, in a line: `3 scenarios: 2 passed (1 flaky), 1 failed`.
#[must_use]
pub fn counts(run: &RunOutcome) -> String {
    painted_counts(run, Paint(false))
}

fn painted_counts(run: &RunOutcome, paint: Paint) -> String {
    let counts = run.counts();
    let mut parts = Vec::new();
    for (count, word, verdict) in [
        (counts.passed, "passed", Verdict::Passed),
        (counts.failed, "failed", Verdict::Failed),
        (counts.errored, "errored", Verdict::Errored),
        (counts.not_run, "not run", Verdict::NotRun),
    ] {
        if count > 0 {
            let flaky =
                run.scenarios.iter().filter(|each| each.verdict == verdict && each.is_flaky()).count();
            let flaky = if flaky > 0 { format!(" ({flaky} flaky)") } else { String::new() };
            parts.push(paint.with(&format!("{count} {word}{flaky}"), mark(verdict).1));
        }
    }
    let all = counted(counts.total(), "scenario");
    if parts.is_empty() { all } else { format!("{all}: {}", parts.join(", ")) }
}

fn lines(scenario: &ScenarioOutcome, paint: Paint, all: bool) -> String {
    let shown: Vec<&Moment> =
        scenario.timeline.iter().filter(|moment| all || moment.kind != MomentKind::Passed).collect();
    let offsets: Vec<String> =
        shown.iter().map(|moment| format!("+{}", human_duration(moment.offset))).collect();
    let column = offsets.iter().map(String::len).max().unwrap_or(0);
    let mut out = String::new();
    let mut last = None;
    for (moment, offset) in shown.iter().zip(&offsets) {
        // A time is written once; what follows at the same time stands below it.
        let time = if last == Some(offset) { "" } else { offset.as_str() };
        last = Some(offset);
        let (mark, style) = moment_mark(moment.kind);
        let _ = writeln!(
            out,
            "  {}  {} {}",
            paint.with(&format!("{time:>column$}"), Style::new().dimmed()),
            paint.with(mark, style),
            moment.text
        );
        for line in &moment.detail {
            let line = format!("{:column$}        {line}", "");
            let _ = writeln!(out, "{}", paint.with(line.trim_end(), Style::new().dimmed()));
        }
    }
    out
}

pub(super) const fn mark(verdict: Verdict) -> (&'static str, Style) {
    match verdict {
        Verdict::Passed => ("✓", Style::new().green()),
        Verdict::Failed => ("✗", Style::new().red()),
        Verdict::Errored => ("!", Style::new().magenta()),
        Verdict::NotRun => ("–", Style::new().dimmed()),
    }
}

pub(super) const fn moment_mark(kind: MomentKind) -> (&'static str, Style) {
    match kind {
        MomentKind::Act => ("▶", Style::new().bold()),
        MomentKind::State => ("●", Style::new().cyan()),
        MomentKind::Event => ("◆", Style::new().cyan()),
        MomentKind::Rule => ("→", Style::new().cyan()),
        MomentKind::Passed => ("·", Style::new().dimmed()),
        MomentKind::Lost => ("✗", Style::new().yellow()),
        MomentKind::Message => ("✉", Style::new().green()),
        MomentKind::Refused => ("✗", Style::new().yellow()),
        MomentKind::Recorded => ("○", Style::new().dimmed()),
        MomentKind::Held => ("✓", Style::new().green()),
        MomentKind::Broken => ("✗", Style::new().red()),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::{StepOutcome, example};
    use super::*;

    #[test]
    fn a_passed_scenario_is_short_and_a_failed_one_tells_all() {
        let drawn = render(&example::run(), false, 100);
        let blocks: Vec<&str> = drawn.split("\n\n").collect();
        assert_eq!(
            blocks[0],
            "✓ Rings  scenarios/rings.yaml · 10m20s of virtual time\n  +0s  ▶ stop web-1\n       ● web-1: Running → Stopping\n  +2s  ✉ duty-engineer → ops: ok\n           CloudMonitor\n           Instance:StateChange"
        );
        assert!(
            drawn.contains("· rule `other` did not match\n           level INFO is not in [WARN]"),
            "{drawn}"
        );
        assert!(drawn.contains("scenarios/broken.yaml:4:5"), "{drawn}");
        assert!(drawn.contains("rule `r` is disabled"), "{drawn}");
        assert!(
            drawn.ends_with(
                "3 scenarios: 1 passed, 1 failed, 1 errored\nfrom act to message: p50 2s, p95 2s, max 2s (1 message)\n"
            ),
            "{drawn}"
        );
    }

    #[test]
    fn colour_is_only_paint() {
        let run = example::run();
        let strip = |text: &str| anstream::adapter::strip_str(text).to_string();
        let colored = render(&run, true, 100);
        let colored = crate::diagnostic::for_terminal(&colored);
        assert!(colored.contains('\u{1b}'));
        assert_eq!(strip(&colored), render(&run, false, 100));
    }

    #[test]
    fn steps_that_were_not_reached_are_counted() {
        let mut run = example::run();
        run.scenarios[1].steps.push(StepOutcome {
            text: "never managers for 1m".to_owned(),
            line: 9,
            cleanup: false,
            verdict: Verdict::NotRun,
            took: Duration::ZERO,
            real_time: Duration::ZERO,
            findings: 1..1,
            evidence: None,
            unjudged: 0,
            latencies: Vec::new(),
        });
        assert!(render(&run, false, 100).contains("\n  – 1 step not run\n"));
    }

    #[test]
    fn no_line_ends_in_blanks_and_pending_snapshots_are_named() {
        let mut run = example::run();
        run.scenarios.truncate(1);
        run.scenarios[0].pending_snapshots = vec!["a".to_owned()];
        let drawn = render(&run, false, 100);
        assert!(drawn.lines().all(|line| line.trim_end() == line), "{drawn}");
        assert!(
            drawn.ends_with("1 scenario: 1 passed\nfrom act to message: p50 2s, p95 2s, max 2s (1 message)\n1 snapshot waits for a look: bellcheck review\n"),
            "{drawn}"
        );
    }
}
