//! The reports of a run, judged by readers that others wrote, and with a hostile message in them.

use crate::hostile_run::{REPORTS, desk, run};

#[test]
fn a_hostile_message_harms_no_report_and_no_terminal() {
    let desk = desk();
    let shown = run(&desk);
    assert!(shown.stdout.contains("⟨U+001B⟩[31mred ⟨U+202E⟩desrever⟨U+202C⟩"), "{}", shown.stdout);
    let mut texts = vec![("terminal".to_owned(), shown.all())];
    for file in REPORTS.iter().skip(1).step_by(2).chain(&["steps.xml"]) {
        texts.push(((*file).to_owned(), desk.read(file)));
    }
    for (name, text) in &texts {
        assert_eq!(acting(text), None, "{name}");
        // The message is there all the same.
        assert!(text.contains("desrever"), "{name}");
    }
    // No line of the log is as long as the word.
    assert!(shown.stdout.lines().all(|line| line.chars().count() < 1100), "{}", shown.stdout);
    let page = desk.read("o.html");
    assert_eq!((page.matches("<script").count(), page.matches("</script").count()), (1, 1));
    // In Markdown all of it stands in fences or is escaped.
    let markdown = desk.read("o.md");
    let mut fence: Option<&str> = None;
    for line in markdown.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        match fence {
            Some(open) if line == open => fence = None,
            Some(_) => {}
            None if ticks >= 3 => fence = Some(&line[..ticks]),
            None => assert!(!line.contains("<script") && !line.contains("<b"), "{line}"),
        }
    }
    assert_eq!(fence, None);
    // TAP has no test point that the program did not make.
    let points = desk
        .read("o.tap")
        .lines()
        .filter(|line| line.starts_with("not ok ") || line.starts_with("ok "))
        .count();
    assert_eq!(points, 4);
}

/// The first character that would act on a reader.
fn acting(text: &str) -> Option<char> {
    text.chars().find(|c| {
        (c.is_control() && *c != '\n' && *c != '\t')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}')
    })
}

#[test]
fn a_hostile_message_in_a_snapshot_is_exact_in_the_file_and_visible_at_its_review() {
    let desk = desk();
    run(&desk);
    let proposed = desk.read("fixtures/one.snap.new");
    for part in [
        "\u{1b}[31mred",
        "\u{202e}desrever\u{202c}",
        "\u{9b}2J\u{7}\u{2028}end web-1",
        "<script>pwned = 2</script>",
    ] {
        assert!(proposed.contains(part), "{part:?}\n{proposed}");
    }
    assert!(proposed.contains(&"W".repeat(18_700)));
    for args in [&["review", "--diff"][..], &["review", "--accept"]] {
        let shown = desk.run(args);
        assert_eq!(acting(&shown.all()), None, "{args:?}");
        assert!(shown.stdout.contains("⟨U+001B⟩[31mred ⟨U+202E⟩desrever⟨U+202C⟩"), "{}", shown.stdout);
    }
    // What was accepted is the message, byte for byte.
    assert!(desk.read("fixtures/one.snap").contains("\u{9b}2J\u{7}\u{2028}end web-1"));
    desk.run(&["test", "s/d.yaml", "--template", "evil.jinja"]).exits(0);
}
