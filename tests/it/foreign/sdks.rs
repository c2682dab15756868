//! CloudMonitor and ECS, judged by Alibaba Cloud's own SDKs: whole flows, asserted on their models.

use super::{install::Runtime, judge::judged};

#[test]
fn the_current_python_sdks_are_content() {
    judged(Runtime::Python, "v3.py");
}

#[test]
fn the_older_python_sdks_are_content() {
    judged(Runtime::Python, "v1.py");
}

#[test]
fn the_current_node_sdks_are_content() {
    judged(Runtime::Node, "v3.js");
}
