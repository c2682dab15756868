//! Pages: by number, or by token.

/// Entries a page without PageSize; documented.
const PAGE_SIZE: u32 = 10;
/// Documented bounds of MaxResults; what is outside is brought to the nearer one.
const RESULTS: (u32, u32) = (10, 100);
/// A token says where the next page begins.
const TOKEN_PREFIX: &str = "bellcheck-";

/// Which part of a list is asked for.
pub(super) struct Page {
    pub(super) number: u32,
    pub(super) size: u32,
    skipped: usize,
    by_token: bool,
}

/// A part of a list.
pub(super) struct Part<T> {
    pub(super) items: Vec<T>,
    /// Over all pages.
    pub(super) total: u64,
    /// Where the next page begins; none at the end, and none for pages by number.
    pub(super) next_token: Option<String>,
}

impl Page {
    /// By number.
    ///
    /// # Errors
    /// What is wrong.
    pub(super) fn by_number(number: Option<u32>, size: Option<u32>, largest: u32) -> Result<Self, String> {
        let (number, size) = (number.unwrap_or(1), size.unwrap_or(PAGE_SIZE));
        if number == 0 || size == 0 || size > largest {
            return Err(format!("PageNumber is from 1, PageSize 1 to {largest}"));
        }
        let skipped = usize::try_from(u64::from(number - 1) * u64::from(size)).unwrap_or(usize::MAX);
        Ok(Self { number, size, skipped, by_token: false })
    }

    /// By token if one of the two is there, otherwise by number.
    ///
    /// # Errors
    /// What is wrong.
    pub(super) fn of(
        number: Option<u32>,
        size: Option<u32>,
        largest: u32,
        token: Option<&str>,
        max_results: Option<u32>,
    ) -> Result<Self, String> {
        let token = token.filter(|token| !token.is_empty());
        if token.is_none() && max_results.is_none() {
            return Self::by_number(number, size, largest);
        }
        let skipped = match token {
            None => 0,
            Some(token) => token
                .strip_prefix(TOKEN_PREFIX)
                .and_then(|rest| rest.parse().ok())
                .ok_or_else(|| "NextToken is not one that this operation gave".to_owned())?,
        };
        let size = max_results.unwrap_or(PAGE_SIZE).clamp(RESULTS.0, RESULTS.1);
        Ok(Self { number: 1, size, skipped, by_token: true })
    }

    /// The part of `items` that is asked for.
    pub(super) fn cut<T>(&self, items: impl IntoIterator<Item = T>) -> Part<T> {
        let mut total: usize = 0;
        let end = self.skipped.saturating_add(self.size as usize);
        let mut kept = Vec::new();
        for item in items {
            if (self.skipped..end).contains(&total) {
                kept.push(item);
            }
            total += 1;
        }
        let next_token = (self.by_token && end < total).then(|| format!("{TOKEN_PREFIX}{end}"));
        Part { items: kept, total: total as u64, next_token }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_lead_through_the_whole_list_once() {
        let all: Vec<u32> = (0..35).collect();
        let mut seen = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let page = Page::of(None, None, 100, token.as_deref(), Some(1)).unwrap();
            let part = page.cut(all.clone());
            assert_eq!(part.total, 35);
            assert!(part.items.len() <= 10);
            seen.extend(part.items);
            match part.next_token {
                Some(next) => token = Some(next),
                None => break,
            }
        }
        assert_eq!(seen, all);
        assert!(Page::of(None, None, 100, Some("x"), None).is_err());
        assert!(Page::by_number(Some(u32::MAX), Some(100), 100).unwrap().cut(all).items.is_empty());
    }
}
