//! What a line of the ini file says. The official libraries differ: Python's `configparser`, with what
//! `alibabacloud-credentials` 1.0.12 does to its values; Node's `ini` in `@alicloud/credentials` 2.4.7; Go's
//! `ini.v1` in `aliyun/credentials-go`. Where they agree there is one reading. Where they do not, the one
//! of Node and Go counts, by which a value can be a key, and the line is a doubt.

/// A value without its comment and its quotes, and in what a library reads it otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) text: String,
    pub(super) doubts: Vec<&'static str>,
}

const QUOTES: &str = "its quotes are taken off; the Python library keeps them";
const SEMICOLON: &str = "what begins with `;` is a comment; for the Python library it is a part of the value";
const PERCENT: &str = "it has a `%`, which the Python library does not take as it stands";
const COLON: &str = "it is written with `:`; the Node library knows `=` alone";
const INDENTED: &str = "it is indented; for the Python library it is a part of the line before";

/// Reads what stands behind the separator.
pub(super) fn value(written: &str) -> Value {
    let written = written.trim();
    let mut doubts = Vec::new();
    let text = if let Some(inside) = quoted(written) {
        doubts.push(QUOTES);
        inside
    } else {
        match written.find(['#', ';']) {
            Some(at) => {
                if written[at..].starts_with(';') {
                    doubts.push(SEMICOLON);
                }
                written[..at].trim_end()
            }
            None => written,
        }
    };
    if text.contains('%') {
        doubts.push(PERCENT);
    }
    Value { text: text.to_owned(), doubts }
}

/// What stands between quotes, where nothing but a comment comes behind them.
fn quoted(written: &str) -> Option<&str> {
    let quote = written.chars().next().filter(|first| matches!(first, '"' | '\''))?;
    let (inside, behind) = written[1..].split_once(quote)?;
    let behind = behind.trim_start();
    (behind.is_empty() || behind.starts_with(['#', ';'])).then_some(inside)
}

/// What is doubtful about the line besides its value: how it is parted, and where it stands.
pub(super) fn layout(raw: &str, separator: char, is_first: bool) -> Vec<&'static str> {
    let mut doubts = Vec::new();
    if separator == ':' {
        doubts.push(COLON);
    }
    if !is_first && raw.starts_with([' ', '\t']) {
        doubts.push(INDENTED);
    }
    doubts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_quotes_are_no_part_of_a_value() {
        for (written, text, doubts) in [
            ("abcd", "abcd", vec![]),
            ("abcd # mine", "abcd", vec![]),
            ("ab#cd", "ab", vec![]),
            ("# mine", "", vec![]),
            ("ab;cd", "ab", vec![SEMICOLON]),
            ("abcd ; mine # too", "abcd", vec![SEMICOLON]),
            ("abcd # mine ; too", "abcd", vec![]),
            ("\"abcd\"", "abcd", vec![QUOTES]),
            ("'abcd' # mine", "abcd", vec![QUOTES]),
            ("\"ab#cd\"", "ab#cd", vec![QUOTES]),
            ("\"abcd", "\"abcd", vec![]),
            ("\"a\"b", "\"a\"b", vec![]),
            ("ab%cd", "ab%cd", vec![PERCENT]),
            ("", "", vec![]),
        ] {
            assert_eq!(value(written), Value { text: text.to_owned(), doubts }, "{written}");
        }
    }
}
