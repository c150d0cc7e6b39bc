//! `rollstamp links`.

use crate::exit::{Failure, Outcome};
use crate::messages::Messages;
use crate::options::LinksOptions;
use crate::run::diagnostics::{collect_diagnostics, has_errors, outcome_of, print_diagnostics};
use crate::run::pipeline::{link_bundle, read_bundle};
use crate::run::report;

/// Prints the links of the input in a format.
pub fn report_links(options: &LinksOptions, messages: &Messages) -> Result<Outcome, Failure> {
    let (bundle, provenance) = read_bundle(&options.input, &options.settings, None, messages)?;
    let progress = messages.progress("linking");
    let graph = link_bundle(&bundle, &options.settings);
    drop(progress);
    let diagnostics = collect_diagnostics(&graph, None, options.settings.strict, messages);
    print_diagnostics(&diagnostics, &bundle, messages);
    report::links(&graph, &diagnostics, options, &provenance)?;
    if graph.links.is_empty() && graph.configs.is_empty() && !has_errors(&diagnostics) {
        messages.note("there is no ConfigMap or Secret here, and nothing that refers to one");
    }
    outcome_of(&diagnostics, options.settings.strict)
}
