//! Plans as reports.

pub(in crate::report) mod findings;
mod github;
mod json;
mod markdown;
mod text;

pub use findings::plan_findings;
pub(in crate::report) use github::plan_step;
pub use json::{plan_json, plan_workloads_json};
pub use markdown::plan_markdown;
pub use text::{plan_lines, plan_sentences, plan_summary};
