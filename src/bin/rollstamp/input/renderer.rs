//! Runs a renderer, such as `kustomize build .`, and reads what it prints.

use std::ffi::{OsStr, OsString};
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::git;
use crate::input::InputError;
use crate::input::read::{ReadLimits, Reading, read_stream};
use crate::interrupt::{self, HeldChild};

/// A program that prints manifests.
#[derive(Clone, Debug)]
pub struct Renderer {
    /// Its path, or its name in PATH.
    pub program: OsString,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// Environment variables that are set for it, in addition to ours.
    pub env: Vec<(OsString, OsString)>,
    /// The directory to run it in, if not the current one.
    pub directory: Option<PathBuf>,
    /// The revision that it reads, if it is run in the files of one.
    pub revision: Option<String>,
}

impl Renderer {
    /// Makes a renderer of a program with these arguments, in our environment.
    pub fn new(program: impl Into<OsString>, args: impl IntoIterator<Item = impl Into<OsString>>) -> Renderer {
        Renderer {
            program: program.into(),
            args: args.into_iter().map(Into::into).collect(),
            env: Vec::new(),
            directory: None,
            revision: None,
        }
    }
}

/// Runs a program without a shell. Its stdin and stderr are ours; its failure is an error, whatever it printed.
pub fn run_renderer(renderer: &Renderer, limits: &ReadLimits) -> Result<Reading, InputError> {
    let program: &OsStr = &renderer.program;
    let no_renderer = |error| InputError::NoRenderer(program.to_owned(), error);
    let path = git::find_program(program).map_err(InputError::ProgramNotFound)?;
    let (output, end) = io::pipe().map_err(no_renderer)?;
    let (mut child, held) = HeldChild::spawn(leads_group(), || spawn(&path, renderer, end)).map_err(no_renderer)?;
    let name = format!("<{}>", Path::new(program).file_name().unwrap_or(program).display());
    let name = match &renderer.revision {
        Some(revision) => format!("{revision}:{name}"),
        None => name,
    };
    let (sender, receiver) = mpsc::channel();
    let limits = limits.clone();
    // Where something else keeps the stream open, nothing can end its reader, so nothing waits for this thread.
    let reader = thread::Builder::new().spawn(move || sender.send(read_stream(output, &name, &limits)));
    let reading = match reader {
        Ok(_) => wait_for_output(&mut child, &receiver, program),
        Err(error) => Err(no_renderer(error)),
    };
    if reading.is_err() {
        // The rest will not be read. Killing a program that has ended already fails, which is fine.
        let _ = child.kill();
        held.kill_group();
    }
    let status = child.wait().map_err(no_renderer)?;
    match reading {
        Ok(_) if !status.success() => Err(InputError::RendererFailed(program.to_owned(), describe(status))),
        reading => reading,
    }
}

/// The time for which what a renderer has started may go on printing after the renderer itself has ended.
const AFTERMATH: Duration = Duration::from_secs(5);

/// Waits for all that a renderer prints.
fn wait_for_output(
    child: &mut Child,
    output: &Receiver<Result<Reading, InputError>>,
    program: &OsStr,
) -> Result<Reading, InputError> {
    let mut ended: Option<Instant> = None;
    loop {
        match output.recv_timeout(Duration::from_millis(50)) {
            Ok(reading) => return reading,
            Err(RecvTimeoutError::Timeout) if ended.is_none_or(|ended| ended.elapsed() < AFTERMATH) => {}
            Err(_) => return Err(InputError::OutputHeld(program.to_owned())),
        }
        if ended.is_none() && !matches!(child.try_wait(), Ok(None)) {
            ended = Some(Instant::now());
        }
    }
}

fn spawn(path: &Path, renderer: &Renderer, output: io::PipeWriter) -> io::Result<Child> {
    let mut command = Command::new(path);
    command.args(&renderer.args).envs(renderer.env.iter().cloned());
    if let Some(directory) = &renderer.directory {
        command.current_dir(directory);
    }
    #[cfg(unix)]
    if leads_group() {
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
    }
    command.stdout(output).spawn()
}

/// Returns `true` if a renderer gets a process group of its own, so that what it starts can be stopped with it. On a
/// terminal it stays in ours, which the terminal interrupts as a whole, and may ask its user for a password. It stays in
/// ours too if we lead that group: Argo CD starts a plugin so, and kills the group at its deadline.
fn leads_group() -> bool {
    cfg!(unix) && !io::stdin().is_terminal() && !interrupt::leads_own_group()
}

fn describe(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("exit status {code}"),
        None => format!("stopped by {status}"),
    }
}
