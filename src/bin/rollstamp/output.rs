//! Everything that is written: the stream, files in place, an output directory, a diff, and reports.

mod applications;
mod diff;
mod edited;
mod error;
mod github_step;
mod replace;
mod report;
mod repository;
mod result;
mod stdout;
mod stream;
mod temporary;
mod tree;

pub use applications::{ApplicationFile, ApplicationFiles, application_path, cluster_directory, write_applications};
pub use edited::EditedSources;
pub use error::OutputError;
pub use replace::replace_file;
pub use report::{link_places, render_options, text_options, write_report};
pub use repository::repository_paths;
pub use result::write_result;
pub use stdout::{print, print_text, print_through};
