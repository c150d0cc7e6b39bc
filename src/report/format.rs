//! The syntax of output formats. A format knows no subject: `links`, `plan`, `impact` and `kinds` are written in it.

pub mod dot;
pub mod github;
pub mod gitlab;
pub mod html;
pub(in crate::report) mod json;
pub mod markdown;
pub mod mermaid;
mod palette;
pub mod sarif;
pub(in crate::report) mod table;
