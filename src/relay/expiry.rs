//! When a certificate ends.

use jiff::{civil::DateTime, tz::TimeZone};

use crate::clock::Timestamp;

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
/// The version, which old certificates do not have.
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// The `notAfter` of a certificate in DER; none in what is no certificate. Source: RFC 5280, 4.1.
pub(super) fn not_after(certificate: &[u8]) -> Option<Timestamp> {
    let (certificate, _) = take(certificate, SEQUENCE)?;
    let (mut fields, _) = take(certificate, SEQUENCE)?;
    if let Some((_, rest)) = take(fields, VERSION) {
        fields = rest;
    }
    // The serial number, the signature's algorithm, the issuer.
    for tag in [INTEGER, SEQUENCE, SEQUENCE] {
        fields = take(fields, tag)?.1;
    }
    let (validity, _) = take(fields, SEQUENCE)?;
    let (_, validity) = time(validity)?;
    let (not_after, _) = time(validity)?;
    Some(not_after)
}

/// A time, and what comes after it.
fn time(der: &[u8]) -> Option<(Timestamp, &[u8])> {
    let (text, rest) = take(der, UTC_TIME).or_else(|| take(der, GENERALIZED_TIME))?;
    let text = std::str::from_utf8(text).ok()?;
    let text = match text.len() {
        // Two digits of the year are those of 1950 to 2049.
        13 if text < "5" => format!("20{text}"),
        13 => format!("19{text}"),
        _ => text.to_owned(),
    };
    let time = DateTime::strptime("%Y%m%d%H%M%SZ", text).ok()?;
    Some((time.to_zoned(TimeZone::UTC).ok()?.timestamp(), rest))
}

/// The contents of an element with this tag, and what comes after it.
fn take(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (found, rest) = der.split_first()?;
    let (first, mut rest) = rest.split_first()?;
    let mut length = usize::from(*first);
    if length >= 0x80 {
        // So many bytes of the length follow.
        let (bytes, after) = rest.split_at_checked(length - 0x80).filter(|(bytes, _)| bytes.len() <= 4)?;
        length = bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
        rest = after;
    }
    rest.split_at_checked(length).filter(|_| *found == tag)
}

#[cfg(test)]
mod tests {
    use rustls::pki_types::{CertificateDer, pem::PemObject as _};

    use super::*;

    const CERTIFICATE: &[u8] = include_bytes!("../../fixtures/relay/localhost.cert.pem");

    #[test]
    fn the_end_is_what_openssl_says() {
        let der = CertificateDer::from_pem_slice(CERTIFICATE).unwrap();
        // `openssl x509 -enddate`: Nov  2 16:14:42 2126 GMT, a GeneralizedTime after a UTCTime.
        assert_eq!(not_after(&der).unwrap().to_string(), "2126-11-02T16:14:42Z");
        for (text, is) in [
            (&b"\x17\x0d261126161442Z"[..], Some("2026-11-26T16:14:42Z")),
            (b"\x17\x0d991231235959Z", Some("1999-12-31T23:59:59Z")),
            (b"\x17\x0d261326161442Z", None),
            (b"\x04\x0d261126161442Z", None),
        ] {
            assert_eq!(time(text).map(|(time, _)| time.to_string()).as_deref(), is);
        }
    }

    #[test]
    fn what_is_no_certificate_has_no_end() {
        let der = CertificateDer::from_pem_slice(CERTIFICATE).unwrap();
        for length in 0..der.len() {
            assert_eq!(not_after(&der[..length]), None, "{length}");
        }
        assert_eq!(not_after(b"\x30\x84\xff\xff\xff\xff\x30"), None);
        assert_eq!(not_after(b"\x30\xff"), None);
    }
}
