//! Expressions that a user writes have bounds: what is beyond them is told under its line, before anything
//! is read or asked by it.

use crate::support::Desk;

const SCENARIO: &str = "quickstart/scenarios/a.yaml";

fn write(desk: &Desk, head: &str, message: &str) {
    desk.write(
        SCENARIO,
        &format!(
            "name: A\nspec: ../bellcheck.yaml\n{head}instances: {{ web-1: {{ state: Running }} }}\nsteps:\n  \
             - stop: web-1\n  - expect: {{ robot: ops, within: 2m, {message} }}\n"
        ),
    );
}

#[test]
fn a_path_beyond_its_bounds_is_told_under_its_line() {
    let brackets = |times: usize| format!("$[?{}@.a{}]", "(".repeat(times), ")".repeat(times));
    let filters = |times: usize| format!("${}{}", "[?@".repeat(times), "]".repeat(times));
    let long = |bytes: usize| format!("$.{}", "a".repeat(bytes - 2));
    for (good, bad, says) in [
        (brackets(7), brackets(8), "more than 8 brackets within each other"),
        (filters(3), filters(4), "more than 3 filters (`?`) within each other"),
        (long(2000), long(2001), "more than 2000 bytes"),
        ("$..a..b..c".to_owned(), "$..a..b..c..d".to_owned(), "more than 3 descents"),
    ] {
        let desk = Desk::new();
        let places = |path: &str| {
            [
                (String::new(), format!("message: [{{ json_path: {{ path: \"{path}\" }} }}]")),
                (
                    String::new(),
                    format!("message: [{{ approx: {{ json_path: \"{path}\", value: 5, tolerance: 1 }} }}]"),
                ),
                (String::new(), format!("capture: {{ a: {{ json_path: \"{path}\" }} }}")),
                (format!("normalise: {{ a: {{ json_path: \"{path}\" }} }}\n"), "snapshot: a".to_owned()),
            ]
        };
        for (head, message) in places(&good) {
            write(&desk, &head, &message);
            desk.run(&["validate", SCENARIO]).exits(0);
        }
        for (head, message) in places(&bad) {
            write(&desk, &head, &message);
            let line = if head.is_empty() { "a.yaml:6" } else { "a.yaml:3" };
            desk.run(&["validate", SCENARIO]).exits(1).says(says).says(line);
            desk.run(&["test", SCENARIO]).exits(2).says(says);
        }
    }
}

#[test]
fn a_captured_value_stands_for_itself_in_a_path_and_keeps_its_bounds() {
    let desk = Desk::new();
    let steps = |capture: &str, path: &str| {
        write(&desk, "", &format!("capture: {{ x: {capture} }}"));
        let text = desk.read(SCENARIO);
        let more = format!(
            "  - expect: {{ robot: ops, within: 5m, message: [{{ json_path: {{ path: \"{path}\" }} }}] }}\n"
        );
        desk.write(SCENARIO, &format!("{text}{more}"));
        desk.run(&["test", SCENARIO])
    };
    steps("{ field: msgtype }", "$['${x}'].title").exits(0);
    steps("{ field: msgtype }", "$[?@ == '${x}']").exits(0);
    steps("{ field: msgtype }", "$[?@ == 'no ${x}']").exits(1).says("has nothing at");
    // A title has blanks and brackets, which are no name.
    steps("{ field: title }", "$.${x}").exits(3).says("has other signs than a name has").says("a.yaml:7");
    let name = "n".repeat(100);
    let many = "${x}".repeat(40);
    steps("{ field: title }", &format!("$['{many}{name}']"))
        .exits(3)
        .says("more than 2000 bytes")
        .says("a.yaml:7");
}

#[test]
fn a_regular_expression_has_an_end() {
    let desk = Desk::new();
    let long = |bytes: usize| "a".repeat(bytes);
    write(&desk, "", &format!("message: [{{ not: {{ matches: \"{}\" }} }}]", long(10_000)));
    desk.run(&["validate", SCENARIO]).exits(0);
    for (head, message) in [
        (String::new(), format!("message: [{{ matches: \"{}\" }}]", long(10_001))),
        (String::new(), format!("message: [{{ count: {{ matches: \"{}\", equals: 1 }} }}]", long(10_001))),
        (format!("normalise: {{ a: \"{}\" }}\n", long(10_001)), "snapshot: a".to_owned()),
    ] {
        write(&desk, &head, &message);
        desk.run(&["validate", SCENARIO]).exits(1).says("it has more than 10000 bytes");
    }
    write(&desk, "", "message: [{ matches: \"(a{1000}){1000}\" }]");
    desk.run(&["validate", SCENARIO]).exits(1).says("the regular expression is not valid");
}

#[test]
fn a_template_ends_however_long_its_loops_are() {
    let desk = Desk::new();
    write(&desk, "", "message: [{ contains: CloudMonitor }]");
    let loops = |inner: usize| {
        format!(
            "CloudMonitor\n{{% for a in range(1000) %}}{{% for b in range({inner}) %}}{{% endfor %}}{{% endfor %}}CloudMonitor"
        )
    };
    desk.write("good.jinja", &loops(10));
    desk.run(&["test", SCENARIO, "--template", "good.jinja"]).exits(0);
    desk.write("bad.jinja", &loops(10_000));
    desk.run(&["test", SCENARIO, "--template", "bad.jinja"])
        .exits(2)
        .says("line 2 of the template: it takes too many steps to fill");
    let calls = |times: usize| {
        format!(
            "CloudMonitor\n{{% macro m(n) %}}{{% if n %}}{{{{ m(n - 1) }}}}{{% endif %}}{{% endmacro %}}{{{{ m({times}) }}}}CloudMonitor"
        )
    };
    desk.write("good.jinja", &calls(20));
    desk.run(&["test", SCENARIO, "--template", "good.jinja"]).exits(0);
    desk.write("bad.jinja", &calls(1000));
    desk.run(&["test", SCENARIO, "--template", "bad.jinja"])
        .exits(2)
        .says("bad.jinja: line 2 of the template");
}
