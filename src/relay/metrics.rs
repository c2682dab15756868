//! What is counted, in the text format of Prometheus. Robots are shown by name.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{Mutex, PoisonError},
};

/// The counters, with what they count.
const COUNTERS: [(&str, &str); 7] = [
    (RECEIVED, "Posts with the token of a robot."),
    (DUPLICATES, "Posts that were answered as an earlier one with the same bytes."),
    (REFUSED, "Requests that the relay itself refused."),
    (FORWARDED, "Messages that a robot decided on, by what it decided."),
    (FAILURES, "Calls of a robot that brought no decision; they are made again."),
    (EARLY, "Posts that were answered before the robot decided."),
    (TLS_RELOADS, "Changes of the certificate's files, by whether they are served."),
];

pub(super) const RECEIVED: &str = "bellcheck_relay_received_total";
pub(super) const DUPLICATES: &str = "bellcheck_relay_duplicates_total";
pub(super) const REFUSED: &str = "bellcheck_relay_refused_total";
pub(super) const FORWARDED: &str = "bellcheck_relay_forwarded_total";
pub(super) const FAILURES: &str = "bellcheck_relay_forward_failures_total";
pub(super) const EARLY: &str = "bellcheck_relay_answered_early_total";
pub(super) const TLS_RELOADS: &str = "bellcheck_relay_tls_reloads_total";

type Labels = Vec<(&'static str, String)>;

/// The counters of this process.
#[derive(Debug, Default)]
pub(super) struct Metrics {
    counts: Mutex<BTreeMap<(&'static str, Labels), u64>>,
}

/// A value that goes up and down.
pub(super) struct Gauge {
    pub(super) name: &'static str,
    pub(super) help: &'static str,
    pub(super) values: Vec<(Labels, f64)>,
}

impl Metrics {
    /// Counts one.
    pub(super) fn count(&self, counter: &'static str, labels: &[(&'static str, &str)]) {
        self.add(counter, labels, 1);
    }

    /// Shows a counter before anything is counted, so that its growth can be seen from the first one on.
    pub(super) fn show(&self, counter: &'static str, labels: &[(&'static str, &str)]) {
        self.add(counter, labels, 0);
    }

    fn add(&self, counter: &'static str, labels: &[(&'static str, &str)], more: u64) {
        let labels = labels.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        *self.counts.lock().unwrap_or_else(PoisonError::into_inner).entry((counter, labels)).or_default() +=
            more;
    }

    /// All values.
    pub(super) fn render(&self, gauges: &[Gauge]) -> String {
        let mut out = String::new();
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        for (name, help) in COUNTERS {
            head(&mut out, name, help, "counter");
            for ((_, labels), count) in counts.iter().filter(|((counter, _), _)| *counter == name) {
                sample(&mut out, name, labels, &count.to_string());
            }
        }
        for gauge in gauges {
            head(&mut out, gauge.name, gauge.help, "gauge");
            for (labels, value) in &gauge.values {
                sample(&mut out, gauge.name, labels, &value.to_string());
            }
        }
        out
    }
}

fn head(out: &mut String, name: &str, help: &str, kind: &str) {
    // Writing into a string does not fail.
    writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}").ok();
}

fn sample(out: &mut String, name: &str, labels: &Labels, value: &str) {
    let labels: Vec<String> =
        labels.iter().map(|(label, value)| format!("{label}=\"{}\"", escape(value))).collect();
    let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
    writeln!(out, "{name}{labels} {value}").ok();
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_that_of_prometheus() {
        let metrics = Metrics::default();
        metrics.show(RECEIVED, &[("robot", "a")]);
        metrics.count(REFUSED, &[("robot", "o\"p\\s\n"), ("reason", "keyword")]);
        metrics.count(REFUSED, &[("robot", "o\"p\\s\n"), ("reason", "keyword")]);
        let gauge = Gauge { name: "g", help: "A gauge.", values: vec![(Vec::new(), 1.5)] };
        let text = metrics.render(&[gauge]);
        for line in [
            "# TYPE bellcheck_relay_received_total counter",
            "bellcheck_relay_received_total{robot=\"a\"} 0",
            r#"bellcheck_relay_refused_total{robot="o\"p\\s\n",reason="keyword"} 2"#,
            "# HELP g A gauge.",
            "g 1.5",
        ] {
            assert!(text.lines().any(|found| found == line), "`{line}` is not in\n{text}");
        }
    }
}
