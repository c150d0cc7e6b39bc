//! One report in one format: which formats each report has, and what makes them.

use super::diagnostics::reported_diagnostics;
use super::diagram::Diagram;
use super::format::dot::dot;
use super::format::github::StepReport;
use super::format::gitlab::code_quality;
use super::format::junit::junit;
use super::format::mermaid::{MermaidLimit, mermaid};
use super::format::sarif::sarif;
use super::model::{AppsReport, ImpactReport, LinksReport, PlanReport, RenderOptions};
use super::{apps, impact, kinds, links, plan};
use crate::escape::{escape_json, escape_lines};
use crate::rules::Rules;

/// A format of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Lines or tables for a terminal.
    Text,
    /// JSON for programs.
    Json,
    /// Markdown, as a comment on a pull request.
    Markdown,
    /// A Mermaid flowchart.
    Mermaid,
    /// A graph for Graphviz.
    Dot,
    /// A page for a browser.
    Html,
    /// Log, annotations, summary and outputs of a step of GitHub Actions.
    Github,
    /// SARIF 2.1.0.
    Sarif,
    /// GitLab's code quality report.
    Gitlab,
    /// Test report in the XML of JUnit.
    Junit,
}

impl Format {
    /// Every format.
    pub const ALL: [Format; 10] = [
        Format::Text,
        Format::Json,
        Format::Markdown,
        Format::Mermaid,
        Format::Dot,
        Format::Html,
        Format::Github,
        Format::Sarif,
        Format::Gitlab,
        Format::Junit,
    ];

    /// The name of the format, as users type it.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Json => "json",
            Format::Markdown => "markdown",
            Format::Mermaid => "mermaid",
            Format::Dot => "dot",
            Format::Html => "html",
            Format::Github => "github",
            Format::Sarif => "sarif",
            Format::Gitlab => "gitlab",
            Format::Junit => "junit",
        }
    }

    /// A line of help on the format.
    pub fn description(self) -> &'static str {
        match self {
            Format::Text => "Lines and tables for a terminal",
            Format::Json => "JSON for programs",
            Format::Markdown => "Comment for a pull request, short enough for GitHub",
            Format::Mermaid => "Flowchart that GitHub and GitLab draw inside Markdown",
            Format::Dot => "Graph for Graphviz",
            Format::Html => "Page for a browser that needs no other file and no network",
            Format::Github => "Annotations, summary and outputs of a GitHub Actions step",
            Format::Sarif => "SARIF 2.1.0, for code scanning and editors",
            Format::Gitlab => "Code quality report of GitLab",
            Format::Junit => "Test report in the XML of JUnit, for most CI systems",
        }
    }
}

/// A report: values that were computed, and the little that is needed to write about them.
pub enum Report<'a> {
    /// Changes that are planned, or that were made.
    Plan(PlanReport<'a>),
    /// Links, and configs that nothing refers to.
    Links(LinksReport<'a>),
    /// Effects of a change on workloads.
    Impact(ImpactReport<'a>),
    /// Supported kinds and reference fields.
    Kinds(&'a Rules),
    /// Applications of a repository.
    Apps(AppsReport<'a>),
}

/// A report in a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rendered {
    /// The text to print; empty where there is nothing to report.
    Text(String),
    /// The parts of the report of a step in GitHub Actions.
    Step(StepReport),
}

impl Report<'_> {
    /// Formats of plans.
    pub const PLAN_FORMATS: &'static [Format] =
        &[Format::Text, Format::Json, Format::Github, Format::Sarif, Format::Gitlab, Format::Junit];
    /// Formats of links.
    pub const LINKS_FORMATS: &'static [Format] = &[
        Format::Text,
        Format::Json,
        Format::Mermaid,
        Format::Dot,
        Format::Html,
        Format::Github,
        Format::Sarif,
        Format::Gitlab,
        Format::Junit,
    ];
    /// Formats of impact.
    pub const IMPACT_FORMATS: &'static [Format] =
        &[Format::Text, Format::Json, Format::Markdown, Format::Html, Format::Github];
    /// Formats of kinds.
    pub const KINDS_FORMATS: &'static [Format] = &[Format::Text, Format::Json];
    /// Formats of applications.
    pub const APPS_FORMATS: &'static [Format] = &[Format::Text, Format::Json];

    /// The formats that the report has.
    pub fn formats(&self) -> &'static [Format] {
        match self {
            Report::Plan(_) => Report::PLAN_FORMATS,
            Report::Links(_) => Report::LINKS_FORMATS,
            Report::Impact(_) => Report::IMPACT_FORMATS,
            Report::Kinds(_) => Report::KINDS_FORMATS,
            Report::Apps(_) => Report::APPS_FORMATS,
        }
    }
}

/// Renders a report. A format that is not one of [`Report::formats`] has no text.
///
/// Names in it that hold control characters are escaped, whatever the format.
///
/// ```
/// use rollstamp::{
///     Format, LinkOptions, LinkSelection, LinksReport, ParseOptions, RenderOptions, Rendered, Report, RollOn, Source, link, parse,
///     render,
/// };
///
/// let text = "\
/// apiVersion: v1
/// kind: Pod
/// metadata: {name: web}
/// spec: {containers: [{name: app, image: app, envFrom: [{configMapRef: {name: app-env}}]}]}
/// ";
/// let bundle = parse(vec![Source::new("app.yaml", text)], &ParseOptions::default());
/// let graph = link(&bundle, &LinkOptions::default());
/// let selection = &LinkSelection::ALL;
/// let report = LinksReport { graph: &graph, diagnostics: &graph.diagnostics, roll_on: RollOn::Any, selection, applications: &[] };
/// let rendered = render(&Report::Links(report), Format::Json, &RenderOptions::default());
/// let Rendered::Text(json) = rendered else { panic!("only a step of a workflow has other parts") };
/// assert!(json.contains("\"name\": \"app-env\""));
/// ```
pub fn render(report: &Report<'_>, format: Format, options: &RenderOptions) -> Rendered {
    match render_unescaped(report, format, options) {
        Rendered::Text(text) => Rendered::Text(match format {
            // It is escaped by parts, between which the codes of its colors are.
            Format::Text => text,
            Format::Json | Format::Sarif | Format::Gitlab => escape_json(&text).into_owned(),
            _ => escape_lines(&text).into_owned(),
        }),
        Rendered::Step(step) => Rendered::Step(StepReport {
            log: escape_lines(&step.log).into_owned(),
            annotations: escape_lines(&step.annotations).into_owned(),
            summary: escape_lines(&step.summary).into_owned(),
            outputs: step.outputs.into_iter().map(|(name, value)| (name, escape_lines(&value).into_owned())).collect(),
        }),
    }
}

fn render_unescaped(report: &Report<'_>, format: Format, options: &RenderOptions) -> Rendered {
    match report {
        Report::Plan(report) => render_plan(report, format, options),
        Report::Links(report) => render_links(report, format, options),
        Report::Impact(report) => render_impact(report, format, options),
        Report::Kinds(rules) => render_kinds(rules, format, options),
        Report::Apps(report) => render_apps(report, format, options),
    }
}

fn render_plan(report: &PlanReport<'_>, format: Format, options: &RenderOptions) -> Rendered {
    let PlanReport { graph, plan, done, .. } = *report;
    let reported = || plan::plan_diagnostics(report, options);
    Rendered::Text(match format {
        Format::Text if !report.has_changes() => String::new(),
        Format::Text => plan::plan_text(graph, plan, done, options),
        Format::Json => plan::plan_json(report),
        Format::Sarif => sarif(&reported()),
        Format::Gitlab => code_quality(&reported()),
        Format::Junit => junit(&reported()),
        Format::Github => return Rendered::Step(plan::plan_step(report, &reported(), options)),
        Format::Markdown | Format::Mermaid | Format::Dot | Format::Html => String::new(),
    })
}

fn render_links(report: &LinksReport<'_>, format: Format, options: &RenderOptions) -> Rendered {
    let LinksReport { graph, diagnostics, roll_on, selection, applications } = *report;
    let reported = || reported_diagnostics(diagnostics, &graph.bundle.sources, &options.paths, options.strict);
    let diagram = || Diagram::from_graph(graph, roll_on);
    Rendered::Text(match format {
        Format::Sarif => sarif(&reported()),
        Format::Gitlab => code_quality(&reported()),
        Format::Junit => junit(&reported()),
        Format::Github => return Rendered::Step(links::links_step(report, &reported(), options)),
        Format::Text => links::links_text(graph, selection, options),
        Format::Json => links::links_json(graph, selection, applications),
        Format::Mermaid => mermaid(&diagram(), &MermaidLimit::with_edges(options.max_edges)),
        Format::Dot => dot(&diagram()),
        Format::Html => links::links_html(report, options),
        Format::Markdown => String::new(),
    })
}

fn render_impact(report: &ImpactReport<'_>, format: Format, options: &RenderOptions) -> Rendered {
    let ImpactReport { impact, head, diagnostics, .. } = *report;
    Rendered::Text(match format {
        Format::Json => impact::impact_json(impact, &head.bundle.sources, diagnostics),
        Format::Github => return Rendered::Step(impact::impact_step(report, options)),
        Format::Text => impact::impact_text(impact, options),
        Format::Markdown => impact::impact_markdown(report, options, impact::COMMENT_LIMIT),
        Format::Html => impact::impact_html(report, options),
        Format::Mermaid | Format::Dot | Format::Sarif | Format::Gitlab | Format::Junit => String::new(),
    })
}

fn render_apps(report: &AppsReport<'_>, format: Format, options: &RenderOptions) -> Rendered {
    let AppsReport { applications, diagnostics, is_explained, renderers } = *report;
    let explained = applications.first().filter(|_| is_explained);
    Rendered::Text(match (format, explained) {
        (Format::Text, Some(application)) => apps::explain_text(application, renderers),
        (Format::Json, Some(application)) => apps::explain_json(application, renderers),
        (Format::Text, None) => apps::apps_text(applications, options),
        (Format::Json, None) => apps::apps_json(applications, diagnostics),
        _ => String::new(),
    })
}

fn render_kinds(rules: &Rules, format: Format, options: &RenderOptions) -> Rendered {
    Rendered::Text(match format {
        Format::Text => kinds::kinds_text(rules, options),
        Format::Json => kinds::kinds_json(rules),
        Format::Markdown
        | Format::Mermaid
        | Format::Dot
        | Format::Html
        | Format::Github
        | Format::Sarif
        | Format::Gitlab
        | Format::Junit => String::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LinkSelection;
    use crate::impact::{ComparedTree, ImpactOptions, impact};
    use crate::index::IdVec;
    use crate::source::Source;
    use crate::{LinkOptions, ParseOptions, RollOn, Stamp, Strategy, link, parse, plan};

    const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
      - name: app
        image: app:1
        envFrom: [{configMapRef: {name: app}}]
";

    fn manifests(level: &str) -> Vec<Source> {
        let config = format!("kind: ConfigMap\napiVersion: v1\nmetadata: {{name: app}}\ndata: {{LEVEL: {level}}}\n");
        vec![Source::new("app.yaml", format!("{config}---\n{DEPLOYMENT}"))]
    }

    #[test]
    fn formats_are_those_that_render_to_text() {
        let (old, new) = (manifests("info"), manifests("debug"));
        let (old, new) = (parse(old, &ParseOptions::default()), parse(new, &ParseOptions::default()));
        let (base, head) = (link(&old, &LinkOptions::default()), link(&new, &LinkOptions::default()));
        let strategy = Strategy::Stamp(Stamp::default());
        let plan = plan(&head, &strategy);
        let trees = [&base, &head].map(|graph| ComparedTree { graph, applied: None });
        let impact = impact(&trees[0], &trees[1], &ImpactOptions::default());
        let options =
            RenderOptions { paths: IdVec::from(vec![Some("app.yaml".to_string())]), ..RenderOptions::default() };
        let (graph, diagnostics, roll_on) = (&head, &[][..], RollOn::Any);
        for report in [
            Report::Plan(PlanReport {
                graph,
                plan: &plan,
                strategy: &strategy,
                diagnostics,
                done: false,
                output_dir: None,
            }),
            Report::Links(LinksReport {
                graph,
                diagnostics,
                roll_on,
                selection: &LinkSelection::ALL,
                applications: &[],
            }),
            Report::Impact(ImpactReport { impact: &impact, head: graph, diagnostics, roll_on }),
            Report::Kinds(&Rules::default()),
        ] {
            let is_rendered = |format: &Format| render(&report, *format, &options) != Rendered::Text(String::new());
            let rendered: Vec<Format> = Format::ALL.into_iter().filter(is_rendered).collect();
            let mut formats = report.formats().to_vec();
            formats.sort_by_key(|format| Format::ALL.iter().position(|other| other == format));
            assert_eq!(rendered, formats);
        }
    }
}
