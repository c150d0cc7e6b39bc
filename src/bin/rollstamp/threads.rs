//! Work on many files at once. Files make threads wait, so there may be more of them than cores.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Up to this many items, starting threads costs more than it saves.
const FEW: usize = 64;

const THREADS: usize = 8;

/// The result for each item, in the order of the items.
pub fn map<T: Sync, R: Send + Sync>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    if items.len() <= FEW {
        return items.iter().map(work).collect();
    }
    let results: Vec<OnceLock<R>> = items.iter().map(|_| OnceLock::new()).collect();
    let next = AtomicUsize::new(0);
    let run = || {
        let take = || next.fetch_add(1, Ordering::Relaxed);
        while let Some((item, result)) = Some(take()).and_then(|index| items.get(index).zip(results.get(index))) {
            result.get_or_init(|| work(item));
        }
    };
    thread::scope(|scope| {
        // Where no thread can be had, this one does all the work.
        for _ in 1..THREADS {
            let _ = thread::Builder::new().spawn_scoped(scope, run);
        }
        run();
    });
    // Every item has been worked on by now.
    results.into_iter().filter_map(OnceLock::into_inner).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        for count in [0, 1, FEW, FEW + 1, 5_000] {
            let items: Vec<usize> = (0..count).collect();
            assert_eq!(map(&items, |item| item * 2), items.iter().map(|item| item * 2).collect::<Vec<_>>());
        }
    }
}
