//! The commands: each reads its input, asks the library, and writes the answer.

mod about;
mod apps;
mod baseline;
mod cache;
mod change;
mod change_apps;
mod diagnostics;
mod explain;
mod impact;
mod kinds;
mod left_out;
mod link_selection;
mod links;
mod man_sections;
mod pipeline;
mod plan_report;
mod repository;
mod shards;

pub use about::{print_completions, print_man_page, print_version};
pub use apps::list_applications;
pub use cache::clear_renderings;
pub use change::{change_manifests, change_manifests_for_host};
pub use explain::explain_digest;
pub use impact::report_impact;
pub use kinds::print_kinds;
pub use links::report_links;
pub use pipeline::{Run, parse_options, plan_changes};
