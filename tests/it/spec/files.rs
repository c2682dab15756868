//! Several files: includes, folders, stacks.

use crate::support::Desk;

const SPEC: &str = "quickstart/bellcheck.yaml";

/// The quickstart in three files: the spec, its people, and their robots.
fn split() -> Desk {
    let desk = Desk::new();
    let text = desk.read(SPEC);
    let at = |what: &str| text.find(what).unwrap();
    let (robots, contacts, groups) = (at("robots:"), at("contacts:"), at("groups:"));
    let whole = format!("{}include: [people/all.yaml]\n\n{}", &text[..robots], &text[groups..]);
    desk.write(
        "quickstart/people/all.yaml",
        &format!("include: [../robots.yaml]\n{}", &text[contacts..groups]),
    );
    desk.write("quickstart/robots.yaml", &text[robots..contacts]);
    desk.write(SPEC, &whole);
    desk
}

#[test]
fn a_spec_in_parts_is_the_same_spec() {
    let desk = split();
    desk.run(&["validate", "quickstart"])
        .exits(0)
        .says("ok quickstart/robots.yaml (included)")
        .says("5 files checked, 0 faulty: no errors, no warnings");
    desk.run(&["test", "quickstart"]).exits(0).says("2 scenarios: 2 passed");
}

#[test]
fn a_fault_in_a_part_is_drawn_in_the_part() {
    let desk = split();
    desk.replace("quickstart/people/all.yaml", "robot: managers", "robot: manager");
    desk.run(&["validate", SPEC])
        .exits(1)
        .says("quickstart/people/all.yaml:10:12")
        .says("there is no robot `manager`")
        .says("did you mean `managers`?")
        .says("faulty quickstart/bellcheck.yaml")
        .says("ok quickstart/robots.yaml");
    // The scenario's failure names the part's line, too.
    let desk = split();
    desk.replace("quickstart/people/all.yaml", "    robot: ops\n", "    email: duty@example.com\n");
    desk.run(&["test", "quickstart"]).exits(1).says("(quickstart/people/all.yaml:3)");
}

#[test]
fn a_name_in_two_files_is_told_with_both_places() {
    let desk = split();
    let more = "contacts:\n  duty-engineer: { email: a@example.com }\n";
    desk.write("quickstart/robots.yaml", &format!("{}{more}", desk.read("quickstart/robots.yaml")));
    desk.run(&["validate", SPEC])
        .exits(1)
        .says("contact `duty-engineer` is written in two files")
        .says("quickstart/people/all.yaml:3:3")
        .says("quickstart/robots.yaml:10:3")
        .says("first here")
        .says("again here");
}

#[test]
fn files_that_include_each_other() {
    let desk = split();
    desk.replace("quickstart/robots.yaml", "robots:", "include: [bellcheck.yaml]\nrobots:");
    desk.run(&["validate", SPEC])
        .exits(1)
        .says("these files include each other")
        .says("quickstart/robots.yaml:1:11")
        .says("leads back to `quickstart/bellcheck.yaml`");
    desk.write("self.yaml", "stack: a\nregion: cn-hangzhou\ninclude: [./self.yaml]\n");
    desk.run(&["validate", "self.yaml"]).exits(1).says("self.yaml:3:11").says("include each other");
}

#[test]
fn a_file_that_is_included_twice() {
    let desk = split();
    desk.replace(SPEC, "[people/all.yaml]", "[people/all.yaml, people/../robots.yaml]");
    desk.run(&["validate", SPEC])
        .exits(1)
        .says("`quickstart/robots.yaml` is included twice")
        .says("quickstart/bellcheck.yaml:6:28")
        .says("quickstart/people/all.yaml:1:11");
}

#[test]
fn a_file_that_cannot_be_included() {
    let desk = split();
    desk.replace(SPEC, "[people/all.yaml]", "[people/al.yaml]");
    let run = desk.run(&["validate", SPEC]).exits(1);
    // Its names are missed everywhere; only the cause is told.
    run.says("quickstart/bellcheck.yaml:6:11").says("quickstart/people/al.yaml").hides("there is no contact");
    let desk = split();
    desk.replace("quickstart/robots.yaml", "  ops:", "  ops: {");
    desk.run(&["validate", SPEC])
        .exits(1)
        .says("quickstart/robots.yaml:")
        .says("faulty quickstart/robots.yaml (included)")
        .hides("there is no robot");
    let desk = split();
    desk.replace(SPEC, "[people/all.yaml]", "[\"${WHERE:-people}/all.yaml\"]");
    desk.run(&["validate", SPEC]).exits(1).says("the path of a file has no variables");
    let desk = split();
    desk.replace("quickstart/robots.yaml", "robots:", "stack: other\nrobots:");
    desk.run(&["validate", SPEC]).exits(1).says("quickstart/robots.yaml:1:1").says("belongs to the stack");
}

/// Files of one folder: `name` and text.
fn folder(files: &[(&str, &str)]) -> Desk {
    let desk = Desk::new();
    for (name, text) in files {
        desk.write(&format!("specs/{name}"), text);
    }
    desk
}

const PEOPLE: &str = "stack: one\nregion: cn-hangzhou\ncontacts:\n  li: { email: li@example.com }\n";
const GROUPS: &str = "stack: one\nregion: cn-hangzhou\ngroups:\n  all: { contacts: [li] }\n";
const RULES: &str = "stack: one
region: cn-hangzhou
rules:
  state:
    event_pattern: { product: ECS, names: [\"Instance:StateChange\"] }
    targets: [{ group: all }]
";

#[test]
fn files_of_one_stack_are_one_spec() {
    let desk = folder(&[("a.yaml", RULES), ("b.yaml", PEOPLE), ("c.yaml", GROUPS), ("notes.yaml", "x: 1\n")]);
    let typed = ["specs/a.yaml", "specs/b.yaml", "specs/c.yaml", "specs/a.yaml"];
    // In the folder is a file that is none of ours.
    for (paths, warnings) in [(&["specs"][..], "1 warning"), (&typed, "no warnings")] {
        let args: Vec<&str> = ["validate"].iter().chain(paths).copied().collect();
        desk.run(&args).exits(0).says(&format!("3 files checked, 0 faulty: no errors, {warnings}"));
    }
    // One file of them lacks what the others have.
    desk.run(&["validate", "specs/a.yaml"]).exits(1).says("there is no group `all`");
    let cloud = crate::support::Cloud::start(&desk, &[]);
    cloud.run(&desk, &["apply", "specs", "--yes"]).exits(0);
    cloud.run(&desk, &["plan", "specs", "--check", "--prune"]).exits(0);
    cloud.run(&desk, &["plan", "specs/b.yaml", "specs/a.yaml", "specs/c.yaml", "--check"]).exits(0);
}

#[test]
fn files_of_one_stack_must_agree() {
    let other = GROUPS.replace("cn-hangzhou", "cn-beijing");
    let desk = folder(&[("a.yaml", PEOPLE), ("b.yaml", &other)]);
    desk.run(&["plan", "specs"])
        .exits(2)
        .says("two files of one stack have different values of `region`")
        .says("specs/a.yaml:2:9")
        .says("specs/b.yaml:2:9");
    let twice = format!("{GROUPS}contacts:\n  li: {{ email: b@example.com }}\n");
    let desk = folder(&[("a.yaml", PEOPLE), ("b.yaml", &twice)]);
    desk.run(&["plan", "specs"]).exits(2).says("specs/b.yaml:6:3").says("specs/a.yaml:4:3");
}

#[test]
fn two_stacks_do_not_share_a_name_in_a_region() {
    let two = PEOPLE.replace("one", "two");
    let desk = folder(&[("a.yaml", PEOPLE), ("b.yaml", &two)]);
    desk.run(&["plan", "specs"])
        .exits(2)
        .says("stacks `one` and `two` both have contact `li` in cn-hangzhou")
        .says("specs/a.yaml:4:3")
        .says("specs/b.yaml:4:3");
    desk.write("specs/b.yaml", &two.replace("cn-hangzhou", "cn-beijing"));
    desk.run(&["validate", "specs"]).exits(0);
}

#[test]
fn two_files_of_one_stack_do_not_include_the_same_file() {
    let part = "contacts:\n  li: { email: li@example.com }\n";
    let with = |more: &str| format!("stack: one\nregion: cn-hangzhou\ninclude: [part.yml]\n{more}");
    let desk = folder(&[("a.yaml", &with("")), ("b.yaml", &with("")), ("part.yml", part)]);
    desk.run(&["validate", "specs"])
        .exits(1)
        .says("`specs/part.yml` is included twice")
        .says("specs/a.yaml:3:11")
        .says("specs/b.yaml:3:11")
        .hides("written in two files");
}

#[test]
fn a_folder_without_a_spec() {
    let desk = folder(&[("notes.yaml", "x: 1\n")]);
    desk.run(&["plan", "specs"]).exits(2).says("no spec is in specs").says("`stack:`");
}

#[test]
fn what_never_ends_is_not_read() {
    let desk = Desk::new();
    desk.run(&["validate", "/dev/zero"]).exits(2).says("/dev/zero").says("it is a character device");
    desk.write("a.yaml", "stack: a\nregion: cn-hangzhou\ninclude: [/dev/zero]\n");
    desk.run(&["validate", "a.yaml"]).exits(1).says("a.yaml:3:11").says("it is a character device");
}
