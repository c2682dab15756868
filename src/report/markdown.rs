//! The Markdown view, for summaries of jobs and for pull requests.

use std::fmt::Write as _;

use super::{RunOutcome, ScenarioOutcome, Verdict, counted, terminal};
use crate::clock::human_duration;

/// Width of the drawn findings.
const WIDTH: usize = 100;

/// The run as Markdown of GitHub's kind: what came to what, latencies, and what went wrong.
#[must_use]
pub fn render(run: &RunOutcome) -> String {
    let mut out = overview(run);
    own_findings(&mut out, run);
    for scenario in run.scenarios.iter().filter(|scenario| !scenario.findings.is_empty()) {
        details(&mut out, scenario);
    }
    out
}

/// As [`render`], in at most so many bytes: details that do not fit are counted.
#[must_use]
pub fn render_within(run: &RunOutcome, bytes: usize) -> String {
    const ROOM: usize = 100;
    let mut out = overview(run);
    if out.len() + ROOM > bytes {
        out = format!("## bellcheck: {}\n", title(run));
    }
    let mut own = String::new();
    own_findings(&mut own, run);
    if out.len() + own.len() + ROOM <= bytes {
        out.push_str(&own);
    }
    let mut left_out = 0;
    for scenario in run.scenarios.iter().filter(|scenario| !scenario.findings.is_empty()) {
        let mut more = String::new();
        details(&mut more, scenario);
        if left_out == 0 && out.len() + more.len() + ROOM <= bytes {
            out.push_str(&more);
        } else {
            left_out += 1;
        }
    }
    if left_out > 0 {
        let _ = writeln!(out, "\n{} more went wrong; the log has them.", counted(left_out, "scenario"));
    }
    out
}

fn overview(run: &RunOutcome) -> String {
    let mut out = format!("## bellcheck: {}\n\n", title(run));
    if let Some(ended) = run.ended {
        let _ = writeln!(out, "**Not all was run:** {ended}.\n");
    }
    if !run.scenarios.is_empty() {
        table(&mut out, run);
    }
    let _ = writeln!(
        out,
        "Backend {}, seed {}. Begun at {}, by the machine's clock, and ended after {}; the times of scenarios are {}.",
        inline(&run.backend),
        run.seed,
        run.began,
        human_duration(run.real_time),
        if run.is_virtual() { "virtual" } else { "real" },
    );
    out
}

/// What was to be said first of the run, in a line.
fn title(run: &RunOutcome) -> String {
    match run.own_verdict() {
        Some(verdict) => {
            format!("{} {}", mark(verdict), inline(&run.headline().unwrap_or_default()))
        }
        None => terminal::counts(run),
    }
}

fn own_findings(out: &mut String, run: &RunOutcome) {
    if !run.findings.is_empty() {
        let drawn: Vec<String> = run.findings.iter().map(|finding| finding.render(false, WIDTH)).collect();
        out.push('\n');
        fence(out, &drawn.join("\n"));
    }
}

fn table(out: &mut String, run: &RunOutcome) {
    if run.own_verdict().is_some() {
        let _ = writeln!(out, "{}\n", terminal::counts(run));
    }
    out.push_str("| | scenario | file | time | attempts |\n|---|---|---|---:|---:|\n");
    for scenario in &run.scenarios {
        let flaky = if scenario.is_flaky() { " (flaky)" } else { "" };
        let _ = writeln!(
            out,
            "| {} {}{flaky} | {} | {} | {} | {} |",
            mark(scenario.verdict),
            scenario.verdict,
            inline(&scenario.name),
            inline(&format!("{}:{}", scenario.file, scenario.line)),
            human_duration(scenario.virtual_time),
            scenario.earlier.len() + usize::from(scenario.verdict != Verdict::NotRun),
        );
    }
    let latencies = run.latencies();
    if latencies.message.is_some() {
        out.push_str("\n| from act to | messages | p50 | p95 | max |\n|---|---:|---:|---:|---:|\n");
        for (name, spread) in latencies.measured() {
            let _ = writeln!(
                out,
                "| {name} | {} | {} | {} | {} |",
                spread.count,
                human_duration(spread.p50),
                human_duration(spread.p95),
                human_duration(spread.max),
            );
        }
    }
    out.push('\n');
}

fn details(out: &mut String, scenario: &ScenarioOutcome) {
    let _ = writeln!(out, "\n### {} {}\n", mark(scenario.verdict), inline(&scenario.name));
    let drawn: Vec<String> = scenario.findings.iter().map(|finding| finding.render(false, WIDTH)).collect();
    fence(out, &drawn.join("\n"));
    folded(out, "What happened", &terminal::timeline(scenario, true));
    folded(out, "What was looked up", &terminal::lookups(scenario));
}

fn folded(out: &mut String, title: &str, text: &str) {
    if !text.is_empty() {
        let _ = writeln!(out, "\n<details><summary>{title}</summary>\n");
        fence(out, text);
        out.push_str("\n</details>\n");
    }
}

/// A block of text as it is, whatever is in it.
fn fence(out: &mut String, text: &str) {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let _ = writeln!(out, "{fence}text\n{}\n{fence}", text.trim_end());
}

/// A text in a line, of which no character means anything.
fn inline(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\n' | '\t' => out.push(' '),
            // An address or a mention is made a link without any mark.
            '@' => out.push_str("&#64;"),
            ':' => out.push_str("&#58;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '#' | '+' | '!' | '|' | '~'
            | '$' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

const fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Passed => "✅",
        Verdict::Failed => "❌",
        Verdict::Errored => "💥",
        Verdict::NotRun => "⏭️",
    }
}

#[cfg(test)]
mod tests {
    use super::super::example;
    use super::*;

    #[test]
    fn a_table_says_what_came_to_what_and_findings_are_fenced() {
        let mut run = example::full_run();
        run.scenarios[1].name = "a | <b> [c](javascript:x) `d`".to_owned();
        run.scenarios[1].findings[0].help = Some("````\n<script>".to_owned());
        let text = render(&run);
        assert!(
            text.starts_with(
                "## bellcheck: 5 scenarios: 2 passed (1 flaky), 1 failed, 1 errored, 1 not run\n"
            ),
            "{text}"
        );
        assert!(text.contains("| a \\| &lt;b&gt; \\[c\\]\\(javascript&#58;x\\) \\`d\\` |"), "{text}");
        assert!(text.contains("| message | 1 | 2s | 2s | 2s |"), "{text}");
        assert!(text.contains("\n`````text\n"), "a fence is longer than what it holds:\n{text}");
    }

    #[test]
    fn a_run_that_could_not_begin_says_so_first() {
        let text = render(&example::not_started());
        assert!(
            text.starts_with("## bellcheck: 💥 the run could not begin&#58; unknown key \\`step\\`\n"),
            "{text}"
        );
        assert!(text.contains("scenarios/broken.yaml:2:1") && !text.contains("| scenario |"), "{text}");
    }

    #[test]
    fn a_summary_keeps_to_its_size_and_says_what_is_missing() {
        let run = example::full_run();
        assert_eq!(render_within(&run, 1_000_000), render(&run));
        for bytes in [200, 1200] {
            let text = render_within(&run, bytes);
            assert!(text.len() <= bytes, "{bytes}: {}", text.len());
            assert!(text.contains("more went wrong; the log has them."), "{text}");
        }
    }
}
