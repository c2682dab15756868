//! Splits a command into words as a POSIX shell does, without any of a shell's powers.

/// The words; quotes and backslashes are taken away. Nothing is expanded.
///
/// # Errors
/// What is left open.
pub(super) fn split(text: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        match char {
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next() {
                        Some('\'') => break,
                        Some(inner) => word.push(inner),
                        None => return Err("has a `'` that is not closed".to_owned()),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next() {
                        Some('"') => break,
                        Some('\\') => match chars.next() {
                            Some(inner @ ('"' | '\\' | '$' | '`')) => word.push(inner),
                            Some(inner) => word.extend(['\\', inner]),
                            None => return Err("ends in a `\\`".to_owned()),
                        },
                        Some(inner) => word.push(inner),
                        None => return Err("has a `\"` that is not closed".to_owned()),
                    }
                }
            }
            '\\' => match chars.next() {
                Some(inner) => word.get_or_insert_default().push(inner),
                None => return Err("ends in a `\\`".to_owned()),
            },
            blank if blank.is_whitespace() => words.extend(word.take()),
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn words_are_those_of_a_shell() {
        for (text, words) in [
            ("", vec![]),
            ("  a  b\tc ", vec!["a", "b", "c"]),
            (r#"a 'b c' "d \" $e""#, vec!["a", "b c", "d \" $e"]),
            (r"a\ b \'c", vec!["a b", "'c"]),
            (r#"a"b"'c' ''"#, vec!["abc", ""]),
            ("a; rm *", vec!["a;", "rm", "*"]),
            (r#""C:\dir""#, vec![r"C:\dir"]),
        ] {
            assert_eq!(split(text).unwrap(), words, "{text}");
        }
        for text in ["a 'b", "a \"b", "a\\", "\"a\\"] {
            assert!(split(text).is_err(), "{text}");
        }
    }
}
