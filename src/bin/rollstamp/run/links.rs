//! `rollstamp links`.

use super::{diagnostics, link_options, read, report, say};
use crate::exit::{Failure, Outcome};
use crate::messages::{Messages, Said};
use crate::options::LinksOptions;

/// Lists the links.
pub fn links(options: &LinksOptions, messages: &Messages) -> Result<Outcome, Failure> {
    let (bundle, provenance) = read(&options.input, &options.settings, false, messages)?;
    let linking = messages.progress("linking");
    let graph = rollstamp::link(&bundle, &link_options(&options.settings));
    drop(linking);
    let said = diagnostics(&graph, None, options.settings.strict, messages);
    let found = say(&said, &bundle, &options.settings, messages);
    report::links(&graph, &said, options, &provenance)?;
    let found = found?;
    if graph.links.is_empty() && graph.configs.is_empty() {
        messages.note(&Said::general("there is no ConfigMap or Secret here, and nothing that refers to one"));
    }
    Ok(found)
}
