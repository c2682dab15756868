//! Where calls of webhooks may go: to this machine, and to hosts that somebody allowed.

use std::net::IpAddr;

use reqwest::Url;

use crate::dingtalk::ROBOT_HOST;

/// How far a call may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::emulator) enum Reach {
    /// To addresses of this machine only, whatever its name resolves to.
    Loopback,
    /// To a host that was allowed by name or address.
    Allowed,
}

/// How far a call of `url` may go.
///
/// # Errors
/// Why it must not be made.
pub(super) fn reach(url: &Url, allowed: &[String]) -> Result<Reach, String> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("`{}` is not HTTP", url.scheme()));
    }
    let host = host(url);
    if host == ROBOT_HOST {
        return Err(format!("`{host}` is emulated here, and this is no address of a robot"));
    }
    if host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback()) {
        return Ok(Reach::Loopback);
    }
    if allowed.contains(&host) {
        return Ok(Reach::Allowed);
    }
    Err(format!("host `{host}` is not this machine, and nobody allowed it (`--allow-host {host}`)"))
}

/// The host in lower case, without brackets and without the dot of a full name.
pub(super) fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host.trim_end_matches('.').to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(url: &str, allowed: &[&str]) -> Result<Reach, String> {
        let allowed: Vec<String> = allowed.iter().map(|host| (*host).to_owned()).collect();
        reach(&Url::parse(url).unwrap(), &allowed)
    }

    #[test]
    fn this_machine_is_within_reach() {
        for url in [
            "http://127.0.0.1:9/a?b=c",
            "https://127.9.9.9",
            "http://0x7f.1/",
            "http://2130706433/",
            "http://[::1]:80/",
            "http://localhost:1/",
            "http://LOCALHOST./",
            "http://user:pass@127.0.0.1/",
        ] {
            assert_eq!(of(url, &[]), Ok(Reach::Loopback), "{url}");
        }
    }

    #[test]
    fn nothing_else_is_unless_allowed() {
        for url in [
            "http://0.0.0.0:9/",
            "http://10.0.0.1/",
            "http://[::]/",
            "http://[::ffff:127.0.0.1]/",
            "http://example.com/",
            "http://127.0.0.1.example.com/",
            "http://localhost.example.com/",
            "http://127.0.0.1@example.com/",
            "http://example.com\\@127.0.0.1/",
            "http://a.localhost/",
            "ftp://127.0.0.1/",
            "telnet://127.0.0.1/",
        ] {
            let why = of(url, &["hooks.example.com"]).unwrap_err();
            assert!(why.contains("--allow-host") || why.contains("is not HTTP"), "{url}: {why}");
        }
        for (url, host) in [
            ("http://example.com:81/", "example.com"),
            ("https://EXAMPLE.com./", "example.com"),
            ("http://10.0.0.1/", "10.0.0.1"),
            ("http://[fe80::1]/", "fe80::1"),
        ] {
            assert_eq!(of(url, &[host]), Ok(Reach::Allowed), "{url}");
        }
    }

    #[test]
    fn the_robots_host_stays_here_even_when_allowed() {
        for url in ["https://oapi.dingtalk.com/x", "https://a@OAPI.dingtalk.com./robot/send?access_token=t"] {
            assert!(of(url, &["oapi.dingtalk.com"]).is_err(), "{url}");
        }
    }
}
