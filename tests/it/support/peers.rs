//! Other programs that the tests compare with, where they are installed.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A program that builds kustomizations.
pub struct Kustomize {
    program: PathBuf,
    /// What it is called, and then what is asked of it.
    verb: &'static str,
}

impl Kustomize {
    /// The oldest and the newest that are installed; says so where none is.
    pub fn all() -> Vec<Kustomize> {
        let kustomize = installed("kustomize").map(|program| Kustomize { program, verb: "build" });
        // One kustomize of version 5 is enough for the many builds of some tests: the newest.
        let kubectl = kubectls().pop().map(|program| Kustomize { program, verb: "kustomize" });
        let found: Vec<Kustomize> = kustomize.into_iter().chain(kubectl).collect();
        if found.is_empty() {
            println!("skipped: kustomize is not installed");
        }
        found
    }

    /// How it is called, for messages.
    pub fn name(&self) -> String {
        format!("{} {}", self.program.display(), self.verb)
    }

    /// Whether it runs KRM functions: `kubectl kustomize` has no flag for it.
    pub fn runs_functions(&self) -> bool {
        self.verb == "build"
    }

    /// Builds a directory with plugins, which are below its `home`, and with our functions on the path.
    pub fn build_with_plugins(&self, directory: &Path, home: &Path) -> Output {
        let mut command = Command::new(&self.program);
        command.arg(self.verb).arg("--enable-alpha-plugins");
        if self.runs_functions() {
            command.arg("--enable-exec");
        }
        command.arg(directory).env("KUSTOMIZE_PLUGIN_HOME", home).env("PATH", path_with(home)).output().unwrap()
    }

    /// What it prints for a directory.
    pub fn build(&self, directory: &Path) -> String {
        let output = Command::new(&self.program).arg(self.verb).arg(directory).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {stderr}", self.name());
        String::from_utf8(output.stdout).unwrap()
    }
}

/// The directory of a program; says so where it is not installed.
pub fn directory_of(name: &str) -> Option<PathBuf> {
    let found = installed(name).and_then(|program| Some(program.parent()?.to_owned()));
    if found.is_none() {
        println!("skipped: {name} is not installed");
    }
    found
}

/// The kubectl in PATH and the one that `test.sh` installs, which differ in their kustomize.
pub fn kubectls() -> Vec<PathBuf> {
    let newest = Some(peers("python/bin/kubectl")).filter(|path| path.is_file());
    on_path("kubectl").into_iter().chain(newest).collect()
}

/// The path of programs with a directory before it.
pub fn path_with(directory: &Path) -> std::ffi::OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(std::iter::once(directory.to_owned()).chain(std::env::split_paths(&path))).unwrap()
}

/// A program in PATH, or where `test.sh` puts what it installs.
pub fn installed(name: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let local = ["node_modules/.bin", "target/peers/node_modules/.bin", "target/peers/python/bin"];
    let local = local.into_iter().map(|path| root.join(path).join(name));
    on_path(name).into_iter().chain(local).find(|path| path.is_file())
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|directory| directory.join(name)).find(|path| path.is_file())
}

/// A JSON Schema, and the program that checks documents against it.
pub struct JsonSchema {
    program: PathBuf,
    args: Vec<std::ffi::OsString>,
}

impl JsonSchema {
    /// That of SARIF 2.1.0; says so where it is not here. One of its patterns is no regular expression of ECMAScript.
    pub fn sarif() -> Option<JsonSchema> {
        let schema = peers("sarif/package/lib/schemas/sarif-2.1.0-rtm.5.json");
        if !schema.is_file() {
            println!("skipped: the schema of SARIF is not here");
            return None;
        }
        Some(JsonSchema {
            program: python_tool("check-jsonschema")?,
            args: vec!["--regex-variant".into(), "python".into(), "--schemafile".into(), schema.into()],
        })
    }

    /// Ours of the options document; says so where nothing is here that could check by it.
    pub fn options() -> Option<JsonSchema> {
        let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("integrations/rollstamp.schema.json");
        Some(JsonSchema { program: python_tool("check-jsonschema")?, args: vec!["--schemafile".into(), schema.into()] })
    }

    /// Whether a document is valid.
    pub fn check(&self, document: &Path) -> bool {
        Command::new(&self.program).args(&self.args).arg(document).output().unwrap().status.success()
    }

    /// The document is valid.
    #[track_caller]
    pub fn accepts(&self, document: &Path) {
        let output = Command::new(&self.program).args(&self.args).arg(document).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
}

/// A program of Python, installed beside the build or anywhere; says so where it is not.
pub fn python_tool(name: &str) -> Option<PathBuf> {
    let local = peers("python/bin").join(name);
    let found = Some(local).filter(|path| path.is_file()).or_else(|| on_path(name));
    if found.is_none() {
        println!("skipped: {name} is not installed");
    }
    found
}

/// A path below the directory into which `test.sh` puts what it installs.
pub fn peers(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/peers").join(path)
}

/// Whether an image can be run without a container engine; says so where not.
pub fn may_run_images() -> bool {
    let root = std::fs::read_to_string("/proc/self/status").is_ok_and(|status| status.contains("\nUid:\t0\t0\t"));
    if !root {
        println!("skipped: only root can run an image without a container engine");
    }
    root
}
