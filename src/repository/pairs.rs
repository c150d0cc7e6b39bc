//! Applications of two revisions of a repository: which are the same, and which of them a change can touch.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::application::{Application, ApplicationKind, ApplicationState, ReasonCode, StateReason};
use super::path;
use super::random::RandomField;
use super::rendered::HiddenParent;
use crate::source::SourceApplication;

/// An application in the old revision and the same in the new one.
pub struct ApplicationPair<'a> {
    /// The application in the old revision.
    pub base: Option<&'a Application>,
    /// The application in the new revision.
    pub head: Option<&'a Application>,
    /// Its inputs that changed, sorted.
    pub changed_inputs: Vec<String>,
    /// Set if what it renders to can be another.
    pub is_touched: bool,
}

/// Kind, cluster, namespace and name: what stays the same when an application changes.
type ApplicationKey<'a> = (ApplicationKind, Option<&'a str>, Option<&'a str>, &'a str);

impl ApplicationPair<'_> {
    /// The application in the new revision, else in the old one.
    pub fn application(&self) -> Option<&Application> {
        self.head.or(self.base)
    }

    /// The reason why the two cannot be compared, by what is known without rendering them.
    pub fn find_obstacle(&self) -> Option<StateReason> {
        let is_suspended = |application: Option<&Application>| {
            application.is_some_and(|application| application.state == ApplicationState::Suspended)
        };
        if is_suspended(self.base) && !is_suspended(self.head) {
            let text = "it was suspended, so what is applied of it is not known".to_owned();
            return Some(StateReason { code: ReasonCode::Suspended, text, place: None });
        }
        None
    }

    /// The reason why nothing can be said of one that only one revision seems to have, or for certain: a parent that may
    /// declare it in the other one is not known there.
    pub fn find_hidden_parent(&self, base: &[HiddenParent], head: &[HiddenParent]) -> Option<StateReason> {
        let (application, own, hidden) = match (self.base, self.head) {
            (Some(application), None) => (application, base, head),
            (None, Some(application)) => (application, head, base),
            (Some(base), Some(head)) => return differs_by_certainty(base, head),
            (None, None) => return None,
        };
        if let (true, Some(parent)) = (application.is_loose, own.first()) {
            let text = format!("{} may declare it, which is not known: {}", parent.application, parent.reason);
            return Some(StateReason { code: ReasonCode::Parent, text, place: None });
        }
        let parent = hidden.iter().find(|parent| parent.may_declare(application))?;
        let text = format!("its parent {} is not known: {}", parent.application, parent.reason);
        Some(StateReason { code: ReasonCode::Parent, text, place: None })
    }
}

/// Pairs the applications of two revisions between which these files changed. The order is that of the new revision,
/// then what is gone.
pub fn pair_applications<'a>(
    base: &'a [Application],
    head: &'a [Application],
    changed: &BTreeSet<String>,
) -> Vec<ApplicationPair<'a>> {
    let mut waiting: BTreeMap<ApplicationKey<'a>, Vec<&'a Application>> = BTreeMap::new();
    for application in base.iter().rev() {
        waiting.entry(key_of(application)).or_default().push(application);
    }
    let (applied_in_base, applied_in_head) = (AppliedPaths::of(base), AppliedPaths::of(head));
    let mut pairs = Vec::new();
    for application in head {
        let partner = waiting.get_mut(&key_of(application)).and_then(Vec::pop);
        if partner.is_some() || !applied_in_base.hold(application) {
            pairs.push(pair(partner, Some(application), changed));
        }
    }
    for applications in waiting.into_values() {
        for application in applications.into_iter().rev() {
            if !applied_in_head.hold(application) {
                pairs.push(pair(Some(application), None, changed));
            }
        }
    }
    pairs
}

/// The files of what a revision applies. Something loose of which another revision applies the files is neither new nor
/// gone.
struct AppliedPaths<'a>(BTreeSet<&'a str>);

impl<'a> AppliedPaths<'a> {
    fn of(applications: &'a [Application]) -> AppliedPaths<'a> {
        let applied = applications.iter().filter(|application| !application.is_loose);
        AppliedPaths(applied.flat_map(|application| &application.inputs).map(String::as_str).collect())
    }

    fn hold(&self, application: &Application) -> bool {
        application.is_loose && application.inputs.iter().any(|input| self.0.contains(input.as_str()))
    }
}

/// The reason why a declaration is certain in one revision only.
fn differs_by_certainty(base: &Application, head: &Application) -> Option<StateReason> {
    let find = |application: &Application| {
        application.reasons.iter().find(|reason| reason.code == ReasonCode::Parent).cloned()
    };
    match (find(base), find(head)) {
        (Some(reason), None) | (None, Some(reason)) => Some(reason),
        _ => None,
    }
}

fn key_of(application: &Application) -> ApplicationKey<'_> {
    let Application { kind, cluster, namespace, name, .. } = application;
    (*kind, cluster.as_deref(), namespace.as_deref(), name)
}

fn pair<'a>(
    base: Option<&'a Application>,
    head: Option<&'a Application>,
    changed: &BTreeSet<String>,
) -> ApplicationPair<'a> {
    let mut changed_inputs = BTreeSet::new();
    for application in [base, head].into_iter().flatten() {
        changed_inputs.extend(application.inputs.intersection(changed).cloned());
        for pattern in &application.possible_paths {
            changed_inputs.extend(changed.iter().filter(|file| path::may_lie_below(pattern, file)).cloned());
        }
    }
    let is_same = match (base, head) {
        (Some(base), Some(head)) => {
            base.inputs == head.inputs
                && base.recipe == head.recipe
                && (base.state, &base.paths, base.is_loose) == (head.state, &head.paths, head.is_loose)
        }
        _ => false,
    };
    let is_touched = !is_same || !changed_inputs.is_empty();
    ApplicationPair { base, head, changed_inputs: changed_inputs.into_iter().collect(), is_touched }
}

impl Application {
    /// The application as texts of it know it. What nothing in the repository applies is alone: its cluster is not known.
    pub fn to_source_application(&self) -> SourceApplication {
        let id = self.to_string();
        let scope = if let Some(scope) = &self.scope {
            scope.clone()
        } else if self.is_loose {
            Arc::from(format!("application {id}"))
        } else {
            Arc::from(self.cluster.as_deref().unwrap_or_default())
        };
        SourceApplication {
            id,
            cluster: self.cluster.clone(),
            scope,
            namespace: self.recipe.namespace.clone(),
            stage: self.stage,
            release: self.release.clone(),
            substitutes: !self.recipe.variables.is_empty(),
        }
    }
}

/// An application in the report of a run.
#[derive(Clone, Debug)]
pub struct ReportedApplication {
    /// The application.
    pub application: Application,
    /// The part that it has in the run.
    pub status: ApplicationStatus,
    /// The reason why it is not rendered.
    pub reason: Option<StateReason>,
    /// Its inputs that changed, sorted.
    pub changed_inputs: Vec<String>,
    /// Set if the change can touch it; always where nothing is compared.
    pub is_touched: bool,
    /// Fields whose values are others at every rendering, where it was rendered twice.
    pub random_fields: Vec<RandomField>,
}

/// The part that an application has in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ApplicationStatus {
    /// Rendered.
    Rendered,
    /// All of it was rendered but what is elsewhere.
    Partial,
    /// Rendered as its declaration stands, which a build of its parent may change.
    Approximate,
    /// Not rendered for a reason, so nothing is known of it.
    Unknown,
    /// The change does not touch it, so it was not rendered.
    Untouched,
    /// Nothing of it is applied at present.
    Suspended,
    /// Another revision of it is deployed.
    Pinned,
}

impl ApplicationStatus {
    /// The word for it in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            ApplicationStatus::Rendered => "rendered",
            ApplicationStatus::Partial => "partial",
            ApplicationStatus::Approximate => "approximate",
            ApplicationStatus::Unknown => "unknown",
            ApplicationStatus::Untouched => "untouched",
            ApplicationStatus::Suspended => "suspended",
            ApplicationStatus::Pinned => "pinned",
        }
    }

    /// The status of an application by its state, if it is rendered without a failure.
    pub fn of_state(state: ApplicationState) -> ApplicationStatus {
        match state {
            ApplicationState::Ok => ApplicationStatus::Rendered,
            ApplicationState::Approximate => ApplicationStatus::Approximate,
            ApplicationState::Partial => ApplicationStatus::Partial,
            ApplicationState::Unknown => ApplicationStatus::Unknown,
            ApplicationState::Pinned => ApplicationStatus::Pinned,
            ApplicationState::Suspended => ApplicationStatus::Suspended,
        }
    }
}
