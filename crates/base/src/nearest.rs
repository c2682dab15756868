//! What somebody probably meant.

/// Bytes of a name that may be a misspelling.
const LONGEST: usize = 200;

/// The candidates that read most like `name`, best first, at most three.
#[must_use]
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    // Likeness costs the product of the lengths, and nobody misspells a short word as a page.
    if name.len() > LONGEST {
        return Vec::new();
    }
    let wanted = name.to_lowercase();
    let mut scored: Vec<(f64, &str)> = candidates
        .into_iter()
        .filter(|candidate| *candidate != name)
        .filter_map(|candidate| {
            let against = candidate.to_lowercase();
            let score = strsim::normalized_damerau_levenshtein(&wanted, &against)
                .max(strsim::jaro_winkler(&wanted, &against) - 0.2);
            (score >= 0.6).then_some((score, candidate))
        })
        .collect();
    scored.sort_by(|one, two| two.0.total_cmp(&one.0).then_with(|| one.1.cmp(two.1)));
    scored.dedup_by_key(|(_, candidate)| *candidate);
    scored.into_iter().take(3).map(|(_, candidate)| candidate).collect()
}

/// A help line for an unknown name: the nearest candidates or, when nothing is near, all of them
/// under `kind` (such as `known keys`). `None` when there are no candidates.
#[must_use]
pub fn did_you_mean<'a>(
    kind: &str,
    name: &str,
    candidates: impl IntoIterator<Item = &'a str> + Clone,
) -> Option<String> {
    let near = nearest(name, candidates.clone());
    if !near.is_empty() {
        return Some(format!("did you mean {}?", quoted(&near, " or ")));
    }
    let all: Vec<&str> = candidates.into_iter().collect();
    match all.len() {
        0 => None,
        1..=20 => Some(format!("{kind}: {}", quoted(&all, ", "))),
        more => Some(format!("{kind}: {} and {} more", quoted(&all[..12], ", "), more - 12)),
    }
}

fn quoted(names: &[&str], separator: &str) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(separator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_comes_first_and_strangers_do_not_come() {
        let names = ["keywords", "webhook", "secret", "allowed_ips"];
        assert_eq!(nearest("keyword", names), ["keywords"]);
        assert_eq!(nearest("webhok", names), ["webhook"]);
        assert_eq!(nearest("WEBHOOK", names), ["webhook"]);
        assert!(nearest("zzz", names).is_empty());
    }

    #[test]
    fn help_falls_back_to_the_list() {
        assert_eq!(did_you_mean("known keys", "abd", ["abc"]).as_deref(), Some("did you mean `abc`?"));
        assert_eq!(
            did_you_mean("known keys", "zzz", ["abc", "de"]).as_deref(),
            Some("known keys: `abc`, `de`")
        );
        assert_eq!(did_you_mean("known keys", "zzz", []), None);
    }
}
