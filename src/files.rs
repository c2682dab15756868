//! Files that are either whole or not there.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Writes `contents` to a temporary file beside `path` and renames it, so that a reader (and a crash)
/// sees the old file or the new one and never a half.
///
/// # Errors
/// Those of the file system, with the path in the text.
pub fn write_whole(path: &Path, contents: &[u8]) -> io::Result<()> {
    let within = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        fs::create_dir_all(parent).map_err(within)?;
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = path.with_file_name(name);
    let written = fs::write(&temporary, contents).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // The first error is the one to tell; what is left behind is at most the temporary file.
        fs::remove_file(&temporary).ok();
    }
    written.map_err(within)
}

/// All files under `root` (itself included) whose name ends in `suffix`, sorted; hidden folders and
/// `target` are passed over.
///
/// # Errors
/// Those of the file system, with the path in the text.
pub fn find(root: &Path, suffix: &str) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![root.to_owned()];
    while let Some(path) = open.pop() {
        let within = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if fs::symlink_metadata(&path).map_err(within)?.is_dir() {
            if path != root && (name.starts_with('.') || name == "target") {
                continue;
            }
            for entry in fs::read_dir(&path).map_err(within)? {
                open.push(entry.map_err(within)?.path());
            }
        } else if name.ends_with(suffix) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/a.snap");
        write_whole(&path, b"one").unwrap();
        write_whole(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(find(folder.path(), "").unwrap(), vec![path.clone()]);
        let fault = write_whole(&path.join("below-a-file"), b"x").unwrap_err();
        assert!(fault.to_string().contains("below-a-file"), "{fault}");
    }

    #[test]
    fn hidden_folders_are_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b/x.yaml", "a/y.yaml", ".git/z.yaml", "target/t.yaml", "a/n.txt"] {
            write_whole(&folder.path().join(name), b"").unwrap();
        }
        let found = find(folder.path(), ".yaml").unwrap();
        assert_eq!(found, [folder.path().join("a/y.yaml"), folder.path().join("b/x.yaml")]);
    }
}
