//! Everything that is read: files, directories, globs, standard input, and what a renderer prints.

mod base;
mod context;
mod error;
mod exclude;
mod find;
mod ignore_files;
mod load;
mod options;
mod provenance;
mod read;
mod reload;
mod renderer;

pub use base::{Base, read_base};
pub use error::{InputError, InputNote};
pub use exclude::Exclude;
pub use find::{is_hidden, is_manifest, literal_start};
pub use load::{find_chart_directories, read_input, read_text};
pub use options::{InputOptions, InputSource};
pub use provenance::{FileOrigin, Input, Provenance, SourceOrigin, WalkedOrigins};
pub use reload::report_changed_files;
pub use renderer::Renderer;
