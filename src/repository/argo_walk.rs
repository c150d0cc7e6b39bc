//! The walk over Applications and ApplicationSets: from those that nothing declares to those that their renderings do.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::application::{Application, Declaration};
use super::application_set::{evaluate_set, template_paths, unknown_set};
use super::argo::ArgoContext;
use super::build;
use super::chart::chart_file;
use super::declared_object::DeclaredObject;
use super::flux::is_undeclared;
use super::manifest::Manifest;
use super::path;
use super::rendered::OpaqueParents;
use super::roots::{kustomization_roots, kustomize_application};
use crate::source::FileLine;

/// The outcome of a walk.
pub(super) struct ArgoWalk<'i> {
    context: &'i ArgoContext<'i>,
    pub(super) applications: Vec<Application>,
    /// Path patterns of sets that are not evaluated, each with the name of its set.
    pub(super) unknown_paths: Vec<(String, String)>,
    /// Paths that sets make and that do not exist, by the set.
    pub(super) missing_paths: BTreeMap<String, usize>,
    /// Applications of which only a rendering shows what they declare.
    pub(super) parents: OpaqueParents,
    /// Patterns of files that the matchers of Argo CD understand differently.
    pub(super) ambiguous_patterns: BTreeSet<String>,
    /// Places of objects that were walked over.
    walked: BTreeSet<FileLine>,
    seen: BTreeSet<(FileLine, String, Option<String>, Vec<String>)>,
}

impl<'i> ArgoWalk<'i> {
    pub(super) fn new(context: &'i ArgoContext<'i>) -> ArgoWalk<'i> {
        ArgoWalk {
            context,
            applications: Vec::new(),
            unknown_paths: Vec::new(),
            missing_paths: BTreeMap::new(),
            parents: OpaqueParents::default(),
            ambiguous_patterns: BTreeSet::new(),
            walked: BTreeSet::new(),
            seen: BTreeSet::new(),
        }
    }

    /// Walks from objects that other builds declare, then from those of kustomizations that nothing includes, and from
    /// those in files that no kustomization lists.
    pub(super) fn walk_all(&mut self, declared: Vec<DeclaredObject>, patches: &BTreeSet<String>) {
        for object in declared {
            self.walk(object);
        }
        let candidates = self.collect_candidates(patches);
        let mut emitted: BTreeSet<FileLine> = BTreeSet::new();
        for candidate in &candidates {
            emitted.extend(self.places_below(candidate));
        }
        let (mut entries, mut rest) = (Vec::new(), Vec::new());
        for candidate in candidates {
            let is_emitted = emitted.contains(&candidate.manifest.place);
            if is_emitted { rest.push(candidate) } else { entries.push(candidate) }
        }
        for entry in entries {
            self.walk(entry);
        }
        // What is left is declared by what it declares itself, or by what was not reached.
        for entry in rest {
            if !self.walked.contains(&entry.manifest.place) {
                self.walk(entry);
            }
        }
    }

    /// The objects that are deployed by hand, as the kustomizations that list them leave them.
    fn collect_candidates(&mut self, patches: &BTreeSet<String>) -> Vec<DeclaredObject> {
        let index = self.context.index;
        let mut candidates = Vec::new();
        let mut listed: BTreeSet<String> = BTreeSet::new();
        for root in kustomization_roots(index) {
            let mut followed = build::follow_kustomization(index, &root.directory);
            if (followed.hides_declarations || has_uncertain_argo(&followed.manifests))
                && let Some((mut application, _)) = kustomize_application(index, root)
            {
                let (is_hidden, manifests) = (followed.hides_declarations, &mut followed.manifests);
                self.parents.complete(self.context.rendered, &mut application, is_hidden, manifests);
            }
            listed.extend(followed.object_files);
            let object = format!("kustomization {}", path::display(&root.directory));
            let parent = Declaration { object, place: FileLine { file: root.file.clone(), line: 1 } };
            for manifest in followed.manifests {
                if is_argo(&manifest) && !is_undeclared(index, &manifest, patches) {
                    candidates.push(DeclaredObject {
                        manifest,
                        // Overlays of one set are those of different clusters.
                        cluster: path::cluster_segment(&root.directory).map(str::to_owned),
                        parents: vec![parent.clone()],
                        inputs: Vec::new(),
                    });
                }
            }
        }
        for manifest in index.manifests() {
            let is_listed = listed.contains(&manifest.place.file);
            if is_argo(manifest) && !is_listed && !is_undeclared(index, manifest, patches) {
                candidates.push(DeclaredObject {
                    manifest: manifest.clone(),
                    cluster: None,
                    parents: Vec::new(),
                    inputs: Vec::new(),
                });
            }
        }
        candidates.retain(|candidate| !self.walked.contains(&candidate.manifest.place));
        candidates
    }

    /// The places of objects that an object's rendering declares, itself left out.
    fn places_below(&self, object: &DeclaredObject) -> Vec<FileLine> {
        let applications = if object.manifest.is_application_set() {
            match evaluate_set(self.context, object) {
                Ok(evaluated) => evaluated.objects,
                Err(_) => return Vec::new(),
            }
        } else {
            vec![object.clone()]
        };
        let mut places = Vec::new();
        for application in applications {
            for manifest in self.context.evaluate(&application, false).manifests {
                if is_argo(&manifest) && !is_same(&manifest, &object.manifest) {
                    places.push(manifest.place);
                }
            }
        }
        places
    }

    /// Walks from what a chart declares that nothing else renders.
    pub(super) fn walk_chart(&mut self, mut chart: Application) {
        let place = FileLine { file: chart.paths.first().map_or(String::new(), |path| chart_file(path)), line: 1 };
        let parent = Declaration { object: format!("chart {}", chart.name), place };
        let mut manifests = Vec::new();
        self.parents.complete(self.context.rendered, &mut chart, true, &mut manifests);
        for manifest in manifests.into_iter().filter(is_argo) {
            self.walk(DeclaredObject { manifest, cluster: None, parents: vec![parent.clone()], inputs: Vec::new() });
        }
    }

    fn walk(&mut self, object: DeclaredObject) {
        let mut queue = VecDeque::from([(object, false)]);
        while let Some((object, is_generated)) = queue.pop_front() {
            self.walked.insert(object.manifest.place.clone());
            if object.manifest.is_application_set() {
                for application in self.expand(&object) {
                    queue.push_back((application, true));
                }
            } else {
                for child in self.evaluate(&object, is_generated) {
                    queue.push_back((child, false));
                }
            }
        }
    }

    /// The Applications of a set; a set that cannot be evaluated is recorded as unknown.
    fn expand(&mut self, object: &DeclaredObject) -> Vec<DeclaredObject> {
        match evaluate_set(self.context, object) {
            Ok(evaluated) => {
                self.ambiguous_patterns.extend(evaluated.ambiguous_patterns);
                evaluated.objects
            }
            Err(reason) => {
                let application = unknown_set(object, reason);
                for path in template_paths(&object.manifest.value) {
                    self.unknown_paths.push((path, application.to_string()));
                }
                self.record(application);
                Vec::new()
            }
        }
    }

    fn evaluate(&mut self, object: &DeclaredObject, is_generated: bool) -> Vec<DeclaredObject> {
        let mut evaluated = self.context.evaluate(object, is_generated);
        let application = evaluated.application;
        let is_missing = |reason: &super::application::StateReason| reason.code == super::ReasonCode::PathMissing;
        if is_generated && application.paths.is_empty() && application.reasons.iter().any(is_missing) {
            let set = object.parents.last().map_or(String::new(), |set| set.object.clone());
            *self.missing_paths.entry(set).or_default() += 1;
            return Vec::new();
        }
        self.parents.append(&mut evaluated.parents);
        let mut children = Vec::new();
        for manifest in evaluated.manifests {
            if is_argo(&manifest) && !is_same(&manifest, &object.manifest) {
                children.push(DeclaredObject {
                    manifest,
                    cluster: application.cluster.clone().filter(|_| object.cluster.is_some()),
                    parents: application.chain.clone(),
                    inputs: Vec::new(),
                });
            }
        }
        if self.record(application) { children } else { Vec::new() }
    }

    /// Adds an application, unless it is there already.
    fn record(&mut self, application: Application) -> bool {
        let Some(place) = application.declared_by() else { return false };
        let key = (place.clone(), application.name.clone(), application.cluster.clone(), application.paths.clone());
        let is_new = self.seen.insert(key);
        if is_new {
            self.applications.push(application);
        }
        is_new
    }
}

/// Returns `true` for one object, which a kustomization may list that it declares.
fn is_same(one: &Manifest, other: &Manifest) -> bool {
    (one.kind(), one.name()) == (other.kind(), other.name())
        && (one.place == other.place || one.namespace() == other.namespace())
}

fn has_uncertain_argo(manifests: &[Manifest]) -> bool {
    manifests.iter().any(|manifest| manifest.uncertainty.is_some() && is_argo(manifest))
}

fn is_argo(manifest: &Manifest) -> bool {
    manifest.is_application() || manifest.is_application_set()
}
