//! Reports that a verb prints in the format that was asked for.

use rollstamp::diagnostic::{Diagnostic, Severity};
use rollstamp::report::finding::{self, Finding, View};
use rollstamp::report::picture::Picture;
use rollstamp::report::{self, MermaidLimit, Page, markdown};
use rollstamp::{Graph, Impact, Plan};

use crate::cli::{ChangeFormat, ImpactFormat, LinksFormat};
use crate::exit::Failure;
use crate::input::Provenance;
use crate::options::{ChangeOptions, ImpactOptions, LinksOptions, Mode};
use crate::output::github_step::{self, StepReport};
use crate::output::{self, print};
use crate::run::diagnostics::has_errors;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The report on changes that are to be made, or were made.
pub fn changes(
    format: ChangeFormat,
    graph: &Graph<'_>,
    plan: &Plan,
    said: &[Diagnostic],
    options: &ChangeOptions,
    provenance: &Provenance,
) -> Result<(), Failure> {
    let view =
        View { paths: &output::repository_paths(provenance), strict: options.settings.strict, done: options.is_done() };
    let findings = || report::plan_findings(graph, plan, said, view);
    match format {
        ChangeFormat::Text if has_errors(said) => Ok(()),
        ChangeFormat::Text => print(&lines(&report::plan_lines(graph, plan, view.done))),
        ChangeFormat::Json => print(&report::plan_json(graph, plan, said)),
        ChangeFormat::Sarif => print(&report::sarif(&findings(), VERSION)),
        ChangeFormat::Gitlab => print(&report::code_quality(&findings())),
        ChangeFormat::Github => write_github_step(graph, plan, said, &findings(), view, options),
    }
}

fn write_github_step(
    graph: &Graph<'_>,
    plan: &Plan,
    said: &[Diagnostic],
    findings: &[Finding],
    view: View<'_>,
    options: &ChangeOptions,
) -> Result<(), Failure> {
    let workloads = report::workloads_json(graph, plan, view);
    let changed = if plan.is_empty() { "false" } else { "true" };
    let mut outputs = vec![("changed", changed), ("workloads", workloads.as_str())];
    let rendered = match &options.mode {
        Mode::OutputDir(dir) => dir.to_string_lossy().into_owned(),
        _ => String::new(),
    };
    if !rendered.is_empty() {
        outputs.push(("rendered-path", &rendered));
    }
    let mut log = log(graph, said);
    let mut heading = "nothing was done, because of errors".to_owned();
    if has_errors(said) {
        // What could not be planned has no result.
        outputs.clear();
    } else {
        heading = report::plan_summary(plan, &options.strategy, view.done);
        log.push_str(&lines(&report::plan_lines(graph, plan, view.done)));
    }
    let summary = |room| report::plan_markdown(&heading, graph, plan, findings, view, room);
    github_step::write(&StepReport { log: &log, findings, summary: &summary, outputs: &outputs })
}

/// The report on links.
pub fn links(
    graph: &Graph<'_>,
    said: &[Diagnostic],
    options: &LinksOptions,
    provenance: &Provenance,
) -> Result<(), Failure> {
    let view = View { paths: &output::repository_paths(provenance), strict: options.settings.strict, done: false };
    let findings = || finding::diagnostic_findings(&graph.bundle.sources, said, view);
    let picture = || Picture::of(graph, options.roll_on.into());
    match options.format {
        LinksFormat::Text | LinksFormat::Json if has_errors(said) => Ok(()),
        LinksFormat::Mermaid | LinksFormat::Dot | LinksFormat::Html if has_errors(said) => Ok(()),
        LinksFormat::Text => print(&report::links_text(graph)),
        LinksFormat::Json => print(&report::links_json(graph)),
        LinksFormat::Mermaid => print(&report::mermaid(&picture(), &MermaidLimit::default())),
        LinksFormat::Dot => print(&report::dot(&picture())),
        LinksFormat::Html => print(&report::html(&picture(), &Page { title: "Links", summary: None, classes: &[] })),
        LinksFormat::Sarif => print(&report::sarif(&findings(), VERSION)),
        LinksFormat::Gitlab => print(&report::code_quality(&findings())),
        LinksFormat::Github => {
            let findings = findings();
            let heading =
                format!("{} in {}", count(graph.links.len(), "link"), count(graph.workloads.len(), "workload"));
            let summary = |room| markdown::findings_markdown(&heading, &findings, room);
            let log = log(graph, said);
            github_step::write(&StepReport { log: &log, findings: &findings, summary: &summary, outputs: &[] })
        }
    }
}

/// The report on what a change does.
pub fn impact(
    impact: &Impact,
    graph: &Graph<'_>,
    said: &[Diagnostic],
    options: &ImpactOptions,
    provenance: &Provenance,
) -> Result<(), Failure> {
    let text = || report::impact_text(impact, output::width()) + &report::impact_diff(impact);
    match options.format {
        ImpactFormat::Text | ImpactFormat::Markdown | ImpactFormat::Html if has_errors(said) => Ok(()),
        ImpactFormat::Text => print(&text()),
        ImpactFormat::Json => print(&report::impact_json(impact, &graph.bundle.sources, said)),
        ImpactFormat::Markdown => print(&report::impact_markdown(impact, report::COMMENT_LIMIT)),
        ImpactFormat::Html => print(&report::impact_html(impact, graph, options.roll_on.into())),
        ImpactFormat::Github => {
            let sources = &graph.bundle.sources;
            let view =
                View { paths: &output::repository_paths(provenance), strict: options.settings.strict, done: false };
            let mut findings = finding::diagnostic_findings(sources, said, view);
            let workloads = report::impact_workloads_json(impact);
            let changed = if impact.workloads.is_empty() { "false" } else { "true" };
            let mut outputs = vec![("changed", changed), ("workloads", workloads.as_str())];
            let mut log = log(graph, said);
            if has_errors(said) {
                outputs.clear();
            } else {
                findings.extend(report::impact_findings(impact, sources, view));
                log.push_str(&text());
            }
            let heading = "nothing was compared, because of errors";
            let summary = |room| match has_errors(said) {
                true => markdown::findings_markdown(heading, &findings, room),
                false => report::impact_markdown(impact, room),
            };
            github_step::write(&StepReport { log: &log, findings: &findings, summary: &summary, outputs: &outputs })
        }
    }
}

/// What was said, a line each, as it stands on stderr elsewhere.
fn log(graph: &Graph<'_>, said: &[Diagnostic]) -> String {
    let told = said.iter().filter(|diagnostic| diagnostic.severity != Severity::Detail);
    lines(&told.map(|diagnostic| crate::messages::plain(diagnostic, &graph.bundle.sources)).collect::<Vec<_>>())
}

fn lines(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}
