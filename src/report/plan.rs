//! Plans as reports.

mod diagnostics;
mod github;
mod json;
mod markdown;
mod text;

pub use diagnostics::change_diagnostics;
pub(in crate::report) use diagnostics::plan_diagnostics;
pub(in crate::report) use github::plan_step;
#[cfg(test)]
pub(super) use json::PlanJson;
pub(super) use json::{plan_json, plan_workloads_json};
pub(super) use markdown::plan_markdown;
pub(super) use text::plan_text;
pub use text::{plan_lines, plan_summary};
