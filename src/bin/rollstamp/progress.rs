//! A spinner on stderr while long work is running, on a terminal only.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Delay before the spinner is shown: shorter work needs none.
const DELAY: Duration = Duration::from_millis(500);

/// Interval between two frames of the spinner.
const TICK: Duration = Duration::from_millis(100);

/// Spinner that is shown until the value is dropped.
pub struct Progress(Option<(Sender<String>, JoinHandle<()>)>);

impl Progress {
    /// Returns a spinner that is never shown.
    pub fn silent() -> Progress {
        Progress(None)
    }

    /// Starts a spinner that names the work, once it takes long.
    pub fn start(work: impl Into<String>) -> Progress {
        let (sender, receiver) = mpsc::channel::<String>();
        let work = work.into();
        // Without a thread, the work goes on without a spinner.
        let thread = thread::Builder::new().spawn(move || draw_spinner(work, &receiver));
        Progress(thread.ok().map(|thread| (sender, thread)))
    }

    /// Names other work from now on.
    pub fn show(&self, work: impl Into<String>) {
        if let Some((sender, _)) = &self.0 {
            let _ = sender.send(work.into());
        }
    }
}

/// Clears the spinner before anything else is printed.
impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((sender, thread)) = self.0.take() {
            drop(sender);
            let _ = thread.join();
        }
    }
}

/// Draws the spinner until the sender is dropped. `received` has the names of later work.
fn draw_spinner(mut work: String, received: &Receiver<String>) {
    let spinner = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    spinner.set_style(ProgressStyle::default_spinner());
    let mut is_shown = false;
    loop {
        match received.recv_timeout(DELAY) {
            Ok(next) => work = next,
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) if !is_shown => {
                spinner.enable_steady_tick(TICK);
                is_shown = true;
            }
            Err(RecvTimeoutError::Timeout) => continue,
        }
        spinner.set_message(format!("{work} …"));
    }
    spinner.finish_and_clear();
}
