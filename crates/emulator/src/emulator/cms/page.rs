//! Pages of a list.

use super::ack::{illegal, parameter_invalid};
use crate::emulator::gateway::Refusal;

/// The entries of page `number` (from 1) with `size` entries, and how many there are in all.
pub(super) fn page<T>(
    items: impl IntoIterator<Item = T>,
    number: Option<u32>,
    size: Option<u32>,
    default_size: u32,
) -> Result<(Vec<T>, u64), Refusal> {
    let number = number.unwrap_or(1);
    let size = size.unwrap_or(default_size);
    if number == 0 || size == 0 {
        return Err(illegal("PageNumber and PageSize begin at 1"));
    }
    let items: Vec<T> = items.into_iter().collect();
    let total = items.len() as u64;
    let skipped = usize::try_from(u64::from(number - 1) * u64::from(size)).unwrap_or(usize::MAX);
    let taken = usize::try_from(size).unwrap_or(usize::MAX);
    Ok((items.into_iter().skip(skipped).take(taken).collect(), total))
}

/// The same for the other family of refusals, with a limit to the size of a page.
pub(super) fn page_up_to<T>(
    items: impl IntoIterator<Item = T>,
    number: Option<u32>,
    size: Option<u32>,
    default_size: u32,
    most: u32,
) -> Result<(Vec<T>, u64), Refusal> {
    if size.is_some_and(|size| size > most) {
        return Err(parameter_invalid(format!("PageSize is 1 to {most}")));
    }
    page(items, number, size, default_size)
        .map_err(|_| parameter_invalid("PageNumber and PageSize begin at 1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_part_the_list() {
        assert_eq!(page(0..25, None, None, 10).unwrap(), ((0..10).collect(), 25));
        assert_eq!(page(0..25, Some(3), Some(10), 100).unwrap(), ((20..25).collect(), 25));
        assert_eq!(page(0..25, Some(u32::MAX), Some(u32::MAX), 100).unwrap(), (vec![], 25));
        assert_eq!(page(0..1, Some(0), None, 10).unwrap_err().code, "InvalidParameterValue");
        assert_eq!(page(0..1, None, Some(0), 10).unwrap_err().code, "InvalidParameterValue");
    }
}
