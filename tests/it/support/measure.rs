//! Runs with bounds of time and memory.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::shell::Ran;

/// The most that a run may take. Builds for tests are slow, and machines of CI are loaded, so the times are long.
#[derive(Clone, Copy)]
pub struct Bounds {
    pub seconds: u64,
    pub megabytes: u64,
}

/// Runs a program to its end, within bounds.
#[track_caller]
pub fn run_bounded(command: &mut Command, bounds: Bounds) -> Ran {
    let shown = format!("{command:?}");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let start = Instant::now();
    let (stdout, stderr, peak) = std::thread::scope(|scope| {
        let out = scope.spawn(|| std::io::read_to_string(out).unwrap());
        let err = scope.spawn(|| std::io::read_to_string(err).unwrap());
        let mut peak = 0;
        while child.try_wait().unwrap().is_none() {
            peak = read_peak(&child).unwrap_or(peak);
            if start.elapsed() > Duration::from_secs(bounds.seconds) || peak > bounds.megabytes << 10 {
                child.kill().unwrap();
                break;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        (out.join().unwrap(), err.join().unwrap(), peak)
    });
    let status = child.wait().unwrap().code().unwrap_or(-1);
    let shown = shown.chars().take(300).collect::<String>();
    assert!(start.elapsed() < Duration::from_secs(bounds.seconds), "{shown} takes too long");
    assert!(peak <= bounds.megabytes << 10, "{shown} takes {} MB", peak >> 10);
    Ran { status, stdout, stderr }
}

/// The largest memory of a process so far, in KiB; `None` where the system does not tell.
fn read_peak(child: &Child) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}
