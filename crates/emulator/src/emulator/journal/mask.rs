//! Addresses as the journal may hold them.

/// An address of a person as it may be shown: enough to tell it from others.
pub(in crate::emulator) fn mask_address(address: &str) -> String {
    if let Some((name, host)) = address.rsplit_once('@') {
        return format!("{}***@{host}", head(name, 1));
    }
    let characters = address.chars().count();
    let is_number = address.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | ' '));
    if is_number && characters > 7 {
        let tail: String = address.chars().skip(characters - 4).collect();
        return format!("{}****{tail}", head(address, 3));
    }
    format!("{}***", head(address, 1))
}

fn head(text: &str, characters: usize) -> String {
    text.chars().take(characters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_shown_in_part() {
        for (address, shown) in [
            ("alice@example.com", "a***@example.com"),
            ("@example.com", "***@example.com"),
            ("13900001234", "139****1234"),
            ("86-13900001234", "86-****1234"),
            ("1390000", "1***"),
            ("旺旺", "旺***"),
            ("", "***"),
        ] {
            assert_eq!(mask_address(address), shown);
        }
    }
}
