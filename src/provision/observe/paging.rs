//! Whole lists out of pages.

use std::{collections::BTreeMap, future::Future};

use crate::{
    openapi::{ApiError, ErrorKind},
    provision::together::all_or_error,
};

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
    let mut first_size = 0;
    for number in 1..=MOST_PAGES {
        let page = fetch(number).await?;
        let (size, before) = (page.items.len(), seen.len());
        seen.extend(page.items);
        let full = page.total.map(|total| seen.len() as u64 >= total);
        // Without a total, only a page that brings nothing new is surely the last.
        if full == Some(true) || seen.len() == before {
            return Ok((seen, full.unwrap_or(true)));
        }
        // A page as long as was asked for, or as the one before, is full: so the total tells how many
        // there are, and they need not wait for each other.
        let is_full = size == PAGE_SIZE as usize || number > 1 && size == first_size;
        if number == 1 {
            first_size = size;
        }
        if let Some(total) = page.total.filter(|_| is_full) {
            let last = total.div_ceil(size as u64);
            if last > u64::from(MOST_PAGES) {
                break;
            }
            let rest = (u64::from(number) + 1..=last).filter_map(|number| u32::try_from(number).ok());
            for page in all_or_error(rest.map(fetch).collect()).await? {
                seen.extend(page.items);
            }
            let is_complete = seen.len() as u64 >= total;
            return Ok((seen, is_complete));
        }
    }
    let told = format!("the list does not end after {MOST_PAGES} pages");
    Err(ApiError::local(operation, ErrorKind::Protocol, told))
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};

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
    async fn pages_that_are_known_to_be_full_do_not_wait_for_each_other() {
        let names: Vec<String> = (0..250).map(|number| format!("{number:03}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        for (size, calls, most) in [(100, 3, 2), (50, 5, 3), (7, 36, 8)] {
            let (under_way, seen_most) = (Cell::new(0), Cell::new(0));
            let (under_way, seen_most) = (&under_way, &seen_most);
            let count = Cell::new(0);
            let all = all("Test", |number| {
                count.set(count.get() + 1);
                let start = (number as usize - 1) * size;
                let items = names.iter().skip(start).take(size).map(|name| ((*name).to_owned(), ()));
                let page = Page { items: items.collect(), total: Some(250) };
                async move {
                    under_way.set(under_way.get() + 1);
                    seen_most.set(seen_most.get().max(under_way.get()));
                    tokio::task::yield_now().await;
                    under_way.set(under_way.get() - 1);
                    Ok(page)
                }
            })
            .await
            .unwrap();
            assert_eq!((all.len(), count.get(), seen_most.get()), (250, calls, most), "{size}");
        }
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
