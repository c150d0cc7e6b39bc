//! The applications of a repository as the input of a command.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rollstamp::Source;
use rollstamp::diagnostic::Diagnostic;
use rollstamp::repository::{
    Application, ApplicationState, ApplicationStatus, DiscoveryOptions, RandomField, ReasonCode, RenderedParents,
    ReportedApplication, StateReason,
};

use super::cache::RenderCache;
use super::parents::complete_discovery;
use super::parts::PartFiles;
use super::programs::RendererPrograms;
use super::random::{find_random, may_be_random};
use super::render::{RenderedText, Renderers, Rendering, is_renderable, reason_of, render_applications};
use super::side::{RepositorySide, side_of};
use super::work_tree::read_work_tree;
use crate::exit::Failure;
use crate::files;
use crate::input::{FileOrigin, Input, SourceOrigin};
use crate::messages::Messages;
use crate::options::{ApplicationOptions, RenderLimits};
use crate::progress::Progress;

/// A repository whose work tree was read.
pub struct Session {
    pub head: RepositorySide,
    pub discovery_options: DiscoveryOptions,
    pub programs: RendererPrograms,
    pub cache: Option<RenderCache>,
    pub limits: RenderLimits,
    pub root: PathBuf,
    /// The path of the part that is reported, from the root.
    pub part: String,
    /// Renderings of applications that declare others.
    pub parents: RenderedParents,
    /// The parts of a run on several machines, whose renderings the cache has.
    pub part_files: Option<PartFiles>,
}

impl Session {
    /// Reads the work tree and finds the applications.
    pub fn open(options: &ApplicationOptions, messages: &Messages) -> Result<Session, Failure> {
        let progress = messages.progress("reading the repository");
        let tree = read_work_tree(&options.path)?;
        let root = tree.root.clone();
        let declared = options.repository.to_discovery_options(&root, options.options_file.as_deref());
        let (mut head, discovery_options) =
            side_of(tree, declared.runs_commands(options.permissions.runs_commands), options.permissions.fetches);
        let part = locate_part(&root, &options.path);
        drop(progress);
        let mut part_files = options.sharding.parts.as_deref().map(PartFiles::read).transpose()?;
        let renderings = part_files.as_mut().map(PartFiles::take_renderings).unwrap_or_default();
        let cache = RenderCache::open(options.cache, renderings, options.sharding.shard.is_some());
        let programs = RendererPrograms::find(&root);
        let mut parents = RenderedParents::default();
        let renderers = Renderers { programs: &programs, limits: options.render, cache: cache.as_ref() };
        complete_discovery(&mut head, &discovery_options, renderers, &mut parents, messages)?;
        if !head.discovery.applications.iter().any(|application| belongs_to(application, &part)) {
            return Err(no_application(&options.path, head.index.file_paths().count()));
        }
        let limits = options.render;
        Ok(Session { head, discovery_options, programs, cache, limits, root, part, parents, part_files })
    }

    /// Returns the programs that render the applications, with their limits.
    pub fn renderers(&self) -> Renderers<'_> {
        Renderers { programs: &self.programs, limits: self.limits, cache: self.cache.as_ref() }
    }

    /// Returns `true` if one of these messages fails a run under `--strict`.
    pub fn has_findings(&self) -> bool {
        self.diagnostics().iter().any(|diagnostic| diagnostic.message.is_finding())
    }

    /// The applications whose declared path does not exist, each with the reason that says so.
    pub fn missing_paths(&self) -> impl Iterator<Item = (&Application, &StateReason)> {
        let applications = self.head.discovery.applications.iter();
        let reported = applications.filter(|application| belongs_to(application, &self.part));
        reported.filter_map(|application| {
            let is_missing = |reason: &&StateReason| reason.code == ReasonCode::PathMissing;
            Some((application, application.reasons.iter().find(is_missing)?))
        })
    }

    /// Messages about what is not among the applications.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.head.discovery.diagnostics
    }
}

/// The failure of a run that found nothing to work on.
pub fn no_application(path: &Path, file_count: usize) -> Failure {
    Failure::because(format!(
        "no application in {} ({file_count} files of the repository read): no Kustomization of Flux, Application or \
         ApplicationSet of Argo CD, kustomization, chart or manifest; declare applications under \
         `repository.applications` in the options file",
        path.display()
    ))
}

/// The path from the root of the repository.
pub fn locate_part(root: &Path, path: &Path) -> String {
    let (root, path) = (files::real_path(root), files::real_path(path));
    let part = path.strip_prefix(root).unwrap_or(Path::new(""));
    part.to_string_lossy().replace('\\', "/")
}

/// Returns `true` if an application has a path in a part of the repository, or is declared there.
pub fn belongs_to(application: &Application, part: &str) -> bool {
    let part = Path::new(part);
    application.paths.iter().any(|path| Path::new(path).starts_with(part))
        || application.declared_by().is_some_and(|place| Path::new(&place.file).starts_with(part))
}

/// Manifests of applications, and the outcome of each application.
pub struct ApplicationsInput {
    pub input: Input,
    pub applications: Vec<ReportedApplication>,
}

/// Renders all applications. Those outside of the part that is reported are context: references find what they define.
/// With `finds_random`, what may render to other values each time is rendered twice.
pub fn read_applications(
    session: &Session,
    finds_random: bool,
    messages: &Messages,
) -> Result<ApplicationsInput, Failure> {
    let head = &session.head;
    let mut applications: Vec<&Application> = Vec::new();
    applications.extend(head.discovery.applications.iter().filter(|one| one.state != ApplicationState::Suspended));
    let progress = messages.progress("rendering");
    progress.show_items("rendering", applications.len());
    let rendered = render_applications(head, &applications, session.renderers(), &progress)?;
    let mut random = BTreeMap::new();
    if finds_random {
        random = find_random_fields(session, &applications, &rendered, &progress)?;
    }
    drop(progress);
    let mut input = Input::default();
    let mut reported = Vec::new();
    for (number, (application, rendering)) in applications.into_iter().zip(rendered).enumerate() {
        let is_reported = belongs_to(application, &session.part);
        if is_reported {
            let random_fields = random.remove(&number).unwrap_or_default();
            reported.push(ReportedApplication { random_fields, ..report_rendering(application, &rendering) });
        }
        if let Ok(texts) = rendering {
            add_texts(&mut input, head, application, &texts, !is_reported);
        }
    }
    for application in &head.discovery.applications {
        if application.state == ApplicationState::Suspended && belongs_to(application, &session.part) {
            reported.push(report_rendering(application, &Err(reason_of(application))));
        }
    }
    Ok(ApplicationsInput { input, applications: reported })
}

/// The fields whose values are others at every rendering, by the numbers of their applications.
fn find_random_fields(
    session: &Session,
    applications: &[&Application],
    rendered: &[Rendering],
    progress: &Progress,
) -> Result<BTreeMap<usize, Vec<RandomField>>, Failure> {
    let (mut numbers, mut first) = (Vec::new(), Vec::new());
    for (number, (application, rendering)) in applications.iter().zip(rendered).enumerate() {
        if let Ok(texts) = rendering
            && may_be_random(&session.head, application)
        {
            numbers.push(number);
            first.push((*application, texts.as_slice()));
        }
    }
    let found = find_random(&session.head, &first, session.renderers(), progress)?;
    Ok(numbers.into_iter().zip(found.iter().map(|values| values.fields().cloned().collect())).collect())
}

fn report_rendering(application: &Application, rendering: &Rendering) -> ReportedApplication {
    let status = match rendering {
        Err(_) if is_renderable(application) => ApplicationStatus::Unknown,
        _ if application.state == ApplicationState::Ok && rendering.is_err() => ApplicationStatus::Unknown,
        _ => ApplicationStatus::of_state(application.state),
    };
    ReportedApplication {
        application: application.clone(),
        status,
        reason: rendering.as_ref().err().cloned().or(application.reasons.first().cloned()),
        changed_inputs: Vec::new(),
        is_touched: true,
        random_fields: Vec::new(),
    }
}

/// Adds the manifests of an application to an input.
pub fn add_texts(
    input: &mut Input,
    side: &RepositorySide,
    application: &Application,
    texts: &[RenderedText],
    is_context: bool,
) {
    let part = Arc::new(application.to_source_application());
    for rendered in texts {
        let (label, origin) = match &rendered.file {
            Some(file) => {
                let label = side.label(file);
                let path = PathBuf::from(&label);
                (label, SourceOrigin::File(FileOrigin::new(path.clone(), &path, true)))
            }
            None => (side.label(&format!("<{application}>")), SourceOrigin::Stream),
        };
        let source = Source::new(label, rendered.text.clone()).in_application(part.clone());
        input.sources.push(if is_context { source.into_context() } else { source });
        input.provenance.origins.push(origin);
    }
}

/// The first application that cannot be rendered because its renderer is not installed.
pub fn find_missing_tool(applications: &[ReportedApplication]) -> Option<(&ReportedApplication, &StateReason)> {
    let with_reason =
        applications.iter().filter(|one| one.is_touched).filter_map(|one| Some((one, one.reason.as_ref()?)));
    with_reason
        .into_iter()
        .find(|(one, reason)| reason.code == ReasonCode::NoTool && one.status == ApplicationStatus::Unknown)
}
