//! Reads filter expressions. After nextest's: `|` binds less than `&`, and `!` most.

use regex::Regex;
use winnow::{
    ModalResult, Parser as _,
    ascii::multispace0,
    combinator::{alt, cut_err, delimited, fail, preceded, repeat, terminated},
    error::{StrContext, StrContextValue},
    token::{take_till, take_while},
};

use super::Filter;

/// More brackets and negations than anybody writes; the reader calls itself for each.
const MAX_DEPTH: usize = 200;

/// What is wrong with an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterError {
    /// The byte at which it is wrong; the length of the text for its end.
    pub offset: usize,
    /// What is wrong, in a line.
    pub message: String,
}

pub(super) fn filter(text: &str) -> Result<Filter, FilterError> {
    if text.matches(['(', '!']).count() > MAX_DEPTH {
        return Err(FilterError {
            offset: 0,
            message: format!("it has more than {MAX_DEPTH} brackets and `!`"),
        });
    }
    delimited(multispace0, either, multispace0).parse(text).map_err(|error| {
        let cause = error.inner().cause().map(|cause| first_line(&cause.to_string()));
        let expected: Vec<String> = error
            .inner()
            .context()
            .filter_map(|context| match context {
                StrContext::Expected(what) => Some(what.to_string()),
                _ => None,
            })
            .take(1)
            .collect();
        let message = match (cause, expected.first()) {
            (Some(cause), _) => cause,
            (None, Some(expected)) => format!("expected {expected}"),
            // All that was read is whole, and something is left.
            (None, None) => "expected `&`, `|` or the end".to_owned(),
        };
        FilterError { offset: error.offset(), message }
    })
}

/// The fault of a regular expression is told in several lines, with a drawing of its own.
fn first_line(text: &str) -> String {
    text.lines().last().unwrap_or_default().trim().to_owned()
}

const fn expected(what: &'static str) -> StrContext {
    StrContext::Expected(StrContextValue::Description(what))
}

fn either(input: &mut &str) -> ModalResult<Filter> {
    list(input, '|', both, Filter::Any)
}

fn both(input: &mut &str) -> ModalResult<Filter> {
    list(input, '&', one, Filter::Every)
}

fn list(
    input: &mut &str,
    between: char,
    mut part: fn(&mut &str) -> ModalResult<Filter>,
    whole: fn(Vec<Filter>) -> Filter,
) -> ModalResult<Filter> {
    let first = part.parse_next(input)?;
    let more = preceded((multispace0, between, multispace0), cut_err(part));
    let mut rest: Vec<Filter> = repeat(0.., more).parse_next(input)?;
    if rest.is_empty() {
        return Ok(first);
    }
    rest.insert(0, first);
    Ok(whole(rest))
}

fn one(input: &mut &str) -> ModalResult<Filter> {
    let not = preceded(('!', multispace0), cut_err(one)).map(|inner| Filter::Not(Box::new(inner)));
    let end = cut_err(')'.context(expected("`)`")));
    let group = delimited(('(', multispace0), cut_err(either), (multispace0, end));
    alt((
        not,
        group,
        call,
        fail.context(expected("`tag(…)`, `name(…)`, `file(…)`, `failed()`, `all()` or `none()`")),
    ))
    .parse_next(input)
}

fn call(input: &mut &str) -> ModalResult<Filter> {
    let mut word = terminated(take_while(1.., |c: char| c.is_ascii_lowercase()), (multispace0, '('));
    let start = *input;
    let word: &str = word.parse_next(input)?;
    let filter = match word {
        "name" => cut_err(pattern).map(Filter::Name).parse_next(input)?,
        "tag" => cut_err(pattern).map(Filter::Tag).parse_next(input)?,
        "file" => cut_err(pattern).map(Filter::File).parse_next(input)?,
        "failed" => Filter::Failed,
        "all" => Filter::All,
        "none" => Filter::None,
        _ => {
            *input = start;
            return fail.parse_next(input);
        }
    };
    preceded(multispace0, cut_err(')'.context(expected("`)`")))).parse_next(input)?;
    Ok(filter)
}

/// `/regex/`, `=the whole`, `~a part`, or the whole with `*` and `?`; a text may stand in quotes.
fn pattern(input: &mut &str) -> ModalResult<Regex> {
    let in_slashes = terminated(in_slashes, '/'.context(expected("`/`")));
    let regex = preceded('/', cut_err(in_slashes.try_map(|text: String| Regex::new(&text))));
    let equal = preceded('=', text).try_map(|text| Regex::new(&format!("^{}$", regex::escape(text))));
    let part = preceded('~', text).try_map(|text| Regex::new(&regex::escape(text)));
    let glob = text.try_map(|text| Regex::new(&format!("^(?s:{})$", glob(text))));
    preceded(multispace0, alt((regex, equal, part, glob))).parse_next(input)
}

fn in_slashes(input: &mut &str) -> ModalResult<String> {
    repeat(0.., alt(("\\/".value("/"), take_while(1, |c| c != '/')))).parse_next(input)
}

fn text<'a>(input: &mut &'a str) -> ModalResult<&'a str> {
    let quoted = delimited('"', take_till(0.., '"'), cut_err('"'.context(expected("`\"`"))));
    let bare = take_till(1.., [')', '"']).map(str::trim_end).verify(|text: &str| !text.is_empty());
    alt((quoted, bare))
        .context(expected("a text, such as `tag(smoke)`, `name(~part)` or `file(/regex/)`"))
        .parse_next(input)
}

fn glob(text: &str) -> String {
    regex::escape(text).replace("\\*", ".*").replace("\\?", ".")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(filter: &Filter) -> String {
        let list = |parts: &[Filter], sign: &str| {
            format!("({})", parts.iter().map(shown).collect::<Vec<_>>().join(sign))
        };
        match filter {
            Filter::Name(pattern) => format!("name {pattern}"),
            Filter::Tag(pattern) => format!("tag {pattern}"),
            Filter::File(pattern) => format!("file {pattern}"),
            Filter::Failed => "failed".to_owned(),
            Filter::All => "all".to_owned(),
            Filter::None => "none".to_owned(),
            Filter::Not(inner) => format!("!{}", shown(inner)),
            Filter::Every(parts) => list(parts, " & "),
            Filter::Any(parts) => list(parts, " | "),
        }
    }

    #[test]
    fn signs_bind_as_everywhere_and_brackets_change_that() {
        for (text, meaning) in [
            ("tag(smoke)", "tag ^(?s:smoke)$"),
            (" tag( smoke )&!name(~silence)|failed() ", "((tag ^(?s:smoke)$ & !name silence) | failed)"),
            ("all() & (none() | !failed())", "(all & (none | !failed))"),
            ("name(=a.b)", "name ^a\\.b$"),
            ("file(*/night-?.yaml)", "file ^(?s:.*/night\\-.\\.yaml)$"),
            ("name(/^a\\/b(c|d)$/)", "name ^a/b(c|d)$"),
            ("name(~\"a) | b\")", "name a\\) \\| b"),
        ] {
            assert_eq!(filter(text).map(|filter| shown(&filter)), Ok(meaning.to_owned()), "{text}");
        }
    }

    #[test]
    fn a_fault_is_told_where_it_is() {
        for (text, offset, part) in [
            ("", 0, "expected `tag(…)`"),
            ("tags(smoke)", 0, "expected `tag(…)`"),
            ("tag(smoke) & ", 13, "expected `tag(…)`"),
            ("tag(smoke) tag(x)", 11, "expected `&`, `|` or the end"),
            ("tag(smoke", 9, "expected `)`"),
            ("(all()", 6, "expected `)`"),
            ("name()", 5, "expected a text"),
            ("!name(/a(/)", 7, "unclosed group"),
            ("!name(/a", 8, "expected `/`"),
            ("failed(x)", 7, "expected `)`"),
            ("name(~\"a)", 9, "expected `\"`"),
        ] {
            let error = filter(text).unwrap_err();
            assert_eq!(error.offset, offset, "{text}: {error:?}");
            assert!(error.message.contains(part), "{text}: {error:?}");
        }
        assert!(filter(&"!".repeat(100_000)).is_err());
        assert!(filter(&format!("{}all()", "!".repeat(150))).is_ok());
    }

    proptest::proptest! {
        /// No text makes the reader panic, and no place is outside of the text.
        #[test]
        fn any_text_is_read_or_refused(text in "[a-z()!&|~=/\"* é]{0,40}") {
            if let Err(error) = filter(&text) {
                proptest::prop_assert!(text.is_char_boundary(error.offset), "{text}: {error:?}");
            }
        }
    }
}
