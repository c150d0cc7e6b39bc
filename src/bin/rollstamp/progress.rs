//! A line on stderr about long work while it is running, on a terminal only.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Time that a run must have taken before it shows anything: shorter ones need no line.
const DELAY: Duration = Duration::from_millis(500);

/// Time that a phase of a run must take to be shown at all, so that none flashes.
const SHORTEST_PHASE: Duration = Duration::from_millis(150);

/// Interval between two frames of the line.
const TICK: Duration = Duration::from_millis(100);

/// Line about one phase of a run, until the value is dropped.
pub struct Progress(Option<Running>);

struct Running {
    phase: Arc<Phase>,
    /// Dropped to end the thread.
    end: Sender<()>,
    thread: JoinHandle<()>,
}

/// The work that is going on.
#[derive(Default)]
struct Phase {
    work: Mutex<String>,
    /// The number of items that are done, and of all of them, if there are any.
    done: Arc<AtomicUsize>,
    all: AtomicUsize,
    /// Set if the items are bytes.
    is_in_bytes: bool,
}

impl Progress {
    /// Returns a line that is never shown.
    pub fn silent() -> Progress {
        Progress(None)
    }

    /// Starts a line that names the work, once it takes long. `elapsed` is the time that the run has taken so far.
    pub fn start(work: impl Into<String>, elapsed: Duration) -> Progress {
        Progress::start_phase(Phase { work: Mutex::new(work.into()), ..Phase::default() }, elapsed)
    }

    /// Starts a line about work on this many bytes, which [`Progress::counter`] counts.
    pub fn start_bytes(work: impl Into<String>, bytes: usize, elapsed: Duration) -> Progress {
        let work = Mutex::new(work.into());
        Progress::start_phase(
            Phase { work, all: AtomicUsize::new(bytes), is_in_bytes: true, ..Phase::default() },
            elapsed,
        )
    }

    fn start_phase(phase: Phase, elapsed: Duration) -> Progress {
        let (end, ended) = mpsc::channel();
        let phase = Arc::new(phase);
        let delay = DELAY.saturating_sub(elapsed).max(SHORTEST_PHASE);
        let drawn = Arc::clone(&phase);
        // Without a thread, the work goes on without a line.
        let thread = thread::Builder::new().spawn(move || draw_line(&drawn, delay, &ended));
        Progress(thread.ok().map(|thread| Running { phase, end, thread }))
    }

    /// The count of items that are done, for work that counts them itself.
    pub fn counter(&self) -> Option<Arc<AtomicUsize>> {
        self.0.as_ref().map(|running| Arc::clone(&running.phase.done))
    }

    /// Names other work from now on, of which the number of items is not known.
    pub fn show(&self, work: impl Into<String>) {
        self.show_items(work, 0);
    }

    /// Names other work from now on, on this many items.
    pub fn show_items(&self, work: impl Into<String>, items: usize) {
        let Some(Running { phase, .. }) = &self.0 else { return };
        *phase.work.lock().unwrap_or_else(PoisonError::into_inner) = work.into();
        phase.done.store(0, Ordering::Relaxed);
        phase.all.store(items, Ordering::Relaxed);
    }

    /// Counts an item that is done.
    pub fn count_item(&self) {
        if let Some(Running { phase, .. }) = &self.0 {
            phase.done.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Clears the line before anything else is printed.
impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(Running { end, thread, .. }) = self.0.take() {
            drop(end);
            let _ = thread.join();
        }
    }
}

impl Phase {
    /// Returns the text of the line: `reading files: 120 of 2000`.
    fn text(&self) -> String {
        let work = self.work.lock().unwrap_or_else(PoisonError::into_inner);
        let (done, all) = (self.done.load(Ordering::Relaxed), self.all.load(Ordering::Relaxed));
        if all == 0 {
            format!("{work} …")
        } else if self.is_in_bytes {
            format!("{work}: {} of {} MiB", done >> 20, all >> 20)
        } else {
            format!("{work}: {done} of {all}")
        }
    }
}

/// Draws the line from the end of the delay until `ended` is closed.
fn draw_line(phase: &Phase, delay: Duration, ended: &Receiver<()>) {
    let is_over = |wait| ended.recv_timeout(wait) != Err(RecvTimeoutError::Timeout);
    if is_over(delay) {
        return;
    }
    let line = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    line.set_style(ProgressStyle::default_spinner());
    loop {
        line.set_message(phase.text());
        line.tick();
        if is_over(TICK) {
            break;
        }
    }
    line.finish_and_clear();
}
