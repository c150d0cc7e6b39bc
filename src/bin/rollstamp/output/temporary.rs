//! Names of temporary files beside manifests, and what a run that was killed has left of them.

use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use sha2::{Digest, Sha256};

/// Younger files can be those of a run that goes on, on another machine too.
const OLD: Duration = Duration::from_secs(60 * 60);

/// Chooses a name that no other file has: `.rollstamp-<pid>-<16 hex>.tmp`. Half of the digits are the mark of where the
/// process id is one, so that what is left of a process there can be removed as soon as it is gone.
pub fn choose_name() -> String {
    let random = RandomState::new().hash_one(0);
    let mark = process_space().unwrap_or((random >> 32) as u32);
    format!(".rollstamp-{}-{mark:08x}{:08x}.tmp", std::process::id(), random as u32)
}

/// Returns a mark of the process ids here: of this start of this machine, and of the container.
fn process_space() -> Option<u32> {
    static MARK: OnceLock<Option<u32>> = OnceLock::new();
    *MARK.get_or_init(|| {
        let start = fs::read("/proc/sys/kernel/random/boot_id").ok()?;
        let container = fs::read_link("/proc/self/ns/pid").ok()?;
        let hash = Sha256::new().chain_update(start).chain_update(container.as_os_str().as_encoded_bytes()).finalize();
        Some(u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]))
    })
}

/// Removes what runs that were killed have left in a directory: regular files of ours whose process is gone. Where it
/// cannot be known whether it is, they must be older than an hour.
pub fn sweep(directory: &Path) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    for entry in entries.flatten() {
        let Some((process, mark)) = entry.file_name().to_str().and_then(parse_name) else { continue };
        let Ok(metadata) = entry.path().symlink_metadata() else { continue };
        let is_from_here = process_space() == Some(mark);
        if metadata.is_file() && is_ours(&metadata) && !is_running(process) && (is_from_here || is_old(&metadata)) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn is_old(metadata: &fs::Metadata) -> bool {
    let Ok(modified) = metadata.modified() else { return false };
    modified.elapsed().unwrap_or_default() > OLD
}

/// Returns the process id in a name of [`choose_name`], and the mark of where it is one.
fn parse_name(name: &str) -> Option<(u32, u32)> {
    let (process, random) = name.strip_prefix(".rollstamp-")?.strip_suffix(".tmp")?.split_once('-')?;
    let is_hex = random.len() == 16 && random.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if !is_hex || !process.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some((process.parse().ok()?, u32::from_str_radix(&random[..8], 16).ok()?))
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
        assert_eq!(parse_name(&choose_name()).map(|(process, _)| process), Some(std::process::id()));
        for other in
            [".rollstamp-1-0123.tmp", ".rollstamp-x-0123456789abcdef.tmp", ".rollstamp-1-0123456789abcdeF.tmp", "a"]
        {
            assert_eq!(parse_name(other), None, "{other}");
        }
    }
}
