//! JSONPath expressions within bounds.
//!
//! The library that reads them calls itself for every bracket, reads what stands in a filter several
//! times, and follows an expression wherever it leads. An expression that nobody would write by hand can
//! thereby take all memory or all time, and no error comes of it. So its text is looked at first, and
//! before it is asked, what it may cost.

use std::fmt;

use regex::RegexBuilder;
use serde_json::Value;
use serde_json_path::JsonPath;

use super::capture::{Captured, MARK, placeholder, readable};

/// Bytes of an expression.
const MAX_LENGTH: usize = 2000;
/// Brackets of both kinds that are open at one place.
const MAX_OPEN: usize = 8;
/// Filters (`?`) within each other.
const MAX_FILTERS_OPEN: usize = 3;
/// Filters in all.
const MAX_FILTERS: usize = 16;
/// Descents (`..`).
const MAX_DESCENTS: usize = 3;
/// How often one value can be found because of several selectors in one pair of brackets.
const MAX_REPEATS: usize = 64;
/// Bytes of memory for a regular expression of `match` and `search`: it is made anew for each value.
const MAX_REGEX: usize = 1 << 18;
/// Steps that an answer may take.
const MAX_COST: f64 = 3e7;
/// Steps that making a regular expression takes.
const COST_OF_REGEX: f64 = 1000.0;

/// A JSONPath (RFC 9535).
#[derive(Debug, Clone)]
pub struct Query {
    text: String,
    path: JsonPath,
    shape: Shape,
}

/// What an expression can lead to, by its text.
#[derive(Debug, Clone, Copy, Default)]
struct Shape {
    filters: usize,
    /// Filters within each other.
    filters_within: usize,
    /// Of those, the ones whose expression leads to many values itself.
    wide_within: usize,
    descents: usize,
    repeats: usize,
    has_regex: bool,
}

impl Query {
    /// Reads an expression.
    ///
    /// # Errors
    /// What is wrong with it, in one line.
    pub fn parse(text: &str) -> Result<Self, String> {
        let shape = Shape::of(text)?;
        let path = JsonPath::parse(&sample(text)).map_err(|fault| fault.message().to_owned())?;
        Ok(Self { text: text.to_owned(), path, shape })
    }

    /// What it finds in a value.
    ///
    /// # Errors
    /// It could take too long in a value as large as this one.
    pub fn find<'a>(&'a self, value: &'a Value) -> Result<Vec<&'a Value>, String> {
        self.shape.allows(value)?;
        Ok(self.path.query(value).all())
    }

    /// Where that stands, as JSON pointers.
    ///
    /// # Errors
    /// As [`Query::find`].
    pub fn places(&self, value: &Value) -> Result<Vec<String>, String> {
        self.shape.allows(value)?;
        Ok(self.path.query_located(value).locations().map(|place| place.to_json_pointer()).collect())
    }

    /// Puts captured values into it. Within quotes a value stands for itself; elsewhere it must be a name
    /// or a number.
    ///
    /// # Errors
    /// What the expression is then is none.
    pub fn fill(&mut self, captured: &Captured) -> Result<(), String> {
        if !self.text.contains(MARK) {
            return Ok(());
        }
        let mut filled = String::new();
        let mut quote = None;
        // Every second piece is the name of a value.
        for (at, piece) in self.text.split(MARK).enumerate() {
            if at % 2 == 0 {
                Chars::new(piece, quote).for_each(|(_, after)| quote = after);
                filled.push_str(piece);
                continue;
            }
            let value = captured.get(piece).unwrap_or_default();
            if quote.is_some() {
                filled.push_str(&quoted(value));
            } else if value.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-')) {
                filled.push_str(value);
            } else {
                return Err(format!(
                    "the value of `${{{piece}}}` has other signs than a name has: write quotes around it, `['${{{piece}}}']`"
                ));
            }
        }
        *self = Self::parse(&filled)
            .map_err(|fault| format!("with its captured values, `{filled}` is no JSONPath: {fault}"))?;
        Ok(())
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&readable(&self.text))
    }
}

/// An expression with a number where a captured value stands in the place of one, so that it can be read
/// before the value is there. Elsewhere a placeholder reads as a name.
fn sample(text: &str) -> String {
    let pieces = text.split(MARK).enumerate();
    let mut out = String::new();
    for (at, piece) in pieces {
        if at % 2 == 0 {
            out.push_str(piece);
        } else if out.ends_with(['[', ',', ':', ' ']) {
            out.push('0');
        } else {
            out.push_str(&placeholder(piece));
        }
    }
    out
}

/// A text as it stands within quotes of either kind.
fn quoted(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if matches!(c, '\'' | '"' | '\\') || c.is_control() {
            let mut units = [0; 2];
            c.encode_utf16(&mut units).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        } else {
            out.push(c);
        }
    }
    out
}

/// The characters of an expression, each with the quotes that are open behind it.
struct Chars<'a> {
    rest: std::str::CharIndices<'a>,
    quote: Option<char>,
    is_escaped: bool,
}

impl<'a> Chars<'a> {
    fn new(text: &'a str, quote: Option<char>) -> Self {
        Self { rest: text.char_indices(), quote, is_escaped: false }
    }
}

impl Iterator for Chars<'_> {
    type Item = ((usize, char), Option<char>);

    fn next(&mut self) -> Option<Self::Item> {
        let (at, c) = self.rest.next()?;
        match self.quote {
            None if matches!(c, '\'' | '"') => self.quote = Some(c),
            None => {}
            Some(_) if self.is_escaped => self.is_escaped = false,
            Some(_) if c == '\\' => self.is_escaped = true,
            Some(quote) if c == quote => self.quote = None,
            Some(_) => {}
        }
        Some(((at, c), self.quote))
    }
}

/// A bracket that is open.
struct Open {
    is_square: bool,
    is_filter: bool,
    /// Whether it is of `match` or `search`, and where its latest argument begins.
    regex: Option<usize>,
    selectors: usize,
    /// Whether what stands in it leads to many values.
    is_wide: bool,
    /// Of the brackets that were closed in it, the most wide filters within each other.
    wide_within: usize,
}

impl Shape {
    /// Looks at a text without calling itself; a text that is no expression may pass.
    fn of(text: &str) -> Result<Self, String> {
        if text.len() > MAX_LENGTH {
            return Err(format!("it has more than {MAX_LENGTH} bytes"));
        }
        let mut shape = Self { repeats: 1, ..Self::default() };
        let mut open: Vec<Open> = Vec::new();
        let (mut is_quoted, mut before) = (false, ' ');
        for ((at, c), quote) in Chars::new(text, None) {
            let was_quoted = std::mem::replace(&mut is_quoted, quote.is_some());
            if was_quoted || is_quoted {
                before = c;
                continue;
            }
            match c {
                '[' | '(' => {
                    let regex = ["match", "search"].iter().any(|name| text[..at].ends_with(name));
                    open.push(Open {
                        is_square: c == '[',
                        is_filter: false,
                        regex: (c == '(' && regex).then_some(at + 1),
                        selectors: 1,
                        is_wide: false,
                        wide_within: 0,
                    });
                    if open.len() > MAX_OPEN {
                        return Err(format!("it has more than {MAX_OPEN} brackets within each other"));
                    }
                }
                ']' | ')' => {
                    if let Some(closed) = open.pop() {
                        if closed.is_square {
                            shape.repeats = shape.repeats.saturating_mul(closed.selectors);
                        }
                        let wide = closed.wide_within + usize::from(closed.is_filter && closed.is_wide);
                        let outside =
                            open.last_mut().map_or(&mut shape.wide_within, |outer| &mut outer.wide_within);
                        *outside = wide.max(*outside);
                        if let Some(from) = closed.regex {
                            shape.has_regex = true;
                            is_affordable(&text[from..at])?;
                        }
                    }
                }
                ',' => {
                    if let Some(inner) = open.last_mut() {
                        inner.selectors += 1;
                        inner.regex = inner.regex.map(|_| at + 1);
                    }
                }
                '*' | ':' => open.iter_mut().for_each(|outer| outer.is_wide = true),
                '?' => {
                    shape.filters += 1;
                    open.iter_mut().filter(|outer| outer.is_filter).for_each(|outer| outer.is_wide = true);
                    if let Some(inner) = open.last_mut() {
                        inner.is_filter = true;
                    }
                    let within = open.iter().filter(|bracket| bracket.is_filter).count();
                    shape.filters_within = shape.filters_within.max(within);
                }
                '.' if before == '.' => {
                    shape.descents += 1;
                    open.iter_mut().for_each(|outer| outer.is_wide = true);
                }
                _ => {}
            }
            before = if c == '.' && before == '.' { ' ' } else { c };
        }
        for (number, most, what) in [
            (shape.filters, MAX_FILTERS, "filters (`?`)"),
            (shape.filters_within, MAX_FILTERS_OPEN, "filters (`?`) within each other"),
            (shape.descents, MAX_DESCENTS, "descents (`..`)"),
        ] {
            if number > most {
                return Err(format!("it has more than {most} {what}"));
            }
        }
        if shape.repeats > MAX_REPEATS {
            return Err(format!("its lists of selectors find one value more than {MAX_REPEATS} times"));
        }
        Ok(shape)
    }

    /// Whether an answer for a value comes soon, by a rough estimate that is never too low.
    fn allows(&self, value: &Value) -> Result<(), String> {
        let (size, depth) = measure(value);
        let power = |base: usize, times: usize| {
            (0..times).fold(1.0, |product, _| product * f64::from(u32::try_from(base).unwrap_or(u32::MAX)))
        };
        let cost = power(self.repeats, 1)
            * power(depth, self.descents)
            * power(size, self.wide_within + 1)
            * power(self.filters.max(1), 1)
            * if self.has_regex { COST_OF_REGEX } else { 1.0 };
        if cost <= MAX_COST {
            return Ok(());
        }
        Err(format!(
            "has too many values ({size}) for an expression with so many ways to go: write a simpler one"
        ))
    }
}

/// How many values there are in a value, and how deep the deepest is. It does not call itself.
fn measure(value: &Value) -> (usize, usize) {
    let (mut size, mut depth) = (0, 0);
    let mut open = vec![(value, 1)];
    while let Some((value, level)) = open.pop() {
        size += 1;
        depth = depth.max(level);
        match value {
            Value::Array(items) => open.extend(items.iter().map(|item| (item, level + 1))),
            Value::Object(fields) => open.extend(fields.values().map(|field| (field, level + 1))),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    (size, depth)
}

/// Whether the pattern of `match` or `search` is written out, and small: it is made anew for each value.
fn is_affordable(argument: &str) -> Result<(), String> {
    let argument = argument.trim();
    let pattern = ['\'', '"']
        .iter()
        .find_map(|quote| argument.strip_prefix(*quote)?.strip_suffix(*quote))
        .ok_or("the regular expression of `match` and `search` must be written out, in quotes")?;
    // Escapes of the quotes make it longer, never smaller.
    RegexBuilder::new(&pattern.replace("\\\\", "\\")).size_limit(MAX_REGEX).build().map(drop).map_err(
        |fault| match fault {
            regex::Error::Syntax(text) => {
                let last = text.lines().last().unwrap_or_default();
                format!("its regular expression is not valid: {}", last.trim_start_matches("error: ").trim())
            }
            _ => "its regular expression takes too much memory".to_owned(),
        },
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_expression_is_read_up_to_its_bounds() {
        let within = |times: usize| format!("${}{}", "[?@".repeat(times), "]".repeat(times));
        let brackets = |times: usize| format!("$[?{}@.a{}]", "(".repeat(times), ")".repeat(times));
        let named = |length: usize| format!("$.{}", "a".repeat(length - 2));
        for (good, bad, says) in [
            (named(MAX_LENGTH), named(MAX_LENGTH + 1), "2000 bytes"),
            (within(MAX_FILTERS_OPEN), within(MAX_FILTERS_OPEN + 1), "3 filters (`?`) within each other"),
            (brackets(MAX_OPEN - 1), brackets(MAX_OPEN), "8 brackets within each other"),
            ("$".to_owned() + &"[?@.a]".repeat(16), "$".to_owned() + &"[?@.a]".repeat(17), "16 filters"),
            ("$..a..b..c".to_owned(), "$..a..b..c..d".to_owned(), "3 descents"),
            (
                "$[0,1,2,3,4,5,6,7]['a','b','c','d','e','f','g','h']".to_owned(),
                "$[0,0,0,0,0,0,0,0][0,0,0,0,0,0,0,0][0,1]".to_owned(),
                "64 times",
            ),
            (
                "$[?match(@.a, 'i-[a-z]{3}')]".to_owned(),
                "$[?match(@.a, 'i-([a-z]{500}){50}')]".to_owned(),
                "too much memory",
            ),
            ("$[?search(@, \"a\")]".to_owned(), "$[?search(@, '[')]".to_owned(), "not valid"),
            ("$['a((((((((((']".to_owned(), "$[?search(@.a, $.b)]".to_owned(), "written out"),
        ] {
            Query::parse(&good).unwrap_or_else(|fault| panic!("{good}: {fault}"));
            let fault = Query::parse(&bad).unwrap_err();
            assert!(fault.contains(says), "{bad}: {fault}");
        }
    }

    #[test]
    fn what_could_take_too_long_is_not_asked() {
        let value = |items: usize| json!({"items": vec![json!({"id": "a"}); items]});
        let find = |path: &str, items: usize| {
            let value = value(items);
            Query::parse(path).unwrap().find(&value).map(|found| found.len())
        };
        assert_eq!(find("$.items[?@.id == 'a'].id", 5000), Ok(5000));
        assert_eq!(find("$..id", 5000), Ok(5000));
        assert_eq!(find("$.items[?@[?@ == 'a']].id", 1000), Ok(1000));
        let fault = find("$.items[?$..id]", 5000).unwrap_err();
        assert!(fault.contains("too many values (10002)"), "{fault}");
    }

    #[test]
    fn captured_values_stand_for_themselves() {
        let fill = |path: &str, value: &str| {
            let mut captured = Captured::default();
            captured.set("x", value.to_owned());
            let mut query = Query::parse(&path.replace('X', &placeholder("x")))?;
            query.fill(&captured)?;
            Ok::<_, String>(query)
        };
        let body = json!({"a": {"it's \"\\": 1, "n": [5, 6]}});
        let found = |path: &str, value: &str| -> Vec<Value> {
            fill(path, value).unwrap().find(&body).unwrap().into_iter().cloned().collect()
        };
        assert_eq!(found("$.a['X']", "it's \"\\"), [json!(1)]);
        assert_eq!(found("$.a[\"X\"]", "it's \"\\"), [json!(1)]);
        assert_eq!(found("$.a['X']", "'] || $['a"), [] as [Value; 0]);
        assert_eq!(found("$.a.n[X]", "-1"), [json!(6)]);
        assert_eq!(found("$.a.X[0]", "n"), [json!(5)]);
        for (path, value, says) in [
            ("$.a.X", "n..*", "has other signs than a name"),
            ("$.a.X", "1", "is no JSONPath"),
            ("$['X']", &"v".repeat(MAX_LENGTH), "more than 2000 bytes"),
        ] {
            let fault = fill(path, value).unwrap_err();
            assert!(fault.contains(says), "{path}: {fault}");
        }
    }

    proptest::proptest! {
        /// No text makes the reader panic.
        #[test]
        fn any_text_is_read_or_refused(text in "[$@.\\[\\]()?*,:'\"a0 !=é]{0,40}") {
            Query::parse(&text).ok();
        }
    }
}
