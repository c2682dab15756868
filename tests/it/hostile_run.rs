//! A run of every kind of verdict, with a hostile message in it, and all its reports.

use std::fs;

use crate::support::{Desk, Run};

/// A message that means no good, as a template: each event is told so.
fn hostile() -> String {
    // With the rest, close to the 20,000 bytes that a robot takes.
    let word = "W".repeat(18_700);
    format!(
        "CloudMonitor {{{{ state }}}} <script>pwned = 1</script> \u{1b}[31mred \u{202e}desrever\u{202c} | `x`\n### CloudMonitor {{{{ state }}}} </p></script><script>pwned = 2</script>\n[click](javascript:pwned=3) ![i](https://example.com/pixel.png) **<img src=x onerror=pwned=4>**\n::error::injected\n```\n- a | b | <b onclick=pwned=5>\n]]> --> # TODO not ok 1\n{word}\n\u{9b}2J\u{7}\u{2028}end {{{{ instance_name }}}}\n"
    )
}

fn scenario(name: &str, message: &str) -> String {
    format!(
        "name: {name}\ntags: [smoke]\nspec: ../bellcheck.yaml\ninstances:\n  web-1: {{ state: Running }}\nsteps:\n  - stop: web-1\n  - expect: {{ robot: ops, within: 1m, message: [{message}] }}\n"
    )
}

/// A run of every kind: passed, failed by a word and by a snapshot, errored, and all told by a hostile message.
pub(crate) fn desk() -> Desk {
    let desk = Desk::new();
    fs::copy(desk.path("quickstart/bellcheck.yaml"), desk.path("bellcheck.yaml")).unwrap();
    desk.write("evil.jinja", &hostile());
    desk.write("s/a.yaml", &scenario("\"Passes <b> \\e[1m \\u202e | # x\"", "{ contains: Stopped }"));
    desk.write(
        "s/b.yaml",
        &scenario("Fails", "{ contains: Exploded }")
            .replace("steps:", "on_failure: [rules, journal]\nsteps:"),
    );
    desk.write(
        "s/c.yaml",
        &scenario("Errs", "{ contains: Stopped }").replace("state: Running", "state: Stopped"),
    );
    desk.write(
        "s/d.yaml",
        &scenario("Differs", "{ contains: Stopped }").replace("within: 1m,", "within: 1m, snapshot: one,"),
    );
    desk
}

pub(crate) const REPORTS: [&str; 10] =
    ["--junit", "o.xml", "--json", "o.jsonl", "--tap", "o.tap", "--markdown", "o.md", "--html", "o.html"];

pub(crate) fn run(desk: &Desk) -> Run {
    // First the snapshot of another message, so that there is a difference.
    desk.run(&["test", "s/d.yaml"]).exits(1);
    desk.run(&["review", "--accept"]).exits(0);
    desk.run(&[&["test", "s", "--template", "evil.jinja", "--retries", "2"], &REPORTS[..]].concat()).exits(1);
    desk.run(&[
        "test",
        "s",
        "--template",
        "evil.jinja",
        "--junit",
        "steps.xml",
        "--junit-granularity",
        "step",
    ])
    .exits(1)
}
