//! What stands in for DingTalk, so that a relay or a proxy can be put between it and the emulated cloud.

use std::fmt;

use reqwest::Url;

use super::reach::{host, reach};
use crate::dingtalk::ROBOT_HOST;

/// The address that is called in the place of DingTalk's: a scheme, a host and a port. It takes the part
/// of names and networks between the real cloud and the real robots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandIn(Url);

impl StandIn {
    /// Reads `http://HOST:PORT`, where the host is this machine or one of `allowed_hosts`.
    ///
    /// # Errors
    /// What is wrong with it, without showing what may hold a secret.
    pub fn parse(text: &str, allowed_hosts: &[String]) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|fault| format!("it is no URL: {fault}"))?;
        reach(&url, allowed_hosts)?;
        let more = [
            (!url.username().is_empty() || url.password().is_some(), "a name or password"),
            (url.path() != "/", "a path"),
            (url.query().is_some() || url.fragment().is_some(), "a query"),
        ];
        match more.iter().find(|(is_so, _)| *is_so) {
            Some((_, what)) => Err(format!("it has {what}; path and query are those of each robot")),
            None => Ok(Self(url)),
        }
    }

    /// What is called for a URL at DingTalk's: its path and query at this address. None for a URL that
    /// leads elsewhere.
    pub(super) fn for_dingtalk(&self, url: &Url) -> Option<Url> {
        (host(url) == ROBOT_HOST).then(|| {
            let mut full = self.0.clone();
            full.set_path(url.path());
            full.set_query(url.query());
            full
        })
    }
}

impl fmt::Display for StandIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_and_query_of_a_robot_are_kept() {
        let stand_in = StandIn::parse("http://127.0.0.1:9000", &[]).unwrap();
        let of = |url: &str| stand_in.for_dingtalk(&Url::parse(url).unwrap()).map(String::from);
        for url in [
            "https://oapi.dingtalk.com/robot/send?access_token=a%2Bb&timestamp=1&sign=c%3D",
            "https://u@OAPI.dingtalk.com.:444/robot/send?access_token=a%2Bb&timestamp=1&sign=c%3D",
        ] {
            let wanted = "http://127.0.0.1:9000/robot/send?access_token=a%2Bb&timestamp=1&sign=c%3D";
            assert_eq!(of(url).as_deref(), Some(wanted), "{url}");
        }
        assert_eq!(of("https://oapi.dingtalk.com.example.com/robot/send"), None);
        assert_eq!(of("http://127.0.0.1/robot/send"), None);
    }

    #[test]
    fn only_an_address_within_reach_can_stand_in() {
        let allowed = ["proxy.example.com".to_owned(), ROBOT_HOST.to_owned()];
        for right in ["http://localhost:1", "https://[::1]:8/", "https://proxy.example.com"] {
            let stand_in = StandIn::parse(right, &allowed).unwrap();
            assert_eq!(stand_in.to_string(), right.trim_end_matches('/'));
        }
        for (wrong, why) in [
            ("127.0.0.1:9000", "no URL"),
            ("localhost:9000", "not HTTP"),
            ("http://10.0.0.1:1", "--allow-host"),
            ("https://oapi.dingtalk.com", "emulated"),
            ("http://127.0.0.1/robot/send", "a path"),
            ("http://127.0.0.1/?access_token=canary", "a query"),
            ("http://user:canary@127.0.0.1", "a name or password"),
        ] {
            let fault = StandIn::parse(wrong, &allowed).unwrap_err();
            assert!(fault.contains(why) && !fault.contains("canary"), "{wrong}: {fault}");
        }
    }
}
