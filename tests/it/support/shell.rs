//! A directory of files and the binary run in it, for tests of the command line.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::support::report_schemas;

/// A workload and the ConfigMap that it uses, not stamped yet.
pub const APP: &str = "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: env
data:
  LEVEL: info
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: web:1
        envFrom:
        - configMapRef: {name: env}
";

/// A stream of Services with these names, separated by spaces: objects that nothing is done to.
pub fn services(names: &str) -> String {
    let documents = names.split(' ').map(|name| format!("apiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\n"));
    documents.collect::<Vec<_>>().join("---\n")
}

/// A directory that goes away with the value.
pub struct Dir(tempfile::TempDir);

/// What a run came to.
#[derive(Debug)]
pub struct Ran {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Dir {
    /// A directory in memory, where the system has one: thousands of runs need no disk.
    pub fn in_memory() -> Dir {
        Dir(tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap())
    }

    /// A directory with these files.
    pub fn with(files: &[(&str, &str)]) -> Dir {
        let dir = Dir(tempfile::tempdir().unwrap());
        for (path, text) in files {
            dir.put(path, text);
        }
        dir
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    pub fn root(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file and the directories above it.
    pub fn put(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub fn get(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Every file below a directory, by its path from there, with its text.
    pub fn files(&self, below: &str) -> Vec<(String, String)> {
        let base = self.path(below);
        let mut files = Vec::new();
        let mut waiting = vec![base.clone()];
        while let Some(dir) = waiting.pop() {
            for entry in fs::read_dir(dir).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { waiting.push(path) } else { files.push(path) }
            }
        }
        files.sort();
        let named = |path: PathBuf| {
            let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
            (path.strip_prefix(&base).unwrap().to_str().unwrap().to_owned(), text)
        };
        files.into_iter().map(named).collect()
    }

    /// The binary, to be run in the directory, whatever the terminal and the settings of who runs the tests.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rollstamp"));
        command.current_dir(self.0.path()).args(args).env_remove("ROLLSTAMP_SECRET_KEY_FILE").env("COLUMNS", "100");
        command.env_remove("CLICOLOR_FORCE").env_remove("GITHUB_SERVER_URL").env_remove("CI_PROJECT_URL");
        command
    }

    /// Runs `rollstamp` with arguments that are parted by blanks.
    pub fn run(&self, args: &str) -> Ran {
        self.run_with(&args.split_whitespace().collect::<Vec<_>>(), b"")
    }

    /// Runs `rollstamp` with these bytes on its standard input.
    pub fn run_with(&self, args: &[&str], stdin: &[u8]) -> Ran {
        let mut command = self.command(args);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // A run that does not read its standard input may be over already.
        let _ = child.stdin.take().unwrap().write_all(stdin);
        let output = child.wait_with_output().unwrap();
        report_schemas::check_report(args, &String::from_utf8_lossy(&output.stdout));
        Ran {
            status: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ran {
    /// Runs a command of [`Dir::command`] to its end.
    pub fn of(command: &mut Command) -> Ran {
        let output = command.output().unwrap();
        Ran {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The product, of a run that went well.
    #[track_caller]
    pub fn prints(&self, stdout: &str) {
        assert_eq!((self.status, self.stdout.as_str()), (0, stdout), "{}", self.stderr);
    }

    /// The talk, whatever else there is.
    #[track_caller]
    pub fn says(&self, part: &str) -> &Ran {
        assert!(self.stderr.contains(part), "{part:?} is not in:\n{}", self.stderr);
        self
    }

    /// The run printed what it could, failed all the same, and said why.
    #[track_caller]
    pub fn fails_after_report(&self, why: &str) -> &Ran {
        assert_eq!(self.status, 2, "{}", self.stderr);
        assert!(!self.stderr.contains("nothing was written"), "{}", self.stderr);
        self.says(why)
    }

    /// The run could not do its work, printed nothing, and said why.
    #[track_caller]
    pub fn fails(&self, why: &str) {
        assert_eq!((self.status, self.stdout.as_str()), (2, ""), "{}", self.stderr);
        self.says(why);
    }
}
