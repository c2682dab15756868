//! Findings for editors and CI: as JSON, and as annotations of GitHub.

use serde_json::{Value, json};

use super::github::Workspace;
use crate::diagnostic::{Diagnostic, Severity, Source, Span};

/// Findings as a JSON list of `{severity, code, message, help, file, line, column, end_line,
/// end_column, places}`. Lines and columns count from 1, columns in characters; the end is behind the
/// last character. `places` are all places with their words, the main one first. What a finding does
/// not have is null.
#[must_use]
pub fn to_json(findings: &[Diagnostic]) -> Value {
    findings.iter().map(finding).collect()
}

fn finding(finding: &Diagnostic) -> Value {
    let severity = match finding.severity {
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let source = finding.source.as_deref();
    let places: Vec<Value> = source
        .into_iter()
        .flat_map(|source| finding.labels.iter().map(|(span, words)| place(source, *span, words)))
        .collect();
    let main = |key: &str| places.first().map_or(Value::Null, |place| place[key].clone());
    json!({
        "severity": severity,
        "code": finding.code,
        "message": finding.message,
        "help": finding.help,
        "file": main("file"),
        "line": main("line"),
        "column": main("column"),
        "end_line": main("end_line"),
        "end_column": main("end_column"),
        "places": places,
    })
}

fn place(source: &Source, span: Span, words: &str) -> Value {
    let end = span.offset + span.len;
    json!({
        "file": source.name_at(span.offset),
        "line": source.line(span.offset),
        "column": source.column(span.offset),
        "end_line": source.line(end),
        "end_column": source.column(end),
        "label": words,
    })
}

/// A finding as a workflow command of GitHub, which shows it beside its line: one line of text.
#[must_use]
pub fn to_github(finding: &Diagnostic, workspace: &Workspace) -> String {
    command(finding, workspace, None, &[])
}

/// As [`to_github`], with what is to be seen at its places; a finding without one stands at `line` of
/// `file`.
#[must_use]
pub fn to_github_at(finding: &Diagnostic, workspace: &Workspace, file: &str, line: usize) -> String {
    let labels: Vec<&str> =
        finding.labels.iter().map(|(_, words)| words.as_str()).filter(|words| !words.is_empty()).collect();
    command(finding, workspace, Some((file, line)), &labels)
}

fn command(
    finding: &Diagnostic,
    workspace: &Workspace,
    fallback: Option<(&str, usize)>,
    more: &[&str],
) -> String {
    let command = match finding.severity {
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let mut properties = vec![format!("title={}", property(finding.code))];
    if let (Some(source), Some((span, _))) = (&finding.source, finding.labels.first()) {
        properties.push(format!("file={}", property(&workspace.path(source.name_at(span.offset)))));
        properties.push(format!("line={}", source.line(span.offset)));
        properties.push(format!("col={}", source.column(span.offset)));
    } else if let Some((file, line)) = fallback {
        properties.push(format!("file={}", property(&workspace.path(file))));
        properties.push(format!("line={line}"));
    }
    let mut text = vec![finding.message.as_str()];
    text.extend(more);
    text.extend(finding.help.as_deref());
    format!("::{command} {}::{}", properties.join(","), data(&text.join("\n")))
}

/// As GitHub wants the text of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// As GitHub wants the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_says_where_it_is() {
        let source = Source::new("a,b.yaml", "ä: 1\nb: [x]\n");
        let found =
            Diagnostic::error("spec::test", "50 % of\nit").at(&source, Span { offset: 10, len: 1 }, "here");
        let json = to_json(&[found.clone().help("do"), Diagnostic::warning("spec::other", "no place")]);
        assert_eq!(json[0]["severity"], "error");
        assert_eq!(
            (&json[0]["file"], &json[0]["line"], &json[0]["column"]),
            (&json!("a,b.yaml"), &json!(2), &json!(5))
        );
        assert_eq!((&json[0]["end_line"], &json[0]["end_column"]), (&json!(2), &json!(6)));
        assert_eq!((&json[0]["help"], &json[0]["places"][0]["label"]), (&json!("do"), &json!("here")));
        assert_eq!(
            (&json[1]["line"], &json[1]["help"], &json[1]["places"]),
            (&Value::Null, &Value::Null, &json!([]))
        );
        assert_eq!(
            to_github(&found.help("do: it"), &Workspace::new(None)),
            "::error title=spec%3A%3Atest,file=a%2Cb.yaml,line=2,col=5::50 %25 of%0Ait%0Ado: it"
        );
    }
}
