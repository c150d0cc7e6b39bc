//! A sign of life on stderr while long work goes on, for people at a terminal and for nobody else.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Work that is done sooner needs no sign.
const PATIENCE: Duration = Duration::from_millis(500);

/// The time between two moves of the sign.
const TICK: Duration = Duration::from_millis(100);

/// The work that is going on, shown until the value is dropped.
pub struct Progress(Option<(Sender<String>, JoinHandle<()>)>);

impl Progress {
    /// Shows nothing, whatever happens.
    pub fn silent() -> Progress {
        Progress(None)
    }

    /// Shows what goes on once it takes long.
    pub fn start(what: impl Into<String>) -> Progress {
        let (sender, receiver) = mpsc::channel::<String>();
        let mut what = what.into();
        let show = move || {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            bar.set_style(ProgressStyle::default_spinner());
            let mut shown = false;
            loop {
                match receiver.recv_timeout(PATIENCE) {
                    Ok(next) => what = next,
                    Err(RecvTimeoutError::Disconnected) => break,
                    Err(RecvTimeoutError::Timeout) if !shown => {
                        bar.enable_steady_tick(TICK);
                        shown = true;
                    }
                    Err(RecvTimeoutError::Timeout) => continue,
                }
                bar.set_message(format!("{what} …"));
            }
            bar.finish_and_clear();
        };
        // Where no thread can be had, the work goes on without a sign.
        let thread = thread::Builder::new().spawn(show);
        Progress(thread.ok().map(|thread| (sender, thread)))
    }

    /// Shows other work from now on.
    pub fn show(&self, what: impl Into<String>) {
        if let Some((sender, _)) = &self.0 {
            let _ = sender.send(what.into());
        }
    }
}

/// The sign is gone before anything else is said.
impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((sender, thread)) = self.0.take() {
            drop(sender);
            let _ = thread.join();
        }
    }
}
