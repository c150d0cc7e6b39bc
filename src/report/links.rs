//! Links as reports.

mod json;
mod text;

pub use json::links_json;
pub use text::links_text;
