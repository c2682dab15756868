//! Messages to DingTalk robots: their forms, a robot's security settings, and what robots refuse.

use bellcheck_base::secret;

pub mod dingtalk;
