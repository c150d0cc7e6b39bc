//! Builds of kustomize, followed without running it: which files a build reads, what in it is elsewhere, and which of
//! the objects in it declare further applications.

use std::collections::BTreeSet;

use super::application::{ApplicationState, ReasonCode, StateReason};
use super::chart::declares_applications;
use super::fields;
use super::index::RepositoryIndex;
use super::kustomization::{InflatedChart, KustomizationFile, PatchEntry, is_fetchable, is_remote};
use super::manifest::{Manifest, read_values};
use super::patch::{Patched, apply_patch};
use super::path;
use super::recipe::{KustomizeStep, RenderStep};
use super::value_generator::generate_value_sources;
use crate::source::FileLine;
use crate::yaml::Value;

/// The outcome of following a build.
#[derive(Default)]
pub(super) struct FollowedBuild {
    /// The objects that declare applications, as the build leaves them.
    pub(super) manifests: Vec<Manifest>,
    /// Files that the build reads.
    pub(super) inputs: BTreeSet<String>,
    /// Files that the build takes objects from.
    pub(super) object_files: BTreeSet<String>,
    /// Directories whose kustomization or plain files it takes.
    pub(super) directories: BTreeSet<String>,
    /// Obstacles to a whole build, each with the state to which it lowers an application.
    pub(super) obstacles: Vec<(ApplicationState, StateReason)>,
    /// Set if something in it makes objects.
    pub(super) generates: bool,
    /// Set if it inflates charts.
    pub(super) inflates_charts: bool,
    /// Set if it fetches something.
    pub(super) fetches: bool,
    /// Set if what it makes declares applications that no file shows.
    pub(super) hides_declarations: bool,
    /// The files and directories that a directory without a kustomization is built of.
    pub(super) plain_resources: Vec<String>,
    /// The components that are added from outside.
    pub(super) components: Vec<String>,
}

impl FollowedBuild {
    /// The step that makes the build of a kustomization.
    pub(super) fn to_step(&self, directory: &str, wrapper: Option<String>) -> RenderStep {
        let inflates_charts = self.inflates_charts;
        RenderStep::Kustomize(KustomizeStep {
            directory: directory.to_owned(),
            wrapper,
            inflates_charts,
            fetches: self.fetches,
        })
    }
}

/// Deeper chains of kustomizations are a circle.
const MAX_DEPTH: usize = 64;

/// Names that Flux leaves out of an artifact.
const LEFT_OUT_BY_FLUX: &[&str] = &[
    ".travis.yml",
    ".gitlab-ci.yml",
    "appveyor.yml",
    ".drone.yml",
    "cloudbuild.yaml",
    "codeship-services.yml",
    "codeship-steps.yml",
    ".goreleaser.yml",
    ".sops.yaml",
    ".flux.yaml",
];

/// Follows the build of the kustomization in a directory.
pub(super) fn follow_kustomization(index: &RepositoryIndex, directory: &str) -> FollowedBuild {
    let mut build = FollowedBuild::default();
    let mut follower = Follower { index, build: &mut build, open: Vec::new() };
    let manifests = follower.follow_directory(directory, Vec::new());
    build.manifests = manifests;
    build
}

/// Follows the build of a directory as Flux does: one without a kustomization has all manifests below it. Components are
/// added to those of the kustomization.
pub(super) fn follow_flux_path(
    index: &RepositoryIndex,
    directory: &str,
    components: &[&str],
    ignores_missing: bool,
) -> FollowedBuild {
    let mut build = FollowedBuild::default();
    let mut follower = Follower { index, build: &mut build, open: Vec::new() };
    let mut manifests = match index.kustomization(directory) {
        Some(_) => follower.follow_directory(directory, Vec::new()),
        None => follower.follow_plain_tree(directory),
    };
    for component in components {
        let located = path::join(directory, component).filter(|path| index.kustomization(path).is_some());
        match located {
            Some(located) => {
                manifests = follower.follow_directory(&located, manifests);
                follower.build.components.push(located);
            }
            None if ignores_missing && !is_remote(component) => {}
            None if is_remote(component) => {
                let text = format!("reads {component}");
                follower.block(ApplicationState::Partial, ReasonCode::RemoteBase, text, None);
            }
            None => {
                let text = format!("includes the component {component}, which does not exist");
                follower.block(ApplicationState::Unknown, ReasonCode::FileMissing, text, None);
            }
        }
    }
    build.manifests = manifests;
    build
}

struct Follower<'i, 'b> {
    index: &'i RepositoryIndex,
    build: &'b mut FollowedBuild,
    /// The directories that are being built.
    open: Vec<String>,
}

impl Follower<'_, '_> {
    fn block(&mut self, state: ApplicationState, code: ReasonCode, text: String, place: Option<FileLine>) {
        let obstacle = (state, StateReason::new(code, text, place));
        if !self.build.obstacles.contains(&obstacle) {
            self.build.obstacles.push(obstacle);
        }
    }

    /// Builds a directory. A component sees the objects from before it, and may change them.
    fn follow_directory(&mut self, directory: &str, before: Vec<Manifest>) -> Vec<Manifest> {
        let index = self.index;
        let Some(kustomization) = index.kustomization(directory) else { return before };
        if self.open.len() > MAX_DEPTH || self.open.iter().any(|open| open == directory) {
            let text = format!("the kustomization {} includes itself", path::display(directory));
            let place = Some(place_of(kustomization, 1));
            self.block(ApplicationState::Unknown, ReasonCode::Invalid, text, place);
            return before;
        }
        self.build.directories.insert(directory.to_owned());
        self.build.inputs.insert(kustomization.file.clone());
        if kustomization.value.is_none() {
            let text =
                format!("{} cannot be read, or is not the only kustomization of its directory", kustomization.file);
            self.block(ApplicationState::Unknown, ReasonCode::Unreadable, text, Some(place_of(kustomization, 1)));
            return before;
        }
        self.open.push(directory.to_owned());
        let mut manifests = before;
        for entry in kustomization.resources() {
            manifests.extend(self.follow_entry(kustomization, entry));
        }
        self.follow_other_files(kustomization);
        generate_value_sources(index, kustomization, &mut manifests);
        for entry in kustomization.components() {
            manifests = self.follow_component(kustomization, entry, manifests);
        }
        self.transform(kustomization, &mut manifests);
        self.open.pop();
        manifests
    }

    fn follow_component(
        &mut self,
        kustomization: &KustomizationFile,
        entry: &str,
        mut manifests: Vec<Manifest>,
    ) -> Vec<Manifest> {
        let component = kustomization.locate(entry).filter(|path| self.index.kustomization(path).is_some());
        if let Some(component) = component {
            return self.follow_directory(&component, manifests);
        }
        manifests.extend(self.follow_entry(kustomization, entry));
        manifests
    }

    fn follow_entry(&mut self, kustomization: &KustomizationFile, entry: &str) -> Vec<Manifest> {
        let place = Some(place_of(kustomization, kustomization.line_of(entry)));
        if is_remote(entry) {
            self.follow_remote(entry, place);
            return Vec::new();
        }
        let Some(path) = self.resolve(kustomization, entry, &place) else { return Vec::new() };
        if self.index.kustomization(&path).is_some() {
            return self.follow_directory(&path, Vec::new());
        }
        if self.index.is_file(&path) {
            self.build.inputs.insert(path.clone());
            self.build.object_files.insert(path.clone());
            return self.index.manifests_of(&path).to_vec();
        }
        let problem = if self.index.is_directory(&path) { "has no kustomization" } else { "does not exist" };
        let text = format!("includes {entry}, which {problem}");
        self.block(ApplicationState::Unknown, ReasonCode::FileMissing, text, place);
        Vec::new()
    }

    /// The path of an entry in the repository, links resolved.
    fn resolve(&mut self, kustomization: &KustomizationFile, entry: &str, place: &Option<FileLine>) -> Option<String> {
        let resolved = kustomization.locate(entry).and_then(|path| self.index.resolve_links(&path));
        let Some((path, links)) = resolved else {
            let text = format!("reads {entry}, which is outside of the repository");
            self.block(ApplicationState::Unknown, ReasonCode::NeedsOutsideFile, text, place.clone());
            return None;
        };
        self.build.inputs.extend(links);
        Some(path)
    }

    fn follow_other_files(&mut self, kustomization: &KustomizationFile) {
        self.build.generates |= kustomization.generates();
        for file in kustomization.other_files() {
            self.add_input(kustomization, &file);
        }
        for patch in kustomization.patch_entries() {
            if let Some(file) = patch.path {
                self.add_input(kustomization, file);
            }
        }
        for InflatedChart { name, directory, repository } in kustomization.helm_charts() {
            self.build.inflates_charts = true;
            let chart = kustomization.locate(&directory).unwrap_or_default();
            if self.index.is_chart(&chart) {
                self.add_tree(&chart);
                let files = self.index.files_below(&chart).0;
                self.build.hides_declarations |= declares_applications(self.index, &files);
            } else if self.index.fetches && repository.is_some_and(is_fetchable) {
                self.build.fetches = true;
            } else {
                let text = format!("inflates the chart {name}, which is not in {directory}");
                let place = Some(place_of(kustomization, kustomization.line_of(name)));
                self.block(ApplicationState::Partial, ReasonCode::RemoteChart, text, place);
            }
        }
        for entry in kustomization.plugins() {
            self.follow_plugin(kustomization, entry);
        }
    }

    fn add_input(&mut self, kustomization: &KustomizationFile, file: &str) {
        let place = Some(place_of(kustomization, kustomization.line_of(file)));
        if is_remote(file) {
            self.follow_remote(file, place);
            return;
        }
        let Some(path) = self.resolve(kustomization, file, &place) else { return };
        if self.index.is_file(&path) {
            self.build.inputs.insert(path);
        } else {
            let text = format!("reads {file}, which does not exist");
            self.block(ApplicationState::Unknown, ReasonCode::FileMissing, text, place);
        }
    }

    /// An entry that is elsewhere: fetched, where that is allowed, with all that it may declare.
    fn follow_remote(&mut self, entry: &str, place: Option<FileLine>) {
        if self.index.fetches && is_fetchable(entry) {
            self.build.fetches = true;
            self.build.hides_declarations = true;
        } else {
            self.block(ApplicationState::Partial, ReasonCode::RemoteBase, format!("reads {entry}"), place);
        }
    }

    fn add_tree(&mut self, directory: &str) {
        let (files, outside) = self.index.files_below(directory);
        self.build.inputs.extend(files);
        if let Some(link) = outside {
            let text = format!("{link} is a link out of the repository");
            self.block(ApplicationState::Unknown, ReasonCode::NeedsOutsideFile, text, None);
        }
    }

    /// A generator, transformer or validator: a built-in one, or one that runs a program.
    fn follow_plugin(&mut self, kustomization: &KustomizationFile, entry: &str) {
        let place = Some(place_of(kustomization, kustomization.line_of(entry.lines().next().unwrap_or(entry))));
        let text = if entry.contains('\n') {
            entry.to_owned()
        } else {
            let Some(path) = self.resolve(kustomization, entry, &place) else { return };
            if self.index.kustomization(&path).is_some() {
                self.follow_directory(&path, Vec::new());
                return;
            }
            self.build.inputs.insert(path.clone());
            let Some(text) = self.index.text(&path) else {
                self.add_input(kustomization, entry);
                return;
            };
            text.to_owned()
        };
        for value in read_values(&text).unwrap_or_default() {
            self.add_named_files(kustomization, &value);
            if let Some(kind) = program_of(&value) {
                let text = format!("runs the plugin {kind}");
                self.block(ApplicationState::Unknown, ReasonCode::NeedsPlugin, text, place.clone());
            }
        }
    }

    /// Adds the files that the configuration of a plugin names in any of its fields.
    fn add_named_files(&mut self, kustomization: &KustomizationFile, value: &Value) {
        let mut named = Vec::new();
        fields::map_texts(&mut value.clone(), &mut |text| {
            named.push(text.to_owned());
            String::new()
        });
        for name in named {
            let located = kustomization.locate(&name).filter(|path| self.index.is_file(path));
            self.build.inputs.extend(located);
        }
    }

    /// Changes the objects as the kustomization does.
    fn transform(&mut self, kustomization: &KustomizationFile, manifests: &mut Vec<Manifest>) {
        if manifests.is_empty() {
            return;
        }
        for patch in kustomization.patch_entries() {
            self.patch(kustomization, &patch, manifests);
        }
        let (prefix, suffix) = kustomization.name_affixes();
        for manifest in manifests.iter_mut() {
            if let Some(namespace) = kustomization.namespace() {
                fields::set(&mut manifest.value, &["metadata", "namespace"], Value::String(namespace.to_owned()));
            }
            if !prefix.is_empty() || !suffix.is_empty() {
                let name = format!("{prefix}{}{suffix}", manifest.name());
                fields::set(&mut manifest.value, &["metadata", "name"], Value::String(name));
            }
            for field in kustomization.opaque_fields() {
                manifest.uncertainty = Some(format!("`{field}` of {} may change it", kustomization.file));
            }
        }
    }

    fn patch(&mut self, kustomization: &KustomizationFile, patch: &PatchEntry<'_>, manifests: &mut Vec<Manifest>) {
        let text = match (patch.inline, patch.path) {
            (Some(inline), _) => Some(inline),
            (None, Some(path)) => kustomization.locate(path).and_then(|path| self.index.text(&path)),
            (None, None) => None,
        };
        // A patch without a text is an error of the build, which is named where its file is looked up.
        let Some(text) = text else { return };
        patch_manifests(text, patch.target, &kustomization.file, manifests);
    }

    /// All manifests below a directory; a directory with a kustomization is built.
    fn follow_plain_tree(&mut self, directory: &str) -> Vec<Manifest> {
        let index = self.index;
        let Some(entries) = index.entries(directory) else { return Vec::new() };
        self.build.directories.insert(directory.to_owned());
        let mut manifests = Vec::new();
        for file in &entries.files {
            let name = path::base_name(file);
            if name == ".sourceignore" {
                let text = format!("{file} may leave files out");
                self.block(ApplicationState::Approximate, ReasonCode::Parent, text, None);
            }
            let is_manifest = [".yaml", ".yml"].iter().any(|extension| name.ends_with(extension));
            if is_manifest && !LEFT_OUT_BY_FLUX.contains(&name) && index.is_file(file) {
                self.build.inputs.insert(file.clone());
                self.build.object_files.insert(file.clone());
                self.build.plain_resources.push(file.clone());
                manifests.extend(index.manifests_of(file).iter().cloned());
            }
        }
        for below in &entries.directories {
            let name = path::base_name(below);
            if matches!(name, ".git" | ".github" | ".circleci") {
                continue;
            }
            manifests.extend(match index.kustomization(below) {
                Some(kustomization) if kustomization.is_component() => Vec::new(),
                Some(_) => {
                    self.build.plain_resources.push(below.clone());
                    self.follow_directory(below, Vec::new())
                }
                None => self.follow_plain_tree(below),
            });
        }
        manifests
    }
}

/// Returns `true` if one of the objects that declare applications may be another after a build.
pub(super) fn has_uncertain(manifests: &[Manifest]) -> bool {
    manifests.iter().any(|manifest| manifest.uncertainty.is_some() && manifest.declares())
}

/// Applies a patch to all objects that it is for.
pub(super) fn patch_manifests(text: &str, target: Option<&Value>, origin: &str, manifests: &mut Vec<Manifest>) {
    let mut kept = Vec::new();
    for mut manifest in manifests.drain(..) {
        match apply_patch(text, target, &manifest) {
            Patched::Unchanged => {}
            Patched::Changed(value) => manifest = manifest.with_value(value),
            Patched::Deleted => continue,
            Patched::Unsupported(form) => {
                manifest.uncertainty = Some(format!("{form} in {origin} is not evaluated"));
            }
        }
        kept.push(manifest);
    }
    *manifests = kept;
}

fn place_of(kustomization: &KustomizationFile, line: usize) -> FileLine {
    FileLine { file: kustomization.file.clone(), line }
}

/// The kind of a plugin that is a program of its own; `None` for what is built into kustomize.
fn program_of(value: &Value) -> Option<&str> {
    let kind = fields::text(value, &["kind"])?;
    let version = fields::text(value, &["apiVersion"]).unwrap_or_default();
    let function = fields::field(value, &["metadata", "annotations", "config.kubernetes.io/function"]);
    let is_built_in = matches!(version, "builtin" | "")
        || version.starts_with("kustomize.config.k8s.io/")
        || version.starts_with("builtin/");
    (function.is_some() || !is_built_in).then_some(kind)
}
