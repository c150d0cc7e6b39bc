//! The files of a repository, read for discovery, and its applications, rendered.

mod cache;
mod compare;
mod mentions;
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
pub use session::{
    ApplicationsInput, FoundApplications, Session, belongs_to, find_applications, find_missing_tool, no_application,
    read_applications,
};
pub use side::RepositorySide;
