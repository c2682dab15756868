//! Files that are no YAML, or not of a spec's shape, as their writer sees it.

use super::*;

#[test]
fn a_file_that_is_not_yaml() {
    insta::assert_snapshot!(drawn("stack: t\nrobots:\n  ops: {webhook: x\ncontacts:\n"));
}

#[test]
fn a_variable_in_flow_style_wants_quotes() {
    insta::assert_snapshot!(drawn("stack: t\nrobots:\n  值班: { webhook: ${TOKEN} }\n"));
}

#[test]
fn duplicate_keys_are_all_found() {
    insta::assert_snapshot!(drawn(
        "stack: t\nregion: cn-hangzhou\nstack: u\nrobots:\n  ops:\n    webhook: x\n  ops:\n    webhook: y\n"
    ));
}

#[test]
fn an_alias_without_an_anchor() {
    insta::assert_snapshot!(drawn("stack: t\ngroups:\n  ecs:\n    <<: *team\n"));
}

#[test]
fn a_second_document() {
    insta::assert_snapshot!(drawn("stack: t\nregion: cn-hangzhou\n---\nstack: u\n"));
}

#[test]
fn an_empty_file_lacks_what_is_required() {
    insta::assert_snapshot!(drawn("# nothing yet\n"));
}

#[test]
fn a_list_is_not_a_spec() {
    insta::assert_snapshot!(drawn("- stack: t\n"));
}

#[test]
fn unknown_keys_are_all_found_and_their_neighbours_named() {
    insta::assert_snapshot!(drawn(&format!(
        "{}\nregions: x\n",
        sound_but("webhook:", "webhok:").replace("      names:", "      name:").replace("product", "produkt")
    )));
}

#[test]
fn a_key_in_the_wrong_place_is_sent_to_the_right_one() {
    insta::assert_snapshot!(drawn(&sound_but("    targets:", "    levels: [INFO]\n    targets:")));
}

#[test]
fn wrong_types() {
    let text = sound_but("[INFO]", "INFO")
        .replace("    contacts: [duty]", "    contacts: [duty, [x]]\n    subscribed: yes")
        .replace("    targets:", "    silence: 5 minutes\n    enabled: \"true\"\n    targets:")
        .replace("    robot: ops", "    robot: ops\n    email:\n    language: english");
    insta::assert_snapshot!(drawn(&text));
}

#[test]
fn variables_that_cannot_be_filled() {
    let text = sound_but("access_token=aaaa", "access_token=${TOKEN}")
        .replace("stack: t", "stack: \"${STACK\"")
        .replace("[duty]", "[\"${A}\", \"${1}\", \"${A:-${B}}\"]")
        .replace("    robot: ops", "    robot: ops\n    description: \"${A} 值 ${A}, $${kept}\"");
    insta::assert_snapshot!(drawn(&text));
}

#[test]
fn a_variable_in_a_key() {
    insta::assert_snapshot!(drawn(&sound_but("  state:", "  \"${RULE}\":")));
}
