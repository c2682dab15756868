//! Files: how they are found, read and written.

use std::{
    borrow::Cow,
    fs, io,
    io::Read as _,
    path::{Component, Path, PathBuf},
};

use regex::Regex;

mod destination;
mod stream;
mod write;

pub use destination::{Destination, Identity, identity_of};
pub use write::{discard, write_readable, write_whole};

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

/// Opens a regular file to read it. Whatever else stands under the name is refused with its kind, and
/// not opened: a pipe would be waited on, and a device may act when it is opened.
///
/// # Errors
/// Those of the file system; `InvalidInput` or `IsADirectory` for what is no regular file.
pub fn open(path: &Path) -> io::Result<fs::File> {
    must_be_regular(&fs::metadata(path)?)?;
    let file = fs::File::open(path)?;
    // Another may have taken its place meanwhile.
    must_be_regular(&file.metadata()?)?;
    Ok(file)
}

/// Reads a text of up to [`MAX_TEXT`] bytes from a regular file.
///
/// # Errors
/// Those of [`open`]; `InvalidData` for what is not UTF-8, and `FileTooLarge`.
pub fn read_text(path: &Path) -> io::Result<String> {
    text(open(path)?)
}

/// As [`read_text`], for a path that the user gave. A pipe is read where somebody handed it over open, as
/// a shell does for `<(…)` and for `/dev/stdin`: whoever wrote that meant it.
///
/// # Errors
/// Those of [`read_text`].
pub fn read_input(path: &Path) -> io::Result<String> {
    if !is_handed_over(path) {
        return read_text(path);
    }
    let file = fs::File::open(path)?;
    if file.metadata()?.is_dir() { Err(not_regular(file.metadata()?.file_type())) } else { text(file) }
}

/// Reads a regular file of any size.
///
/// # Errors
/// Those of [`open`].
pub fn read_whole(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn text(file: fs::File) -> io::Result<String> {
    let mut bytes = Vec::new();
    file.take(MAX_TEXT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_TEXT {
        let message = format!("it has more than {} MiB: is it the right file?", MAX_TEXT / 1024 / 1024);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    String::from_utf8(bytes)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "stream did not contain valid UTF-8"))
}

/// Whether a path names an open file of this process.
fn is_handed_over(path: &Path) -> bool {
    path == Path::new("/dev/stdin")
        || path
            .parent()
            .is_some_and(|folder| [Path::new("/dev/fd"), Path::new("/proc/self/fd")].contains(&folder))
}

/// Refuses what is no regular file.
///
/// # Errors
/// `InvalidInput` or `IsADirectory`, with the kind in the text.
pub fn must_be_regular(metadata: &fs::Metadata) -> io::Result<()> {
    if metadata.is_file() { Ok(()) } else { Err(not_regular(metadata.file_type())) }
}

fn not_regular(kind: fs::FileType) -> io::Error {
    let error = if kind.is_dir() { io::ErrorKind::IsADirectory } else { io::ErrorKind::InvalidInput };
    io::Error::new(error, format!("it is {}, and a regular file is needed", name_of(kind)))
}

#[cfg(unix)]
fn name_of(kind: fs::FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt as _;
    match kind {
        kind if kind.is_dir() => "a directory",
        kind if kind.is_fifo() => "a named pipe (FIFO)",
        kind if kind.is_socket() => "a socket",
        kind if kind.is_char_device() => "a character device",
        kind if kind.is_block_device() => "a block device",
        _ => "something else",
    }
}

#[cfg(not(unix))]
fn name_of(kind: fs::FileType) -> &'static str {
    if kind.is_dir() { "a directory" } else { "something else" }
}

/// A text whose lines end in LF alone, and that does not begin with a byte order mark: a checkout on
/// another system, or an editor, changes these in files that nobody meant to change. A CR that does not
/// stand before a line end is part of its line and stays.
#[must_use]
pub fn plain_lines(text: &str) -> Cow<'_, str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if !text.contains("\r\n") {
        return Cow::Borrowed(text);
    }
    // Several CR before one LF: converted once more, they would be fewer, and differ from themselves.
    let lines = text.split('\n').map(|line| line.trim_end_matches('\r'));
    let mut out = lines.collect::<Vec<_>>().join("\n");
    // Behind the last line end there is no line end.
    let behind = text.rsplit('\n').next().unwrap_or_default();
    out.push_str(&behind[behind.trim_end_matches('\r').len()..]);
    Cow::Owned(out)
}

/// The first bytes of a file, as far as they are a text.
///
/// # Errors
/// Those of the file system.
pub fn read_start(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    open(path)?.take(1024).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
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

/// The folder of a file, as a path that can be looked up.
#[must_use]
pub fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The file that `file` calls `name`, relative to where it stands. `..` leads to the folder that is
/// written before it; where that leads nowhere, to the one above in the file system, which is another one
/// behind a link.
#[must_use]
pub fn beside(file: &Path, name: &str) -> PathBuf {
    let full = folder(file).join(name);
    let written = tidy(&full);
    if !written.exists() && full.exists() { full } else { written }
}

/// Where a file stands, whatever was typed: all paths with one place mean the same by the names that they
/// use relative to it. A link is a place of its own, and so is a linked folder in another folder than
/// the one that it leads to.
#[must_use]
pub fn place(path: &Path) -> PathBuf {
    let Some(name) = path.file_name() else { return identity(path) };
    let folder = folder(path);
    let real = identity(folder);
    let above = identity(&tidy(&folder.join("..")));
    let is_real = real.parent().is_none_or(|parent| parent == above);
    if is_real || folder == Path::new(".") { real.join(name) } else { place(folder).join(name) }
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
        assert!(read_text(folder.path()).unwrap_err().to_string().contains("it is a directory"));
        fs::write(&path, b"caf\xe9").unwrap();
        assert_eq!(read_text(&path).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    fn line_ends_of_every_kind_are_one() {
        for (text, plain) in [
            ("a\r\nb\r\n", "a\nb\n"),
            ("a\r\r\nb", "a\nb"),
            ("\u{feff}a\n", "a\n"),
            ("a\rb", "a\rb"),
            ("a\r\nb\r", "a\nb\r"),
            ("a\u{85}b\u{2028}c", "a\u{85}b\u{2028}c"),
        ] {
            assert_eq!(plain_lines(text), plain, "{text:?}");
            assert_eq!(plain_lines(plain), plain, "what is plain stays as it is: {text:?}");
        }
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
