//! What `--help` shows beside the options: examples of each command, and the options of the cloud only where
//! a command calls it.

use clap::{CommandFactory as _, builder::Resettable};

use super::Cli;

/// Commands that call neither the cloud nor a robot.
const OFFLINE: [&str; 11] = [
    "validate",
    "review",
    "emulator",
    "relay",
    "explain",
    "init",
    "report",
    "events",
    "schema",
    "completions",
    "man",
];

/// The options that say where calls go, and as whom.
const OF_CALLS: [&str; 9] = [
    "endpoint",
    "region",
    "vpc",
    "profile",
    "access_key_id",
    "access_key_secret",
    "security_token",
    "retry_for",
    "record",
];

/// What is typed, and what for; each line is parsed by a test.
const EXAMPLES: [(&str, &[(&str, &str)]); 21] = [
    (
        "validate",
        &[
            ("bellcheck validate", "all files below this folder"),
            ("bellcheck validate bellcheck.yaml --deny warnings", "one spec, for a CI job"),
        ],
    ),
    (
        "plan",
        &[
            ("bellcheck plan bellcheck.yaml", "what apply would do"),
            ("bellcheck plan bellcheck.yaml --check", "exit 1 when the account differs, for a nightly job"),
            ("bellcheck plan bellcheck.yaml --out plan.json", "a plan to be reviewed, and applied as it is"),
        ],
    ),
    (
        "apply",
        &[
            ("bellcheck apply bellcheck.yaml", "asks before it writes"),
            ("bellcheck apply plan.json --yes", "exactly what a saved plan says"),
            ("bellcheck apply bellcheck.yaml --prune", "also deletes what the spec does not have any more"),
        ],
    ),
    ("destroy", &[("bellcheck destroy bellcheck.yaml", "asks before it deletes what the stack owns")]),
    ("import", &[("bellcheck import --region cn-hangzhou --out bellcheck.yaml", "secrets become variables")]),
    (
        "fleet",
        &[
            ("bellcheck fleet plan fleet.yaml", "all accounts and regions of the file"),
            ("bellcheck fleet apply fleet.yaml --yes", "without a question, for a CI job"),
        ],
    ),
    (
        "test",
        &[
            ("bellcheck test", "the scenarios of this folder, on the embedded emulator"),
            ("bellcheck test scenarios/stop.yaml --junit report.xml", "one scenario, with a report"),
            (
                "bellcheck test --backend live --bind web-1=i-bp1 --allow-account 1000000000000001",
                "on a real account; asks before it begins",
            ),
        ],
    ),
    ("sweep", &[("bellcheck sweep --dry-run", "what killed runs left, and what would be undone")]),
    (
        "conform",
        &[
            ("bellcheck conform cassettes", "where recordings of the cloud differ from the emulator"),
            ("bellcheck conform --live", "asks an account what the documents leave open"),
        ],
    ),
    (
        "review",
        &[
            ("bellcheck review", "look and decide, one by one"),
            ("bellcheck review --accept --snapshot stop.stopping", "without a terminal"),
        ],
    ),
    (
        "emulator",
        &[
            ("bellcheck emulator --spec bellcheck.yaml", "with the robots of a spec"),
            ("bellcheck emulator --clock virtual --switch help", "lists what public sources leave open"),
        ],
    ),
    (
        "relay",
        &[(
            "bellcheck relay --spec bellcheck.yaml --spool spool --forward ops=@ops.url",
            "keeps each message of robot `ops`, and forwards it",
        )],
    ),
    ("send", &[("bellcheck send --robot ops --text 'CloudMonitor: a test'", "posts to the real robot")]),
    (
        "explain",
        &[
            ("bellcheck explain bellcheck.yaml --event Instance:StateChange", "whom one event reaches"),
            ("bellcheck explain bellcheck.yaml --all", "all events, and which reach nobody"),
        ],
    ),
    (
        "doctor",
        &[
            ("bellcheck doctor bellcheck.yaml", "what is missing for the spec to work"),
            (
                "bellcheck doctor bellcheck.yaml --ram-policy --for test",
                "the permissions of a key for live runs",
            ),
        ],
    ),
    ("init", &[("bellcheck init alerting --ci gitlab", "a starter in a new folder")]),
    ("report", &[("bellcheck report merge one.json other.json", "the reports of two parts of a fleet")]),
    ("events", &[("bellcheck events --product ECS --level CRITICAL", "names for `event_pattern`")]),
    ("schema", &[("bellcheck schema spec", "for an editor")]),
    ("completions", &[("bellcheck completions bash", "for a shell's start-up file")]),
    (
        "man",
        &[
            ("bellcheck man", "the page of the program, for `man -l -`"),
            ("bellcheck man --out-dir man1", "all pages, as files"),
        ],
    ),
];

/// All that can be typed, with its help.
pub(in crate::cli) fn command() -> clap::Command {
    dressed(Cli::command())
}

/// The same, for which no variable of the environment counts.
pub(in crate::cli) fn command_alone() -> clap::Command {
    dressed(Cli::command().mut_args(|argument| argument.env(Resettable::Reset)))
}

fn dressed(mut command: clap::Command) -> clap::Command {
    // The options of all commands are handed down to each.
    command.build();
    for (name, examples) in EXAMPLES {
        command = command.mut_subcommand(name, |known| {
            let known = known.after_help(shown(examples));
            if !OFFLINE.contains(&name) {
                return known;
            }
            let of_calls = |id: &clap::Id| OF_CALLS.iter().any(|one| *id == *one);
            known.mut_args(|argument| {
                let is_hidden = argument.is_hide_set() || of_calls(argument.get_id());
                argument.hide(is_hidden)
            })
        });
    }
    command
}

/// Examples below each other, with what they are for.
fn shown(examples: &[(&str, &str)]) -> String {
    let lines = examples.iter().map(|(typed, about)| format!("\n  {typed}\n      {about}"));
    format!("Examples:{}", lines.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_command_has_examples_that_can_be_typed() {
        let known: Vec<String> =
            Cli::command().get_subcommands().map(|one| one.get_name().to_owned()).collect();
        let shown: Vec<&str> = EXAMPLES.iter().map(|(name, _)| *name).collect();
        assert_eq!(known, shown);
        for (name, examples) in EXAMPLES {
            for (typed, _) in examples {
                let words = typed.replace("'CloudMonitor: a test'", "text");
                let matches = command().try_get_matches_from(words.split(' '));
                let matches = matches.unwrap_or_else(|error| panic!("{typed}: {error}"));
                assert_eq!(matches.subcommand_name(), Some(name), "{typed}");
            }
        }
    }

    #[test]
    fn what_calls_nothing_has_no_options_for_calls() {
        for command in command().get_subcommands_mut().filter(|one| one.get_name() != "help") {
            let is_offline = OFFLINE.contains(&command.get_name());
            let help = command.render_long_help().to_string();
            assert_eq!(help.contains("--access-key-id"), !is_offline, "{}", command.get_name());
            assert!(help.contains("Examples:"), "{}", command.get_name());
        }
    }
}
