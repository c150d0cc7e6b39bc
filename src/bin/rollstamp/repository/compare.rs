//! The applications of a revision and of the work tree, rendered as far as a change can touch them.

mod shard;

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::PathBuf;

use rollstamp::Graph;
use rollstamp::repository::{
    Application, ApplicationPair, ApplicationState, ApplicationStatus, RandomField, ReportedApplication, StateReason,
    pair_applications,
};

use super::mentions::{Relation, collect_search_names, find_relation};
use super::parents::complete_discovery;
use super::random::{find_random, may_be_random, put_into};
use super::render::{Rendering, is_renderable, reason_of, render_applications};
use super::session::{Session, add_texts, belongs_to};
use super::side::RepositorySide;
use crate::exit::Failure;
use crate::git::{GitError, Repository, Revision};
use crate::input::Input;
use crate::messages::Messages;
use crate::progress::Progress;

/// Both sides, and what is known of each application.
pub struct ComparedRepositories<'s> {
    session: &'s Session,
    base: RepositorySide,
    changed: BTreeSet<String>,
    renders_all: bool,
    /// The commit of the old side.
    commit: String,
}

/// The manifests of both sides, and the outcome of each application.
pub struct ComparedInputs {
    pub base: Input,
    pub head: Input,
    pub applications: Vec<ReportedApplication>,
    /// Changed files that no application reads.
    pub unread: Vec<String>,
}

/// Takes the links of the old and of the new side.
pub type UseGraphs<'u> = dyn FnMut(&Graph<'_>, &Graph<'_>) + 'u;

/// Makes the links of the old and of the new side, and hands them on.
pub type WithGraphs<'w> = dyn Fn(Input, Input, &mut UseGraphs<'_>) + 'w;

/// The state of the comparison of one application.
struct Compared<'a> {
    pair: ApplicationPair<'a>,
    outcome: PairOutcome,
    /// Fields of the new rendering whose values are others at every rendering.
    random_fields: Vec<RandomField>,
}

/// The outcome of a pair.
enum PairOutcome {
    /// Not rendered, since nothing needs it.
    Waiting,
    /// Its manifests on both sides; a side that does not have it has none.
    Rendered(Rendering, Rendering),
    /// Left out of the comparison.
    LeftOut(ApplicationStatus, Option<StateReason>),
}

/// Finds the revision that BASE means: the commit from which it and HEAD started, or with `git:` itself.
pub fn find_base(session: &Session, base: &OsStr) -> Result<(Repository, Revision), Failure> {
    let name = base.to_string_lossy().into_owned();
    let failed = |error: GitError| Failure::because(format!("cannot read the base {name}: {error}"));
    let repository = Repository::open(&[PathBuf::from(&session.root)]).map_err(failed)?;
    if let Some(literal) = name.strip_prefix("git:") {
        let revision = repository.find_revision(literal).map_err(failed)?;
        return Ok((repository, revision));
    }
    let revision = repository.find_revision(&name).map_err(failed)?;
    let merge_base = repository.find_merge_base(&revision).map_err(failed)?;
    Ok((repository, merge_base))
}

impl<'s> ComparedRepositories<'s> {
    /// Reads the old side.
    pub fn open(
        session: &'s Session,
        (repository, revision): (Repository, Revision),
        renders_all: bool,
        messages: &Messages,
    ) -> Result<ComparedRepositories<'s>, Failure> {
        let progress = messages.progress("reading the base");
        let (name, commit) = (revision.name.clone(), revision.commit.clone());
        let discovery = session.discovery_options.clone().commit(Some(revision.commit.clone()));
        let mut parents = session.parents.clone();
        let (mut base, changed) =
            RepositorySide::of_revision(repository, revision, &session.head, (&discovery, &mut parents))
                .map_err(|error| Failure::because(format!("cannot read the base {name}: {error}")))?;
        drop(progress);
        complete_discovery(&mut base, &discovery, session.renderers(), &mut parents, messages)?;
        let compared = ComparedRepositories { session, base, changed, renders_all, commit };
        if let Some(parts) = &session.part_files {
            parts.check(&compared.commit, &compared.hash_changes()?)?;
        }
        Ok(compared)
    }

    /// The applications of both sides, in pairs.
    fn pair_all(&self) -> Vec<ApplicationPair<'_>> {
        let head = &self.session.head.discovery.applications;
        pair_applications(&self.base.discovery.applications, head, &self.changed)
    }

    /// Renders what the change can touch, then what may use it. `link` makes the links of what was rendered so far, by
    /// which that is found.
    pub fn render(&self, messages: &Messages, with_graphs: &WithGraphs<'_>) -> Result<ComparedInputs, Failure> {
        let mut compared = Vec::new();
        for pair in self.pair_all() {
            let outcome = if pair.is_touched { self.outcome_without_rendering(&pair) } else { PairOutcome::Waiting };
            compared.push(Compared { pair, outcome, random_fields: Vec::new() });
        }
        let touched: Vec<usize> = (0..compared.len()).filter(|&index| compared[index].pair.is_touched).collect();
        self.render_pairs(&mut compared, &touched, messages)?;
        let (base, head) = self.collect_inputs(&compared);
        let mut needed = Vec::new();
        with_graphs(base, head, &mut |base, head| needed = self.find_needed(&compared, base, head));
        for &index in &needed {
            let one = &mut compared[index];
            one.outcome = self.outcome_without_rendering(&one.pair);
            // What it does with what changed is not known.
            one.pair.is_touched = matches!(one.outcome, PairOutcome::LeftOut(ApplicationStatus::Unknown, _));
        }
        if self.renders_all {
            for one in compared.iter_mut().filter(|one| matches!(one.outcome, PairOutcome::Waiting)) {
                one.outcome = self.outcome_without_rendering(&one.pair);
            }
            needed = (0..compared.len()).collect();
        }
        self.render_pairs(&mut compared, &needed, messages)?;
        let (base, head) = self.collect_inputs(&compared);
        let mut applications = Vec::new();
        for one in compared {
            let application = one.pair.application();
            if application.is_some_and(|application| belongs_to(application, &self.session.part)) {
                applications.extend(report(one));
            }
        }
        Ok(ComparedInputs { base, head, applications, unread: self.list_unread() })
    }

    /// Renders both sides of pairs; one that is the same on both sides only once.
    fn render_pairs(
        &self,
        compared: &mut [Compared<'_>],
        selected: &[usize],
        messages: &Messages,
    ) -> Result<(), Failure> {
        let (mut old, mut new) = (Vec::new(), Vec::new());
        for &index in selected {
            let Compared { pair, outcome, .. } = &compared[index];
            if !matches!(outcome, PairOutcome::Waiting) {
                continue;
            }
            old.extend(pair.base.filter(|_| pair.is_touched).map(|application| (index, application)));
            new.extend(pair.head.map(|application| (index, application)));
        }
        if old.is_empty() && new.is_empty() {
            return Ok(());
        }
        let progress = messages.progress("rendering");
        progress.show_items("rendering", old.len() + new.len());
        let random = self.find_possibly_random(compared, &new);
        let mut results: Vec<(Option<Rendering>, Option<Rendering>)> = Vec::new();
        results.resize_with(compared.len(), Default::default);
        for (index, rendering) in self.render_side(&self.base, &old, &random, &progress)? {
            results[index].0 = Some(rendering);
        }
        for (index, rendering) in self.render_side(&self.session.head, &new, &random, &progress)? {
            results[index].1 = Some(rendering);
        }
        self.align_random(compared, &mut results, &random, &progress)?;
        for (index, (before, after)) in results.into_iter().enumerate() {
            if before.is_some() || after.is_some() {
                let none = || Ok(Vec::new());
                compared[index].outcome =
                    PairOutcome::Rendered(before.unwrap_or_else(none), after.unwrap_or_else(none));
            }
        }
        Ok(())
    }

    /// The numbers of touched applications that may render to other values each time.
    fn find_possibly_random(&self, compared: &[Compared<'_>], new: &[(usize, &Application)]) -> BTreeSet<usize> {
        let mut random = BTreeSet::new();
        for &(index, application) in new {
            if compared[index].pair.is_touched && may_be_random(&self.session.head, application) {
                random.insert(index);
            }
        }
        random
    }

    /// Renders applications of a side. Those that may be random are rendered anew on both sides: what is known of one may be
    /// of another day.
    fn render_side(
        &self,
        side: &RepositorySide,
        listed: &[(usize, &Application)],
        random: &BTreeSet<usize>,
        progress: &Progress,
    ) -> Result<Vec<(usize, Rendering)>, Failure> {
        let mut results = Vec::new();
        for is_random in [false, true] {
            let (mut numbers, mut applications) = (Vec::new(), Vec::new());
            for &(index, application) in listed.iter().filter(|(index, _)| random.contains(index) == is_random) {
                numbers.push(index);
                applications.push(application);
            }
            let renderers = self.session.renderers();
            let renderers = if is_random { renderers.without_cache() } else { renderers };
            let rendered = render_applications(side, &applications, renderers, progress)?;
            results.extend(numbers.into_iter().zip(rendered));
        }
        Ok(results)
    }

    /// Renders the new side of what may be random once more, and gives the old side the values that are random.
    fn align_random(
        &self,
        compared: &mut [Compared<'_>],
        results: &mut [(Option<Rendering>, Option<Rendering>)],
        random: &BTreeSet<usize>,
        progress: &Progress,
    ) -> Result<(), Failure> {
        let (mut numbers, mut rendered) = (Vec::new(), Vec::new());
        for &index in random {
            if let (Some(Ok(_)), Some(Ok(after)), Some(head)) =
                (&results[index].0, &results[index].1, compared[index].pair.head)
            {
                numbers.push(index);
                rendered.push((head, after.as_slice()));
            }
        }
        let found = find_random(&self.session.head, &rendered, self.session.renderers(), progress)?;
        for (index, values) in numbers.into_iter().zip(found) {
            compared[index].random_fields = values.fields().cloned().collect();
            if let Some(Ok(before)) = &mut results[index].0 {
                put_into(&values, before);
            }
        }
        Ok(())
    }

    /// The applications that may use what changed, or define what is not found.
    fn find_needed(&self, compared: &[Compared<'_>], base: &Graph<'_>, head: &Graph<'_>) -> Vec<usize> {
        let searched = collect_search_names(base, head);
        let mut needed = Vec::new();
        for (index, one) in compared.iter().enumerate() {
            let Some(application) = one.pair.head.filter(|_| matches!(one.outcome, PairOutcome::Waiting)) else {
                continue;
            };
            let scope = application.to_source_application().scope;
            let names = searched.get(&*scope);
            // What cannot be rendered can use what changes, but of what it defines nothing will be known.
            match names.and_then(|names| find_relation(&self.session.head, application, names)) {
                Some(Relation::Defines) if !is_renderable(application) => {}
                Some(_) => needed.push(index),
                None => {}
            }
        }
        needed
    }

    /// The manifests of both sides of what is rendered whole on both.
    fn collect_inputs(&self, compared: &[Compared<'_>]) -> (Input, Input) {
        let (mut base, mut head) = (Input::default(), Input::default());
        for Compared { pair, outcome, .. } in compared {
            let PairOutcome::Rendered(Ok(before), Ok(after)) = outcome else { continue };
            if let Some(application) = pair.base {
                let texts = if pair.is_touched { before } else { after };
                add_texts(&mut base, &self.base, application, texts, !belongs_to(application, &self.session.part));
            }
            if let Some(application) = pair.head {
                add_texts(
                    &mut head,
                    &self.session.head,
                    application,
                    after,
                    !belongs_to(application, &self.session.part),
                );
            }
        }
        (base, head)
    }

    /// The outcome of a pair that is not rendered.
    fn outcome_without_rendering(&self, pair: &ApplicationPair<'_>) -> PairOutcome {
        let (base, head) = (&self.base.discovery.hidden, &self.session.head.discovery.hidden);
        match pair.find_hidden_parent(base, head) {
            Some(reason) => PairOutcome::LeftOut(ApplicationStatus::Unknown, Some(reason)),
            None => outcome_of_states(pair),
        }
    }

    /// The changed files that no application of either side reads.
    fn list_unread(&self) -> Vec<String> {
        let mut unread = self.changed.clone();
        for side in [&self.base, &self.session.head] {
            for application in &side.discovery.applications {
                unread.retain(|file| !application.inputs.contains(file));
            }
        }
        unread.into_iter().collect()
    }

    /// The old side.
    pub fn into_base(self) -> RepositorySide {
        self.base
    }

    /// The name of the revision that is compared with.
    pub fn base_name(&self) -> &str {
        self.base.revision.as_deref().unwrap_or_default()
    }
}

/// The outcome of a pair that is not rendered, by what is known of its applications.
fn outcome_of_states(pair: &ApplicationPair<'_>) -> PairOutcome {
    let Some(application) = pair.application() else { return PairOutcome::Waiting };
    if let Some(reason) = pair.find_obstacle() {
        return PairOutcome::LeftOut(ApplicationStatus::Unknown, Some(reason));
    }
    match application.state {
        ApplicationState::Suspended => PairOutcome::LeftOut(ApplicationStatus::Suspended, Some(reason_of(application))),
        ApplicationState::Pinned => PairOutcome::LeftOut(ApplicationStatus::Pinned, Some(reason_of(application))),
        _ => {
            for application in [pair.head, pair.base].into_iter().flatten() {
                if !is_renderable(application) {
                    return PairOutcome::LeftOut(ApplicationStatus::Unknown, Some(reason_of(application)));
                }
            }
            PairOutcome::Waiting
        }
    }
}

fn report(compared: Compared<'_>) -> Option<ReportedApplication> {
    let Compared { pair, outcome, random_fields } = compared;
    let application = pair.application()?.clone();
    let (status, reason) = match outcome {
        PairOutcome::Waiting => (ApplicationStatus::Untouched, None),
        PairOutcome::LeftOut(status, reason) => (status, reason),
        PairOutcome::Rendered(Ok(_), Ok(_)) => {
            (ApplicationStatus::of_state(application.state), application.reasons.first().cloned())
        }
        PairOutcome::Rendered(_, Err(reason)) => (ApplicationStatus::Unknown, Some(reason)),
        PairOutcome::Rendered(Err(reason), Ok(_)) => {
            let text = format!("in the base: {}", reason.text);
            (ApplicationStatus::Unknown, Some(StateReason { text, ..reason }))
        }
    };
    let (changed_inputs, is_touched) = (pair.changed_inputs, pair.is_touched);
    Some(ReportedApplication { application, status, reason, changed_inputs, is_touched, random_fields })
}
