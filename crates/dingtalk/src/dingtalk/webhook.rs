//! Robot addresses.

/// The host of DingTalk's robots.
pub const ROBOT_HOST: &str = "oapi.dingtalk.com";

/// The `access_token` in a robot's webhook URL, decoded.
#[must_use]
pub fn token_of(webhook: &str) -> Option<String> {
    let (_, query) = webhook.split_once('?')?;
    let query = query.split('#').next().unwrap_or_default();
    query
        .split('&')
        .find_map(|pair| pair.strip_prefix("access_token="))
        .filter(|token| !token.is_empty())
        .map(|token| percent_encoding::percent_decode_str(token).decode_utf8_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_found() {
        assert_eq!(
            token_of("https://oapi.dingtalk.com/robot/send?x=1&access_token=a%2Db#f").as_deref(),
            Some("a-b")
        );
        for url in ["https://oapi.dingtalk.com/robot/send", "https://h/?access_token=", "https://h/?token=a"]
        {
            assert_eq!(token_of(url), None, "{url}");
        }
    }
}
