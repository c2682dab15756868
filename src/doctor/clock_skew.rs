//! How far this machine's clock is from the service's.

use std::time::Duration;

use jiff::SignedDuration;

use super::{
    check::{Check, State},
    watch::Sample,
};
use crate::clock::human_duration;

const NAME: &str = "clock";
/// The gateway refuses timestamps further away; CloudMonitor's common error codes.
const REFUSED_BEYOND: Duration = Duration::from_secs(15 * 60);
/// A clock that is set by NTP is not so far off.
const DOUBTFUL_BEYOND: Duration = Duration::from_secs(60);

pub(super) fn clock_skew(samples: &[Sample]) -> Check {
    // The quickest exchange tells best.
    let Some(best) = samples.iter().min_by_key(|sample| sample.heard.duration_since(sample.sent)) else {
        return Check::other(
            NAME,
            State::Unknown,
            "no answer had a `Date` header: this machine's clock cannot be compared",
            "compare it with another clock when signatures are refused",
        );
    };
    let ahead = skew(best);
    let off = ahead.unsigned_abs();
    let shown = human_duration(Duration::from_secs(off.as_secs()));
    let direction = if ahead.is_negative() { "behind" } else { "ahead of" };
    let message = format!("this machine's clock is {shown} {direction} the service's");
    let remedy = "set the clock, by NTP for instance; requests that are 15 minutes off are refused";
    if off > REFUSED_BEYOND {
        Check::wrong(NAME, message, remedy)
    } else if off > DOUBTFUL_BEYOND {
        Check::other(NAME, State::Doubtful, message, remedy)
    } else {
        Check::well(NAME, "this machine's clock agrees with the service's to a minute")
    }
}

/// By how much this machine is ahead. The `Date` is cut to whole seconds, so half a second is added.
fn skew(sample: &Sample) -> SignedDuration {
    let middle = sample.heard.duration_since(sample.sent) / 2;
    sample.sent.duration_since(sample.date) + middle - SignedDuration::from_millis(500)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock::Timestamp, doctor::Trouble};

    fn sample(sent: i64, heard: i64, date: i64) -> Sample {
        let at = |second| Timestamp::from_second(second).unwrap();
        Sample { sent: at(sent), heard: at(heard), date: at(date) }
    }

    #[test]
    fn the_quickest_exchange_decides_and_the_limits_are_one_and_fifteen_minutes() {
        let state = |samples: &[Sample]| clock_skew(samples).state;
        assert_eq!(state(&[]), State::Unknown);
        assert_eq!(state(&[sample(1000, 1000, 1060)]), State::Doubtful);
        assert_eq!(state(&[sample(1000, 1000, 1059)]), State::Well);
        assert_eq!(state(&[sample(1060, 1060, 1000)]), State::Well);
        assert_eq!(state(&[sample(1061, 1061, 1000)]), State::Doubtful);
        assert_eq!(state(&[sample(1901, 1901, 1000)]), State::Wrong(Trouble::Wrong));
        assert_eq!(state(&[sample(1000, 1000, 1900)]), State::Wrong(Trouble::Wrong));
        assert_eq!(
            state(&[sample(1000, 1300, 1150), sample(1000, 1001, 3000)]),
            State::Wrong(Trouble::Wrong)
        );
        assert!(clock_skew(&[sample(1000, 1000, 1120)]).message.contains("2m behind"));
        assert!(clock_skew(&[sample(1121, 1121, 1000)]).message.contains("2m ahead of"));
    }
}
