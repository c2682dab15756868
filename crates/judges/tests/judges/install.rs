//! Installs the pinned clients into `target/foreign/`, once, by the ordinary clients of their
//! registries.

use std::{
    ffi::OsString,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::outside::{seated, source, target, version};

/// Who runs a judge's program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Runtime {
    Python,
    Node,
}

/// Where a judge's program finds its clients.
pub(crate) struct Installed {
    pub(crate) program: &'static str,
    /// The variable that names the folders of the clients, and its value.
    pub(crate) path: (&'static str, OsString),
}

impl Runtime {
    /// The clients, installed if they are not yet.
    ///
    /// `None` when this machine cannot run or get them, which is said on stderr.
    ///
    /// # Panics
    /// With `CI=true`, where a judge that does not sit would look like one that is content.
    pub(crate) fn ready(self) -> Option<Installed> {
        seated(self.install(), &format!("foreign clients ({self:?})"))
    }

    fn install(self) -> Result<Installed, String> {
        let sources = source();
        match self {
            Self::Python => {
                let pip = ["-m", "pip", "install", "--quiet", "--no-deps", "--no-compile"];
                let folder = |name: &str, requirements: &str, more: &[&str]| {
                    let list = sources.join("python").join(requirements);
                    once(name, &[&list], |folder| {
                        let mut command = Command::new("python3");
                        command.args(pip).args(more).arg("--requirement").arg(&list);
                        command.arg("--target").arg(folder);
                        command
                    })
                };
                version("python3", &["-m", "pip", "--version"])?;
                let (pure, native) = std::thread::scope(|scope| {
                    let native = scope.spawn(|| folder("python-native", "requirements-native.txt", &[]));
                    let pure = folder("python", "requirements.txt", &["--require-hashes"]);
                    (pure, native.join().unwrap())
                });
                let path = std::env::join_paths([pure?, native?]).map_err(|error| error.to_string())?;
                Ok(Installed { program: "python3", path: ("PYTHONPATH", path) })
            }
            Self::Node => {
                let files = ["package.json", "package-lock.json"].map(|name| sources.join("node").join(name));
                version("node", &["--version"])?;
                version("npm", &["--version"])?;
                let folder = once("node", &[&files[0], &files[1]], |folder| {
                    for file in &files {
                        fs::copy(file, folder.join(file.file_name().unwrap())).unwrap();
                    }
                    let mut command = Command::new("npm");
                    command.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix"]);
                    command.arg(folder);
                    command
                })?;
                Ok(Installed { program: "node", path: ("NODE_PATH", folder.join("node_modules").into()) })
            }
        }
    }
}

/// The folder of the sources that hold the schema of JUnit reports: an archive, as it was published.
pub(crate) fn schemas() -> Option<PathBuf> {
    let list = source().join("python/requirements-schemas.txt");
    let got = version("python3", &["-m", "pip", "--version"]).and_then(|()| {
        once("python-schemas", &[&list], |folder| {
            let mut command = Command::new("python3");
            command.args(["-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]);
            command.arg("--require-hashes").arg("--requirement").arg(&list).arg("--dest").arg(folder);
            command
        })
    });
    seated(got, "the schema of JUnit reports")
}

/// A browser that pages are opened in, and where its libraries are if it is not installed.
pub(crate) struct Browser {
    pub(crate) program: PathBuf,
    pub(crate) libraries: Option<PathBuf>,
}

/// Chromium: the one that is installed, or else Debian's, unpacked into `target/`. Its version is that of
/// the distribution, which keeps no older one to pin.
pub(crate) fn browser() -> Option<Browser> {
    for name in ["chromium", "chromium-browser", "google-chrome"] {
        if version(name, &["--version"]).is_ok() {
            return Some(Browser { program: name.into(), libraries: None });
        }
    }
    let root = seated(debian("chromium", "usr/lib/chromium/chromium", &[]), "Chromium")?;
    let program = root.join("usr/lib/chromium/chromium");
    Some(Browser { program, libraries: Some(root.join("usr/lib")) })
}

/// Prometheus' own tool: the one that is installed, or else Debian's, unpacked into `target/`.
pub(crate) fn promtool() -> Option<PathBuf> {
    if version("promtool", &["--version"]).is_ok() {
        return Some("promtool".into());
    }
    // It is linked statically: what the service needs is not fetched.
    let root = seated(debian("prometheus", "usr/bin/promtool", &["alone"]), "promtool")?;
    Some(root.join("usr/bin/promtool"))
}

/// A package of Debian's, unpacked; the folder that stands for `/`.
fn debian(package: &str, program: &str, more: &[&str]) -> Result<PathBuf, String> {
    let script = source().join("debian.sh");
    version("apt-get", &["--version"])?;
    let folder = once(package, &[&script], |folder| {
        let mut command = Command::new("sh");
        command.arg(&script).arg(folder).args([package, program]).args(more);
        command
    })?;
    Ok(folder.join("root"))
}

/// Where everything foreign is kept.
pub(crate) fn home() -> PathBuf {
    target().join("foreign")
}

/// Runs an installation into `target/foreign/NAME` unless it is there for the same lists. One
/// installs while the others wait, over all threads and processes.
fn once(name: &str, lists: &[&Path], command: impl Fn(&Path) -> Command) -> Result<PathBuf, String> {
    let home = home();
    fs::create_dir_all(&home).map_err(|error| format!("{}: {error}", home.display()))?;
    let lock = File::create(home.join(format!("{name}.lock"))).map_err(|error| error.to_string())?;
    lock.lock().map_err(|error| error.to_string())?;
    let folder = home.join(name);
    let done = home.join(format!("{name}.done"));
    let wanted: String = lists.iter().map(|list| fs::read_to_string(list).unwrap()).collect();
    if fs::read_to_string(&done).is_ok_and(|found| found == wanted) {
        return Ok(folder);
    }
    // What is left of an installation that was broken off.
    fs::remove_file(&done).ok();
    fs::remove_dir_all(&folder).ok();
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let mut command = command(&folder);
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{}: {error}", command.get_program().display()))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("`{}` failed for {name}: {said}", command.get_program().display()));
    }
    fs::write(&done, wanted).map_err(|error| error.to_string())?;
    Ok(folder)
}

#[test]
fn no_list_names_the_host_of_a_registry() {
    for file in bellcheck::files::find(&source(), "").unwrap() {
        let text = fs::read_to_string(&file).unwrap();
        for line in text.lines() {
            let lower = line.to_lowercase();
            let names =
                lower.contains("registry") || lower.contains("\"resolved\":") || lower.contains("index-url");
            assert!(!names, "{}: {line}", file.display());
        }
    }
}

#[test]
fn every_pinned_client_is_pinned_to_one_version() {
    let mut pinned = 0;
    for list in ["requirements.txt", "requirements-native.txt", "requirements-schemas.txt"] {
        for line in fs::read_to_string(source().join("python").join(list)).unwrap().lines() {
            if !line.starts_with('#') {
                pinned += 1;
                assert!(line.contains("=="), "{list}: {line}");
                assert_eq!(
                    line.contains("--hash=sha256:"),
                    list != "requirements-native.txt",
                    "{list}: {line}"
                );
            }
        }
    }
    assert!(pinned > 30, "{pinned}");
    let package = fs::read_to_string(source().join("node/package.json")).unwrap();
    let package: serde_json::Value = serde_json::from_str(&package).unwrap();
    let dependencies = package["dependencies"].as_object().unwrap();
    assert_eq!(dependencies.len(), 5);
    for (name, version) in dependencies {
        let exact = version.as_str().unwrap().chars().all(|c| c.is_ascii_digit() || c == '.');
        assert!(exact, "{name}: {version}");
    }
}
