//! What a new folder begins with. Spec, scenario and snapshots are those of the quickstart; a test
//! keeps them so.

use crate::cli::args::Ci;

/// A file to write.
pub(super) struct File {
    /// Below the folder.
    pub(super) path: &'static str,
    /// What is in it.
    pub(super) text: String,
}

const STARTER: [(&str, &str); 4] = [
    ("bellcheck.yaml", include_str!("starter/bellcheck.yaml")),
    ("scenarios/stop-instance.yaml", include_str!("starter/scenarios/stop-instance.yaml")),
    ("fixtures/stop-instance.stopping.snap", include_str!("starter/fixtures/stop-instance.stopping.snap")),
    ("fixtures/stop-instance.stopped.snap", include_str!("starter/fixtures/stop-instance.stopped.snap")),
];

/// The files, with the workflow for one kind of CI.
pub(super) fn files(ci: Ci) -> Vec<File> {
    let mut files: Vec<File> =
        STARTER.iter().map(|(path, text)| File { path, text: (*text).to_owned() }).collect();
    let workflow = match ci {
        Ci::Github => Some((".github/workflows/bellcheck.yml", include_str!("ci/github.yml"))),
        Ci::Gitlab => Some((".gitlab-ci.yml", include_str!("ci/gitlab.yml"))),
        Ci::None => None,
    };
    files.extend(
        workflow
            .map(|(path, text)| File { path, text: text.replace("@VERSION@", env!("CARGO_PKG_VERSION")) }),
    );
    files
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    #[test]
    fn the_starter_is_the_quickstart() {
        let quickstart = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/quickstart");
        for (path, text) in STARTER {
            assert_eq!(fs::read_to_string(quickstart.join(path)).unwrap(), text, "{path}");
        }
    }

    #[test]
    fn no_placeholder_is_left() {
        for ci in [Ci::Github, Ci::Gitlab] {
            let files = files(ci);
            assert_eq!(files.len(), 5);
            assert!(files.iter().all(|file| !file.text.contains("@VERSION@")));
        }
        assert_eq!(files(Ci::None).len(), 4);
    }
}
