//! `rollstamp impact`.

use rollstamp::diagnostic::{Diagnostic, Severity, has_errors};
use rollstamp::impact::ComparedTree;
use rollstamp::report::{ImpactReport, Report, compared_apps_summary, impact_summary};
use rollstamp::{Bundle, Graph, Impact, ImpactClass, ImpactOptions};

use crate::cli::FailOn;
use crate::exit::{Failure, Outcome};
use crate::input::{Base, InputSource, read_base};
use crate::messages::Messages;
use crate::options::ImpactSettings;
use crate::output;
use crate::progress::Progress;
use crate::run::baseline::{RunFindings, apply_baseline};
use crate::run::diagnostics::{collect_diagnostics, is_ambiguous, outcome_of, print_diagnostics, sort_diagnostics};
use crate::run::pipeline::{link_compared, parse_input, parse_options, read_bundle};
use crate::run::repository::{
    ComparedPlaces, ParsedComparison, check_tools, keep_touched, lower_errors, parse_comparison, report_random,
};
use crate::run::shards::print_part;

/// Compares two trees and prints what the change does, or prints the part of one machine.
pub fn report_impact(options: &ImpactSettings, messages: &Messages) -> Result<Outcome, Failure> {
    match &options.applications {
        Some(applications) if applications.sharding.shard.is_some() => {
            print_part(applications, &options.base, messages)
        }
        _ => report_comparison(options, messages),
    }
}

/// Compares two trees and prints what the change does.
fn report_comparison(options: &ImpactSettings, messages: &Messages) -> Result<Outcome, Failure> {
    let strategy = options.assume.as_ref();
    let (base_bundle, head_bundle, provenance, applications, places, has_declared_findings) =
        match &options.applications {
            Some(applications) => {
                let ParsedComparison { base, base_places, head } =
                    parse_comparison(applications, (&options.base, strategy), &options.settings, messages)?;
                let places = Some((base_places, head.places));
                (base, head.bundle, head.provenance, head.applications, places, head.has_findings)
            }
            None => {
                let (head, provenance) = read_bundle(&options.input, &options.settings, strategy, messages)?;
                (read_base_bundle(options, messages)?, head, provenance, Vec::new(), None, false)
            }
        };
    let progress = messages.progress("linking");
    let base = link_compared(&base_bundle, &options.settings);
    let head = link_compared(&head_bundle, &options.settings);
    drop(progress);
    warn_of_errors_in_base(&base, messages);
    let mut diagnostics = collect_diagnostics(&head, None, options.settings.strict, messages);
    if options.applications.is_some() {
        lower_errors(&mut diagnostics);
        keep_touched(&mut diagnostics, &head_bundle, &applications);
        diagnostics.extend(report_random(&applications, false));
    }
    let mut impact = compare(&base, &head, options, messages)?;
    impact.applications = applications;
    diagnostics.extend(impact.diagnostics.iter().cloned());
    sort_diagnostics(&mut diagnostics);
    if let Some((base, head)) = &places {
        let compared = ComparedPlaces { base, head };
        impact.replace_locations(&|object| compared.find(object));
        head.locate(&mut diagnostics, &head_bundle);
    }
    let findings = RunFindings { diagnostics: &mut diagnostics, impact: Some(&mut impact) };
    apply_baseline(&options.baseline, findings, &head_bundle.sources, &provenance, messages)?;
    let report = ImpactReport { impact: &impact, head: &head, diagnostics: &diagnostics, roll_on: options.roll_on };
    let render_options = output::render_options(&provenance, options.format, options.settings.strict, messages);
    let render_options = render_options.wide(options.wide).max_edges(options.max_edges);
    let render_options = output::link_places(render_options, options.source_url.as_ref(), &provenance);
    output::write_report(&Report::Impact(report), options.format, &render_options)?;
    print_diagnostics(&diagnostics, &head_bundle, messages);
    if has_errors(&diagnostics) {
        messages.note("what cannot be read is left out of the comparison, as if it had been deleted");
    }
    let outcome = outcome_of(&diagnostics, options.settings.strict)?;
    messages.summary(&impact_summary(&impact));
    if !impact.applications.is_empty() {
        messages.summary(&compared_apps_summary(&impact.applications));
    }
    check_tools(&impact.applications)?;
    let strict = [FailOn::Refused, FailOn::Stale].iter().any(|&effect| has_effect(&impact, effect));
    let has_findings = has_declared_findings || (options.settings.strict && (strict || impact.count_findings() > 0));
    let has_effects = options.fail_on.iter().any(|&effect| has_effect(&impact, effect));
    Ok(if has_findings || has_effects { Outcome::Found } else { outcome })
}

/// Returns `true` if a change has an effect on which the run is to fail.
fn has_effect(impact: &Impact, effect: FailOn) -> bool {
    let has_finding =
        |class: ImpactClass| impact.workloads.iter().any(|workload| workload.class == class && workload.finding);
    match effect {
        FailOn::None => false,
        FailOn::Refused => has_finding(ImpactClass::Refused) || impact.count_rejected_configs() > 0,
        FailOn::Stale => has_finding(ImpactClass::Stale),
        FailOn::Rolls => impact.count_class(ImpactClass::Rolls) > 0,
        FailOn::Downtime => impact.count_downtimes() > 0,
        FailOn::Unknown => {
            impact.count_class(ImpactClass::Unknown) > 0 || impact.unknown_applications().next().is_some()
        }
    }
}

fn read_base_bundle(options: &ImpactSettings, messages: &Messages) -> Result<Bundle, Failure> {
    // Whatever prints the new manifests may have things to say on the same terminal.
    let is_rendered = matches!(options.input.from, InputSource::Renderer(_) | InputSource::Stdin);
    let progress = match &options.base {
        Base::Named(_) if !is_rendered => messages.progress("reading the base"),
        _ => Progress::silent(),
    };
    let base = read_base(&options.base, &options.input, rollstamp::bundle::may_be_relevant, &progress);
    let base = base.map_err(Failure::all)?;
    drop(progress);
    Ok(parse_input(base, &options.settings, options.assume.as_ref(), messages).0)
}

fn compare(
    base: &Graph<'_>,
    head: &Graph<'_>,
    options: &ImpactSettings,
    messages: &Messages,
) -> Result<Impact, Failure> {
    let _progress = messages.progress("comparing");
    let (before, after) = (apply_strategy(base, options, messages)?, apply_strategy(head, options, messages)?);
    let base = ComparedTree { graph: base, applied: before.as_ref() };
    let head = ComparedTree { graph: head, applied: after.as_ref() };
    let options = ImpactOptions::default().annotation(options.annotation.clone()).diff(options.diff);
    Ok(rollstamp::impact(&base, &head, &options))
}

/// Makes the changes of the assumed strategy, as they are made to a tree on its way to the cluster.
fn apply_strategy(graph: &Graph<'_>, options: &ImpactSettings, messages: &Messages) -> Result<Option<Bundle>, Failure> {
    let Some(strategy) = &options.assume else { return Ok(None) };
    let plan = rollstamp::plan(graph, strategy);
    let mut errors = plan.diagnostics.to_vec();
    // A workload whose references are ambiguous is left as it is.
    errors.retain(|diagnostic| diagnostic.severity == Severity::Error && !is_ambiguous(&diagnostic.message));
    if errors.is_empty() {
        match rollstamp::apply(graph.bundle, &plan) {
            Ok(after) => {
                let options = parse_options(&graph.bundle.sources, &options.settings, Some(strategy));
                return Ok(Some(rollstamp::parse(after, &options)));
            }
            Err(failed) => errors = failed.to_vec(),
        }
    }
    messages.diagnostics(&errors, graph.bundle);
    Err(Failure::AlreadyReported)
}

/// Reports errors of the base as warnings: the old tree cannot be changed any more, and objects that could not be read
/// there are treated as missing.
fn warn_of_errors_in_base(base: &Graph<'_>, messages: &Messages) {
    let mut warnings = Vec::new();
    for diagnostic in base.bundle.diagnostics.iter().chain(&base.diagnostics) {
        if diagnostic.severity == Severity::Error {
            warnings.push(Diagnostic { severity: Severity::Warning, ..diagnostic.clone() });
        }
    }
    messages.diagnostics(&warnings, base.bundle);
    if !warnings.is_empty() {
        messages.note("parts of the base with errors are left out of the comparison");
    }
}
