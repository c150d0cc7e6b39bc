//! One file for each application, `CLUSTER/NAMESPACE/NAME/manifests.yaml` below a directory: what is to be applied,
//! rendered. A list beside them names the files that are ours, so that only those are ever removed.

use std::collections::BTreeSet;
use std::fs::{self, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use rollstamp::repository::{Application, OUTPUT_LIST};
use serde::{Deserialize, Serialize};

use crate::files;
use crate::output::OutputError;
use crate::output::replace::{directory_of, replace_file, write_all};
use crate::output::temporary;
use crate::output::tree::make_directories;

/// The name of each file.
const FILE: &str = "manifests.yaml";

/// No list is larger.
const MAX_LIST: u64 = 16 << 20;

/// The manifests of an application.
pub struct ApplicationFile {
    /// The path below the directory, with `/`.
    pub path: String,
    pub text: String,
}

/// The files that a run writes, and what it knows of others.
pub struct ApplicationFiles<'a> {
    pub files: Vec<ApplicationFile>,
    /// The paths of all applications, written or not.
    pub known: BTreeSet<String>,
    /// Returns `true` for the directory of a cluster whose applications are all known.
    pub is_complete: &'a dyn Fn(&str) -> bool,
    /// A file whose permissions new ones get.
    pub like: Metadata,
}

#[derive(Default, Serialize, Deserialize)]
struct FileList {
    version: u32,
    files: BTreeSet<String>,
}

/// The path of the file of an application.
pub fn application_path(application: &Application) -> String {
    let cluster = application.cluster.as_deref().unwrap_or("default");
    let namespace = application.namespace.as_deref().unwrap_or("_");
    let [cluster, namespace, name] = [cluster, namespace, &application.name].map(encode_segment);
    format!("{cluster}/{namespace}/{name}/{FILE}")
}

/// The directory of the cluster of an application.
pub fn cluster_directory(application: &Application) -> String {
    encode_segment(application.cluster.as_deref().unwrap_or("default"))
}

/// A name as one segment of a path: what is not a letter, a digit, `.`, `-` or `_` is percent-encoded, and so are the
/// segments that mean another directory.
fn encode_segment(name: &str) -> String {
    let is_special = matches!(name, "" | "." | "..");
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') || (byte == b'.' && !is_special) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    if encoded.is_empty() { "%".to_owned() } else { encoded }
}

/// Returns `true` for a path of the form that [`application_path`] makes.
fn is_own_form(path: &str) -> bool {
    let segments: Vec<&str> = path.split('/').collect();
    let is_encoded = |segment: &&str| {
        !matches!(*segment, "" | "." | "..")
            && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'%'))
    };
    segments.len() == 4 && segments[3] == FILE && segments[..3].iter().all(is_encoded)
}

/// Writes the files, removes those of applications that are gone, and lists what is there then.
pub fn write_applications(directory: &Path, output: &ApplicationFiles<'_>) -> Result<usize, Vec<OutputError>> {
    let unwritable = |path: &Path, error: io::Error| vec![OutputError::Unwritable(path.to_owned(), error)];
    fs::create_dir_all(directory).map_err(|error| unwritable(directory, error))?;
    let mut targets = BTreeSet::new();
    for file in &output.files {
        let below = Path::new(&file.path).parent().unwrap_or(Path::new(""));
        make_directories(directory, below).map_err(|error| vec![error])?;
        targets.insert(directory.join(below));
    }
    for target in &targets {
        temporary::sweep(target);
    }
    let planned: Vec<(PathBuf, &str)> =
        output.files.iter().map(|file| (directory.join(&file.path), file.text.as_str())).collect();
    let like = &output.like;
    let write = |(path, text): &(PathBuf, &str)| {
        let is_same = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file())
            && fs::read(path).is_ok_and(|bytes| bytes == text.as_bytes());
        if is_same { Ok(()) } else { replace_file(path, text.as_bytes(), like).map_err(OutputError::unwritable(path)) }
    };
    write_all(&planned, write, |(path, _)| path)?;
    let mut list = read_list(directory);
    let mut removed = 0;
    for path in std::mem::take(&mut list.files) {
        let is_gone = is_own_form(&path) && !output.known.contains(&path);
        let cluster = path.split('/').next().unwrap_or_default();
        if is_gone && (output.is_complete)(cluster) {
            removed += usize::from(remove_file(directory, &path));
        } else {
            list.files.insert(path);
        }
    }
    list.version = 1;
    list.files.extend(output.files.iter().map(|file| file.path.clone()));
    let path = directory.join(OUTPUT_LIST);
    let text = serde_json::to_string_pretty(&list).unwrap_or_default() + "\n";
    replace_file(&path, text.as_bytes(), &output.like).map_err(|error| unwritable(&path, error))?;
    Ok(removed)
}

fn read_list(directory: &Path) -> FileList {
    let text = files::read_text(&directory.join(OUTPUT_LIST), MAX_LIST).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// Removes a regular file that is reached through no link, and directories that are empty then.
fn remove_file(directory: &Path, path: &str) -> bool {
    let mut whole = directory.to_owned();
    for segment in path.split('/') {
        whole.push(segment);
        match fs::symlink_metadata(&whole) {
            Ok(metadata) if metadata.is_symlink() => return false,
            Err(_) => return false,
            Ok(_) => {}
        }
    }
    let is_removed = whole.is_file() && fs::remove_file(&whole).is_ok();
    let mut above = directory_of(&whole).to_owned();
    while is_removed && above != directory {
        match fs::remove_dir(&above) {
            Err(error) if error.kind() != ErrorKind::NotFound => break,
            _ => {}
        }
        above = directory_of(&above).to_owned();
    }
    is_removed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_never_leads_elsewhere() {
        for (name, segment) in [
            ("web", "web"),
            ("..", "%2E%2E"),
            (".", "%2E"),
            ("a/b", "a%2Fb"),
            ("", "%"),
            ("https://eu", "https%3A%2F%2Feu"),
        ] {
            assert_eq!(encode_segment(name), segment);
        }
        assert!(is_own_form("eu/_/web/manifests.yaml"));
        for path in ["../a/b/manifests.yaml", "/a/b/manifests.yaml", "a/b/c/d/manifests.yaml", "a/b/c/other.yaml"] {
            assert!(!is_own_form(path), "{path}");
        }
    }
}
