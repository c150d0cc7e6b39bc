//! Work on many files at once. Threads wait for files, so there may be more threads than cores.

use std::num::NonZero;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, Scope};
use std::time::{Duration, Instant};

/// Number of items up to which starting threads costs more than it saves.
const SEQUENTIAL_LIMIT: usize = 64;

/// Threads for files that are not in memory.
const THREADS: usize = 8;

/// A file that is in memory is read in a tenth of this time.
const WAITING_TIME: Duration = Duration::from_micros(100);

/// So many items that waited show that files are not in memory, rather than that others use the cores.
const MANY_WAITS: usize = 8;

/// Threads that wait for the disk: file systems write together what waits together.
const SYNCING_THREADS: usize = 32;

/// Applies a function to each item, and returns the results in the order of the items. There are as many threads as cores,
/// and more once items wait.
pub fn map_parallel<T: Sync, R: Send + Sync>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    if items.len() <= SEQUENTIAL_LIMIT {
        return items.iter().map(work).collect();
    }
    let cores = thread::available_parallelism().map_or(1, NonZero::get).min(THREADS);
    let shared = SharedWork::new(items, work);
    thread::scope(|scope| {
        shared.start_threads(scope, cores - 1);
        let mut waits = 0;
        loop {
            let started = Instant::now();
            if !shared.do_next() {
                break;
            }
            if started.elapsed() > WAITING_TIME {
                waits += 1;
                if waits == MANY_WAITS {
                    shared.start_threads(scope, THREADS - cores);
                }
            }
        }
    });
    shared.into_results()
}

/// Does the same for work that waits until something is on the disk, which takes longer than starting a thread.
pub fn map_syncing<T: Sync, R: Send + Sync>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    map_on(SYNCING_THREADS, items, work)
}

/// Does the same on a number of threads.
pub fn map_on<T: Sync, R: Send + Sync>(threads: usize, items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = threads.min(items.len());
    if threads <= 1 {
        return items.iter().map(work).collect();
    }
    let shared = SharedWork::new(items, work);
    thread::scope(|scope| {
        shared.start_threads(scope, threads - 1);
        shared.do_rest();
    });
    shared.into_results()
}

/// Items that threads take one after the other, with the results so far.
struct SharedWork<'i, T, R, F> {
    items: &'i [T],
    work: F,
    results: Vec<OnceLock<R>>,
    next: AtomicUsize,
}

impl<'i, T: Sync, R: Send + Sync, F: Fn(&T) -> R + Sync> SharedWork<'i, T, R, F> {
    fn new(items: &'i [T], work: F) -> SharedWork<'i, T, R, F> {
        let results = std::iter::repeat_with(OnceLock::new).take(items.len()).collect();
        SharedWork { items, work, results, next: AtomicUsize::new(0) }
    }

    /// Starts threads. If none can be started, the caller's does all the work.
    fn start_threads<'s>(&'s self, scope: &'s Scope<'s, '_>, count: usize) {
        for _ in 0..count {
            let _ = thread::Builder::new().spawn_scoped(scope, || self.do_rest());
        }
    }

    fn do_rest(&self) {
        while self.do_next() {}
    }

    /// Works on the next item. Returns `false` if there is none.
    fn do_next(&self) -> bool {
        let index = self.next.fetch_add(1, Ordering::Relaxed);
        let (Some(item), Some(result)) = (self.items.get(index), self.results.get(index)) else { return false };
        result.get_or_init(|| (self.work)(item));
        true
    }

    /// The results, once every item has been worked on.
    fn into_results(self) -> Vec<R> {
        self.results.into_iter().filter_map(OnceLock::into_inner).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        for count in [0, 1, SEQUENTIAL_LIMIT, SEQUENTIAL_LIMIT + 1, 5_000] {
            let items: Vec<usize> = (0..count).collect();
            let doubled: Vec<usize> = items.iter().map(|item| item * 2).collect();
            assert_eq!(map_parallel(&items, |item| item * 2), doubled);
            assert_eq!(map_syncing(&items, |item| item * 2), doubled);
        }
    }
}
