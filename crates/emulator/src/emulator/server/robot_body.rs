//! The body of `POST robots`.

use serde::Deserialize;

use crate::{
    dingtalk::{IpRange, KEYWORD_LIMIT, RobotState, Security},
    emulator::RobotConfig,
    secret::Secret,
    server::ShellError,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RobotBody {
    token: String,
    name: Option<String>,
    #[serde(default)]
    keywords: Vec<String>,
    secret: Option<String>,
    #[serde(default)]
    allowed_ips: Vec<String>,
    #[serde(default)]
    state: State,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum State {
    #[default]
    Active,
    Disabled,
    Removed,
    Dismissed,
}

impl RobotBody {
    pub(super) const SHAPE: &str = r#"{"token": "T", "keywords": ["CloudMonitor"], "secret": "SEC…", "allowed_ips": ["10.0.0.0/8"], "state": "active", "disabled", "removed" or "dismissed"}; all but the token as wished"#;

    /// The token and what is declared under it.
    pub(super) fn config(self) -> Result<(String, RobotConfig), ShellError> {
        let wrong = |what: String| ShellError::bad_request(what, format!("write {}", Self::SHAPE));
        if self.token.is_empty() {
            return Err(wrong("the token is empty".to_owned()));
        }
        if self.keywords.len() > KEYWORD_LIMIT {
            return Err(wrong(format!(
                "{} keywords, and a robot has at most {KEYWORD_LIMIT}",
                self.keywords.len()
            )));
        }
        let ranges: Result<Vec<IpRange>, String> = self.allowed_ips.iter().map(|ip| ip.parse()).collect();
        let security = Security {
            keywords: self.keywords,
            secret: self.secret.map(Secret::new),
            allowed_ips: ranges.map_err(wrong)?,
            ..Security::default()
        };
        let state = match self.state {
            State::Active => RobotState::Active,
            State::Disabled => RobotState::Disabled,
            State::Removed => RobotState::Removed,
            State::Dismissed => RobotState::Dismissed,
        };
        let config = RobotConfig { token: self.token.as_str().into(), name: self.name, security, state };
        Ok((self.token, config))
    }
}
