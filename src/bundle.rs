//! Sources to objects: every document read, containers unfolded, and what is not relevant left untouched.

mod classify;
mod context;
mod duplicates;
mod generators;
mod manifests;
mod notes;
mod object;
mod open;
mod outcome;
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

use self::manifests::DocumentRole;
use self::outcome::{DocumentOutcome, OutcomeExtras};
use self::template::{Charts, TemplateEngine};
use crate::diagnostic::{Diagnostics, Place, Severity};
use crate::index::{Id, IdVec, RareList};
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
    pub secret_spans: IdVec<Source, RareList<Range<usize>>>,
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
        document.tree.open(&self.sources[document.source])
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
    let total: usize = sources.iter().map(Source::padded_len).sum();
    let charts = Charts::find(&sources, options);
    let reader = SourceReader { options, charts, packs_trees: total >= PACKED_FROM };
    let outcomes: Vec<Vec<DocumentOutcome>> = if total < PARALLEL_FROM {
        sources.entries().map(|(id, source)| reader.read(id, source)).collect()
    } else {
        let all: Vec<(SourceId, &Source)> = sources.entries().collect();
        all.into_par_iter().map(|(id, source)| reader.read(id, source)).collect()
    };
    drop(reader);
    outcome::collect_outcomes(sources, outcomes, options)
}

/// Reads one source after the other.
struct SourceReader<'a> {
    options: &'a ParseOptions,
    charts: Charts<'a>,
    packs_trees: bool,
}

impl SourceReader<'_> {
    /// Reads the documents of a source. Its text is held meanwhile.
    fn read(&self, id: SourceId, source: &Source) -> Vec<DocumentOutcome> {
        let source = &*source.held();
        let chunks = yaml::split_documents(source.padded(), &self.options.limits);
        let read = |chunk| self.read_chunk(id, source, chunk);
        if source.padded_len() < PARALLEL_FROM || chunks.len() == 1 {
            chunks.into_iter().map(read).collect()
        } else {
            chunks.into_par_iter().map(read).collect()
        }
    }

    fn read_chunk(&self, id: SourceId, source: &Source, chunk: Chunk) -> DocumentOutcome {
        let outcome = if self.charts.holds_template(source) {
            DocumentOutcome::template(id, TemplateEngine::Text)
        } else {
            DocumentReader::new(source, id, self.options, self.packs_trees).read_chunk(chunk)
        };
        if let Some(count) = &self.options.read_bytes {
            count.fetch_add(outcome.range().len(), Ordering::Relaxed);
        }
        outcome
    }
}

/// Reads one document.
struct DocumentReader<'a> {
    source: &'a Source,
    id: SourceId,
    options: &'a ParseOptions,
    packs_trees: bool,
    outcome: DocumentOutcome,
    extras: OutcomeExtras,
}

impl<'a> DocumentReader<'a> {
    fn new(source: &'a Source, id: SourceId, options: &'a ParseOptions, packs_trees: bool) -> DocumentReader<'a> {
        let (outcome, extras) = (DocumentOutcome::new(id), OutcomeExtras::default());
        DocumentReader { source, id, options, packs_trees, outcome, extras }
    }

    fn read_chunk(mut self, chunk: Chunk) -> DocumentOutcome {
        self.read(chunk);
        self.outcome.with_extras(self.extras)
    }

    fn read(&mut self, chunk: Chunk) {
        let Document { range, content, ignored } =
            yaml::parse_document(self.source.padded(), chunk, &self.options.limits);
        let text = &self.source.padded()[range.clone()];
        self.outcome.set_range(&range);
        if !matches!(content, DocumentContent::Tree(_)) || ignored.is_some() {
            // The structure of text that was not read is unknown.
            if secret::may_hold(text) || secret::may_be_cut_off(&self.source.padded()[..range.start]) {
                self.extras.secret_spans.push(range.clone());
            }
        }
        if let Some(offset) = ignored {
            if self.is_broken_template(&range) {
                return self.set_template();
            }
            let diagnostics = &mut self.extras.diagnostics;
            classify::report_ignored_text(self.source, self.id, offset..range.end, self.options, diagnostics);
        }
        match content {
            DocumentContent::Empty => {}
            DocumentContent::Invalid(error) => {
                if !error.problem.is_limit() && self.is_broken_template(&range) {
                    self.set_template();
                } else {
                    self.outcome.role = DocumentRole::of_invalid(text, self.options.skip_invalid);
                    classify::report_invalid(text, self.id, error, self.options, &mut self.extras.diagnostics);
                }
            }
            DocumentContent::Tree(tree) => self.read_tree(range, tree),
        }
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
        let (outcome, extras) = (&mut self.outcome, &mut self.extras);
        if secret::may_be_in(text) {
            extras.secret_spans.extend(secret::find_secret_spans(root));
        }
        if root.get("kind").is_none() && secret::may_be_cut_off(&padded[..range.start]) {
            extras.secret_spans.push(range.clone());
        }
        if classify::is_kustomization(self.source.name(), root) {
            outcome.is_kustomization = true;
            extras.generators = generators::find_generators(self.id, root);
            extras.patch_files.add_kustomization(self.source.name(), root);
            return;
        }
        if let Some(second) = classify::second_manifest(root) {
            outcome.role = DocumentRole::Object;
            classify::report_second_manifest(self.source, self.id, root, second, options, &mut extras.diagnostics);
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
        outcome.objects = scan.objects.into();
        extras.diagnostics.extend(scan.diagnostics);
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
