//! Applications as plain data.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::recipe::{HelmStep, Recipe, RenderStep, is_release_name};
use crate::source::{FileLine, SourceRelease};

/// The kind of declaration that makes an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ApplicationKind {
    /// A row of the options file.
    Declared,
    /// A Kustomization of Flux.
    Flux,
    /// A Helm release of Flux whose chart is in the repository.
    FluxRelease,
    /// An Application of Argo CD.
    Argo,
    /// An ApplicationSet of Argo CD that cannot be evaluated.
    ArgoSet,
    /// A kustomization that no other one includes.
    Kustomize,
    /// A Helm chart.
    Helm,
    /// A directory of manifests.
    Directory,
}

impl ApplicationKind {
    /// The word for it in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            ApplicationKind::Declared => "declared",
            ApplicationKind::Flux => "flux",
            ApplicationKind::FluxRelease => "flux-release",
            ApplicationKind::Argo => "argo",
            ApplicationKind::ArgoSet => "argo-set",
            ApplicationKind::Kustomize => "kustomize",
            ApplicationKind::Helm => "helm",
            ApplicationKind::Directory => "directory",
        }
    }
}

/// A program that renders an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RenderTool {
    /// `kustomize`, or `kubectl kustomize`.
    Kustomize,
    /// `helm`.
    Helm,
}

impl RenderTool {
    /// The name of the program.
    pub fn as_str(self) -> &'static str {
        match self {
            RenderTool::Kustomize => "kustomize",
            RenderTool::Helm => "helm",
        }
    }
}

/// A reason why an application cannot be rendered, or not as a whole, by a stable code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateReason {
    /// The code.
    pub code: ReasonCode,
    /// The reason in words.
    pub text: String,
    /// The place that shows it.
    pub place: Option<FileLine>,
}

/// Codes of reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReasonCode {
    /// A kustomization reads a URL.
    RemoteBase,
    /// A chart is in a registry of charts.
    RemoteChart,
    /// A dependency of a chart is not in its directory.
    ChartDependency,
    /// The source is another repository.
    OtherRepository,
    /// The source cannot be identified.
    UnknownSource,
    /// The source is a revision that is not the one that is read.
    Pinned,
    /// A plugin or function would have to run.
    NeedsPlugin,
    /// A file outside of the repository is read.
    NeedsOutsideFile,
    /// A path does not exist.
    PathMissing,
    /// A file that is named does not exist.
    FileMissing,
    /// A file cannot be read.
    Unreadable,
    /// The clusters are known to the live cluster only.
    Clusters,
    /// A generator of an ApplicationSet is not evaluated.
    Generator,
    /// A template is not evaluated.
    Template,
    /// Variables are not known.
    Variables,
    /// Values of a Helm release are not known.
    Values,
    /// A parent changes the declaration in a way that only its build shows.
    Parent,
    /// The declaration is not valid.
    Invalid,
    /// Nothing of it is applied at present.
    Suspended,
    /// A command would have to run.
    NeedsCommand,
    /// The renderer is not installed.
    NoTool,
    /// The renderer failed.
    Failed,
    /// The renderer did not end in time.
    TimedOut,
}

impl ReasonCode {
    /// The code as it is written in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            ReasonCode::RemoteBase => "remote-base",
            ReasonCode::RemoteChart => "remote-chart",
            ReasonCode::ChartDependency => "chart-dependency",
            ReasonCode::OtherRepository => "other-repository",
            ReasonCode::UnknownSource => "unknown-source",
            ReasonCode::Pinned => "pinned",
            ReasonCode::NeedsPlugin => "needs-plugin",
            ReasonCode::NeedsOutsideFile => "needs-outside-file",
            ReasonCode::PathMissing => "path-missing",
            ReasonCode::FileMissing => "file-missing",
            ReasonCode::Unreadable => "unreadable",
            ReasonCode::Clusters => "clusters",
            ReasonCode::Generator => "generator",
            ReasonCode::Template => "template",
            ReasonCode::Variables => "variables",
            ReasonCode::Values => "values",
            ReasonCode::Parent => "parent",
            ReasonCode::Invalid => "invalid",
            ReasonCode::Suspended => "suspended",
            ReasonCode::NeedsCommand => "needs-command",
            ReasonCode::NoTool => "no-tool",
            ReasonCode::Failed => "failed",
            ReasonCode::TimedOut => "timed-out",
        }
    }
}

/// The part of an application that can be rendered from the files of its repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ApplicationState {
    /// All of it.
    Ok,
    /// All of it, if its declaration is right, which a build of its parent may change.
    Approximate,
    /// All but what is elsewhere.
    Partial,
    /// Nothing.
    Unknown,
    /// Nothing that depends on the files: another revision of them is deployed.
    Pinned,
    /// All of it, which is not applied at present.
    Suspended,
}

impl ApplicationState {
    /// All states.
    pub const ALL: [ApplicationState; 6] = [
        ApplicationState::Ok,
        ApplicationState::Approximate,
        ApplicationState::Partial,
        ApplicationState::Unknown,
        ApplicationState::Pinned,
        ApplicationState::Suspended,
    ];

    /// The word for it in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            ApplicationState::Ok => "ok",
            ApplicationState::Approximate => "approximate",
            ApplicationState::Partial => "partial",
            ApplicationState::Unknown => "unknown",
            ApplicationState::Pinned => "pinned",
            ApplicationState::Suspended => "suspended",
        }
    }
}

/// A declaration on the way from an entry to an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// The object: `flux-system/Kustomization/apps`.
    pub object: String,
    /// The place at which it stands.
    pub place: FileLine,
}

/// Manifests that are applied together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// The kind of its declaration.
    pub kind: ApplicationKind,
    /// The cluster, where it is known.
    pub cluster: Option<String>,
    /// The namespace of the object that declares it.
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
    /// The paths that are rendered, from the root of the repository, which is the empty path.
    pub paths: Vec<String>,
    /// The programs that render it, sorted.
    pub tools: Vec<RenderTool>,
    /// The part of it that can be rendered.
    pub state: ApplicationState,
    /// The reasons for the state, of which the first counts most.
    pub reasons: Vec<StateReason>,
    /// The declarations that lead to it, its own last; empty where no object declares it.
    pub chain: Vec<Declaration>,
    /// Set if nothing in the repository applies it, although the repository says of other paths what is applied.
    pub is_loose: bool,
    /// Files that its rendering reads, sorted.
    pub inputs: BTreeSet<String>,
    /// The commands that render what can be rendered of it.
    pub recipe: Recipe,
    /// The applications of its cluster that have to be ready before it is applied, as `namespace/name`, sorted.
    pub depends_on: Vec<String>,
    /// The number of applications that are applied one after the other before it: the longest chain of `depends_on`.
    pub stage: u32,
    /// Patterns of paths that may belong to it, where they are not known: a `*` stands for any text.
    pub possible_paths: Vec<String>,
    /// The Helm release of Flux that it is.
    pub release: Option<SourceRelease>,
    /// The scope of the application that declares it, which is also its own.
    pub(super) scope: Option<Arc<str>>,
}

/// Prints the identity: `cluster/namespace/name`, without the parts that are not known. A Helm release may have the name
/// of the Kustomization that declares it, so its kind stands before its name.
impl fmt::Display for Application {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in self.cluster.iter().chain(&self.namespace) {
            write!(f, "{part}/")?;
        }
        if self.release.is_some() {
            f.write_str("HelmRelease/")?;
        }
        f.write_str(&self.name)
    }
}

impl Application {
    /// An application of which nothing but its declarations is known yet. Their files are among its inputs.
    pub(super) fn new(kind: ApplicationKind, name: &str, chain: Vec<Declaration>) -> Application {
        Application {
            kind,
            cluster: None,
            namespace: None,
            name: name.to_owned(),
            paths: Vec::new(),
            tools: Vec::new(),
            state: ApplicationState::Ok,
            reasons: Vec::new(),
            inputs: chain.iter().map(|declaration| declaration.place.file.clone()).collect(),
            chain,
            is_loose: false,
            recipe: Recipe::default(),
            depends_on: Vec::new(),
            stage: 0,
            possible_paths: Vec::new(),
            release: None,
            scope: None,
        }
    }

    /// The place of its own declaration.
    pub fn declared_by(&self) -> Option<&FileLine> {
        Some(&self.chain.last()?.place)
    }

    /// Adds a reason, which lowers the state but never raises it.
    pub(super) fn lower(&mut self, state: ApplicationState, reason: StateReason) {
        if state > self.state {
            self.state = state;
            self.reasons.insert(0, reason);
        } else if !self.reasons.contains(&reason) {
            self.reasons.push(reason);
        }
    }

    pub(super) fn add_tool(&mut self, tool: RenderTool) {
        if !self.tools.contains(&tool) {
            self.tools.push(tool);
            self.tools.sort_unstable();
        }
    }

    pub(super) fn add_step(&mut self, step: RenderStep) {
        self.recipe.steps.push(step);
    }

    /// Adds files of manifests as they stand, if there are any.
    pub(super) fn add_files<'f>(&mut self, files: impl IntoIterator<Item = &'f String>) {
        let files: Vec<String> = files.into_iter().cloned().collect();
        if !files.is_empty() {
            self.add_step(RenderStep::Files(files));
        }
    }

    /// Adds the rendering of a chart. Helm would refuse other names of a release.
    pub(super) fn add_chart(&mut self, step: HelmStep) {
        if is_release_name(&step.release) {
            self.add_step(RenderStep::Helm(Box::new(step)));
        } else {
            let text = format!("{:?} cannot be the name of a Helm release", step.release);
            self.lower(ApplicationState::Unknown, StateReason::new(ReasonCode::Invalid, text, None));
        }
    }

    pub(super) fn add_path(&mut self, path: &str) {
        if !self.paths.iter().any(|known| known == path) {
            self.paths.push(path.to_owned());
        }
    }
}

impl StateReason {
    pub(super) fn new(code: ReasonCode, text: impl Into<String>, place: Option<FileLine>) -> StateReason {
        StateReason { code, text: text.into(), place }
    }
}
