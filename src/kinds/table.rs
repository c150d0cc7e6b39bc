//! Tables whose rows are built at first use and shared with what is found by them.

use std::sync::{Arc, LazyLock};

/// A built-in table. Its rows are shared as those of users are, so that one type serves both.
pub(super) type Table<T> = LazyLock<Vec<Arc<T>>>;

/// The rows of a table.
pub(super) fn rows<T, const N: usize>(rows: [T; N]) -> Vec<Arc<T>> {
    rows.into_iter().map(Arc::new).collect()
}
