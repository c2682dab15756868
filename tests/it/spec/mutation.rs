//! Valid files with bytes lost, doubled and swapped: whatever comes of it, it is answered.

use std::{fs, path::Path};

use bellcheck::{
    report::findings,
    spec::{Variables, check_all},
};
use proptest::{prelude::*, sample::Index};

const FILES: [&str; 3] =
    ["examples/quickstart/bellcheck.yaml", "examples/reference/bellcheck.yaml", "scenarios/bellcheck.yaml"];
/// What YAML gives a meaning to, and what is not one byte.
const PIECES: [&str; 16] = [
    "\n",
    "  ",
    ":",
    "- ",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "&a ",
    "*a",
    "${",
    "<<: *ecs-team\n",
    "监",
    "\u{feff}",
];

#[derive(Debug, Clone)]
enum Change {
    Remove(Index, usize),
    Double(Index, usize),
    Swap(Index, Index, usize),
    Insert(Index, usize),
}

fn change() -> impl Strategy<Value = Change> {
    let length = 1..40usize;
    prop_oneof![
        (any::<Index>(), length.clone()).prop_map(|(at, length)| Change::Remove(at, length)),
        (any::<Index>(), length.clone()).prop_map(|(at, length)| Change::Double(at, length)),
        (any::<Index>(), any::<Index>(), length).prop_map(|(a, b, length)| Change::Swap(a, b, length)),
        (any::<Index>(), 0..PIECES.len()).prop_map(|(at, piece)| Change::Insert(at, piece)),
    ]
}

/// Carries changes out on bytes; what is no UTF-8 afterwards is replaced.
fn changed(text: &str, changes: &[Change]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for change in changes {
        let size = bytes.len();
        if size == 0 {
            break;
        }
        let range = |at: &Index, length: usize| at.index(size)..(at.index(size) + length).min(size);
        match change {
            Change::Remove(at, length) => drop(bytes.drain(range(at, *length))),
            Change::Double(at, length) => {
                let piece = bytes[range(at, *length)].to_vec();
                bytes.splice(at.index(size)..at.index(size), piece);
            }
            Change::Swap(one, other, length) => {
                for step in 0..*length {
                    bytes.swap((one.index(size) + step) % size, (other.index(size) + step) % size);
                }
            }
            Change::Insert(at, piece) => {
                bytes.splice(at.index(size)..at.index(size), PIECES[*piece].bytes());
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_change_of_a_spec_goes_unanswered(file in 0..FILES.len(), changes in proptest::collection::vec(change(), 1..6)) {
        let text = changed(&read(FILES[file]), &changes);
        let part = changed(&read(FILES[0]), &changes);
        let checked = check_all(&[("a.yaml", &text), ("b.yaml", &part)], &|_| None);
        for finding in &checked.findings {
            let drawn = finding.render(false, 100);
            prop_assert!(drawn.contains(finding.code) && finding.help.as_ref().is_some_and(|help| !help.is_empty()), "{}", drawn);
            prop_assert!(!findings::to_github(finding, &bellcheck::report::github::Workspace::new(None)).contains('\n'));
        }
        prop_assert!(findings::to_json(&checked.findings).is_array());
        if checked.findings.is_empty() {
            prop_assert!(!checked.specs.is_empty());
        }
    }

    #[test]
    fn no_change_of_a_file_of_values_goes_unanswered(changes in proptest::collection::vec(change(), 1..6)) {
        let text = changed("TOKEN: hunter2hunter2\nREGION: \"cn-hangzhou\"\nLONG: |\n  hunter2\n  hunter2\n", &changes);
        if let Err(found) = Variables::default().add_file("values.yaml", &text) {
            for finding in found {
                prop_assert!(finding.help.is_some(), "{:?}", finding);
                prop_assert!(finding.render(false, 100).contains(finding.code));
            }
        }
    }
}
