//! What was settled, as a file that the emulator takes.

use std::fmt::Write as _;

use super::{Finding, Settlement};
use crate::clock::Timestamp;

/// `name: value` lines with their evidence as comments. `at` is when, `region` and `host` are where.
#[must_use]
pub fn render_file(settlement: &Settlement, at: Timestamp, region: &str, host: &str) -> String {
    let mut out = format!(
        "# Settled by bellcheck {} at {at}, in {region}, by asking {host}.\n# `bellcheck emulator --switches FILE` takes it.\n",
        env!("CARGO_PKG_VERSION")
    );
    for settled in &settlement.switches {
        let Finding::Settled(value) = &settled.finding else { continue };
        let _ = writeln!(out, "\n# {}", settled.how);
        if *value == settled.default {
            let _ = writeln!(out, "# {at}: {value}, which is the emulator's default");
        } else {
            let _ = writeln!(out, "# {at}: {} -> {value}", settled.default);
        }
        for request in &settled.requests {
            let _ = writeln!(out, "# {}", visible(request));
        }
        let _ = writeln!(out, "{}: {value}", settled.switch);
    }
    out
}

/// A server's text for a comment, which ends with its line.
fn visible(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(120).collect()
}
