//! The applications of a repository in a run: read, rendered, linked, and judged by what could not be rendered.

use rollstamp::{Bundle, Strategy};
use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

use rollstamp::diagnostic::{Diagnostic, Message, RepositoryMessage, Severity};
use rollstamp::impact::ComparedObject;
use rollstamp::report::compared_apps_summary;
use rollstamp::repository::{ApplicationStatus, RenderedObject, ReportedApplication, find_place};
use rollstamp::source::FileLine;

use crate::exit::Failure;
use crate::input::{Base, Input, Provenance};
use crate::messages::Messages;
use crate::options::{ApplicationOptions, LinkSettings};
use crate::repository::{
    ApplicationsInput, ComparedInputs, ComparedRepositories, RepositorySide, Session, UseGraphs, find_base,
    find_missing_tool, read_applications,
};
use crate::run::pipeline::{link_bundle, parse_input};

/// Manifests of applications, parsed.
pub struct ParsedApplications {
    pub bundle: Bundle,
    pub provenance: Provenance,
    pub applications: Vec<ReportedApplication>,
    /// The root of the repository.
    pub root: PathBuf,
    /// The applications, for the places of what was rendered.
    pub places: RenderedPlaces,
    /// Set if something in the declarations fails a run under `--strict`.
    pub has_findings: bool,
}

/// Renders and parses all applications.
pub fn parse_applications(
    options: &ApplicationOptions,
    settings: &LinkSettings,
    strategy: Option<&Strategy>,
    messages: &Messages,
) -> Result<ParsedApplications, Failure> {
    let mut session = Session::open(options, messages)?;
    let has_findings = report_discovery(&session, settings, messages);
    if strategy.is_some() {
        // What a chart renders to on the cluster cannot be changed in files.
        session.head.discovery.applications.retain(|application| application.release.is_none());
    }
    let ApplicationsInput { input, applications } = read_applications(&session, strategy.is_some(), messages)?;
    let (mut bundle, provenance) = parse_input(input, settings, strategy, messages);
    // What cannot be rendered may define what seems to be missing.
    let is_whole = |one: &ReportedApplication| one.status == ApplicationStatus::Rendered;
    bundle.has_skipped_documents |= !applications.iter().all(is_whole);
    let places = RenderedPlaces::new(session.head);
    Ok(ParsedApplications { bundle, provenance, applications, root: session.root, places, has_findings })
}

/// The applications of a revision and of the work tree, as far as a change can touch them, parsed.
pub struct ParsedComparison {
    pub base: Bundle,
    pub base_places: RenderedPlaces,
    pub head: ParsedApplications,
}

/// A side with the number of each of its applications, for the places of what was rendered.
pub struct RenderedPlaces {
    side: RepositorySide,
    numbers: HashMap<String, usize>,
}

impl RenderedPlaces {
    fn new(side: RepositorySide) -> RenderedPlaces {
        let mut numbers = HashMap::new();
        for (number, application) in side.discovery.applications.iter().enumerate() {
            // Of several with one name the first counts.
            numbers.entry(application.to_string()).or_insert(number);
        }
        RenderedPlaces { side, numbers }
    }

    /// Finds the place in the repository that an object of a rendering comes from.
    fn find(&self, id: &str, rendered: RenderedObject<'_>) -> Option<FileLine> {
        let application = &self.side.discovery.applications[*self.numbers.get(id)?];
        let FileLine { file, line } = find_place(&self.side.index, application, rendered)?;
        Some(FileLine { file: self.side.label(&file), line })
    }

    /// Gives diagnostics about what was rendered their places in the repository.
    pub fn locate(&self, diagnostics: &mut Vec<Diagnostic>, bundle: &Bundle) {
        for diagnostic in diagnostics {
            if let Some(file) = self.locate_one(diagnostic, bundle) {
                *diagnostic = diagnostic.clone().rendered_from(file);
            }
        }
    }

    fn locate_one(&self, diagnostic: &Diagnostic, bundle: &Bundle) -> Option<FileLine> {
        let source = &bundle.sources[diagnostic.place()?.source];
        let application = source.application().filter(|_| source.name().ends_with('>'))?;
        let mut parts = diagnostic.object.as_deref()?.rsplit('/');
        let (name, kind) = (parts.next()?, parts.next()?);
        self.find(&application.id, RenderedObject { kind, name, key: None })
    }
}

impl ComparedPlaces<'_> {
    /// Finds the place in the repository that an object of a rendering comes from.
    pub fn find(&self, object: ComparedObject<'_>) -> Option<FileLine> {
        let places = if object.is_base { self.base } else { self.head };
        places.find(&object.application.id, RenderedObject { kind: object.kind, name: object.name, key: object.key })
    }
}

/// The places of both sides.
pub struct ComparedPlaces<'a> {
    pub base: &'a RenderedPlaces,
    pub head: &'a RenderedPlaces,
}

/// Renders and parses what the change since a revision can touch.
pub fn parse_comparison(
    options: &ApplicationOptions,
    (base, strategy): (&Base, Option<&Strategy>),
    settings: &LinkSettings,
    messages: &Messages,
) -> Result<ParsedComparison, Failure> {
    let Base::Named(name) = base else {
        return Err(Failure::because("--apps compares with a revision: use --base REVISION"));
    };
    let session = Session::open(options, messages)?;
    let revision = find_base(&session, name)?;
    let has_findings = report_discovery(&session, settings, messages);
    let compared = ComparedRepositories::open(&session, revision, options.renders_all, messages)?;
    messages.detail(&format!("compared with {}", compared.base_name()));
    let silent = messages.silenced();
    let parse = |input: Input| parse_input(input, settings, strategy, &silent).0;
    let with_graphs = |base: Input, head: Input, use_graphs: &mut UseGraphs<'_>| {
        let (base, head) = (parse(base), parse(head));
        use_graphs(&link_bundle(&base, settings), &link_bundle(&head, settings));
    };
    let ComparedInputs { base, head, applications, unread } = compared.render(messages, &with_graphs)?;
    report_unread(&unread, messages);
    let (base, _) = parse_input(base, settings, strategy, &silent);
    let (bundle, provenance) = parse_input(head, settings, strategy, messages);
    let base_places = RenderedPlaces::new(compared.into_base());
    let places = RenderedPlaces::new(session.head);
    let head = ParsedApplications { bundle, provenance, applications, root: session.root, places, has_findings };
    Ok(ParsedComparison { base, base_places, head })
}

/// Says which changes are not judged, since nothing that was found reads the files.
fn report_unread(unread: &[String], messages: &Messages) {
    let files = match unread {
        [] => return,
        [file] => file.clone(),
        [first, ..] => format!("{} changed files, such as {first},", unread.len()),
    };
    messages.note(format!("no application that was found reads {files}").trim_end_matches(',').to_owned());
    for file in unread {
        messages.detail(file);
    }
}

/// Prints the messages of discovery. Returns `true` if `--strict` is set and one of them is a finding, as a declared path is
/// that does not exist.
fn report_discovery(session: &Session, settings: &LinkSettings, messages: &Messages) -> bool {
    for diagnostic in session.diagnostics() {
        messages.report(diagnostic);
    }
    let mut has_findings = session.has_findings();
    for (application, reason) in session.missing_paths() {
        has_findings = true;
        if settings.strict {
            let place = reason.place.as_ref().map_or(String::new(), |place| format!(" ({place})"));
            messages.warning(format!("{application}: {}{place}", reason.text));
        }
    }
    settings.strict && has_findings
}

/// Makes warnings of errors: what cannot be read in one application must not keep the others from being reported.
pub fn lower_errors(diagnostics: &mut [Diagnostic]) {
    for diagnostic in diagnostics {
        diagnostic.severity = diagnostic.severity.max(Severity::Warning);
    }
}

/// Keeps the diagnostics of applications that a change touches. Others are rendered only for what they use and define, and
/// what they miss may be in those that are not rendered.
pub fn keep_touched(diagnostics: &mut Vec<Diagnostic>, bundle: &Bundle, applications: &[ReportedApplication]) {
    let touched = applications.iter().filter(|one| one.is_touched).map(|one| one.application.to_string());
    let touched: BTreeSet<String> = touched.collect();
    diagnostics.retain(|diagnostic| match diagnostic.place() {
        Some(place) => {
            let application = bundle.sources[place.source].application();
            application.is_none_or(|application| touched.contains(&application.id))
        }
        // Sums over all references.
        None => !matches!(diagnostic.message, Message::Reference(_)),
    });
}

/// Messages about fields whose values are others at every rendering: they are stamped, or not compared.
pub fn report_random(applications: &[ReportedApplication], is_stamped: bool) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for one in applications.iter().filter(|one| !one.random_fields.is_empty()) {
        let fields = one.random_fields.iter().map(ToString::to_string).collect();
        let application = one.application.to_string();
        let message = RepositoryMessage::RandomFields { application, fields, is_stamped };
        diagnostics.push(Diagnostic::general(message));
    }
    diagnostics
}

/// Names the applications of which nothing is known, with the reason, and counts all.
pub fn report_unknown(applications: &[ReportedApplication], messages: &Messages) {
    if applications.is_empty() {
        return;
    }
    for one in applications.iter().filter(|one| one.status == ApplicationStatus::Unknown) {
        let reason = one.reason.as_ref().map_or(String::new(), |reason| format!(": {}", reason.text));
        messages.warning(format!("{} is unknown{reason}", one.application));
    }
    let counts = compared_apps_summary(applications);
    messages.summary(&counts);
}

/// Fails if the change touches an application whose renderer is not installed: with it everything could be known.
pub fn check_tools(applications: &[ReportedApplication]) -> Result<(), Failure> {
    let Some((one, reason)) = find_missing_tool(applications) else { return Ok(()) };
    let name = &one.application;
    Err(Failure::because(format!("{name} is not rendered: {}; install it, or add its directory to PATH", reason.text)))
}
