//! Runs that are killed while they write: every file is the old one or the new one, nothing else is left, and the next
//! run finishes the work.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::support::runs_slow_tests;
use crate::support::shell::{APP, Dir};

/// The number of files: enough for several threads to write them.
const FILES: usize = 200;

/// The texts of a directory by their paths.
type Texts = BTreeMap<String, String>;

/// A run that writes, and the texts of which each is there before it or after it.
struct Writing {
    args: &'static str,
    /// The directory that it writes to.
    target: &'static str,
    old: Texts,
    new: Texts,
}

fn texts(dir: &Dir, below: &str) -> Texts {
    if dir.path(below).is_dir() { dir.files(below).into_iter().collect() } else { Texts::new() }
}

/// A tree of applications, each in a namespace of its own, half of them in a directory below.
fn plain_tree() -> Texts {
    let mut tree = Texts::new();
    for number in 0..FILES {
        let text = APP.replace("  name: ", &format!("  namespace: n{number}\n  name: "));
        let directory = if number % 2 == 0 { "" } else { "below/" };
        tree.insert(format!("{directory}{number}.yaml"), text);
    }
    tree
}

fn put(dir: &Dir, below: &str, texts: &Texts) {
    for (path, text) in texts {
        dir.put(&format!("{below}/{path}"), text);
    }
}

/// Numbers that look random, the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// Starts a run, sends it a signal after some time, and waits for its end.
fn kill_after(dir: &Dir, args: &str, signal: Signal, delay: Duration) -> ExitStatus {
    let args: Vec<&str> = args.split(' ').collect();
    let mut command = dir.command(&args);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(delay);
    // It may have ended.
    let _ = kill_process(Pid::from_child(&child), signal);
    child.wait().unwrap()
}

/// Checks what a run has left, and returns the number of new files.
#[track_caller]
fn check_left(dir: &Dir, writing: &Writing, signal: Signal) -> usize {
    let mut left = texts(dir, writing.target);
    if signal == Signal::KILL {
        // Nobody can clean up behind KILL but the next run.
        left.retain(|path, _| !path.contains(".rollstamp-"));
    }
    for (path, text) in &left {
        let known = [writing.old.get(path), writing.new.get(path)];
        assert!(known.contains(&Some(text)), "{}, {signal:?}: {path} is neither old nor new:\n{text}", writing.args);
    }
    for path in writing.old.keys() {
        assert!(left.contains_key(path), "{}, {signal:?}: {path} is lost", writing.args);
    }
    left.iter().filter(|(path, text)| writing.new.get(*path) == Some(*text)).count()
}

fn writings(dir: &Dir) -> [Writing; 3] {
    let plain = plain_tree();
    put(dir, "k", &plain);
    put(dir, "source", &plain);
    assert_eq!(dir.run("stamp --write k").status, 0);
    let stamped = texts(dir, "k");
    assert_eq!(dir.run("stamp --write --remove k").status, 0);
    assert!(texts(dir, "k") == plain && stamped != plain);
    [
        Writing { args: "stamp --write k", target: "k", old: plain.clone(), new: stamped.clone() },
        Writing { args: "stamp --write --remove k", target: "k", old: stamped.clone(), new: plain },
        Writing { args: "stamp source --output-dir out", target: "out", old: Texts::new(), new: stamped },
    ]
}

/// Kills so many runs at random moments. Returns the number of those that had written a part of their files.
fn kill_runs(count: usize) -> usize {
    let dir = Dir::in_memory();
    let writings = writings(&dir);
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut whole_run = u64::MAX;
    for _ in 0..5 {
        put(&dir, "k", &writings[0].old);
        let start = Instant::now();
        dir.run(writings[0].args);
        whole_run = whole_run.min(u64::try_from(start.elapsed().as_micros()).unwrap());
    }
    let mut partial = 0;
    for number in 0..count {
        let writing = &writings[number % writings.len()];
        put(&dir, writing.target, &writing.old);
        let signal = [Signal::INT, Signal::TERM, Signal::KILL][number / writings.len() % 3];
        let moment = match number % 4 {
            0 => random.below(whole_run),
            // Files are written near the end.
            _ => whole_run * 7 / 10 + random.below(whole_run * 4 / 10),
        };
        let status = kill_after(&dir, writing.args, signal, Duration::from_micros(moment));
        let new = check_left(&dir, writing, signal);
        let code = status.code().or(status.signal().map(|signal| 128 + signal));
        // Before it watches for signals, one ends it as it ends every program.
        assert!(code == Some(0) || code == Some(128 + signal.as_raw()), "{status}");
        assert!(code != Some(0) || new == FILES, "{}: {new} of {FILES} are written", writing.args);
        partial += usize::from(new > 0 && new < FILES);
        let ran = dir.run(writing.args);
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        assert!(texts(&dir, writing.target) == writing.new, "{}: the next run did not finish", writing.args);
        if writing.old.is_empty() {
            std::fs::remove_dir_all(dir.path(writing.target)).unwrap();
        }
    }
    partial
}

#[test]
fn killed_run_leaves_whole_files_and_nothing_else() {
    if !runs_slow_tests() {
        kill_runs(150);
    }
}

#[test]
#[ignore = "slow: kills thousands of runs"]
fn thousands_of_killed_runs_leave_whole_files_and_nothing_else() {
    let partial = kill_runs(1_000);
    println!("{partial} of 1000 runs were killed between the first file and the last");
    assert!(partial > 50, "only {partial} runs were killed while they wrote");
}
