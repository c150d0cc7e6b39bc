//! The files of a repository, read for discovery.

mod work_tree;

pub use work_tree::{WorkTree, read_work_tree};
