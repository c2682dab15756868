//! The words of refusals, which changed over the years.

use super::{
    refusal::Refusal,
    reply::{BODY_LIMIT, Reply},
};

/// The era of the words. Which one a robot uses is not public: the last two were seen side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Wording {
    /// 2019: bare English.
    Bare,
    /// 2020 to the middle of 2022: English and where to read more.
    More,
    /// 2022 to 2025: `description:…;solution:…;`.
    Labelled,
    /// 2023 to now: `错误描述:…;解决方案:…;`.
    #[default]
    Chinese,
}

impl Wording {
    /// All of them, oldest first.
    pub const ALL: [Self; 4] = [Self::Bare, Self::More, Self::Labelled, Self::Chinese];

    /// The year in which it began.
    #[must_use]
    pub const fn year(self) -> &'static str {
        match self {
            Self::Bare => "2019",
            Self::More => "2020",
            Self::Labelled => "2022",
            Self::Chinese => "2023",
        }
    }
}

/// How a text of an era is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// Captured from the service.
    Observed,
    /// In copies of the vendor's error table or page.
    Documented,
    /// Its beginning was captured, the rest is that of the older wording.
    Completed,
    /// Never seen for this era: the nearest one that is known.
    Nearest,
}

/// The page that the wording of 2020 points to.
const MORE: &str = ", more: [https://ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]";

impl Refusal {
    /// The answer of a robot of that era.
    #[must_use]
    pub fn reply(&self, wording: Wording) -> Reply {
        let (errcode, errmsg, _) = self.words(wording);
        Reply { errcode, errmsg }
    }

    /// How the answer of that era is known.
    #[must_use]
    pub fn evidence(&self, wording: Wording) -> Evidence {
        self.words(wording).2
    }

    /// The texts are those of captures and of the vendor's table, with their sources in
    /// `fixtures/dingtalk/errors.json`.
    fn words(&self, wording: Wording) -> (i64, String, Evidence) {
        use Evidence::{Completed, Documented, Nearest, Observed};
        use Wording::{Bare, Chinese, Labelled, More};
        let (errcode, text, evidence) = match (self, wording) {
            (Self::NeedPost, _) => (43002, "需要POST请求", Observed),
            (Self::MissingToken, _) => (40035, "缺少参数 access_token", Observed),
            (Self::MissingBody, _) => (40035, "缺少参数 json", Observed),
            (Self::UnknownToken, Bare | More) => (300_001, "token is not exist", Observed),
            (Self::UnknownToken, Labelled | Chinese) => (300_005, "token is not exist", Observed),
            (Self::WrongContentType, _) => (43004, "无效的HTTP HEADER Content-Type", Documented),
            (Self::UnknownMsgtype, _) => (400_105, "不支持的消息类型", Documented),
            (Self::Dismissed, _) => (400_013, "群已被解散", Documented),
            (Self::Disabled, _) => (400_102, "机器人已停用", Documented),
            (Self::Removed, _) => (400_106, "机器人不存在", Documented),
            (Self::TooFast, _) => (130_101, "send too fast, exceed 20 times per minute", Observed),
            (Self::TooLong, Bare) => (101_002, "message is too long", Observed),
            (Self::TooLong, More) => {
                let text = format!("message too long, exceed {BODY_LIMIT} bytes");
                return (460_101, text, Observed);
            }
            (Self::TooLong, Labelled | Chinese) => {
                let text =
                    format!("description: body 大小不合法;solution:请保持大小在 {BODY_LIMIT}bytes 以内;");
                return (460_101, text, if wording == Labelled { Observed } else { Nearest });
            }
            (Self::BadField { of, field }, _) => {
                let (one, two, three) = match wording {
                    Chinese => ("错误描述:", "解决方案:", "参考链接:"),
                    Bare | More | Labelled => ("description:", "solution:", "link:"),
                };
                let text = format!(
                    "{one}参数 {of} --》 {field} 缺失，或者参数格式不正确; {two}请填充上对应参数;{three}请参考本接口对应文档查看参数获取方式，或者在https://open.dingtalk.com/document/  搜索对应文档;"
                );
                let evidence = match wording {
                    Chinese => Observed,
                    Labelled => Documented,
                    Bare | More => Nearest,
                };
                return (400_402, text, evidence);
            }
            (Self::KeywordMissing, Bare) => (310_000, "keywords not in content", Observed),
            (Self::SignMismatch, Bare) => (310_000, "sign not match", Observed),
            (Self::SignExpired, Bare) => (310_000, "invalid timestamp", Observed),
            (Self::KeywordMissing | Self::SignMismatch | Self::SignExpired, More) => {
                let (errcode, text, _) = self.words(Bare);
                return (errcode, format!("{text}{MORE}"), Observed);
            }
            (Self::KeywordMissing, Labelled) => (
                310_000,
                "description:关键词不匹配;solution:请联系群管理员查看此机器人的关键词，并在发送的信息中包含此关键词;",
                Observed,
            ),
            (Self::KeywordMissing, Chinese) => (
                310_000,
                "错误描述:关键词不匹配;解决方案:请联系群管理员查看此机器人的关键词，并在发送的信息中包含此关键词;",
                Observed,
            ),
            (Self::SignMismatch, Labelled) => (
                310_000,
                "description:机器人发送签名不匹配;solution:请确认签名和生成签名的时间戳必须都放在调用的网址中，请确认机器人的密钥加密和填写正确;link:请参考本接口对应文档获得具体要求，或者在https://open.dingtalk.com/document/  搜索相关文档;",
                Observed,
            ),
            (Self::SignMismatch, Chinese) => (
                310_000,
                "错误描述:机器人发送签名不匹配;解决方案:请确认签名和生成签名的时间戳必须都放在调用的网址中，请确认机器人的密钥加密和填写正确;参考链接:请参考本接口对应文档获得具体要求，或者在https://open.dingtalk.com/document/  搜索相关文档;",
                Completed,
            ),
            // `timestampms` is in the capture: a placeholder that the service itself left unfilled.
            (Self::SignExpired, Labelled | Chinese) => (
                310_000,
                "description:机器人发送签名过期;solution:签名生成时间和发送时间请保持在 timestampms 以内;",
                if wording == Labelled { Observed } else { Nearest },
            ),
            (Self::IpNotAllowed(peer), Bare | More) => {
                let text = format!("ip {peer} not in whitelist");
                return (310_000, text, if wording == Bare { Documented } else { Nearest });
            }
            // No `;` at the end in both captures of 2025, when both later wordings were in use.
            (Self::IpNotAllowed(_), Labelled | Chinese) => (
                310_000,
                "description:ip 不在白名单中;solution:请联系对应群的管理员，设置机器人安全ip地址段",
                if wording == Labelled { Observed } else { Nearest },
            ),
        };
        (errcode, text.to_owned(), evidence)
    }
}
