//! The JSON Schemas that editors read: up to date.

use std::fs;

use crate::{outside::root, support::Desk};

#[test]
fn the_checked_in_schemas_are_those_of_the_program() {
    let desk = Desk::new();
    for kind in ["spec", "include", "scenario", "fleet", "plan", "report", "binds"] {
        let printed = desk.run(&["schema", kind]).exits(0).stdout;
        let path = format!("schemas/{kind}.schema.json");
        let kept = fs::read_to_string(root().join(&path)).unwrap();
        assert!(kept == printed, "`bellcheck schema {kind} > {path}` brings it up to date");
    }
}
