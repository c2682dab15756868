//! Numbers with their nouns.

/// `1 message`, `2 messages`, `no messages`: a count as a reader says it. The plural adds an `s`.
#[must_use]
pub fn counted(count: usize, noun: &str) -> String {
    match count {
        0 => format!("no {noun}s"),
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn one_is_not_many() {
        assert_eq!(
            [counted(0, "message"), counted(1, "message"), counted(2, "message")],
            ["no messages", "1 message", "2 messages"]
        );
    }
}
