//! What was settled, for people and for programs.

use std::fmt::Write as _;

use owo_colors::Style;
use serde_json::{Value, json};

use super::{Beyond, Finding, Settled, Settlement};
use crate::report::{Paint, counted, visible};

/// A line for each switch, then the sum.
#[must_use]
pub fn render_settled_text(settlement: &Settlement, color: bool) -> String {
    let paint = Paint(color);
    let mut out = String::new();
    for settled in &settlement.switches {
        let Settled { switch, default, finding, how, .. } = settled;
        let (mark, style, text) = match finding {
            Finding::Settled(value) if value == default => {
                ("✓", Style::new().green(), format!("{value}, as the emulator has it by default"))
            }
            Finding::Settled(value) => {
                ("✓", Style::new().yellow(), format!("{value}, and the emulator has {default} by default"))
            }
            Finding::Open(why) => ("?", Style::new().dimmed(), format!("open: {why}")),
            Finding::NeedsWrites => ("-", Style::new().dimmed(), "not asked: needs --writes".to_owned()),
            Finding::OutOfReach(Beyond { why, how }) => {
                ("-", Style::new().dimmed(), format!("not decidable by calls: it {why}; to find out: {how}"))
            }
            Finding::Failed(error) => ("✗", Style::new().red(), format!("not settled: {error}")),
        };
        let _ = writeln!(out, "{} {switch}: {}", paint.with(mark, style), visible(&text).replace('\n', " "));
        if matches!(finding, Finding::Settled(_)) {
            let _ = writeln!(out, "    {how}");
        }
    }
    let settled = count(settlement, |finding| matches!(finding, Finding::Settled(_)));
    let changed = settlement
        .switches
        .iter()
        .filter(|settled| matches!(&settled.finding, Finding::Settled(value) if *value != settled.default))
        .count();
    let _ = writeln!(out, "\n{} settled, {changed} other than the default", counted(settled, "question"));
    out
}

fn count(settlement: &Settlement, fits: impl Fn(&Finding) -> bool) -> usize {
    settlement.switches.iter().filter(|settled| fits(&settled.finding)).count()
}

/// `{"switches": [{"switch", "default", "finding", "value"|"why", "to_find_out", "how", "requests"}], "left_behind"}`.
#[must_use]
pub fn render_settled_json(settlement: &Settlement) -> Value {
    let switches = settlement.switches.iter().map(|settled| {
        let to_find_out = match settled.finding {
            Finding::OutOfReach(beyond) => Some(beyond.how),
            _ => None,
        };
        let (finding, value, why) = match &settled.finding {
            Finding::Settled(value) => ("settled", Some(value.as_str()), None),
            Finding::Open(why) => ("open", None, Some(why.clone())),
            Finding::NeedsWrites => ("needs-writes", None, None),
            Finding::OutOfReach(Beyond { why, .. }) => ("out-of-reach", None, Some((*why).to_owned())),
            Finding::Failed(error) => ("failed", None, Some(error.to_string())),
        };
        json!({
            "switch": settled.switch, "default": settled.default, "finding": finding, "value": value,
            "why": why, "to_find_out": to_find_out, "how": settled.how, "requests": settled.requests,
        })
    });
    json!({
        "switches": switches.collect::<Vec<_>>(),
        "left_behind": settlement.left_behind,
        "interrupted": settlement.is_interrupted,
    })
}
