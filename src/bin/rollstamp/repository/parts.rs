//! Parts of a comparison that several machines make: each renders a shard of the applications, and the last one takes the
//! renderings of all instead of making them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::exit::Failure;
use crate::files::{self, describe_error};
use crate::values::Shard;

/// No part is larger.
const MAX_PART: u64 = 1 << 30;

/// The renderings of one shard, as `impact --shard` prints them.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RenderedPart {
    /// The version of rollstamp that made it.
    pub version: String,
    /// The commit that is compared with.
    pub base: String,
    /// A hash of the files that differ from it.
    pub head: String,
    /// The number of the shard, from 1.
    pub shard: u16,
    /// The number of all shards.
    pub shards: u16,
    /// The applications of the shard.
    pub applications: Vec<String>,
    /// Renderings in base64, by the hash of everything that they are made of. In base64 a part that lies in the
    /// repository is not taken for manifests.
    pub renderings: BTreeMap<String, String>,
}

/// Encodes renderings for a part.
pub fn encode_renderings(renderings: BTreeMap<String, String>) -> BTreeMap<String, String> {
    renderings.into_iter().map(|(key, text)| (key, STANDARD.encode(text))).collect()
}

/// The parts of all shards.
pub struct PartFiles {
    parts: Vec<(PathBuf, RenderedPart)>,
}

impl PartFiles {
    /// Reads the parts in a directory.
    ///
    /// # Errors
    /// A file that is not a part, parts of another version, and a shard that is missing or there twice.
    pub fn read(directory: &Path) -> Result<PartFiles, Failure> {
        let failed = |error: &std::io::Error| {
            Failure::because(format!("{}: cannot be read: {}", directory.display(), describe_error(error)))
        };
        let mut paths = Vec::new();
        for entry in fs::read_dir(directory).map_err(|error| failed(&error))? {
            let path = entry.map_err(|error| failed(&error))?.path();
            if path.extension().is_some_and(|extension| extension == "json") {
                paths.push(path);
            }
        }
        paths.sort();
        let mut parts = Vec::new();
        for path in paths {
            let part = read_part(&path)?;
            parts.push((path, part));
        }
        check_shards(directory, &parts)?;
        Ok(PartFiles { parts })
    }

    /// Checks that all parts are of the same comparison as this run.
    ///
    /// # Errors
    /// A part with another base or other files.
    pub fn check(&self, base: &str, head: &str) -> Result<(), Failure> {
        for (path, part) in &self.parts {
            let path = path.display();
            if part.base != base {
                let other = &part.base;
                return Err(Failure::because(format!("{path} compares with {other}, and this run with {base}")));
            }
            if part.head != head {
                return Err(Failure::because(format!(
                    "{path} was made of other files; check out the same commit for all parts"
                )));
            }
        }
        Ok(())
    }

    /// Takes the renderings of all parts out of them.
    pub fn take_renderings(&mut self) -> BTreeMap<String, String> {
        let mut renderings = BTreeMap::new();
        for (_, part) in &mut self.parts {
            for (key, encoded) in std::mem::take(&mut part.renderings) {
                // What cannot be decoded is rendered here.
                let decoded = STANDARD.decode(encoded).ok().and_then(|bytes| String::from_utf8(bytes).ok());
                renderings.extend(decoded.map(|text| (key, text)));
            }
        }
        renderings
    }
}

fn read_part(path: &Path) -> Result<RenderedPart, Failure> {
    let shown = path.display();
    let text = files::read_text(path, MAX_PART)
        .map_err(|error| Failure::because(format!("{shown}: cannot be read: {}", describe_error(&error))))?;
    let part: RenderedPart = serde_json::from_str(&text).map_err(|error| {
        Failure::because(format!("{shown} is not a part that `rollstamp impact --shard` printed: {error}"))
    })?;
    let own = env!("CARGO_PKG_VERSION");
    if part.version != own {
        let other = &part.version;
        return Err(Failure::because(format!("{shown} was made by rollstamp {other}, and this is {own}")));
    }
    Ok(part)
}

/// Checks that each shard is there once.
fn check_shards(directory: &Path, parts: &[(PathBuf, RenderedPart)]) -> Result<(), Failure> {
    let Some((first_path, first)) = parts.first() else {
        return Err(Failure::because(format!("{} has no part: no file NAME.json", directory.display())));
    };
    let mut found: BTreeMap<u16, &Path> = BTreeMap::new();
    for (path, part) in parts {
        if part.shards != first.shards {
            let (one, other) = (first_path.display(), path.display());
            let text = format!("{one} is one of {} parts, and {other} one of {}", first.shards, part.shards);
            return Err(Failure::because(text));
        }
        if let Some(other) = found.insert(part.shard, path) {
            let (one, other) = (path.display(), other.display());
            return Err(Failure::because(format!("{other} and {one} are the same part, {}", part.shard)));
        }
    }
    match (1..=first.shards).find(|number| !found.contains_key(number)) {
        Some(number) => {
            let text = format!("{}: part {number} of {} is missing", directory.display(), first.shards);
            Err(Failure::because(text))
        }
        None => Ok(()),
    }
}

/// Assigns sizes to shards, the largest first, each to the shard with the smallest sum. Returns the numbers of those of one
/// shard, sorted.
pub fn select_shard(sizes: &[u64], shard: Shard) -> Vec<usize> {
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by_key(|&number| std::cmp::Reverse(sizes[number]));
    let mut shards = vec![(0_u64, Vec::new()); usize::from(shard.count())];
    for number in order {
        let smallest = shards.iter_mut().min_by_key(|(size, numbers)| (*size, numbers.len()));
        if let Some((size, numbers)) = smallest {
            *size += sizes[number];
            numbers.push(number);
        }
    }
    let (_, mut own) = shards.swap_remove(usize::from(shard.number()) - 1);
    own.sort_unstable();
    own
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_hold_everything_once_and_are_even() {
        let sizes = [5, 1, 9, 3, 3, 2, 7, 0];
        let mut all = Vec::new();
        for number in 1..=3 {
            let own = select_shard(&sizes, format!("{number}/3").parse().unwrap());
            assert!((9..=11).contains(&own.iter().map(|&one| sizes[one]).sum::<u64>()));
            all.extend(own);
        }
        all.sort_unstable();
        assert_eq!(all, (0..sizes.len()).collect::<Vec<_>>());
        assert!(select_shard(&[4], "2/2".parse().unwrap()).is_empty());
    }
}
