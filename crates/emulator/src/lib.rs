//! An emulated CloudMonitor with ECS, STS and DingTalk robots.

use bellcheck_alerting::{channel, event};
use bellcheck_aliyun::{api, for_each_operation, openapi};
use bellcheck_base::{clock, files, secret, server};
use bellcheck_dingtalk::dingtalk;

pub mod emulator;
