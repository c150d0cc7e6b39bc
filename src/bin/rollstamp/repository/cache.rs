//! Renderings that are kept between runs, each under a hash of everything that it is made of: an entry is never wrong, it
//! can only be missing.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::mem::take;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use rollstamp::repository::{Application, IndexedContent};
use rollstamp::{ParseOptions, Source};
use sha2::{Digest, Sha256};

use super::side::RepositorySide;
use super::tree::InputFiles;
use crate::environment::text_variable;
use crate::files;
use crate::options::CacheOptions;

/// The number of the format, and the first line of an entry before its hash.
const HEAD: &str = "rollstamp rendering 1 ";

/// The largest size of all entries.
const MAX_SIZE: u64 = 1 << 30;

/// No entry is larger.
const MAX_ENTRY: u64 = 65 << 20;

/// The cache of a user, and the renderings that other machines made.
pub struct RenderCache {
    /// The place of the entries; none where the cache is turned off.
    directory: Option<PathBuf>,
    keeps_secrets: bool,
    has_written: AtomicBool,
    /// Renderings of the parts of a run on several machines.
    parts: BTreeMap<String, String>,
    /// Renderings for a part of such a run, if this run makes one.
    recorded: Option<Mutex<BTreeMap<String, String>>>,
}

/// Everything that a rendering is made of.
pub struct RenderingParts<'a> {
    /// The version of the program.
    pub version: &'a str,
    pub arguments: &'a [String],
    /// Files that are made for it.
    pub generated: &'a [(String, &'a str)],
    /// The hash of its inputs.
    pub inputs: &'a str,
}

/// The directory of the cache: that of the user, as the system names it.
pub fn cache_directory() -> Option<PathBuf> {
    let base = match text_variable("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute()) {
        Some(base) => base,
        None if cfg!(windows) => PathBuf::from(text_variable("LOCALAPPDATA")?),
        None => PathBuf::from(text_variable("HOME")?).join(".cache"),
    };
    Some(base.join("rollstamp").join("renders"))
}

/// Removes the cache. Returns `false` if there is none.
pub fn clear_cache(directory: &Path) -> io::Result<bool> {
    match fs::remove_dir_all(directory) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

impl RenderCache {
    /// Opens the cache, beside the renderings of parts; none where it is turned off or has no place.
    pub fn open(options: CacheOptions, parts: BTreeMap<String, String>, records: bool) -> Option<RenderCache> {
        let directory = if options.is_used { cache_directory() } else { None };
        let directory = directory.filter(|directory| create_private(directory).is_ok());
        if directory.is_none() && parts.is_empty() && !records {
            return None;
        }
        Some(RenderCache {
            directory,
            keeps_secrets: options.keeps_secrets,
            has_written: AtomicBool::new(false),
            parts,
            recorded: records.then(Mutex::default),
        })
    }

    /// The text of an entry. One that is broken is missing.
    pub fn find(&self, key: &str) -> Option<String> {
        let text = self.parts.get(key).cloned().or_else(|| self.find_file(key))?;
        if self.recorded.is_some() && self.may_keep(&text) {
            self.record(key, &text);
        }
        Some(text)
    }

    fn find_file(&self, key: &str) -> Option<String> {
        let path = self.path_of(key)?;
        let entry = files::read_text(&path, MAX_ENTRY).ok()?;
        let (head, text) = entry.split_once('\n')?;
        let hash = head.strip_prefix(HEAD)?;
        if hash != hash_text(text) {
            return None;
        }
        // The oldest use goes first.
        if let Ok(file) = fs::File::options().append(true).open(&path) {
            let _ = file.set_modified(SystemTime::now());
        }
        Some(text.to_owned())
    }

    /// Keeps a text, unless it holds a Secret. Whatever fails, there is no entry then.
    pub fn keep(&self, key: &str, text: &str) {
        if !self.may_keep(text) {
            return;
        }
        self.record(key, text);
        let Some(path) = self.path_of(key) else { return };
        let Some(parent) = path.parent() else { return };
        if create_private(parent).is_err() {
            return;
        }
        let written = tempfile::Builder::new().prefix(".new-").tempfile_in(parent).and_then(|mut file| {
            writeln!(file, "{HEAD}{}", hash_text(text))?;
            file.write_all(text.as_bytes())?;
            file.persist(&path).map_err(|error| error.error)
        });
        self.has_written.fetch_or(written.is_ok(), Ordering::Relaxed);
    }

    /// Returns `true` for a text without values of Secrets, or where these are kept, too.
    fn may_keep(&self, text: &str) -> bool {
        self.keeps_secrets || !may_hold_secret(text)
    }

    /// Removes the entries that were not used for the longest time, if all together are too large.
    pub fn shrink(&self) {
        if let (Some(directory), true) = (&self.directory, self.has_written.load(Ordering::Relaxed)) {
            remove_oldest(directory, MAX_SIZE);
        }
    }

    /// Takes the renderings for a part.
    pub fn take_recorded(&self) -> BTreeMap<String, String> {
        match self.recorded.as_ref().map(Mutex::lock) {
            Some(Ok(mut recorded)) => take(&mut *recorded),
            _ => BTreeMap::new(),
        }
    }

    fn record(&self, key: &str, text: &str) {
        if let Some(Ok(mut recorded)) = self.recorded.as_ref().map(Mutex::lock) {
            recorded.insert(key.to_owned(), text.to_owned());
        }
    }

    fn path_of(&self, key: &str) -> Option<PathBuf> {
        Some(self.directory.as_ref()?.join(&key[..2]).join(&key[2..]))
    }
}

/// Removes files below a directory, the oldest first, until the rest is not larger than a size.
fn remove_oldest(directory: &Path, limit: u64) {
    let mut entries = Vec::new();
    for group in fs::read_dir(directory).into_iter().flatten().flatten() {
        for entry in fs::read_dir(group.path()).into_iter().flatten().flatten() {
            let Ok(metadata) = entry.metadata() else { continue };
            entries.push((metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH), metadata.len(), entry.path()));
        }
    }
    let mut size: u64 = entries.iter().map(|(_, size, _)| size).sum();
    entries.sort_unstable();
    for (_, length, path) in entries {
        if size <= limit {
            break;
        }
        if fs::remove_file(path).is_ok() {
            size -= length;
        }
    }
}

/// The key of a rendering.
pub fn key_of(parts: &RenderingParts<'_>) -> String {
    let mut hash = PartHash::new();
    hash.add(HEAD);
    hash.add(parts.version);
    for part in parts.arguments {
        hash.add(part);
    }
    hash.add("generated");
    for (name, text) in parts.generated {
        hash.add(name);
        hash.add(text);
    }
    hash.add("inputs");
    hash.add(parts.inputs);
    hash.finish()
}

/// The hash of the files that an application reads, with their paths.
pub fn hash_inputs(side: &RepositorySide, application: &Application, files: &InputFiles) -> String {
    let mut hash = PartHash::new();
    for path in &application.inputs {
        hash.add(path);
        match (files.get(path), side.index.content(path)) {
            (Some(bytes), _) => hash.add_bytes(bytes),
            (None, Some(IndexedContent::Link(target))) => hash.add(&format!("link {target}")),
            (None, _) => hash.add("missing"),
        }
    }
    for copy in &application.recipe.copies {
        hash.add(&copy.from);
        hash.add(&copy.to);
    }
    hash.finish()
}

/// A hash over parts, each with its length, so that no two lists have the same bytes.
pub struct PartHash(Sha256);

impl PartHash {
    pub fn new() -> PartHash {
        PartHash(Sha256::new())
    }

    /// Adds a text.
    pub fn add(&mut self, part: &str) {
        self.add_bytes(part.as_bytes());
    }

    /// Adds bytes.
    pub fn add_bytes(&mut self, part: &[u8]) {
        self.0.update((part.len() as u64).to_le_bytes());
        self.0.update(part);
    }

    /// The hash, in hexadecimal.
    pub fn finish(self) -> String {
        hex::encode(self.0.finalize())
    }
}

fn hash_text(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// Returns `true` if a text may hold values of a Secret: by its words, which may also stand in a text inside of it, or as
/// it is read, in whatever style it is written.
fn may_hold_secret(text: &str) -> bool {
    names_secret(text) || holds_secret_values(text)
}

fn names_secret(text: &str) -> bool {
    ["kind: Secret", "\"kind\":\"Secret\"", "\"kind\": \"Secret\""].iter().any(|word| {
        text.match_indices(word).any(|(at, _)| {
            let rest = &text[at + word.len()..];
            !rest.starts_with(|letter: char| letter.is_ascii_alphanumeric())
        })
    })
}

fn holds_secret_values(text: &str) -> bool {
    let bundle = rollstamp::parse(vec![Source::new("", text)], &ParseOptions::default());
    bundle.secret_spans.iter().any(|spans| !spans.is_empty())
}

#[cfg(unix)]
fn create_private(directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)
}

#[cfg(not(unix))]
fn create_private(directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_found_whole_or_not_at_all() {
        let directory = tempfile::tempdir().unwrap();
        let cache = RenderCache {
            directory: Some(directory.path().to_owned()),
            keeps_secrets: false,
            has_written: AtomicBool::new(false),
            parts: BTreeMap::new(),
            recorded: None,
        };
        let parts = RenderingParts { version: "1", arguments: &[], generated: &[], inputs: "a" };
        let key = key_of(&parts);
        assert_ne!(key, key_of(&RenderingParts { version: "2", ..parts }));
        assert_eq!(cache.find(&key), None);
        cache.keep(&key, "kind: ConfigMap\n");
        assert_eq!(cache.find(&key).as_deref(), Some("kind: ConfigMap\n"));
        fs::write(cache.path_of(&key).unwrap(), format!("{HEAD}0\nkind: ConfigMap\n")).unwrap();
        assert_eq!(cache.find(&key), None);
        cache.keep(&key, "kind: Secret\ndata: {}\n");
        assert_eq!(cache.find(&key), None);
        for written in ["kind: \"Secret\"", "kind:  Secret", "{kind: 'Secret'", "kind: !!str Secret"] {
            let end = if written.starts_with('{') { ", data: {a: YQ==}}\n" } else { "\ndata: {a: YQ==}\n" };
            cache.keep(&key, &format!("{written}{end}"));
            assert_eq!(cache.find(&key), None, "{written}");
        }
        cache.keep(&key, "kind: SecretStore\n");
        assert!(cache.find(&key).is_some());
        remove_oldest(directory.path(), 0);
        assert_eq!(cache.find(&key), None);
    }
}
