//! What an `errcode` means, and what to do about it.

use super::reply::{GATEWAY_BLOCK, Reply};

/// An answer in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explanation {
    /// What it means.
    pub meaning: &'static str,
    /// What to do.
    pub remedy: &'static str,
    /// Whether the same message can be taken a moment later.
    pub heals: bool,
}

/// Source: copies of the vendor's error table, and captures; see `fixtures/dingtalk/errors.json`.
#[must_use]
pub fn explain(reply: &Reply) -> Explanation {
    let never = |meaning, remedy| Explanation { meaning, remedy, heals: false };
    match reply.errcode {
        0 => never("the robot took the message", "nothing is left to do"),
        -1 => Explanation { meaning: "DingTalk is busy", remedy: "send it again in a moment", heals: true },
        40035 if reply.errmsg.contains("json") => {
            never("the body did not arrive as a JSON object", "send one JSON object in UTF-8")
        }
        40035 => never("the address has no `access_token`", "copy the robot's webhook whole into the spec"),
        43002 => never("robots take POST only", "send the message with POST"),
        43004 => never("the Content-Type is not JSON", "send `Content-Type: application/json`"),
        300_001 | 300_005 | 400_101 => never(
            "no robot has this `access_token`",
            "copy the webhook again from the robot's settings; a robot that was deleted and made anew has another",
        ),
        310_000 => security(&reply.errmsg),
        130_101 | 410_100 => never(
            "more than 20 messages in a minute: the robot is mute for ten minutes",
            "wait ten minutes before anything else is sent to this robot; gather several messages into one, or use more robots",
        ),
        101_002 | 460_101 => never(
            "the request body is longer than 20000 bytes",
            "shorten the message, or split it; the bytes of the whole body count, and a Chinese character has three",
        ),
        400_013 => never("the robot's group was dismissed", "use a robot of another group"),
        400_102 => never("the robot is switched off", "ask an administrator of the group to switch it on"),
        400_106 => never(
            "the robot is no longer in its group",
            "add a robot to the group, and put its webhook into the spec",
        ),
        400_105 => never(
            "robots do not know this `msgtype`",
            "use text, link, markdown, actionCard or feedCard, spelled so",
        ),
        400_402 => never(
            "a field is missing, empty or of a wrong type",
            "the answer names the field: fill it in, in this spelling",
        ),
        430_101..=430_104 => never(
            "DingTalk finds the content unsafe or unfit",
            "take out the link, words or picture that it may mean",
        ),
        90030 => never("the robot's quota is used up", "wait for the next month, or raise the quota"),
        GATEWAY_BLOCK => never(
            "a gateway before the robot blocks this sender for heavy sending",
            "stop sending for some minutes, and then send less",
        ),
        _ => never(
            "an answer that the public tables do not have",
            "look the errcode up in DingTalk's documentation",
        ),
    }
}

/// One code stands for three settings; the words tell which, in every era of wording.
fn security(errmsg: &str) -> Explanation {
    let has = |words: &[&str]| words.iter().any(|word| errmsg.contains(word));
    let (meaning, remedy) = if has(&["关键词", "keywords not in content"]) {
        (
            "none of the robot's keywords is in the message",
            "put one of the keywords, in the same case, into the text, and list them under `keywords` of the robot in the spec",
        )
    } else if has(&["签名过期", "invalid timestamp"]) {
        (
            "the signature's timestamp is more than an hour from DingTalk's clock",
            "set this machine's clock; sign each message anew; write the webhook without `timestamp` and `sign`",
        )
    } else if has(&["签名不匹配", "sign not match"]) {
        (
            "the signature is wrong or missing",
            "write the robot's secret (`SEC…`) as `secret` of the robot in the spec, and check that it belongs to this webhook",
        )
    } else if has(&["白名单", "not in whitelist"]) {
        (
            "this machine's address is not among those that may send to the robot",
            "add the address under which this machine reaches the Internet to the robot's IP list",
        )
    } else {
        (
            "one of the robot's security settings refuses the message",
            "compare keywords, secret and IP list of the robot with the spec",
        )
    };
    Explanation { meaning, remedy, heals: false }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;
    use crate::dingtalk::{Refusal, Wording};

    #[test]
    fn every_refusal_is_explained_in_every_era() {
        let peer: IpAddr = "203.0.113.9".parse().unwrap();
        for (refusal, word) in [
            (Refusal::NeedPost, "POST"),
            (Refusal::MissingToken, "has no `access_token`"),
            (Refusal::UnknownToken, "no robot has this"),
            (Refusal::Dismissed, "dismissed"),
            (Refusal::Disabled, "switched off"),
            (Refusal::Removed, "no longer in its group"),
            (Refusal::TooFast, "mute for ten minutes"),
            (Refusal::WrongContentType, "Content-Type"),
            (Refusal::TooLong, "20000 bytes"),
            (Refusal::MissingBody, "JSON object"),
            (Refusal::UnknownMsgtype, "msgtype"),
            (Refusal::bad_field("text", "content"), "a field is missing"),
            (Refusal::SignMismatch, "signature is wrong or missing"),
            (Refusal::SignExpired, "more than an hour"),
            (Refusal::IpNotAllowed(peer), "address is not among"),
            (Refusal::KeywordMissing, "keywords is in the message"),
        ] {
            for wording in Wording::ALL {
                let explained = explain(&refusal.reply(wording));
                assert!(explained.meaning.contains(word), "{refusal:?} of {}: {explained:?}", wording.year());
                assert!(!explained.heals && !explained.remedy.is_empty());
            }
        }
        assert!(explain(&Reply { errcode: -1, errmsg: String::new() }).heals);
    }
}
