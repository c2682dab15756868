//! Files: how they are found, read and written.

use std::{
    fs, io,
    io::Read as _,
    path::{Component, Path, PathBuf},
};

use regex::Regex;

mod destination;
mod stream;
mod write;

pub use destination::{Destination, Identity, identity_of};
pub use write::{discard, write_whole};

/// Bytes that a text may have. Files that people write are far smaller; what is larger, or never ends
/// (a device), is not one of them.
pub const MAX_TEXT: u64 = 4 * 1024 * 1024;

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

/// Reads a text of up to [`MAX_TEXT`] bytes.
///
/// # Errors
/// Those of the file system; `InvalidData` for what is not UTF-8 or too large.
pub fn read_text(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    fs::File::open(path)?.take(MAX_TEXT + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MAX_TEXT {
        let message = format!("it has more than {} MiB: is it the right file?", MAX_TEXT / 1024 / 1024);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    Ok(text)
}

/// `scenarios/../bellcheck.yaml` as `bellcheck.yaml`, as a reader would write it. Only names that the
/// path itself spells are folded.
#[must_use]
pub fn tidy(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

/// What a pattern stands for: `*` and `?` for characters of one name, `**/` for any folders. The
/// expression fits whole texts.
///
/// # Errors
/// A pattern that is too large.
pub fn wildcard(pattern: &str) -> Result<Regex, regex::Error> {
    let text = regex::escape(pattern);
    let text = text.replace(r"\*\*/", "(?:.*/)?").replace(r"\*", "[^/]*").replace(r"\?", "[^/]");
    Regex::new(&format!("^{text}$"))
}

/// What two paths of one file have in common: the real path where the file exists.
#[must_use]
pub fn identity(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| tidy(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_folders_are_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b/x.yaml", "a/y.yaml", ".git/z.yaml", "target/t.yaml", "a/n.txt"] {
            write_whole(&folder.path().join(name), b"").unwrap();
        }
        let found = find(folder.path(), ".yaml").unwrap();
        assert_eq!(found, [folder.path().join("a/y.yaml"), folder.path().join("b/x.yaml")]);
    }

    #[test]
    fn a_text_has_an_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("large");
        let size = usize::try_from(MAX_TEXT).unwrap();
        fs::write(&path, vec![b'a'; size]).unwrap();
        assert_eq!(read_text(&path).unwrap().len(), size);
        fs::write(&path, vec![b'a'; size + 1]).unwrap();
        assert!(read_text(&path).unwrap_err().to_string().contains("more than 4 MiB"));
        assert!(read_text(folder.path()).is_err());
        fs::write(&path, b"caf\xe9").unwrap();
        assert_eq!(read_text(&path).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    fn paths_read_as_a_person_writes_them() {
        for (from, to) in [
            ("scenarios/../bellcheck.yaml", "bellcheck.yaml"),
            ("./a/./b.yaml", "a/b.yaml"),
            ("../x/../../b.yaml", "../../b.yaml"),
            ("/a/../b.yaml", "/b.yaml"),
        ] {
            assert_eq!(tidy(Path::new(from)), Path::new(to), "{from}");
        }
    }
}
