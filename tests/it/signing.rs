//! Signatures, against published vectors and against themselves.

use std::collections::BTreeMap;

use bellcheck::{
    openapi::{
        AuthFault, Call, Credentials, HttpRequest, Params, Seal, SignatureScheme, V1StringToSign,
        V3CanonicalRequest, identify,
    },
    secret::Secret,
};
use proptest::prelude::*;

use crate::raw::{fixtures, flipped, layout, new_year, parse, proven, test_credentials, write};

/// One published vector.
struct Vector {
    request: Vec<(String, String)>,
    given: BTreeMap<String, String>,
}

impl Vector {
    fn load(name: &str) -> Self {
        let folder = fixtures("signing").join(name);
        let mut given: BTreeMap<String, String> = std::fs::read_dir(&folder)
            .unwrap_or_else(|error| panic!("{name}: {error}"))
            .map(|entry| entry.unwrap().path())
            .map(|path| {
                let text = std::fs::read_to_string(&path).unwrap();
                (
                    path.file_stem().unwrap().to_str().unwrap().to_owned(),
                    text.strip_suffix('\n').unwrap().to_owned(),
                )
            })
            .collect();
        let request = given
            .remove("request")
            .unwrap()
            .lines()
            .map(|line| line.split_once(' ').unwrap_or((line, "")))
            .map(|(what, value)| (what.to_owned(), value.to_owned()))
            .collect();
        Self { request, given }
    }

    fn all(&self, what: &str) -> Vec<&str> {
        self.request.iter().filter(|(name, _)| name == what).map(|(_, value)| value.as_str()).collect()
    }

    fn one(&self, what: &str) -> &str {
        self.all(what)[0]
    }

    fn pairs<'a>(&'a self, what: &str, separator: &str) -> Vec<(&'a str, &'a str)> {
        self.all(what).into_iter().map(|line| line.split_once(separator).unwrap()).collect()
    }

    fn key(&self) -> (&str, Secret) {
        let (id, secret) = self.one("key").split_once(' ').unwrap();
        (id, Secret::new(secret))
    }
}

#[test]
fn published_v1_vectors_hold() {
    for (name, files) in [("v1-a", 2), ("v1-b", 1), ("v1-c", 2), ("v1-d", 1)] {
        let vector = Vector::load(name);
        let string =
            V1StringToSign::new(vector.one("method"), vector.one("path"), vector.pairs("param", "="));
        assert_eq!(vector.given.len(), files, "{name}");
        for (what, published) in &vector.given {
            let computed = match what.as_str() {
                "string-to-sign" => string.to_string(),
                "signature" => string.signature(&vector.key().1),
                other => panic!("{name}: {other}"),
            };
            assert_eq!(&computed, published, "{name}: {what}");
        }
    }
}

#[test]
fn published_v3_vectors_hold() {
    for (name, files) in [("v3-a", 3), ("v3-b", 3)] {
        let vector = Vector::load(name);
        let query: Vec<(String, String)> = vector
            .pairs("param", "=")
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let canonical = V3CanonicalRequest::new(
            vector.one("method"),
            vector.one("path"),
            &query,
            vector.pairs("header", ": "),
            vector.one("payload-sha256"),
        );
        let (id, secret) = vector.key();
        let signature = canonical.string_to_sign().signature(&secret);
        assert_eq!(vector.given.len(), files, "{name}");
        for (what, published) in &vector.given {
            let computed = match what.as_str() {
                "canonical-request" => canonical.to_string(),
                "string-to-sign" => canonical.string_to_sign().to_string(),
                "signature" => signature.clone(),
                "authorization" => format!(
                    "ACS3-HMAC-SHA256 Credential={id},SignedHeaders={},Signature={signature}",
                    canonical.signed_headers()
                ),
                other => panic!("{name}: {other}"),
            };
            assert_eq!(&computed, published, "{name}: {what}");
        }
    }
}

#[test]
fn every_published_vector_is_used() {
    let mut folders: Vec<String> = std::fs::read_dir(fixtures("signing"))
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    folders.sort();
    assert_eq!(folders, ["v1-a", "v1-b", "v1-c", "v1-d", "v3-a", "v3-b"]);
}

#[test]
fn published_requests_pass_the_verifier_whole() {
    let vector = Vector::load("v1-b");
    let mut query: Vec<(String, String)> = vector
        .pairs("param", "=")
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    query.push(("Signature".to_owned(), vector.given["signature"].clone()));
    let request = HttpRequest {
        method: "GET".to_owned(),
        path: "/".to_owned(),
        query,
        headers: vec![("host".to_owned(), "dysmsapi.aliyuncs.com".to_owned())],
        body: vec![],
    };
    let claim = identify(&request).unwrap();
    assert_eq!(claim.action, "SendSms");
    assert_eq!(claim.format.as_deref(), Some("XML"));
    assert_eq!(claim.params["SignName"], "阿里云短信测试专用");
    assert_eq!(claim.verify(&Secret::new("testSecret")), Ok(()));
    assert!(claim.verify(&Secret::new("testSecres")).is_err());

    let vector = Vector::load("v3-a");
    let mut headers: Vec<(String, String)> = vector
        .pairs("header", ": ")
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    headers.push(("authorization".to_owned(), vector.given["authorization"].clone()));
    let request = HttpRequest {
        method: "POST".to_owned(),
        path: "/".to_owned(),
        query: vector
            .pairs("param", "=")
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        headers,
        body: vec![],
    };
    let claim = identify(&request).unwrap();
    assert_eq!((claim.access_key_id.as_str(), claim.action.as_str()), ("YourAccessKeyId", "RunInstances"));
    assert_eq!(claim.region_id.as_deref(), Some("cn-shanghai"));
    assert_eq!(claim.verify(&Secret::new("YourAccessKeySecret")), Ok(()));
    let mismatch = claim.verify(&Secret::new("YourAccessKeySecreT")).unwrap_err();
    assert!(mismatch.string_to_sign.starts_with("POST\n/\nImageId=win2019"), "{}", mismatch.string_to_sign);
}

const SCHEMES: [SignatureScheme; 3] =
    [SignatureScheme::V3, SignatureScheme::V1Query, SignatureScheme::V1Body];

fn params(pairs: &[(&str, &str)]) -> Params {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn signed(scheme: SignatureScheme, params: &Params) -> HttpRequest {
    let call = Call { action: "PutContact", version: "2019-01-01", params };
    let credentials = test_credentials();
    let seal = Seal { credentials: &credentials, now: new_year(), nonce: "nonce-1" };
    scheme.request("127.0.0.1:8080", &call, &seal)
}

#[test]
fn business_parameters_travel_where_the_scheme_says() {
    let business = params(&[("ContactName", "a b"), ("Describe", "")]);
    for scheme in SCHEMES {
        let request = signed(scheme, &business);
        let in_query = request.query_value("ContactName").is_some();
        assert_eq!(in_query, scheme != SignatureScheme::V1Body, "{scheme:?}");
        let body = if in_query { "" } else { "ContactName=a%20b&Describe=" };
        assert_eq!(String::from_utf8_lossy(&request.body), body, "{scheme:?}");
        assert_eq!(request.query_value("Action").is_none(), scheme == SignatureScheme::V3);
        let claim = proven(&write(&request)).unwrap();
        assert_eq!(claim.params, business);
        assert_eq!(claim.scheme, scheme);
        assert_eq!(claim.timestamp, "2026-01-01T00:00:00Z");
        assert_eq!(claim.nonce, "nonce-1");
    }
}

#[test]
fn a_form_body_is_signed_in_every_byte() {
    let business = params(&[("RuleName", "ecs *~值"), ("EventPattern.1.Product", "ECS"), ("Empty", "")]);
    let v1 = write(&signed(SignatureScheme::V1Body, &business));
    let v3 = write(&v3_with_form("RuleName=ecs+%2A~%E5%80%BC&EventPattern.1.Product=ECS&Empty="));
    for raw in [v1, v3] {
        assert_eq!(proven(&raw).unwrap().params, business);
        let layout = layout(&raw).unwrap();
        assert!(layout.body.len() > 50);
        for at in [layout.method, layout.path, layout.query, layout.body].into_iter().flatten() {
            assert!(proven(&flipped(&raw, at)).is_none(), "byte {at} may be changed");
        }
    }
}

/// A V3 request with its parameters in a form, as an SDK would send form data.
fn v3_with_form(body: &str) -> HttpRequest {
    let mut request = signed(SignatureScheme::V3, &Params::new());
    request.body = body.as_bytes().to_vec();
    request.headers.push(("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned()));
    sign_again(&mut request, |_| true);
    request
}

/// Puts the right payload hash and a signature over the headers that `covers` names into a V3
/// request.
fn sign_again(request: &mut HttpRequest, covers: impl Fn(&str) -> bool) {
    let hash = {
        use sha2::Digest as _;
        sha2::Sha256::digest(&request.body).iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    request.headers.retain(|(name, _)| name != "authorization");
    for (name, value) in &mut request.headers {
        if name == "x-acs-content-sha256" {
            value.clone_from(&hash);
        }
    }
    let covered = request
        .headers
        .iter()
        .filter(|(name, _)| covers(name))
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let canonical = V3CanonicalRequest::new(&request.method, &request.path, &request.query, covered, &hash);
    let signature = canonical.string_to_sign().signature(&Secret::new("testSk"));
    let authorization = format!(
        "ACS3-HMAC-SHA256 Credential=testAk,SignedHeaders={},Signature={signature}",
        canonical.signed_headers()
    );
    request.headers.push(("authorization".to_owned(), authorization));
}

/// Signs a V1 request whose query and body lack only the signature.
fn sign_v1(query: &[(&str, &str)], body: &[(&str, &str)]) -> HttpRequest {
    let string = V1StringToSign::new("POST", "/", query.iter().chain(body).copied());
    let signature = string.signature(&Secret::new("testSk"));
    let pairs = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>()
    };
    let mut query = pairs(query);
    query.push(("Signature".to_owned(), signature));
    let body: Vec<String> = body
        .iter()
        .map(|(name, value)| {
            format!("{}={}", bellcheck::openapi::encode(name), bellcheck::openapi::encode(value))
        })
        .collect();
    HttpRequest {
        method: "POST".to_owned(),
        path: "/".to_owned(),
        query,
        headers: vec![(
            "content-type".to_owned(),
            "application/x-www-form-urlencoded; charset=UTF-8".to_owned(),
        )],
        body: body.join("&").into_bytes(),
    }
}

/// The common parameters in the way of `tea-rpc`: lower-case format, words about the connection.
const TEA_RPC: [(&str, &str); 11] = [
    ("AccessKeyId", "testAk"),
    ("Action", "PutEventRule"),
    ("Format", "json"),
    ("SecureTransport", "true"),
    ("SecurityToken", "sts"),
    ("SignatureMethod", "HMAC-SHA1"),
    ("SignatureNonce", "n1"),
    ("SignatureVersion", "1.0"),
    ("SourceIp", "127.0.0.1"),
    ("Timestamp", "2026-01-01T00:00:00Z"),
    ("Version", "2019-01-01"),
];

#[test]
fn a_form_of_the_terraform_provider_is_read() {
    let claim = proven(&write(&sign_v1(&TEA_RPC, &[("RuleName", "r"), ("GroupId", "")]))).unwrap();
    assert_eq!(claim.scheme, SignatureScheme::V1Body);
    assert_eq!(claim.format.as_deref(), Some("json"));
    assert_eq!(claim.security_token, Some(Secret::new("sts")));
    assert_eq!(claim.params, params(&[("RuleName", "r"), ("GroupId", "")]));
}

#[test]
fn the_body_wins_over_the_query() {
    let query: Vec<(&str, &str)> = TEA_RPC.into_iter().chain([("RuleName", "query")]).collect();
    let claim = proven(&write(&sign_v1(&query, &[("RuleName", "body")]))).unwrap();
    assert_eq!(claim.params, params(&[("RuleName", "body")]));
}

#[test]
fn a_parameter_given_twice_is_refused() {
    for scheme in SCHEMES {
        let mut request = signed(scheme, &params(&[("ContactName", "a")]));
        let pair = ("Twice".to_owned(), "1".to_owned());
        request.query.extend([pair.clone(), pair]);
        assert_eq!(identify(&request), Err(AuthFault::Repeated("Twice".to_owned())), "{scheme:?}");
    }
    let mut request = signed(SignatureScheme::V1Body, &params(&[("ContactName", "a")]));
    request.body = b"ContactName=a&ContactName=a".to_vec();
    assert_eq!(identify(&request), Err(AuthFault::Repeated("ContactName".to_owned())));
}

#[test]
fn v1_faults_have_the_gateways_codes() {
    let without = |name: &str| TEA_RPC.into_iter().filter(|(given, _)| *given != name).collect::<Vec<_>>();
    for (name, code) in [
        ("AccessKeyId", "MissingAccessKeyId"),
        ("Action", "MissingAction"),
        ("SignatureMethod", "MissingSignatureMethod"),
        ("SignatureNonce", "MissingSignatureNonce"),
        ("SignatureVersion", "MissingSignatureVersion"),
        ("Timestamp", "MissingTimestamp"),
        ("Version", "MissingVersion"),
    ] {
        let fault = identify(&sign_v1(&without(name), &[])).unwrap_err();
        assert_eq!(fault.code(), code);
        assert_eq!(fault.message(), format!("{name} is mandatory for this action."));
        assert_eq!(fault.status(), 400);
    }
    let mut unsigned = sign_v1(&TEA_RPC, &[]);
    unsigned.query.retain(|(name, _)| name != "Signature");
    assert_eq!(identify(&unsigned).unwrap_err().code(), "MissingSignature");

    for (name, value, code) in [
        ("Format", "YAML", "InvalidParameter.Format"),
        ("SignatureMethod", "HMAC-SHA256", "InvalidSignatureMethod"),
        ("SignatureVersion", "2.0", "InvalidSignatureVersion"),
        ("SignatureType", "BEARERTOKEN", "InvalidSignatureType"),
        ("Timestamp", "2026-01-01 00:00:00", "InvalidTimeStamp.Format"),
        ("Timestamp", "2026-01-01T00:00:00+08:00", "InvalidTimeStamp.Format"),
        ("Timestamp", "2026-13-01T00:00:00Z", "InvalidTimeStamp.Format"),
        ("Timestamp", "1767225600", "InvalidTimeStamp.Format"),
    ] {
        let mut query = without(name);
        query.push((name, value));
        assert_eq!(identify(&sign_v1(&query, &[])).unwrap_err().code(), code, "{name}={value}");
    }

    let mut json = sign_v1(&TEA_RPC, &[("RuleName", "r")]);
    json.headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    assert!(matches!(identify(&json), Err(AuthFault::Body(_))));
}

#[test]
fn v3_faults_have_codes_and_name_the_header() {
    let business = params(&[("ContactName", "a")]);
    let request = || signed(SignatureScheme::V3, &business);
    for (header, code) in [
        ("x-acs-action", "MissingAction"),
        ("x-acs-version", "MissingVersion"),
        ("x-acs-date", "MissingTimestamp"),
        ("x-acs-signature-nonce", "MissingSignatureNonce"),
        ("x-acs-content-sha256", "MissingContentSha256"),
        ("host", "MissingHost"),
    ] {
        // Not sent, and therefore not signed.
        let mut without = request();
        without.headers.retain(|(name, _)| name != header);
        sign_again(&mut without, |_| true);
        assert_eq!(identify(&without).unwrap_err().code(), code, "{header}");

        // Sent, but not signed.
        let mut unsigned = request();
        sign_again(&mut unsigned, |name| name != header);
        assert_eq!(identify(&unsigned), Err(AuthFault::Unsigned(header.to_owned())));

        // Signed, and gone on the way.
        let mut gone = request();
        gone.headers.retain(|(name, _)| name != header);
        assert_eq!(identify(&gone).unwrap_err().code(), "IncompleteSignature", "{header}");

        // Sent twice: which one counts would be anyone's guess.
        let mut twice = request();
        let copy = twice.headers.iter().find(|(name, _)| name == header).cloned().unwrap();
        twice.headers.push(copy);
        sign_again(&mut twice, |_| true);
        assert_eq!(identify(&twice), Err(AuthFault::Repeated(header.to_owned())), "{header}");
    }

    let mut other_body = request();
    other_body.body = b"ContactName=b".to_vec();
    other_body.headers.push(("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned()));
    assert_eq!(identify(&other_body), Err(AuthFault::Unsigned("content-type".to_owned())));
    other_body.headers.pop();
    assert_eq!(identify(&other_body), Err(AuthFault::PayloadHash));

    let mut json = v3_with_form("a=b");
    for (name, value) in &mut json.headers {
        if name == "content-type" {
            *value = "application/json".to_owned();
        }
    }
    sign_again(&mut json, |_| true);
    assert!(matches!(identify(&json), Err(AuthFault::Body(_))));

    let mut date = request();
    for (name, value) in &mut date.headers {
        if name == "x-acs-date" {
            *value = "20260101T000000Z".to_owned();
        }
    }
    sign_again(&mut date, |_| true);
    assert_eq!(identify(&date), Err(AuthFault::TimestampFormat));

    for (authorization, code) in [
        ("", "InvalidSignatureMethod"),
        ("Bearer x", "InvalidSignatureMethod"),
        ("acs testAk:AAAA", "InvalidSignatureMethod"),
        ("ACS3-HMAC-SM3 Credential=testAk,SignedHeaders=host,Signature=00", "InvalidSignatureMethod"),
        ("ACS3-HMAC-SHA256", "IncompleteSignature"),
        ("ACS3-HMAC-SHA256 Credential=testAk,Signature=00", "IncompleteSignature"),
        ("ACS3-HMAC-SHA256 Credential=,SignedHeaders=host,Signature=00", "MissingAccessKeyId"),
        ("ACS3-HMAC-SHA256 Credential=testAk,SignedHeaders=host,Signature=", "MissingSignature"),
        ("ACS3-HMAC-SHA256 Credential=testAk,SignedHeaders=host;host,Signature=00", "IncompleteSignature"),
        ("ACS3-HMAC-SHA256 Credential=testAk,SignedHeaders=,Signature=00", "IncompleteSignature"),
    ] {
        let mut request = request();
        request.headers.retain(|(name, _)| name != "authorization");
        request.headers.push(("authorization".to_owned(), authorization.to_owned()));
        assert_eq!(identify(&request).unwrap_err().code(), code, "{authorization}");
    }
}

#[test]
fn a_temporary_key_pair_is_signed_with_its_token() {
    let credentials = Credentials { security_token: Some(Secret::new("sts-token/+=")), ..test_credentials() };
    let business = params(&[("ContactName", "a")]);
    let call = Call { action: "DeleteContact", version: "2019-01-01", params: &business };
    let seal = Seal { credentials: &credentials, now: new_year(), nonce: "n" };
    for scheme in SCHEMES {
        let request = scheme.request("h", &call, &seal);
        let claim = proven(&write(&request)).unwrap();
        assert_eq!(claim.security_token, credentials.security_token, "{scheme:?}");
        let mut other = request.clone();
        for (name, value) in other.query.iter_mut().chain(&mut other.headers) {
            if name == "SecurityToken" || name == "x-acs-security-token" {
                value.push('x');
            }
        }
        assert!(proven(&write(&other)).is_none(), "{scheme:?}");
    }
    // The second naming of the key must agree with the first.
    let mut request = SignatureScheme::V3.request("h", &call, &seal);
    for (name, value) in &mut request.headers {
        if name == "x-acs-accesskey-id" {
            *value = "otherAk".to_owned();
        }
    }
    sign_again(&mut request, |_| true);
    assert!(matches!(identify(&request), Err(AuthFault::Authorization(_))));
}

fn any_params() -> impl Strategy<Value = Params> {
    // Names as operations have them, with a letter in front that no common parameter begins with.
    let name = "X[A-Za-z0-9*~ +&=%值]{0,6}(\\.[1-9]{1,2}(\\.[A-Z][a-z]{1,4})?)?";
    proptest::collection::btree_map(name, any::<String>(), 0..8)
}

proptest! {
    #[test]
    fn what_is_signed_is_what_is_read(
        params in any_params(),
        secret in "[!-~]{1,40}",
        token in proptest::option::of("[!-~]{1,40}"),
        nonce in "[0-9a-f-]{1,40}",
        seconds in 0i64..4_000_000_000,
        scheme in proptest::sample::select(SCHEMES.to_vec()),
    ) {
        let credentials = Credentials {
            access_key_id: "testAk".to_owned(),
            access_key_secret: Secret::new(&*secret),
            security_token: token.map(Secret::new),
        };
        let now = bellcheck::clock::Timestamp::from_second(seconds).unwrap();
        let call = Call { action: "PutContact", version: "2019-01-01", params: &params };
        let seal = Seal { credentials: &credentials, now, nonce: &nonce };
        // Over the wire and back, so that encoding is part of it.
        let request = parse(&write(&scheme.request("127.0.0.1:1", &call, &seal))).unwrap();
        let claim = identify(&request).unwrap();
        prop_assert_eq!(claim.verify(&credentials.access_key_secret), Ok(()));
        let other = Secret::new(format!("{secret}x"));
        prop_assert!(claim.verify(&other).is_err());
        prop_assert_eq!(&claim.params, &params);
        prop_assert_eq!(claim.nonce, nonce);
        prop_assert_eq!(claim.instant, now);
        prop_assert_eq!(claim.security_token, credentials.security_token);
        if !(scheme == SignatureScheme::V1Body && params.is_empty()) {
            prop_assert_eq!(claim.scheme, scheme);
        }
    }
}
