//! `rollstamp impact`.

use rollstamp::diagnostic::{Diagnostic, Severity};
use rollstamp::impact::Side;
use rollstamp::{Bundle, Graph, Impact, Strategy};

use super::{diagnostics, link_options, parse, parse_options, read, report, say, sort};
use crate::exit::{Failure, Outcome};
use crate::input::{Base, InputSource, read_base};
use crate::messages::{Messages, Said};
use crate::options::ImpactOptions;
use crate::progress::Progress;

/// Compares two trees and prints what the change does.
pub fn impact(options: &ImpactOptions, messages: &Messages) -> Result<Outcome, Failure> {
    let renames = matches!(options.assume, Some(Strategy::Rename(_)));
    let (bundle, provenance) = read(&options.input, &options.settings, renames, messages)?;
    let reading = match &options.base {
        Base::Named(_) if !renders(options) => messages.progress("reading the base"),
        _ => Progress::silent(),
    };
    let before = read_base(&options.base, &options.input, rollstamp::bundle::may_be_relevant).map_err(Failure::all)?;
    drop(reading);
    let (before, _) = parse(before, &options.settings, renames, messages);
    let link = link_options(&options.settings);
    let linking = messages.progress("linking");
    let (base, head) = (rollstamp::link(&before, &link), rollstamp::link(&bundle, &link));
    drop(linking);
    say_of_base(&base, messages);
    let mut said = diagnostics(&head, None, options.settings.strict, messages);
    let errors = said.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    let impact = if errors { Impact::default() } else { compare(&base, &head, options, messages)? };
    said.extend(impact.diagnostics.iter().cloned());
    sort(&mut said);
    let found = say(&said, &bundle, &options.settings, messages);
    report::impact(&impact, &head, &said, options, &provenance)?;
    let found = found?;
    messages.summary(&rollstamp::report::impact_summary(&impact));
    let findings = options.settings.strict && impact.findings() > 0;
    Ok(if findings { Outcome::Found } else { found })
}

/// Whether a program prints the new manifests, and perhaps has things to say on the same terminal.
fn renders(options: &ImpactOptions) -> bool {
    matches!(options.input.from, InputSource::Renderer(_) | InputSource::Stdin)
}

fn compare(
    base: &Graph<'_>,
    head: &Graph<'_>,
    options: &ImpactOptions,
    messages: &Messages,
) -> Result<Impact, Failure> {
    let _comparing = messages.progress("comparing");
    let (before, after) = (applied(base, options, messages)?, applied(head, options, messages)?);
    let base = Side { graph: base, applied: before.as_ref() };
    let head = Side { graph: head, applied: after.as_ref() };
    let options = rollstamp::ImpactOptions { annotation: options.annotation.clone(), diff: options.diff };
    Ok(rollstamp::impact(&base, &head, &options))
}

/// What a tree becomes on its way to the cluster.
fn applied(graph: &Graph<'_>, options: &ImpactOptions, messages: &Messages) -> Result<Option<Bundle>, Failure> {
    let Some(strategy) = &options.assume else { return Ok(None) };
    let plan = rollstamp::plan(graph, strategy);
    let failed = |wrong: &[Diagnostic]| {
        messages.diagnostics(wrong, graph.bundle);
        Failure::Said
    };
    let errors: Vec<Diagnostic> =
        plan.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).cloned().collect();
    if !errors.is_empty() {
        return Err(failed(&errors));
    }
    let after = rollstamp::apply(graph.bundle, &plan).map_err(|wrong| failed(&wrong))?;
    let renames = matches!(strategy, Strategy::Rename(_));
    let options = parse_options(&graph.bundle.sources, &options.settings, renames);
    Ok(Some(rollstamp::parse(after, &options)))
}

/// What is wrong with the old tree cannot be mended any more: what could not be read there counts as not there.
fn say_of_base(base: &Graph<'_>, messages: &Messages) {
    let all = base.bundle.diagnostics.iter().chain(&base.diagnostics);
    let errors = all.filter(|diagnostic| diagnostic.severity == Severity::Error);
    let said: Vec<Diagnostic> =
        errors.map(|error| Diagnostic { severity: Severity::Warning, ..error.clone() }).collect();
    messages.diagnostics(&said, base.bundle);
    if !said.is_empty() {
        messages.note(&Said::general("what is wrong in the base is left out of the comparison"));
    }
}
