//! Whole lists out of pages.

use std::{collections::BTreeMap, future::Future};

use crate::openapi::{ApiError, ErrorKind};

/// Entries to ask for. The greatest size is undocumented for most lists; a service that gives fewer
/// is followed by its total.
pub(in crate::provision) const PAGE_SIZE: u32 = 100;
/// Pages that no account fills; more is a service that never ends.
const MOST_PAGES: u32 = 1000;
/// Attempts to read a list that changes while it is read.
const PASSES: u32 = 3;

/// One page.
#[derive(Debug)]
pub(in crate::provision) struct Page<T> {
    /// Its entries by name.
    pub(in crate::provision) items: Vec<(String, T)>,
    /// Entries over all pages, where the service tells.
    pub(in crate::provision) total: Option<u64>,
}

/// Reads all pages and merges them by name.
///
/// The list may shift while it is read, so that an entry slips from a page not yet read to one that
/// is: where fewer names came than the total says, it is read again, and what then is still missing
/// is taken from earlier passes.
pub(in crate::provision) async fn all<T, F>(
    operation: &'static str,
    fetch: impl Fn(u32) -> F,
) -> Result<BTreeMap<String, T>, ApiError>
where
    F: Future<Output = Result<Page<T>, ApiError>>,
{
    let mut seen = BTreeMap::new();
    for _ in 0..PASSES {
        let (pass, complete) = one_pass(operation, &fetch).await?;
        if complete {
            return Ok(pass);
        }
        seen.extend(pass);
    }
    Ok(seen)
}

async fn one_pass<T, F>(
    operation: &'static str,
    fetch: &impl Fn(u32) -> F,
) -> Result<(BTreeMap<String, T>, bool), ApiError>
where
    F: Future<Output = Result<Page<T>, ApiError>>,
{
    let mut seen = BTreeMap::new();
    for number in 1..=MOST_PAGES {
        let page = fetch(number).await?;
        let before = seen.len();
        seen.extend(page.items);
        let full = page.total.map(|total| seen.len() as u64 >= total);
        // Without a total, only a page that brings nothing new is surely the last.
        if full == Some(true) || seen.len() == before {
            return Ok((seen, full.unwrap_or(true)));
        }
    }
    Err(ApiError {
        operation,
        kind: ErrorKind::Protocol,
        status: None,
        code: String::new(),
        message: format!("the list does not end after {MOST_PAGES} pages"),
        request_id: None,
        retry_after_ms: None,
    })
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    /// Serves slices of `lists`, one list per pass, and counts the pages.
    async fn read(lists: &[&[&str]], size: usize, total: Option<u64>) -> (Vec<String>, usize) {
        let (pass, calls) = (RefCell::new(0), RefCell::new(0));
        let names = all("Test", |number| {
            *calls.borrow_mut() += 1;
            if number == 1 {
                *pass.borrow_mut() += 1;
            }
            let list = lists[(*pass.borrow() - 1_usize).min(lists.len() - 1)];
            let start = (number as usize - 1) * size;
            let items = list.iter().skip(start).take(size).map(|name| ((*name).to_owned(), ())).collect();
            async move { Ok(Page { items, total }) }
        })
        .await
        .unwrap();
        let calls = *calls.borrow();
        (names.into_keys().collect(), calls)
    }

    #[tokio::test]
    async fn the_total_ends_the_list_even_where_pages_are_small() {
        assert_eq!(read(&[&["a", "b", "c"]], 2, Some(3)).await.1, 2);
        assert_eq!(read(&[&["a", "b", "c", "d"]], 2, Some(4)).await.1, 2);
        assert_eq!(read(&[&[]], 2, Some(0)).await, (vec![], 1));
    }

    #[tokio::test]
    async fn without_a_total_a_page_without_news_ends_it() {
        assert_eq!(read(&[&["a", "b", "c"]], 2, None).await.0, ["a", "b", "c"]);
        assert_eq!(read(&[&["a", "b"]], 2, None).await.1, 2);
        assert_eq!(read(&[&[]], 2, None).await.1, 1);
    }

    #[tokio::test]
    async fn a_shifted_list_is_read_again() {
        // In the first pass `b` slipped away between the pages.
        let (names, _) = read(&[&["a", "c", "c"], &["a", "b", "c"]], 2, Some(3)).await;
        assert_eq!(names, ["a", "b", "c"]);
    }

    #[tokio::test]
    async fn a_total_that_is_never_reached_does_not_hang() {
        let (names, calls) = read(&[&["a"]], 2, Some(9)).await;
        assert_eq!(names, ["a"]);
        assert_eq!(calls, 6);
    }

    #[tokio::test]
    async fn a_list_without_end_is_an_error() {
        let answer =
            all(
                "Test",
                |number| async move { Ok(Page { items: vec![(number.to_string(), ())], total: None }) },
            )
            .await;
        assert_eq!(answer.unwrap_err().kind, ErrorKind::Protocol);
    }
}
