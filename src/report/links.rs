//! Links as reports.

mod fold;
mod github;
mod json;
mod text;

pub(in crate::report) use github::links_step;
pub use json::links_json;
pub use text::links_text;
