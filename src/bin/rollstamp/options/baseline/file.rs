//! Files of known findings, so that `--strict` fails on new ones only.
//!
//! A file has a section for each command, since commands find different things: a command writes its own section, and
//! knows the findings of all.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rollstamp::report::NamedFinding;
use serde::{Deserialize, Serialize};

use crate::exit::Failure;
use crate::files;
use crate::files::describe_error;

/// Largest file that is read.
const MAX_BYTES: u64 = 64 << 20;

/// Version of the format.
const VERSION: u32 = 1;

/// Known findings of each command.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    version: u32,
    commands: BTreeMap<String, BTreeSet<KnownFinding>>,
}

/// Finding of an earlier run. Only the fingerprint is compared; the rest is for people.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownFinding {
    file: String,
    object: String,
    rule: String,
    fingerprint: String,
}

impl Default for Baseline {
    fn default() -> Baseline {
        Baseline { version: VERSION, commands: BTreeMap::new() }
    }
}

impl Baseline {
    /// Reads a file.
    ///
    /// # Errors
    /// It cannot be read, or is not a baseline.
    pub fn read(path: &Path) -> Result<Baseline, Failure> {
        Baseline::read_if_present(path)?.ok_or_else(|| {
            let path = path.display();
            Failure::because(format!("{path}: the baseline does not exist; write it with --write-baseline {path}"))
        })
    }

    /// Reads a file, if there is one.
    ///
    /// # Errors
    /// It cannot be read, or is not a baseline.
    pub fn read_if_present(path: &Path) -> Result<Option<Baseline>, Failure> {
        let shown = path.display();
        let text = match files::read_text(path, MAX_BYTES) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                return Err(Failure::because(format!("{shown}: cannot read the baseline: {}", describe_error(&error))));
            }
        };
        // The parser's words can hold text of a file that others must not see.
        match serde_json::from_str::<Baseline>(&text) {
            Ok(baseline) if baseline.version == VERSION => Ok(Some(baseline)),
            _ => Err(Failure::because(format!(
                "{shown} is not a baseline of version {VERSION}; delete it, and write it with --write-baseline {shown}"
            ))),
        }
    }

    /// Returns `true` if a finding is known, of whatever command.
    pub fn knows(&self, fingerprint: &str) -> bool {
        self.commands.values().flatten().any(|finding| finding.fingerprint == fingerprint)
    }

    /// Counts the known findings of a command that are not among these fingerprints.
    pub fn count_gone(&self, command: &str, fingerprints: &BTreeSet<&str>) -> usize {
        let known = self.commands.get(command).into_iter().flatten();
        known.filter(|finding| !fingerprints.contains(finding.fingerprint.as_str())).count()
    }

    /// Replaces the known findings of a command.
    pub fn replace(&mut self, command: &str, findings: &[NamedFinding]) {
        let mut known = BTreeSet::new();
        for NamedFinding { fingerprint, rule, file, object, .. } in findings {
            let (rule, fingerprint) = ((*rule).to_owned(), fingerprint.clone());
            known.insert(KnownFinding { file: file.clone(), object: object.clone(), rule, fingerprint });
        }
        self.commands.insert(command.to_owned(), known);
    }

    /// Writes the file.
    pub fn write(&self, path: &PathBuf) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(self).unwrap_or_default() + "\n";
        fs::write(path, text).map_err(|error| {
            Failure::because(format!("{}: cannot write the baseline: {}", path.display(), describe_error(&error)))
        })
    }
}
