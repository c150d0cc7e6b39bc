//! The files of a repository, read for discovery, and its applications, rendered.

mod cache;
mod compare;
mod mentions;
mod parents;
mod parts;
mod process;
mod programs;
mod random;
mod render;
mod secrets;
mod session;
mod side;
mod tree;
mod work_tree;

pub use cache::{cache_directory, clear_cache};
pub use compare::{ComparedInputs, ComparedRepositories, UseGraphs, find_base};
pub use session::{ApplicationsInput, Session, belongs_to, find_missing_tool, read_applications};
pub use side::RepositorySide;
