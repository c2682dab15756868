//! What reached the event centre: rows, counts and a histogram.

use std::collections::BTreeMap;

use super::{
    ack::{CODE, parameter_invalid},
    page::page_up_to,
};
use crate::{
    api::cloudmonitor::{
        DescribeSystemEventAttribute, DescribeSystemEventAttributeResponse, DescribeSystemEventCount,
        DescribeSystemEventCountResponse, DescribeSystemEventHistogram, DescribeSystemEventHistogramResponse,
        SystemEventBar, SystemEventCountList, SystemEventHistogramList, SystemEventList, SystemEventRow,
    },
    emulator::{
        account::Account,
        gateway::{Call, Refusal, Serve},
        switches::HistoryOrder,
    },
    event::{KeywordFilter, Level, SystemEvent},
};

/// Entries a page without PageSize, and the most; documented.
const PAGE_SIZE: u32 = 10;
const LARGEST_PAGE: u32 = 100;
/// The last page number; documented.
const LAST_PAGE: u32 = 100_000_000;
/// Bars that a histogram has at most.
const MOST_BARS: i64 = 1000;
/// Numbers between these are seconds of 2001 to 2286, not milliseconds.
const SECONDS: std::ops::Range<i64> = 1_000_000_000..10_000_000_000;

/// What all three look for.
struct Filter {
    product: Option<String>,
    event_type: Option<String>,
    name: Option<String>,
    level: Option<Level>,
    status: Option<String>,
    group: Option<String>,
    keywords: Option<KeywordFilter>,
    /// Milliseconds, inclusive.
    from: Option<i64>,
    /// Milliseconds, inclusive.
    to: Option<i64>,
}

macro_rules! filter {
    ($query:expr) => {
        Filter::new(
            [$query.product, $query.event_type, $query.name, $query.status, $query.group_id],
            $query.level,
            $query.search_keywords,
            ($query.start_time, $query.end_time),
        )
    };
}

impl Filter {
    fn new(
        [product, event_type, name, status, group]: [Option<String>; 5],
        level: Option<String>,
        keywords: Option<String>,
        (from, to): (Option<String>, Option<String>),
    ) -> Result<Self, Refusal> {
        let some = |text: Option<String>| text.filter(|text| !text.is_empty());
        let level = some(level).map(|level| level.parse()).transpose();
        let keywords = some(keywords).map(|text| KeywordFilter::parse(&text)).transpose();
        let filter = Self {
            product: some(product),
            event_type: some(event_type),
            name: some(name),
            level: level.map_err(|fault: String| parameter_invalid(fault))?,
            status: some(status),
            group: some(group),
            keywords: keywords.map_err(|fault| parameter_invalid(format!("SearchKeywords: {fault}")))?,
            from: milliseconds("StartTime", some(from))?,
            to: milliseconds("EndTime", some(to))?,
        };
        match (filter.from, filter.to) {
            (Some(from), Some(to)) if from > to => Err(parameter_invalid("StartTime is after EndTime")),
            _ => Ok(filter),
        }
    }

    /// Names are compared as they are, the words of the catalogue without regard to case: documents
    /// write `Critical` and `CRITICAL`, `Normal` and `normal`.
    fn fits(&self, event: &SystemEvent) -> bool {
        let word = |wanted: &Option<String>, got: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(got))
        };
        let at = event.event_time.as_millisecond();
        word(&self.product, &event.product)
            && word(&self.event_type, &event.event_type)
            && word(&self.status, &event.status)
            && self.name.as_ref().is_none_or(|name| *name == event.name)
            && self.level.is_none_or(|level| level == event.level)
            && self
                .group
                .as_ref()
                .is_none_or(|group| event.group_id.split(',').any(|one| one.trim() == group))
            && self.from.is_none_or(|from| at >= from)
            && self.to.is_none_or(|to| at <= to)
            && self.keywords.as_ref().is_none_or(|keywords| keywords.matches(&event.search_text()))
    }

    /// The system events that fit, oldest first.
    fn find<'a>(&'a self, account: &'a Account) -> impl Iterator<Item = &'a SystemEvent> {
        let listed = account
            .events
            .iter()
            .filter(|event| !event.is_custom() && !account.unlisted_events.contains(&event.id));
        listed.filter(|event| self.fits(event))
    }
}

/// The document of one operation says seconds, its sample and the others say milliseconds. A number
/// that can only be seconds is refused: it would silently find nothing, or everything.
fn milliseconds(name: &str, text: Option<String>) -> Result<Option<i64>, Refusal> {
    let Some(text) = text else { return Ok(None) };
    match text.parse::<i64>() {
        Ok(number) if SECONDS.contains(&number) => {
            Err(parameter_invalid(format!("{name} `{text}` looks like seconds; write milliseconds")))
        }
        Ok(number) if number >= 0 => Ok(Some(number)),
        _ => Err(parameter_invalid(format!("{name} `{text}` is not a number of milliseconds"))),
    }
}

fn row(event: &SystemEvent) -> SystemEventRow {
    SystemEventRow {
        id: None,
        num: None,
        product: event.product.clone(),
        name: event.name.clone(),
        level: event.level.as_str().to_owned(),
        status: event.status.clone(),
        region_id: event.region_id.clone(),
        resource_id: event.resource_id.clone(),
        instance_name: event.instance_name.clone(),
        group_id: event.group_id.clone(),
        time: u64::try_from(event.event_time.as_millisecond()).ok(),
        content: event.content.to_string(),
    }
}

impl Serve for DescribeSystemEventAttribute {
    fn serve(self, call: &mut Call<'_>) -> Result<DescribeSystemEventAttributeResponse, Refusal> {
        let (number, size) = (self.page_number, self.page_size);
        if number.is_some_and(|number| number > LAST_PAGE) {
            return Err(parameter_invalid(format!("PageNumber is 1 to {LAST_PAGE}")));
        }
        let filter = filter!(self)?;
        let order = call.switches().history_order;
        let mut rows: Vec<SystemEventRow> = filter
            .find(call.account())
            .map(|event| SystemEventRow { id: Some(event.id.clone()), ..row(event) })
            .collect();
        if order == HistoryOrder::Newest {
            rows.reverse();
        }
        let (system_event, _) = page_up_to(rows, number, size, PAGE_SIZE, LARGEST_PAGE)?;
        Ok(DescribeSystemEventAttributeResponse {
            code: CODE.to_owned(),
            message: "success".to_owned(),
            success: "true".to_owned(),
            system_events: SystemEventList { system_event },
            ..DescribeSystemEventAttributeResponse::default()
        })
    }
}

impl Serve for DescribeSystemEventCount {
    /// By product and name and in their order, as the query in an older sample's message says. The
    /// other fields are those of the newest event.
    fn serve(self, call: &mut Call<'_>) -> Result<DescribeSystemEventCountResponse, Refusal> {
        let filter = filter!(self)?;
        let mut counts: BTreeMap<(&str, &str), (u64, &SystemEvent)> = BTreeMap::new();
        let account = call.account();
        for event in filter.find(account) {
            let count = counts.entry((&event.product, &event.name)).or_insert((0, event));
            *count = (count.0 + 1, event);
        }
        let rows = counts.into_values().map(|(num, event)| SystemEventRow { num: Some(num), ..row(event) });
        Ok(DescribeSystemEventCountResponse {
            code: CODE.to_owned(),
            message: "success".to_owned(),
            success: "true".to_owned(),
            system_event_counts: SystemEventCountList { system_event_count: rows.collect() },
            ..DescribeSystemEventCountResponse::default()
        })
    }
}

impl Serve for DescribeSystemEventHistogram {
    /// Bars of one width from StartTime to EndTime; the first and the last may be narrower, since
    /// bars begin at multiples of their width, as in the sample. Without times they reach from the
    /// oldest event that fits to the present.
    fn serve(self, call: &mut Call<'_>) -> Result<DescribeSystemEventHistogramResponse, Refusal> {
        let filter = filter!(self)?;
        let now = call.now().as_millisecond();
        let least = i64::try_from(call.switches().histogram_interval.as_millis()).unwrap_or(i64::MAX);
        let times: Vec<i64> =
            filter.find(call.account()).map(|event| event.event_time.as_millisecond()).collect();
        let from = filter.from.or_else(|| times.iter().min().copied()).unwrap_or(now);
        let to = filter.to.unwrap_or(now);
        let bars = bars(from, to, least.max(1), &times);
        Ok(DescribeSystemEventHistogramResponse {
            code: CODE.to_owned(),
            message: "success".to_owned(),
            success: "true".to_owned(),
            system_event_histograms: SystemEventHistogramList { system_event_histogram: bars },
            ..DescribeSystemEventHistogramResponse::default()
        })
    }
}

/// Every time is in just one bar; one at the very end is in the last.
fn bars(from: i64, to: i64, least: i64, times: &[i64]) -> Vec<SystemEventBar> {
    if from > to {
        return Vec::new();
    }
    let mut width = least;
    while (to - from) / width >= MOST_BARS {
        width = width.saturating_mul(2);
    }
    let mut bars = Vec::new();
    let mut start = from;
    while bars.is_empty() || start < to {
        let next = (start / width).saturating_add(1).saturating_mul(width);
        let end = next.min(to);
        let inside = |at: &&i64| (start..end).contains(*at) || end == to && **at == to;
        let count = times.iter().filter(inside).count() as u64;
        bars.push(SystemEventBar { start_time: start, end_time: end, count });
        start = end.max(start + 1);
    }
    bars
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_begin_at_multiples_of_their_width_and_lose_nothing() {
        let times = [1_593_671_684_000, 1_593_671_700_000, 1_593_671_730_000];
        let bars = bars(1_593_671_684_000, 1_593_671_730_000, 30_000, &times);
        let shown: Vec<(i64, i64, u64)> =
            bars.iter().map(|bar| (bar.start_time, bar.end_time, bar.count)).collect();
        assert_eq!(
            shown,
            [(1_593_671_684_000, 1_593_671_700_000, 1), (1_593_671_700_000, 1_593_671_730_000, 2)]
        );
    }

    #[test]
    fn a_long_range_has_wider_bars_and_an_odd_one_has_some() {
        let year = bars(0, 31_536_000_000, 30_000, &[5, 31_536_000_000]);
        assert!(year.len() <= 1001 && year.len() > 400, "{}", year.len());
        assert_eq!(year.iter().map(|bar| bar.count).sum::<u64>(), 2);
        assert_eq!(bars(7, 7, 30_000, &[7]).iter().map(|bar| bar.count).sum::<u64>(), 1);
        assert_eq!(bars(0, i64::MAX, 1, &[]).len() as i64 / 1002, 0);
        assert_eq!(bars(8, 7, 30_000, &[]), []);
    }
}
