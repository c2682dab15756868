//! The robots, judged by clients that others wrote: every type, signed and not, each failure.

use super::{install::Runtime, judge::judged};

#[test]
fn the_python_robot_clients_are_content() {
    judged(Runtime::Python, "robots.py");
}

#[test]
fn the_node_robot_client_is_content() {
    judged(Runtime::Node, "robots.js");
}
