//! Renderings of applications that declare others: what their templates, generators and patches make of the declarations.
//! Nothing is rendered here; texts are handed in, and found again by everything that they are made of.

use std::collections::{BTreeMap, BTreeSet};

use super::application::{Application, ApplicationState, Declaration, StateReason};
use super::index::RepositoryIndex;
use super::manifest::{Manifest, read_manifests};
use super::path;
use super::places::{RenderedObject, find_place};
use super::recipe::{Recipe, RenderStep};
use crate::source::FileLine;

/// A text of the rendering of an application.
#[derive(Clone, Copy, Debug)]
pub struct RenderedManifests<'t> {
    /// The path of the file that it is; none for what a program printed.
    pub file: Option<&'t str>,
    /// The text.
    pub text: &'t str,
}

/// The renderings of applications that declare others.
#[derive(Clone, Default)]
pub struct RenderedParents(BTreeMap<String, Vec<RenderedParent>>);

/// The objects that one rendering declares, or the reason why there is none.
pub(super) type ParentOutcome = Result<Vec<Manifest>, StateReason>;

#[derive(Clone)]
struct RenderedParent {
    recipe: Recipe,
    inputs: BTreeSet<String>,
    outcome: ParentOutcome,
}

/// The line that Helm writes above what a template makes.
const SOURCE_COMMENT: &str = "# Source: ";

impl RenderedParents {
    /// Adds the rendering of an application.
    pub fn add(
        &mut self,
        index: &RepositoryIndex,
        application: &Application,
        rendering: Result<Vec<RenderedManifests<'_>>, StateReason>,
    ) {
        let outcome = rendering.map(|texts| {
            let mut manifests = Vec::new();
            for text in texts {
                manifests.extend(read_rendered(index, application, text));
            }
            manifests
        });
        let Application { recipe, inputs, .. } = application.clone();
        self.0.entry(application.to_string()).or_default().push(RenderedParent { recipe, inputs, outcome });
    }

    /// Keeps what holds in another revision too: renderings of which no input is among these changed files.
    pub fn keep_unchanged(&mut self, changed: &BTreeSet<String>) {
        for parents in self.0.values_mut() {
            parents.retain(|parent| parent.inputs.is_disjoint(changed) && parent.outcome.is_ok());
        }
    }

    /// The rendering of an application by the same commands from the same files.
    pub(super) fn find(&self, application: &Application) -> Option<&ParentOutcome> {
        let parents = self.0.get(&application.to_string())?;
        let is_it =
            |parent: &&RenderedParent| parent.recipe == application.recipe && parent.inputs == application.inputs;
        Some(&parents.iter().find(is_it)?.outcome)
    }

    /// All objects of renderings that matter to discovery.
    pub(super) fn manifests(&self) -> impl Iterator<Item = &Manifest> {
        self.0.values().flatten().filter_map(|parent| parent.outcome.as_ref().ok()).flatten()
    }
}

/// Reads the objects of a rendering, each with its place in the repository.
fn read_rendered(index: &RepositoryIndex, application: &Application, rendered: RenderedManifests<'_>) -> Vec<Manifest> {
    let (mut manifests, _) = read_manifests(rendered.file.unwrap_or_default(), rendered.text);
    if rendered.file.is_none() {
        for manifest in &mut manifests {
            manifest.place = locate(index, application, rendered.text, manifest);
        }
    }
    manifests
}

/// The template that made an object, else the place where the object seems to stand, else the declaration of its parent.
fn locate(index: &RepositoryIndex, application: &Application, text: &str, manifest: &Manifest) -> FileLine {
    if let Some(place) = locate_template(index, application, text, manifest) {
        return place;
    }
    let object = RenderedObject { kind: manifest.kind(), name: manifest.name(), key: None };
    let place = find_place(index, application, object).or(application.declared_by().cloned());
    place.unwrap_or(FileLine { file: application.paths.first().cloned().unwrap_or_default(), line: 1 })
}

fn locate_template(
    index: &RepositoryIndex,
    application: &Application,
    text: &str,
    manifest: &Manifest,
) -> Option<FileLine> {
    let lines: Vec<&str> = text.lines().take(manifest.place.line).collect();
    let written = lines.iter().rev().find_map(|line| line.strip_prefix(SOURCE_COMMENT))?;
    let (_, below) = written.trim().split_once('/')?;
    for step in &application.recipe.steps {
        let RenderStep::Helm(step) = step else { continue };
        let Some(file) = path::join(&step.chart, below).filter(|file| index.is_file(file)) else { continue };
        let kind = format!("kind: {}", manifest.kind());
        let line = index.text(&file).and_then(|text| text.lines().position(|line| line.trim_end() == kind));
        return Some(FileLine { file, line: line.map_or(1, |line| line + 1) });
    }
    None
}

/// Applications of which only a rendering shows what they declare.
#[derive(Default)]
pub(super) struct OpaqueParents {
    /// Those that have to be rendered.
    pub(super) waiting: Vec<Application>,
    /// Those whose applications are not known.
    pub(super) hidden: Vec<HiddenParent>,
}

/// An application that declares others which are not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HiddenParent {
    /// Its name, with cluster and namespace.
    pub application: String,
    /// Its own declaration; none for a chart or kustomization that nothing declares.
    pub declaration: Option<Declaration>,
    /// The reason why its rendering is not known.
    pub reason: String,
}

impl HiddenParent {
    /// Returns `true` if an application of another revision was declared by it.
    pub fn may_declare(&self, application: &Application) -> bool {
        application.chain.iter().any(|declaration| match &self.declaration {
            Some(own) => (&own.object, &own.place.file) == (&declaration.object, &declaration.place.file),
            None => declaration.object.ends_with(&format!(" {}", self.application)),
        })
    }
}

impl OpaqueParents {
    /// Puts the objects of an application's rendering in the place of those that were followed, which are not certain, or
    /// with `is_hidden` not all.
    pub(super) fn complete(
        &mut self,
        rendered: &RenderedParents,
        application: &mut Application,
        is_hidden: bool,
        followed: &mut Vec<Manifest>,
    ) {
        let mut reason = "only its rendering shows them".to_owned();
        let is_known = matches!(application.state, ApplicationState::Ok | ApplicationState::Partial);
        match rendered.find(application).filter(|_| is_known) {
            Some(Ok(manifests)) => {
                *followed = take_places(manifests, followed);
                return;
            }
            Some(Err(failure)) => {
                reason.clone_from(&failure.text);
                application.lower(ApplicationState::Unknown, failure.clone());
            }
            None if is_known => self.waiting.push(application.clone()),
            None => {
                if let Some(first) = application.reasons.first() {
                    reason.clone_from(&first.text);
                }
            }
        }
        if is_hidden {
            let declaration = application.chain.last().cloned();
            self.hidden.push(HiddenParent { application: application.to_string(), declaration, reason });
        }
    }

    /// Moves those of another walk to these.
    pub(super) fn append(&mut self, other: &mut OpaqueParents) {
        self.waiting.append(&mut other.waiting);
        self.hidden.append(&mut other.hidden);
    }
}

/// Gives rendered objects the places of the same objects as they stand in files.
fn take_places(rendered: &[Manifest], written: &[Manifest]) -> Vec<Manifest> {
    let mut manifests = rendered.to_vec();
    for manifest in &mut manifests {
        let is_same = |other: &&Manifest| {
            (other.group(), other.kind(), other.name()) == (manifest.group(), manifest.kind(), manifest.name())
        };
        if let Some(same) = written.iter().find(is_same) {
            manifest.place = same.place.clone();
        }
    }
    manifests
}
