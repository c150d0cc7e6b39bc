//! Links as reports.

mod fold;
mod github;
mod html;
mod json;
mod text;

pub(in crate::report) use github::links_step;
pub(in crate::report) use html::links_html;
#[cfg(test)]
pub(super) use json::LinksJson;
pub use json::links_json;
pub use text::links_text;
