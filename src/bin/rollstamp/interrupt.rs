//! Interruptions by INT, TERM or HUP: temporary files and directories are removed, programs that we run are stopped, and
//! the exit status is that of a program that the signal ended.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Files and processes that must not outlive the run.
static HELD: Mutex<Held> = Mutex::new(Held { paths: BTreeSet::new(), children: BTreeSet::new() });

struct Held {
    paths: BTreeSet<PathBuf>,
    /// Process ids, each with `true` if it leads a process group of its own.
    children: BTreeSet<(u32, bool)>,
}

fn held() -> MutexGuard<'static, Held> {
    HELD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A path that is removed when we are interrupted, until this is dropped.
pub struct HeldPath(PathBuf);

impl HeldPath {
    /// Holds a path, which need not exist yet.
    pub fn new(path: &Path) -> HeldPath {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        held().paths.insert(path.clone());
        HeldPath(path)
    }
}

impl Drop for HeldPath {
    fn drop(&mut self) {
        held().paths.remove(&self.0);
    }
}

/// A program that is stopped when we are interrupted, until this is dropped.
pub struct HeldChild(u32, bool);

impl HeldChild {
    /// Holds a program; `leads_group` if what it starts is in its process group.
    pub fn new(id: u32, leads_group: bool) -> HeldChild {
        held().children.insert((id, leads_group));
        HeldChild(id, leads_group)
    }
}

impl Drop for HeldChild {
    fn drop(&mut self) {
        held().children.remove(&(self.0, self.1));
    }
}

/// Starts to watch for signals.
#[cfg(unix)]
pub fn watch() {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    // Who started us with `nohup` does not want us to end with the terminal.
    let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP]) else { return };
    let watching = std::thread::Builder::new().spawn(move || {
        if let Some(signal) = signals.forever().next() {
            // Whoever wants to make another file waits for this, and for ever.
            let held = held();
            stop_children(&held.children);
            for path in &held.paths {
                let _ = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
            }
            std::process::exit(128 + signal);
        }
    });
    // Where no thread can be had, signals end us as they always do.
    drop(watching);
}

#[cfg(not(unix))]
pub fn watch() {}

/// Returns `true` if we lead our process group: then whatever is in it was started by us.
#[cfg(unix)]
pub fn leads_own_group() -> bool {
    rustix::process::getpgrp() == rustix::process::getpid()
}

#[cfg(not(unix))]
pub fn leads_own_group() -> bool {
    false
}

/// Asks programs to end, and ends them.
#[cfg(unix)]
fn stop_children(children: &BTreeSet<(u32, bool)>) {
    use rustix::process::{Pid, Signal, kill_process, kill_process_group};
    if children.is_empty() {
        return;
    }
    if leads_own_group() {
        // It reaches us too, and finds us at this already.
        let _ = kill_process_group(rustix::process::getpid(), Signal::TERM);
    }
    for signal in [Signal::TERM, Signal::KILL] {
        for (id, leads_group) in children {
            let Some(pid) = i32::try_from(*id).ok().and_then(Pid::from_raw) else { continue };
            let _ = if *leads_group { kill_process_group(pid, signal) } else { kill_process(pid, signal) };
        }
        if signal == Signal::TERM {
            std::thread::sleep(std::time::Duration::from_millis(200));
        }
    }
}
