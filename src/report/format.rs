//! The syntax of output formats. A format knows no subject: `links`, `plan`, `impact` and `kinds` are written in it.

pub(super) mod dot;
pub mod github;
pub(super) mod gitlab;
pub(super) mod html;
pub(in crate::report) mod json;
pub(super) mod junit;
pub mod markdown;
pub(super) mod mermaid;
pub mod palette;
pub(super) mod sarif;
pub(in crate::report) mod styled;
pub(in crate::report) mod table;
