//! The robots, judged by clients that others wrote: every type, signed and not, each failure.

use super::{
    install::Runtime,
    judge::{Program, all_judged},
};

#[test]
fn the_python_robot_clients_are_content() {
    all_judged(Runtime::Python, &[Program { file: "robots.py", args: &[] }]);
}

#[test]
fn the_node_robot_client_is_content() {
    all_judged(Runtime::Node, &[Program { file: "robots.js", args: &[] }]);
}
