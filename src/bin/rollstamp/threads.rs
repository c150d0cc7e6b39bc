//! Work on many files at once. Threads wait for files, so there may be more threads than cores.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Number of items up to which starting threads costs more than it saves.
const SEQUENTIAL_LIMIT: usize = 64;

const THREADS: usize = 8;

/// Threads that wait for the disk: file systems write together what waits together.
const SYNCING_THREADS: usize = 32;

/// Applies a function to each item, and returns the results in the order of the items.
pub fn map_parallel<T: Sync, R: Send + Sync>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    map_on(if items.len() <= SEQUENTIAL_LIMIT { 1 } else { THREADS }, items, work)
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
    let results: Vec<OnceLock<R>> = std::iter::repeat_with(OnceLock::new).take(items.len()).collect();
    let next = AtomicUsize::new(0);
    let take_items = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let (Some(item), Some(result)) = (items.get(index), results.get(index)) else { break };
            result.get_or_init(|| work(item));
        }
    };
    thread::scope(|scope| {
        // If no thread can be started, this one does all the work.
        for _ in 1..threads {
            let _ = thread::Builder::new().spawn_scoped(scope, take_items);
        }
        take_items();
    });
    // Every item has been worked on by now.
    results.into_iter().filter_map(OnceLock::into_inner).collect()
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
