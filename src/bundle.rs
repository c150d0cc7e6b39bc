//! Sources to objects: every document read, containers unfolded, and what is not relevant left untouched.

mod classify;
mod context;
mod duplicates;
mod generators;
mod manifests;
mod notes;
mod object;
mod open;
mod patches;
mod scanner;
mod secret;
mod template;

pub use classify::may_be_relevant;
pub use manifests::SourceManifests;
pub(crate) use object::object_label;
pub use object::{Identity, Object, ObjectId, ObjectName, Role};
pub use open::OpenObject;
pub use template::chart_candidates;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use self::generators::KustomizeGenerator;
use self::manifests::DocumentRole;
use self::patches::PatchFiles;
use self::template::{Charts, TemplateEngine};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use crate::index::{Id, IdVec};
use crate::kinds::ConfigKind;
use crate::rules::Rules;
use crate::setters::setters;
use crate::source::{Source, SourceId};
use crate::yaml::{self, Chunk, Document, DocumentContent, Limits, Node, OpenTree, StoredTree, Tree};

/// Options of reading.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ParseOptions {
    /// Bounds on each document.
    pub limits: Limits,
    /// The namespace that a missing one means.
    pub namespace: Option<String>,
    /// Set if a document that cannot be read is a warning instead of an error.
    pub skip_invalid: bool,
    /// Set if objects of unknown kinds are kept too, to look for names in them.
    pub keep_all: bool,
    /// The user's own rows.
    pub rules: Rules,
    /// Set in the middle of a build of kustomize: there no namespace and `default` are the same, and objects
    /// that are local config are dropped in the end.
    pub inside_kustomize: bool,
    /// Directories that hold a `Chart.yaml`, as the names of sources spell them: files with braces below their
    /// `templates` are template source. A `Chart.yaml` among the sources is found without this.
    pub chart_directories: Vec<String>,
    /// Counts the bytes of the documents that have been read so far.
    pub read_bytes: Option<Arc<AtomicUsize>>,
}

setters! {
    ParseOptions { limits: Limits, namespace: Option<String>, skip_invalid: bool, keep_all: bool, rules: Rules, inside_kustomize: bool, chart_directories: Vec<String>, read_bytes: Option<Arc<AtomicUsize>> }
}

impl ParseOptions {
    /// The severity of an error in a document, which `skip_invalid` lowers.
    fn severity_of(&self, severity: Severity) -> Severity {
        if self.skip_invalid { severity.max(Severity::Warning) } else { severity }
    }
}

/// Everything that was read: the sources, and the relevant objects in them.
pub struct Bundle {
    /// The texts, in input order.
    pub sources: IdVec<Source>,
    /// The documents that hold relevant objects, in input order.
    pub documents: IdVec<BundleDocument>,
    /// The relevant objects, in input order; those of the context come last.
    pub objects: IdVec<Object>,
    /// The diagnostics about the input, in input order.
    pub diagnostics: Diagnostics,
    /// Bytes of each source that can hold values of Secrets, sorted: they are never to be shown.
    pub secret_spans: IdVec<Source, Vec<Range<usize>>>,
    /// The part of each source that can be applied.
    pub manifests: IdVec<Source, SourceManifests>,
    /// The first place at which a generator of a kustomization names each config, which only the build makes.
    pub built_configs: BTreeMap<(ConfigKind, String), Place>,
    /// The first patch of each config that a file of a kustomization's patches changes, which only the build does.
    pub patched_configs: BTreeMap<(ConfigKind, String), Place>,
    /// The number of documents, those that are not relevant included.
    pub document_count: usize,
    /// The number of workload documents that were patches: no container in them has an image.
    pub patches: usize,
    /// The user's own rows, by which it was read.
    pub rules: Rules,
    /// Set in the middle of a build of kustomize.
    pub inside_kustomize: bool,
    /// Set if the input has kustomizations, which change what they build.
    pub has_kustomizations: bool,
    /// Set if a Flux Kustomization with `postBuild` is in the input: Flux replaces variables in what it applies.
    pub flux_substitutes: bool,
    /// Set if what cannot be decided is to be left as it is: the option of this name.
    pub skip_invalid: bool,
    /// Set if a relevant document or object is left out, since it cannot be read.
    pub has_skipped_documents: bool,
}

/// The index of a document in its bundle.
pub type DocumentId = Id<BundleDocument>;

/// A document that holds relevant objects.
pub struct BundleDocument {
    /// The source.
    pub source: SourceId,
    /// Its bytes in the padded text of the source.
    pub range: Range<usize>,
    /// Its nodes.
    pub tree: StoredTree,
}

impl Bundle {
    /// Opens an object, to read its nodes. Trees are packed until then, so what is read more than once is better opened
    /// once.
    pub fn open(&self, object: &Object) -> OpenObject<'_> {
        OpenObject::new(self.open_document(object.document), object.node)
    }

    /// Opens a document.
    pub fn open_document(&self, document: DocumentId) -> OpenTree<'_> {
        let document = &self.documents[document];
        document.tree.open(self.sources[document.source].padded())
    }

    /// Returns `true` if SOPS signs all of the document of an object, so that no byte of it can be changed without the key.
    pub fn is_signed(&self, object: &Object) -> bool {
        self.open(object).is_signed()
    }

    /// Returns `true` if an object is context: read for links only.
    pub fn is_context(&self, object: &Object) -> bool {
        self.sources[self.source_of(object)].is_context()
    }

    /// The source that contains an object.
    pub fn source_of(&self, object: &Object) -> SourceId {
        self.documents[object.document].source
    }

    /// The place of a node of an object's document.
    pub fn place(&self, object: &Object, node: Node<'_>) -> Place {
        Place { source: self.source_of(object), span: node.span() }
    }

    /// The name of the kustomization whose build makes a config, and the line of the generator.
    pub fn find_generator(&self, target: &Identity) -> Option<(&str, usize)> {
        let place = self.built_configs.get(&(target.kind, target.name.name.clone()))?;
        let source = &self.sources[place.source];
        Some((source.name(), source.position(place.span.start).line))
    }

    /// The place at which an object starts.
    pub fn start_of(&self, object: &Object) -> Place {
        let start = object.start as usize;
        Place { source: self.source_of(object), span: start..start }
    }

    /// Returns `true` if an error was found.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.has_errors()
    }
}

/// Below this many bytes threads cost more than they save.
const PARALLEL_FROM: usize = 1 << 20;

/// From this many bytes on trees are packed: each time that one is opened takes time, and smaller inputs leave memory.
const PACKED_FROM: usize = 16 << 20;

/// Parses every document of every source. What cannot be read is told by the diagnostics of the bundle.
///
/// ```
/// use rollstamp::{ParseOptions, Source, parse};
///
/// let text = "{apiVersion: v1, kind: ConfigMap, metadata: {name: app-env}, data: {LOG_LEVEL: INFO}}";
/// let bundle = parse(vec![Source::new("app.yaml", text)], &ParseOptions::default());
/// assert_eq!(bundle.objects.iter().next().unwrap().label(), "ConfigMap/app-env");
/// assert!(!bundle.has_errors());
/// ```
pub fn parse(sources: Vec<Source>, options: &ParseOptions) -> Bundle {
    let sources = IdVec::from(sources);
    let mut chunks: Vec<(SourceId, Chunk)> = Vec::new();
    for (id, source) in sources.entries() {
        for chunk in yaml::split_documents(source.padded(), &options.limits) {
            chunks.push((id, chunk));
        }
    }
    let charts = Charts::find(&sources, options);
    let total: usize = sources.iter().map(|source| source.padded().len()).sum();
    let packs_trees = total >= PACKED_FROM;
    let read = |(id, chunk)| {
        let outcome = if charts.holds_template(&sources[id]) {
            DocumentOutcome::template(id, TemplateEngine::Text)
        } else {
            DocumentReader::new(&sources[id], id, options, packs_trees).read_chunk(chunk)
        };
        if let Some(count) = &options.read_bytes {
            count.fetch_add(outcome.range.len(), Ordering::Relaxed);
        }
        outcome
    };
    let outcomes: Vec<DocumentOutcome> = if total < PARALLEL_FROM {
        chunks.into_iter().map(read).collect()
    } else {
        chunks.into_par_iter().map(read).collect()
    };
    let (rules, inside_kustomize) = (options.rules.clone(), options.inside_kustomize);
    let skip_invalid = options.skip_invalid;
    Bundle { rules, inside_kustomize, skip_invalid, ..collect_outcomes(sources, outcomes, options) }
}

/// The result of reading one document.
struct DocumentOutcome {
    source: SourceId,
    range: Range<usize>,
    document: Option<BundleDocument>,
    objects: Vec<Object>,
    diagnostics: Diagnostics,
    /// The engine that renders the document, if it is template source.
    template: Option<TemplateEngine>,
    /// Set if the document is kustomize's own.
    is_kustomization: bool,
    generators: Vec<KustomizeGenerator>,
    /// The files that it names, if it is kustomize's own.
    patch_files: PatchFiles,
    /// The part that it plays where the source is applied.
    role: DocumentRole,
    patches: usize,
    flux_substitutes: bool,
    secret_spans: Vec<Range<usize>>,
}

impl DocumentOutcome {
    fn new(source: SourceId) -> DocumentOutcome {
        DocumentOutcome {
            source,
            range: 0..0,
            document: None,
            objects: Vec::new(),
            diagnostics: Diagnostics::default(),
            template: None,
            is_kustomization: false,
            generators: Vec::new(),
            patch_files: PatchFiles::default(),
            role: DocumentRole::Other,
            patches: 0,
            flux_substitutes: false,
            secret_spans: Vec::new(),
        }
    }

    fn template(source: SourceId, engine: TemplateEngine) -> DocumentOutcome {
        DocumentOutcome { template: Some(engine), role: DocumentRole::Refused, ..DocumentOutcome::new(source) }
    }
}

/// Reads one document.
struct DocumentReader<'a> {
    source: &'a Source,
    id: SourceId,
    options: &'a ParseOptions,
    packs_trees: bool,
    outcome: DocumentOutcome,
}

impl<'a> DocumentReader<'a> {
    fn new(source: &'a Source, id: SourceId, options: &'a ParseOptions, packs_trees: bool) -> DocumentReader<'a> {
        DocumentReader { source, id, options, packs_trees, outcome: DocumentOutcome::new(id) }
    }

    fn read_chunk(mut self, chunk: Chunk) -> DocumentOutcome {
        let Document { range, content, ignored } =
            yaml::parse_document(self.source.padded(), chunk, &self.options.limits);
        let text = &self.source.padded()[range.clone()];
        self.outcome.range = range.clone();
        if !matches!(content, DocumentContent::Tree(_)) || ignored.is_some() {
            // The structure of text that was not read is unknown.
            if secret::may_hold(text) || secret::may_be_cut_off(&self.source.padded()[..range.start]) {
                self.outcome.secret_spans.push(range.clone());
            }
        }
        if let Some(offset) = ignored {
            if self.is_broken_template(&range) {
                self.set_template();
                return self.outcome;
            }
            let DocumentOutcome { diagnostics, .. } = &mut self.outcome;
            classify::report_ignored_text(self.source, self.id, offset..range.end, self.options, diagnostics);
        }
        match content {
            DocumentContent::Empty => {}
            DocumentContent::Invalid(error) => {
                if !error.problem.is_limit() && self.is_broken_template(&range) {
                    self.set_template();
                } else {
                    self.outcome.role = DocumentRole::of_invalid(text, self.options.skip_invalid);
                    classify::report_invalid(text, self.id, error, self.options, &mut self.outcome.diagnostics);
                }
            }
            DocumentContent::Tree(tree) => self.read_tree(range, tree),
        }
        self.outcome
    }

    fn is_broken_template(&self, range: &Range<usize>) -> bool {
        template::is_broken_template(self.source.padded(), range.clone(), &self.options.limits)
    }

    fn set_template(&mut self) {
        self.outcome.template = Some(TemplateEngine::Text);
        self.outcome.role = DocumentRole::Refused;
    }

    fn read_tree(&mut self, range: Range<usize>, tree: Tree) {
        let (padded, options) = (self.source.padded(), self.options);
        let text = &padded[range.clone()];
        let root = tree.root(padded);
        let outcome = &mut self.outcome;
        if secret::may_be_in(text) {
            outcome.secret_spans.extend(secret::find_secret_spans(root));
        }
        if root.get("kind").is_none() && secret::may_be_cut_off(&padded[..range.start]) {
            outcome.secret_spans.push(range.clone());
        }
        if classify::is_kustomization(self.source.name(), root) {
            outcome.is_kustomization = true;
            outcome.generators = generators::find_generators(self.id, root);
            outcome.patch_files.add_kustomization(self.source.name(), root);
            return;
        }
        if let Some(second) = classify::second_manifest(root) {
            outcome.role = DocumentRole::Object;
            classify::report_second_manifest(self.source, self.id, root, second, options, &mut outcome.diagnostics);
            return;
        }
        if template::has_ytt_directive(padded, range.clone(), &options.limits) {
            outcome.role = DocumentRole::Refused;
            outcome.template = may_be_relevant(text).then_some(TemplateEngine::Ytt);
            return;
        }
        let mut scan = scanner::ObjectScanner::new(self.id, self.source, options);
        scan.add_objects(root);
        if template::has_template_names(root, text, &scan.objects, options) {
            self.set_template();
            return;
        }
        outcome.template = scan.has_openshift_template.then_some(TemplateEngine::OpenShift);
        outcome.role = match outcome.template {
            Some(_) => DocumentRole::Other,
            None => DocumentRole::of_tree(root, scan.patches),
        };
        outcome.objects = scan.objects;
        outcome.diagnostics.extend(scan.diagnostics);
        outcome.patches = scan.patches;
        outcome.flux_substitutes = scan.flux_substitutes;
        let root = root.id();
        let tree = match &outcome.objects[..] {
            [] => return,
            [object] if object.node == root && self.packs_trees => StoredTree::packed(tree),
            // The objects of a list are opened one after the other, each with the list around it.
            _ => StoredTree::whole(tree),
        };
        outcome.document = Some(BundleDocument { source: self.id, range, tree });
    }
}

fn empty_bundle(sources: IdVec<Source>) -> Bundle {
    Bundle {
        secret_spans: vec![Vec::new(); sources.len()].into(),
        manifests: vec![SourceManifests::default(); sources.len()].into(),
        sources,
        built_configs: BTreeMap::new(),
        patched_configs: BTreeMap::new(),
        documents: IdVec::new(),
        objects: IdVec::new(),
        diagnostics: Diagnostics::default(),
        document_count: 0,
        patches: 0,
        rules: Rules::default(),
        inside_kustomize: false,
        has_kustomizations: false,
        flux_substitutes: false,
        skip_invalid: false,
        has_skipped_documents: false,
    }
}

fn collect_outcomes(sources: IdVec<Source>, mut outcomes: Vec<DocumentOutcome>, options: &ParseOptions) -> Bundle {
    let mut patch_files = PatchFiles::default();
    for outcome in &mut outcomes {
        patch_files.extend(std::mem::take(&mut outcome.patch_files));
    }
    let mut bundle = empty_bundle(sources);
    let mut templates: BTreeMap<TemplateEngine, Vec<SourceId>> = BTreeMap::new();
    let (mut kustomize, mut patches) = (Vec::new(), Vec::new());
    let (mut own_objects, mut context_objects) = (Vec::new(), Vec::new());
    for outcome in outcomes {
        let is_context = bundle.sources[outcome.source].is_context();
        let is_patch = patch_files.contains(bundle.sources[outcome.source].name());
        let outcome = if is_patch {
            outcome.list_patched_configs(&bundle.sources[outcome.source], &mut bundle.patched_configs);
            outcome.into_patch(options)
        } else {
            outcome
        };
        if let Some(document) = outcome.document {
            let document = bundle.documents.push(document);
            let objects = if is_context { &mut context_objects } else { &mut own_objects };
            for object in outcome.objects {
                objects.push(Object { document, ..object });
            }
        }
        bundle.flux_substitutes |= outcome.flux_substitutes;
        bundle.has_kustomizations |= outcome.is_kustomization;
        bundle.manifests[outcome.source].add_document(outcome.role, outcome.range);
        bundle.secret_spans[outcome.source].extend(outcome.secret_spans);
        if is_context {
            // Nothing of the context is reported, but what it may define is not known.
            bundle.has_skipped_documents |= outcome.diagnostics.iter().any(is_error_by_itself);
            continue;
        }
        bundle.document_count += 1;
        bundle.has_skipped_documents |= outcome.diagnostics.iter().any(is_about_skipped_text);
        bundle.diagnostics.extend(outcome.diagnostics);
        bundle.patches += outcome.patches;
        if let Some(engine) = outcome.template {
            templates.entry(engine).or_default().push(outcome.source);
        }
        for generator in outcome.generators {
            let key = (generator.kind, generator.name);
            bundle.built_configs.entry(key).or_insert(generator.place);
        }
        kustomize.extend(outcome.is_kustomization.then_some(outcome.source));
        patches.extend(is_patch.then_some(outcome.source));
    }
    bundle.objects.extend(own_objects);
    context::add_objects(&mut bundle.objects, context_objects);
    notes::report_source_notes(&mut bundle, templates, kustomize, patches);
    bundle
}

fn is_error_by_itself(diagnostic: &Diagnostic) -> bool {
    diagnostic.message.severity() == Severity::Error
}

/// Returns `true` for an error, also for one that `skip_invalid` made a warning: what it is about is left out.
fn is_about_skipped_text(diagnostic: &Diagnostic) -> bool {
    diagnostic.severity <= Severity::Warning && is_error_by_itself(diagnostic)
}
