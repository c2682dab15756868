//! The ownership mark: the end of a managed object's description, so that no state file is needed.

const OPEN: &str = "[bellcheck:";

/// The description as it is written for `stack`: the text, a space and the mark.
#[must_use]
pub fn marked(text: &str, stack: &str) -> String {
    if text.is_empty() { format!("{OPEN}{stack}]") } else { format!("{text} {OPEN}{stack}]") }
}

/// Splits a description into its text and the stack that marked it. Only a mark at the very end
/// counts; where several follow each other, the last one does.
#[must_use]
pub fn split(description: &str) -> (&str, Option<&str>) {
    let unmarked = (description, None);
    let Some(start) = description.rfind(OPEN) else { return unmarked };
    let Some(stack) = description[start + OPEN.len()..].strip_suffix(']') else { return unmarked };
    if stack.is_empty() || stack.contains(['[', ']']) {
        return unmarked;
    }
    match &description[..start] {
        "" => ("", Some(stack)),
        text => text.strip_suffix(' ').map_or(unmarked, |text| (text, Some(stack))),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_a_mark_at_the_end_counts() {
        assert_eq!(split("On duty [bellcheck:ops]"), ("On duty", Some("ops")));
        assert_eq!(split("[bellcheck:ops]"), ("", Some("ops")));
        assert_eq!(split("x [bellcheck:a] [bellcheck:b]"), ("x [bellcheck:a]", Some("b")));
        for foreign in [
            "",
            "On duty",
            "On duty[bellcheck:ops]",
            "On duty [bellcheck:ops] ",
            "On duty [bellcheck:ops].",
            "On duty [bellcheck:]",
            "On duty [bellcheck:a]b]",
            "On duty [Bellcheck:ops]",
            "On duty [bellcheck:ops",
        ] {
            assert_eq!(split(foreign), (foreign, None), "{foreign:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_marked_splits_again(text in "\\PC{0,20}|.*\\[bellcheck:x\\]", stack in "[a-z][a-z0-9-]{0,8}") {
            let description = marked(&text, &stack);
            prop_assert_eq!(split(&description), (text.as_str(), Some(stack.as_str())));
        }
    }
}
