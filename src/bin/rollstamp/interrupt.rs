//! Runs that end early, by INT, TERM or HUP or by `--timeout`: temporary files and directories are removed, programs
//! that we run are stopped, and the files that were not written are counted.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
#[cfg(unix)]
use std::sync::Arc;
#[cfg(unix)]
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};
use std::thread;
use std::time::Duration;

#[cfg(unix)]
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
#[cfg(unix)]
use signal_hook::flag;
#[cfg(unix)]
use signal_hook::iterator::Signals;

/// Held for reading by whoever creates or replaces something. Whoever ends the run takes it for writing and keeps it, so
/// nothing is created or replaced after that.
static GATE: RwLock<()> = RwLock::new(());

/// Files and processes that must not outlive the run, and what was written so far.
static HELD: Mutex<Held> =
    Mutex::new(Held { paths: BTreeSet::new(), children: BTreeSet::new(), files: FileCount { written: 0, all: 0 } });

struct Held {
    paths: BTreeSet<PathBuf>,
    /// Process ids, each with `true` if it leads a process group of its own.
    children: BTreeSet<(u32, bool)>,
    files: FileCount,
}

/// The number of files that a run writes.
#[derive(Clone, Copy)]
struct FileCount {
    written: usize,
    all: usize,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits until something may be created or replaced: for ever if the run is being ended.
fn enter_gate() -> RwLockReadGuard<'static, ()> {
    GATE.read().unwrap_or_else(PoisonError::into_inner)
}

/// A path that is removed when we are interrupted, until this is dropped.
pub struct HeldPath(PathBuf);

impl HeldPath {
    /// Creates a temporary file or directory and holds it. An interruption comes before both or after both.
    pub fn create<T: AsRef<Path>>(create: impl FnOnce() -> io::Result<T>) -> io::Result<(T, HeldPath)> {
        start_watch();
        let _gate = enter_gate();
        let created = create()?;
        let path = created.as_ref().to_owned();
        lock(&HELD).paths.insert(path.clone());
        Ok((created, HeldPath(path)))
    }
}

impl Drop for HeldPath {
    fn drop(&mut self) {
        lock(&HELD).paths.remove(&self.0);
    }
}

/// A program that is stopped when we are interrupted, until this is dropped.
pub struct HeldChild(u32, bool);

impl HeldChild {
    /// Starts a program and holds it; `leads_group` if what it starts is in its process group.
    pub fn spawn(leads_group: bool, spawn: impl FnOnce() -> io::Result<Child>) -> io::Result<(Child, HeldChild)> {
        start_watch();
        let _gate = enter_gate();
        let child = spawn()?;
        lock(&HELD).children.insert((child.id(), leads_group));
        let id = child.id();
        Ok((child, HeldChild(id, leads_group)))
    }

    /// Kills what the program has started, where that is in its process group.
    pub fn kill_group(&self) {
        if self.1 {
            kill_group(self.0);
        }
    }
}

impl Drop for HeldChild {
    fn drop(&mut self) {
        lock(&HELD).children.remove(&(self.0, self.1));
    }
}

/// Runs a program to its end, and holds it meanwhile.
pub fn output_of(command: &mut Command) -> io::Result<Output> {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let (child, _held) = HeldChild::spawn(false, || command.spawn())?;
    child.wait_with_output()
}

/// Sets the number of files that are going to be written.
pub fn announce_files(all: usize) {
    start_watch();
    lock(&HELD).files = FileCount { written: 0, all };
}

/// Moves a written file to its place and counts it. An interruption comes before both or after both.
pub fn commit_file(replace: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    let _gate = enter_gate();
    replace()?;
    lock(&HELD).files.written += 1;
    Ok(())
}

/// Ends the run with an exit status. `report` prints an error, or nothing where no file is left unwritten and there is
/// no reason to name.
pub fn end_run(reason: Option<String>, report: impl FnOnce(String) + Send + 'static, status: i32) -> ! {
    // Whoever wants to create or replace another file waits for this, and for ever.
    let _gate = GATE.write().unwrap_or_else(PoisonError::into_inner);
    let held = lock(&HELD);
    stop_children(&held.children);
    for path in &held.paths {
        let _ = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
    }
    let FileCount { written, all } = held.files;
    let rest = format!("only {written} of {all} files were written, each completely; run again to write the others");
    let message = match reason {
        _ if written < all && written == 0 => reason.map(|reason| reason + "; no file was written"),
        Some(reason) if written < all => Some(format!("{reason}; {rest}")),
        None if written < all => Some(format!("interrupted; {rest}")),
        reason => reason,
    };
    if let Some(message) = message {
        // Another thread may hold standard error, and wait for its reader.
        let (sender, receiver) = mpsc::channel();
        let printing = thread::Builder::new().spawn(move || {
            report(message);
            let _ = sender.send(());
        });
        if printing.is_ok() {
            let _ = receiver.recv_timeout(Duration::from_millis(500));
        }
    }
    std::process::exit(status)
}

/// A watch for signals that has not started yet.
#[cfg(unix)]
struct PendingWatch {
    /// Set while a signal just ends the process.
    ends_at_once: Arc<AtomicBool>,
    report: Box<dyn FnOnce(String) + Send>,
}

#[cfg(unix)]
static PENDING_WATCH: Mutex<Option<PendingWatch>> = Mutex::new(None);

/// The signals that end a run.
#[cfg(unix)]
const END_SIGNALS: [i32; 3] = [SIGINT, SIGTERM, SIGHUP];

/// Lets signals end the run. A thread is started for them when there is something to remove, to stop or to count; until
/// then they need none. `report` prints an error.
#[cfg(unix)]
pub fn watch_signals(report: impl FnOnce(String) + Send + 'static) {
    // A file above the limit of the system (`ulimit -f`) is an error of the write, once the signal is caught.
    let _ = flag::register(SIGXFSZ, Arc::default());
    let ends_at_once = Arc::new(AtomicBool::new(true));
    for signal in END_SIGNALS {
        let _ = flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&ends_at_once));
    }
    *lock(&PENDING_WATCH) = Some(PendingWatch { ends_at_once, report: Box::new(report) });
}

/// Starts the thread that waits for signals, unless it has started already.
#[cfg(unix)]
fn start_watch() {
    // Who comes second waits until signals are watched.
    let mut pending = lock(&PENDING_WATCH);
    let Some(PendingWatch { ends_at_once, report }) = pending.take() else { return };
    let Ok(mut signals) = Signals::new(END_SIGNALS) else { return };
    let watching = thread::Builder::new().spawn(move || {
        if let Some(signal) = signals.forever().next() {
            end_run(None, report, 128 + signal);
        }
    });
    // Where no thread can be had, signals go on to end the process at once.
    if watching.is_ok() {
        ends_at_once.store(false, Ordering::SeqCst);
    }
}

#[cfg(not(unix))]
pub fn watch_signals(_: impl FnOnce(String) + Send + 'static) {}

#[cfg(not(unix))]
fn start_watch() {}

/// Ends the run with an error if it takes longer than this. `report` prints it.
///
/// # Errors
/// No thread could be started.
pub fn watch_clock(
    limit: Duration,
    reason: String,
    report: impl FnOnce(String) + Send + 'static,
    status: u8,
) -> io::Result<()> {
    let watching = thread::Builder::new().spawn(move || {
        thread::sleep(limit);
        end_run(Some(reason), report, i32::from(status));
    });
    watching.map(drop)
}

/// Returns `true` if we lead our process group: then whatever is in it was started by us.
#[cfg(unix)]
pub fn leads_own_group() -> bool {
    rustix::process::getpgrp() == rustix::process::getpid()
}

#[cfg(not(unix))]
pub fn leads_own_group() -> bool {
    false
}

#[cfg(unix)]
fn kill_group(id: u32) {
    use rustix::process::{Pid, Signal, kill_process_group};
    if let Some(pid) = i32::try_from(id).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(pid, Signal::KILL);
    }
}

#[cfg(not(unix))]
fn kill_group(_: u32) {}

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
            thread::sleep(Duration::from_millis(200));
        }
    }
}

#[cfg(not(unix))]
fn stop_children(_: &BTreeSet<(u32, bool)>) {}
