//! `rollstamp links`.

use rollstamp::Bundle;
use rollstamp::diagnostic::{Message, SyntaxMessage, has_errors};
use rollstamp::report::{LinksReport, Report};

use crate::exit::{Failure, Outcome};
use crate::messages::Messages;
use crate::options::LinksOptions;
use crate::output;
use crate::run::baseline::{RunFindings, apply_baseline};
use crate::run::diagnostics::{collect_diagnostics, outcome_of, print_diagnostics};
use crate::run::link_selection::select_links;
use crate::run::pipeline::{link_bundle, read_bundle};
use crate::run::repository::{check_tools, lower_errors, parse_applications, report_unknown};

/// Prints the links of the input in a format.
pub fn report_links(options: &LinksOptions, messages: &Messages) -> Result<Outcome, Failure> {
    let (bundle, provenance, applications, places, has_declared_findings) = match &options.applications {
        Some(applications) => {
            let parsed = parse_applications(applications, &options.settings, None, messages)?;
            (parsed.bundle, parsed.provenance, parsed.applications, Some(parsed.places), parsed.has_findings)
        }
        None => {
            let (bundle, provenance) = read_bundle(&options.input, &options.settings, None, messages)?;
            (bundle, provenance, Vec::new(), None, false)
        }
    };
    let progress = messages.progress("linking");
    let graph = link_bundle(&bundle, &options.settings);
    drop(progress);
    let mut diagnostics = collect_diagnostics(&graph, None, options.settings.strict, messages);
    if let Some(places) = &places {
        lower_errors(&mut diagnostics);
        places.locate(&mut diagnostics, &bundle);
    }
    let findings = RunFindings { diagnostics: &mut diagnostics, impact: None };
    apply_baseline(&options.baseline, findings, &bundle.sources, &provenance, messages)?;
    let selected = select_links(&graph, &options.filter);
    if let Ok(selection) = &selected {
        let report = LinksReport {
            selection,
            graph: &graph,
            diagnostics: &diagnostics,
            roll_on: options.roll_on,
            applications: &applications,
        };
        let render_options = output::render_options(&provenance, options.format, options.settings.strict, messages);
        let render_options = render_options.wide(options.wide).max_edges(options.max_edges);
        let render_options = output::link_places(render_options, options.source_url.as_ref(), &provenance);
        output::write_report(&Report::Links(report), options.format, &render_options)?;
    }
    print_diagnostics(&diagnostics, &bundle, messages);
    selected?;
    report_unknown(&applications, messages);
    if graph.links.is_empty() && graph.configs.is_empty() && !has_errors(&diagnostics) {
        messages.note(if has_unread_text(&bundle) {
            "what could be read has no ConfigMap or Secret and no reference to one"
        } else {
            "the input has no ConfigMap or Secret and no reference to one"
        });
    }
    let outcome = outcome_of(&diagnostics, options.settings.strict)?;
    check_tools(&applications)?;
    Ok(if has_declared_findings { Outcome::Found } else { outcome })
}

/// Returns `true` if something was skipped that can hold configs and references, which is reported.
fn has_unread_text(bundle: &Bundle) -> bool {
    let mut reported = bundle.diagnostics.iter().map(|diagnostic| &diagnostic.message);
    bundle.has_skipped_documents
        || reported.any(|message| {
            matches!(
                message,
                Message::Syntax(
                    SyntaxMessage::TemplatesSkipped { .. }
                        | SyntaxMessage::YttSkipped { .. }
                        | SyntaxMessage::OpenShiftTemplatesSkipped { .. }
                        | SyntaxMessage::KustomizeSource { .. }
                        | SyntaxMessage::PatchesSkipped { .. }
                )
            )
        })
}
