//! Sources to objects: every document read, containers unfolded, and what does not matter left untouched.

mod object;
mod screen;
mod secret;

pub use object::{Identity, Object, ObjectName, Role};
pub use screen::could_matter;

use std::ops::Range;

use rayon::prelude::*;

use crate::diagnostic::{Diagnostic, Message, Place, Severity};
use crate::rules::Rules;
use crate::source::Source;
use crate::yaml::{self, Chunk, DocumentContent, Limits, Node, Tree};

/// How to read.
#[derive(Clone, Debug, Default)]
pub struct ParseOptions {
    /// Bounds on each document.
    pub limits: Limits,
    /// The namespace that a missing one means.
    pub namespace: Option<String>,
    /// Whether a document that cannot be read is a warning instead of an error.
    pub skip_invalid: bool,
    /// Whether objects of kinds that we know nothing of are kept too, to look for names in them.
    pub keep_all: bool,
    /// The user's own rows.
    pub rules: Rules,
    /// Whether this is the middle of a build of kustomize: there no namespace and `default` are the same, and objects
    /// that are local config are dropped in the end.
    pub inside_kustomize: bool,
}

/// Everything that was read: the sources, and the objects in them that matter.
pub struct Bundle {
    /// The texts, in input order.
    pub sources: Vec<Source>,
    /// The documents that hold objects that matter, in input order.
    pub documents: Vec<BundleDocument>,
    /// The objects that matter, in input order.
    pub objects: Vec<Object>,
    /// What is to be said about the input, in input order.
    pub diagnostics: Vec<Diagnostic>,
    /// Bytes of each source that can hold values of Secrets, sorted: they are never to be shown.
    pub secret_spans: Vec<Vec<Range<usize>>>,
    /// How many documents there were, those that do not matter included.
    pub document_count: usize,
    /// How many workload documents were patches: no container in them has an image.
    pub patches: usize,
    /// The user's own rows, by which it was read.
    pub rules: Rules,
    /// Whether this is the middle of a build of kustomize.
    pub inside_kustomize: bool,
    /// Whether a Flux Kustomization with `postBuild` is in the input: Flux replaces variables in what it applies.
    pub flux_substitutes: bool,
}

/// A document that holds objects that matter.
pub struct BundleDocument {
    /// Index into the sources.
    pub source: usize,
    /// Its bytes in the padded text of the source.
    pub range: Range<usize>,
    /// Its nodes.
    pub tree: Tree,
}

impl Bundle {
    /// The node of an object.
    pub fn node<'a>(&'a self, object: &Object) -> Node<'a> {
        let document = &self.documents[object.document];
        document.tree.node(self.sources[document.source].padded(), object.node)
    }

    /// Index of the source that an object stands in.
    pub fn source_of(&self, object: &Object) -> usize {
        self.documents[object.document].source
    }

    /// The place of a node of an object's document.
    pub fn place(&self, object: &Object, node: Node<'_>) -> Place {
        Place { source: self.source_of(object), span: node.span() }
    }

    /// The place at which an object starts.
    pub fn start_of(&self, object: &Object) -> Place {
        let start = self.node(object).span().start;
        Place { source: self.source_of(object), span: start..start }
    }

    /// Whether an error was found.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }
}

/// Below this many bytes threads cost more than they save.
const PARALLEL_FROM: usize = 1 << 20;

/// Reads every document of every source.
pub fn parse(sources: Vec<Source>, options: &ParseOptions) -> Bundle {
    let chunks: Vec<(usize, Chunk)> = sources
        .iter()
        .enumerate()
        .flat_map(|(index, source)| {
            yaml::split(source.padded(), &options.limits).into_iter().map(move |chunk| (index, chunk))
        })
        .collect();
    let read = |(index, chunk)| read_document(&sources[index], index, chunk, options);
    let total: usize = sources.iter().map(|source| source.padded().len()).sum();
    let findings: Vec<Finding> = if total < PARALLEL_FROM {
        chunks.into_iter().map(read).collect()
    } else {
        chunks.into_par_iter().map(read).collect()
    };
    let (rules, inside_kustomize) = (options.rules.clone(), options.inside_kustomize);
    Bundle { rules, inside_kustomize, ..collect(sources, findings) }
}

/// What one document came to.
#[derive(Default)]
struct Finding {
    document: Option<BundleDocument>,
    objects: Vec<Object>,
    diagnostics: Vec<Diagnostic>,
    /// The source, where the document is template source.
    template: Option<usize>,
    /// The source, where the document is kustomize's own.
    kustomize: Option<usize>,
    patches: usize,
    flux_substitutes: bool,
    source: usize,
    secret_spans: Vec<Range<usize>>,
}

fn read_document(source: &Source, index: usize, chunk: Chunk, options: &ParseOptions) -> Finding {
    let document = yaml::parse(source.padded(), chunk, &options.limits);
    let mut finding = Finding { source: index, ..Finding::default() };
    let text = &source.padded()[document.range.clone()];
    if !matches!(document.content, DocumentContent::Tree(_)) || document.ignored.is_some() {
        // Nobody knows what stands in text that was not read.
        finding.secret_spans.extend(secret::may_hold(text).then(|| document.range.clone()));
    }
    if document.ignored.is_some() && screen::is_template(source) {
        finding.template = Some(index);
        return finding;
    }
    if let Some(offset) = document.ignored {
        screen::ignored_text(source, index, offset..document.range.end, options, &mut finding.diagnostics);
    }
    match document.content {
        DocumentContent::Empty => {}
        DocumentContent::Invalid(error) => {
            if screen::is_template(source) && !error.problem.is_limit() {
                finding.template = Some(index);
            } else {
                finding.diagnostics.push(screen::invalid(text, index, error, options));
            }
        }
        DocumentContent::Tree(tree) => read_tree(source, index, document.range, tree, options, &mut finding),
    }
    finding
}

fn read_tree(
    source: &Source,
    index: usize,
    range: Range<usize>,
    tree: Tree,
    options: &ParseOptions,
    finding: &mut Finding,
) {
    let root = tree.root(source.padded());
    if secret::may_be_in(&source.padded()[range.clone()]) {
        finding.secret_spans.extend(secret::spans(root));
    }
    if screen::is_kustomization(source.name(), root) {
        finding.kustomize = Some(index);
        return;
    }
    if let Some(diagnostic) = screen::run_together(index, root, options) {
        finding.diagnostics.push(diagnostic);
        return;
    }
    let mut scan = object::Scan::new(index, options);
    scan.unfold(root);
    finding.objects = scan.objects;
    finding.diagnostics.append(&mut scan.diagnostics);
    finding.patches = scan.patches;
    finding.flux_substitutes = scan.flux_substitutes;
    if !finding.objects.is_empty() {
        finding.document = Some(BundleDocument { source: index, range, tree });
    }
}

fn collect(sources: Vec<Source>, findings: Vec<Finding>) -> Bundle {
    let mut bundle = Bundle {
        secret_spans: vec![Vec::new(); sources.len()],
        sources,
        documents: Vec::new(),
        objects: Vec::new(),
        diagnostics: Vec::new(),
        document_count: findings.len(),
        patches: 0,
        rules: Rules::default(),
        inside_kustomize: false,
        flux_substitutes: false,
    };
    let (mut templates, mut kustomize) = (Vec::new(), Vec::new());
    for finding in findings {
        if let Some(document) = finding.document {
            let number = bundle.documents.len();
            bundle.documents.push(document);
            bundle.objects.extend(finding.objects.into_iter().map(|object| Object { document: number, ..object }));
        }
        bundle.diagnostics.extend(finding.diagnostics);
        bundle.patches += finding.patches;
        bundle.flux_substitutes |= finding.flux_substitutes;
        bundle.secret_spans[finding.source].extend(finding.secret_spans);
        templates.extend(finding.template);
        kustomize.extend(finding.kustomize);
    }
    let notes = source_notes(&bundle, templates, kustomize);
    bundle.diagnostics.extend(notes);
    bundle
}

/// The notes that are counted over the whole input instead of said once a document.
fn source_notes(bundle: &Bundle, mut templates: Vec<usize>, mut kustomize: Vec<usize>) -> Vec<Diagnostic> {
    let mut notes = Vec::new();
    let first = |sources: &[usize]| bundle.sources[sources[0]].name().to_string();
    templates.dedup();
    kustomize.dedup();
    if !templates.is_empty() {
        let message = Message::TemplatesSkipped { files: templates.len(), first: first(&templates) };
        notes.push(Diagnostic::general(Severity::Note, message));
    }
    if !kustomize.is_empty() {
        let message = Message::KustomizeSource { files: kustomize.len(), first: first(&kustomize) };
        notes.push(Diagnostic::general(Severity::Note, message));
    }
    if bundle.patches > 0 {
        notes.push(Diagnostic::general(Severity::Note, Message::PatchesSkipped { count: bundle.patches }));
    }
    notes
}
