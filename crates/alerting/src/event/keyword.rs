//! The keyword language of `SQLFilter`.
//!
//! The console documents `and` and `or` between keywords, and that the event must contain them.
//! Precedence is undocumented: `and` binds tighter here, as in SLS query syntax, which the API
//! document names as the model. Parentheses, `not` and `field: value` are unconfirmed and refused.

use std::fmt;

/// A parsed filter: any of the alternatives, each of which wants all its keywords.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeywordFilter {
    alternatives: Vec<Vec<String>>,
}

impl KeywordFilter {
    /// Reads `a and b or c`. A keyword may be quoted to hold blanks or the words `and` and `or`.
    ///
    /// # Errors
    /// A sentence fragment that says what is wrong and what would be right.
    pub fn parse(text: &str) -> Result<Self, String> {
        let tokens = tokens(text)?;
        let mut alternatives = vec![Vec::new()];
        let mut want_keyword = true;
        for token in tokens {
            match token {
                Token::And | Token::Or if want_keyword => {
                    return Err(format!(
                        "`{token}` has no keyword before it; write `keyword {token} keyword`"
                    ));
                }
                Token::And => want_keyword = true,
                Token::Or => {
                    alternatives.push(Vec::new());
                    want_keyword = true;
                }
                Token::Keyword(word) => {
                    if !want_keyword {
                        return Err(format!("write `and` or `or` before `{word}`"));
                    }
                    if let Some(all) = alternatives.last_mut() {
                        all.push(word);
                    }
                    want_keyword = false;
                }
            }
        }
        if want_keyword {
            return Err("a keyword is missing at the end; write `keyword and keyword`".to_owned());
        }
        Ok(Self { alternatives })
    }

    /// Whether `text` holds all keywords of one alternative; upper and lower case differ.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        self.alternatives.iter().any(|all| all.iter().all(|word| text.contains(word)))
    }
}

enum Token {
    And,
    Or,
    Keyword(String),
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::And => "and",
            Self::Or => "or",
            Self::Keyword(word) => word,
        })
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, tail) = if first == '"' {
            let inner = &rest[1..];
            let end = inner.find('"').ok_or_else(|| format!("a quote is not closed: `{rest}`"))?;
            if inner[..end].is_empty() {
                return Err("an empty keyword would match everything".to_owned());
            }
            (Token::Keyword(inner[..end].to_owned()), &inner[end + 1..])
        } else {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            let (word, tail) = rest.split_at(end);
            let token = if word.eq_ignore_ascii_case("and") {
                Token::And
            } else if word.eq_ignore_ascii_case("or") {
                Token::Or
            } else if word.eq_ignore_ascii_case("not") {
                return Err("`not` is not a documented operator; use only `and` and `or`".to_owned());
            } else if word.contains(['(', ')']) {
                return Err("parentheses are not documented; use only `and` and `or`".to_owned());
            } else {
                Token::Keyword(word.to_owned())
            };
            (token, tail)
        };
        tokens.push(token);
        rest = tail.trim_start();
    }
    Ok(tokens)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn and_binds_tighter_than_or() {
        let filter = KeywordFilter::parse("a1 and b1 or c1").unwrap();
        assert!(filter.matches("a1 b1") && filter.matches("c1"));
        assert!(!filter.matches("a1") && !filter.matches("b1"));
        assert!(KeywordFilter::parse("192.168.0.1 AND Stopping").unwrap().matches("Stopping 192.168.0.1"));
        assert!(KeywordFilter::parse("\"x and y\"").unwrap().matches("_x and y_"));
        assert!(!KeywordFilter::parse("stopping").unwrap().matches("Stopping"));
    }

    #[test]
    fn what_is_not_documented_is_refused() {
        for text in ["", "and a", "a and", "a or or b", "a b", "not a", "(a)", "\"a", "\"\""] {
            assert!(KeywordFilter::parse(text).is_err(), "{text}");
        }
    }
}
