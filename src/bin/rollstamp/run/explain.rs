//! `rollstamp explain`.

use rollstamp::escape::escape_lines;
use rollstamp::graph::Workload;
use rollstamp::plan::stamp::find_uncertain_link;
use rollstamp::suggest::nearest_name;
use rollstamp::yaml::Node;
use rollstamp::{Graph, Resolution, report};

use crate::exit::{Failure, Outcome};
use crate::messages::Messages;
use crate::object_query::ObjectQuery;
use crate::options::ExplainOptions;
use crate::output::print;
use crate::run::diagnostics::{collect_diagnostics, outcome_of, print_diagnostics};
use crate::run::pipeline::{link_bundle, read_bundle};

/// Prints the listing that a workload's digest is computed of.
pub fn explain_digest(options: &ExplainOptions, messages: &Messages) -> Result<Outcome, Failure> {
    let (bundle, _) = read_bundle(&options.input, &options.settings, None, messages)?;
    let progress = messages.progress("linking");
    let graph = link_bundle(&bundle, &options.settings);
    drop(progress);
    let diagnostics = collect_diagnostics(&graph, None, options.settings.strict, messages);
    let explained = explain_workload(&graph, options, messages);
    print_diagnostics(&diagnostics, &bundle, messages);
    let outcome = outcome_of(&diagnostics, options.settings.strict);
    explained?;
    outcome
}

/// Prints the listing of one workload, and notes on what it means.
fn explain_workload(graph: &Graph<'_>, options: &ExplainOptions, messages: &Messages) -> Result<(), Failure> {
    let workload = find_workload(graph, &options.workload)?;
    let object = graph.object(workload);
    let note = |text: &str| messages.note(format!("{}: {text}", object.label()));
    let opened = graph.bundle.open(object);
    if let Some(of) = workload.kind.find_borrowed_template(opened.node()) {
        let text = |key: &str| of.get(key).and_then(Node::decoded_text).unwrap_or_default();
        note(&format!("its pod template is that of {0}/{1}; explain that workload", text("kind"), text("name")));
        return Ok(());
    }
    if let Some(link) = find_uncertain_link(graph, workload, options.roll_on) {
        let is_ambiguous = link.resolution == Resolution::Ambiguous;
        let reason = if is_ambiguous {
            "is defined more than once with different content"
        } else {
            "has values that cannot be read"
        };
        note(&format!("its stamp stays as it is: {} {reason}", link.target));
    }
    let listings = report::template_listings(graph, workload, options.roll_on);
    let Some(listing) = choose_listing(&listings, workload, &object.label(), options.template.as_deref())? else {
        note("no stamp: it does not consume config that digests include");
        return Ok(());
    };
    print(&escape_lines(listing))?;
    if let Some(reason) = graph.effect_on(workload).reason_not_to_stamp() {
        note(&format!("not stamped: {reason}"));
    }
    Ok(())
}

/// Chooses the listing of the pod template that the user wants; without a choice, the only one, or that of all.
fn choose_listing<'l>(
    listings: &'l [(&str, String)],
    workload: &Workload,
    label: &str,
    chosen: Option<&str>,
) -> Result<Option<&'l str>, Failure> {
    if let Some(chosen) = chosen {
        if !workload.templates.iter().any(|template| template.path == chosen) {
            let paths: Vec<&str> = workload.templates.iter().map(|template| template.path.as_str()).collect();
            let hint = match nearest_name(chosen, paths.iter().copied()) {
                Some(near) => format!("did you mean {near}?"),
                None if paths.is_empty() => "found: none".to_owned(),
                None => format!("found: {}", paths.join(", ")),
            };
            return Err(Failure::because(format!("{label} has no pod template {chosen}; {hint}")));
        }
        return Ok(listings.iter().find(|(path, _)| *path == chosen).map(|(_, listing)| listing.as_str()));
    }
    let Some((_, first)) = listings.first() else { return Ok(None) };
    if listings.iter().all(|(_, listing)| listing == first) {
        return Ok(Some(first));
    }
    let paths: Vec<&str> = listings.iter().map(|(path, _)| *path).collect();
    Err(Failure::because(format!(
        "{label} has a stamp for each of its pod templates; choose one with --template: {}",
        paths.join(", ")
    )))
}

/// Finds the workload of a name; without a namespace in it, that of any namespace if there is only one.
fn find_workload<'g>(graph: &'g Graph<'_>, query: &ObjectQuery) -> Result<&'g Workload, Failure> {
    let mut found = Vec::new();
    for workload in &graph.workloads {
        let object = graph.object(workload);
        if query.matches_object(object) {
            found.push(workload);
        }
    }
    match found[..] {
        [workload] => Ok(workload),
        [] => {
            let known: Vec<String> = graph.workloads.iter().map(|workload| graph.object(workload).label()).collect();
            Err(query.not_found("workload", &known))
        }
        _ => {
            let places: Vec<String> = found.iter().map(|workload| report::describe_place(graph, workload)).collect();
            Err(Failure::because(format!(
                "{query} is in the input more than once: {}; add its kind or namespace, or pass one file",
                places.join(", ")
            )))
        }
    }
}
