//! One run of a renderer: without a shell, in an environment of its own, with bounds on time and output.

use std::ffi::OsString;
use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::interrupt::HeldChild;

/// No application prints more.
const MAX_OUTPUT: u64 = 64 << 20;

/// The most bytes of a renderer's messages that are kept.
const MAX_MESSAGES: u64 = 64 << 10;

/// A command and its bounds.
pub struct RenderCommand<'a> {
    pub program: &'a Path,
    pub arguments: Vec<String>,
    pub environment: &'a [(OsString, OsString)],
    pub directory: &'a Path,
    pub timeout: Duration,
}

/// A reason why a renderer gave nothing.
#[derive(Debug)]
pub enum ProcessFailure {
    /// No end in time.
    TimedOut,
    /// More output than the limit.
    TooLarge,
    /// A failure, with the messages of the renderer.
    Failed(String),
    /// No start.
    NotStarted(io::Error),
}

/// Runs a renderer to its end and returns what it printed.
pub fn run_renderer(command: &RenderCommand<'_>) -> Result<Vec<u8>, ProcessFailure> {
    let started = Instant::now();
    let (mut child, held) = HeldChild::spawn(cfg!(unix), || spawn(command)).map_err(ProcessFailure::NotStarted)?;
    let (Some(output), Some(messages)) = (child.stdout.take(), child.stderr.take()) else {
        return Err(ProcessFailure::NotStarted(io::ErrorKind::BrokenPipe.into()));
    };
    let (sender, receiver) = mpsc::channel();
    let read = thread::Builder::new().spawn(move || sender.send(read_bounded(output, MAX_OUTPUT)));
    let (messages_sender, messages_receiver) = mpsc::channel();
    let _ = thread::Builder::new().spawn(move || messages_sender.send(read_messages(messages)));
    let output = match read {
        Ok(_) => receiver.recv_timeout(command.timeout),
        Err(error) => Ok(Err(error)),
    };
    let rest = command.timeout.saturating_sub(started.elapsed());
    let is_in_time = !matches!(output, Err(RecvTimeoutError::Timeout)) && wait_until(&mut child, rest);
    let is_too_large = matches!(&output, Ok(Ok((_, true))));
    if !is_in_time || is_too_large {
        let _ = child.kill();
        held.kill_group();
    }
    let status = child.wait().map_err(ProcessFailure::NotStarted)?;
    match output {
        _ if !is_in_time => Err(ProcessFailure::TimedOut),
        _ if is_too_large => Err(ProcessFailure::TooLarge),
        Ok(Ok((bytes, _))) if status.success() => Ok(bytes),
        Ok(Err(error)) => Err(ProcessFailure::NotStarted(error)),
        _ => {
            // What the renderer has started may keep the stream open.
            let bytes = messages_receiver.recv_timeout(Duration::from_secs(1)).unwrap_or_default();
            Err(ProcessFailure::Failed(String::from_utf8_lossy(&bytes).into_owned()))
        }
    }
}

fn spawn(command: &RenderCommand<'_>) -> io::Result<Child> {
    let mut process = Command::new(command.program);
    process.args(&command.arguments).current_dir(command.directory);
    process.env_clear().envs(command.environment.iter().cloned());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut process, 0);
    process.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
}

/// Reads a stream to its end, and returns `true` beside it if it is longer than the limit, of which no more is kept.
fn read_bounded(mut from: impl Read, limit: u64) -> io::Result<(Vec<u8>, bool)> {
    let mut bytes = Vec::new();
    from.by_ref().take(limit).read_to_end(&mut bytes)?;
    let is_longer = bytes.len() as u64 == limit && from.read(&mut [0])? > 0;
    Ok((bytes, is_longer))
}

/// Reads the messages of a renderer, which must not wait for us after the first of them.
fn read_messages(mut from: impl Read) -> Vec<u8> {
    let Ok((bytes, _)) = read_bounded(&mut from, MAX_MESSAGES) else { return Vec::new() };
    let _ = io::copy(&mut from, &mut io::sink());
    bytes
}

/// Waits for the end of a program that has closed its output.
fn wait_until(child: &mut Child, limit: Duration) -> bool {
    let started = Instant::now();
    let mut pause = Duration::from_millis(1);
    while matches!(child.try_wait(), Ok(None)) {
        if started.elapsed() > limit {
            return false;
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(50));
    }
    true
}
