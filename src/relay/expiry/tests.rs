use rustls::pki_types::{CertificateDer, pem::PemObject as _};

use super::*;

const CERTIFICATE: &[u8] = include_bytes!("../../../fixtures/relay/localhost.cert.pem");

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
