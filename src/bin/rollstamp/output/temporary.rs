//! Names of temporary files beside manifests, and what a run that was killed has left of them.

use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::time::Duration;

/// Younger files can be those of a run that goes on, on another machine too.
const OLD: Duration = Duration::from_secs(60 * 60);

/// Chooses a name that no other file has: `.rollstamp-<pid>-<16 hex>.tmp`.
pub fn choose_name() -> String {
    format!(".rollstamp-{}-{:016x}.tmp", std::process::id(), RandomState::new().hash_one(0))
}

/// Removes what runs that were killed have left in a directory: regular files of ours, older than an hour, whose process
/// is gone.
pub fn sweep(directory: &Path) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    for entry in entries.flatten() {
        let Some(process) = entry.file_name().to_str().and_then(parse_name) else { continue };
        let Ok(metadata) = entry.path().symlink_metadata() else { continue };
        if metadata.is_file() && is_old(&metadata) && is_ours(&metadata) && !is_running(process) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn is_old(metadata: &fs::Metadata) -> bool {
    let Ok(modified) = metadata.modified() else { return false };
    modified.elapsed().unwrap_or_default() > OLD
}

/// Returns the process id in a name of [`choose_name`].
fn parse_name(name: &str) -> Option<u32> {
    let (process, random) = name.strip_prefix(".rollstamp-")?.strip_suffix(".tmp")?.split_once('-')?;
    let is_hex = random.len() == 16 && random.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if is_hex && process.as_bytes().iter().all(u8::is_ascii_digit) { process.parse().ok() } else { None }
}

#[cfg(unix)]
fn is_ours(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    metadata.uid() == rustix::process::geteuid().as_raw()
}

#[cfg(not(unix))]
fn is_ours(_: &fs::Metadata) -> bool {
    true
}

#[cfg(unix)]
fn is_running(process: u32) -> bool {
    use rustix::process::{Pid, test_kill_process};
    let Some(pid) = i32::try_from(process).ok().and_then(Pid::from_raw) else { return false };
    test_kill_process(pid) != Err(rustix::io::Errno::SRCH)
}

#[cfg(not(unix))]
fn is_running(_: u32) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hold_the_process() {
        assert_eq!(parse_name(&choose_name()), Some(std::process::id()));
        for other in
            [".rollstamp-1-0123.tmp", ".rollstamp-x-0123456789abcdef.tmp", ".rollstamp-1-0123456789abcdeF.tmp", "a"]
        {
            assert_eq!(parse_name(other), None, "{other}");
        }
    }
}
