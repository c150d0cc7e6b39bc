//! The outcomes of documents, and the bundle that they are collected to.

use std::collections::BTreeMap;
use std::ops::Range;

use super::generators::KustomizeGenerator;
use super::manifests::DocumentRole;
use super::patches::PatchFiles;
use super::template::TemplateEngine;
use super::{Bundle, BundleDocument, Object, ParseOptions, Role, SourceManifests, context, notes};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use crate::index::{IdVec, RareList};
use crate::kinds::ConfigKind;
use crate::source::{Source, SourceId};

/// The result of reading one document. All of them are held at once, so that what few documents have is kept apart.
pub(super) struct DocumentOutcome {
    pub(super) source: SourceId,
    start: u32,
    end: u32,
    pub(super) document: Option<BundleDocument>,
    pub(super) objects: Box<[Object]>,
    /// The engine that renders the document, if it is template source.
    pub(super) template: Option<TemplateEngine>,
    /// Set if the document is kustomize's own.
    pub(super) is_kustomization: bool,
    /// The part that it plays where the source is applied.
    pub(super) role: DocumentRole,
    pub(super) patches: usize,
    pub(super) flux_substitutes: bool,
    extras: Option<Box<OutcomeExtras>>,
}

/// Parts of the result that few documents have.
#[derive(Default)]
pub(super) struct OutcomeExtras {
    pub(super) diagnostics: Diagnostics,
    pub(super) generators: Vec<KustomizeGenerator>,
    /// The files that it names, if it is kustomize's own.
    pub(super) patch_files: PatchFiles,
    pub(super) secret_spans: Vec<Range<usize>>,
}

impl DocumentOutcome {
    pub(super) fn new(source: SourceId) -> DocumentOutcome {
        DocumentOutcome {
            source,
            start: 0,
            end: 0,
            document: None,
            objects: Box::default(),
            template: None,
            is_kustomization: false,
            role: DocumentRole::Other,
            patches: 0,
            flux_substitutes: false,
            extras: None,
        }
    }

    pub(super) fn template(source: SourceId, engine: TemplateEngine) -> DocumentOutcome {
        DocumentOutcome { template: Some(engine), role: DocumentRole::Refused, ..DocumentOutcome::new(source) }
    }

    pub(super) fn with_extras(self, extras: OutcomeExtras) -> DocumentOutcome {
        let OutcomeExtras { diagnostics, generators, patch_files, secret_spans } = &extras;
        let is_empty =
            diagnostics.is_empty() && generators.is_empty() && patch_files.is_empty() && secret_spans.is_empty();
        DocumentOutcome { extras: if is_empty { None } else { Some(Box::new(extras)) }, ..self }
    }

    pub(super) fn set_range(&mut self, range: &Range<usize>) {
        (self.start, self.end) = (range.start as u32, range.end as u32);
    }

    /// The bytes of the document in the padded text of the source.
    pub(super) fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

fn empty_bundle(sources: IdVec<Source>, options: &ParseOptions) -> Bundle {
    Bundle {
        secret_spans: vec![RareList::EMPTY; sources.len()].into(),
        manifests: vec![SourceManifests::default(); sources.len()].into(),
        sources,
        built_configs: BTreeMap::new(),
        patched_configs: BTreeMap::new(),
        documents: IdVec::new(),
        objects: IdVec::new(),
        diagnostics: Diagnostics::default(),
        document_count: 0,
        patches: 0,
        rules: options.rules.clone(),
        inside_kustomize: options.inside_kustomize,
        has_kustomizations: false,
        flux_substitutes: false,
        skip_invalid: options.skip_invalid,
        has_skipped_documents: false,
    }
}

impl DocumentOutcome {
    /// Adds the configs in it, if it is a patch, each with its place.
    pub(super) fn list_patched_configs(&self, source: &Source, patched: &mut BTreeMap<(ConfigKind, String), Place>) {
        let Some(document) = &self.document else { return };
        let opened = document.tree.open(source);
        for object in &self.objects {
            if let Role::Config(kind) = object.role {
                let span = opened.node(object.node).span();
                let place = Place { source: self.source, span: span.start..span.start };
                patched.entry((kind, object.name.name.clone())).or_insert(place);
            }
        }
    }

    /// Takes what was read for a patch: nothing in it is an object. Its names are kept if those of all objects are.
    pub(super) fn into_patch(mut self, options: &ParseOptions) -> DocumentOutcome {
        if !options.keep_all {
            self.objects = Box::default();
            self.document = None;
        }
        for object in &mut self.objects {
            object.role = Role::Other;
        }
        self.role = DocumentRole::Other;
        self.patches = 0;
        self
    }
}

/// The files that all kustomizations name together.
fn take_patch_files(outcomes: &mut [Vec<DocumentOutcome>]) -> PatchFiles {
    let mut patch_files = PatchFiles::default();
    for extras in outcomes.iter_mut().flatten().filter_map(|outcome| outcome.extras.as_mut()) {
        patch_files.extend(std::mem::take(&mut extras.patch_files));
    }
    patch_files
}

/// Makes room for all objects and documents: a list that grows is there twice while it does.
fn make_room(bundle: &mut Bundle, outcomes: &[Vec<DocumentOutcome>]) {
    let (mut objects, mut documents) = (0, 0);
    for outcome in outcomes.iter().flatten() {
        objects += outcome.objects.len();
        documents += usize::from(outcome.document.is_some());
    }
    bundle.objects.reserve_exact(objects);
    bundle.documents.reserve_exact(documents);
}

/// Collects the outcomes of the documents of each source in their order.
pub(super) fn collect_outcomes(
    sources: IdVec<Source>,
    mut outcomes: Vec<Vec<DocumentOutcome>>,
    options: &ParseOptions,
) -> Bundle {
    let patch_files = take_patch_files(&mut outcomes);
    let mut bundle = empty_bundle(sources, options);
    make_room(&mut bundle, &outcomes);
    let mut templates: BTreeMap<TemplateEngine, Vec<SourceId>> = BTreeMap::new();
    let (mut kustomize, mut patches) = (Vec::new(), Vec::new());
    let mut context_objects = Vec::new();
    for outcome in outcomes.into_iter().flatten() {
        let is_context = bundle.sources[outcome.source].is_context();
        let is_patch = patch_files.contains(bundle.sources[outcome.source].name());
        let outcome = if is_patch {
            outcome.list_patched_configs(&bundle.sources[outcome.source], &mut bundle.patched_configs);
            outcome.into_patch(options)
        } else {
            outcome
        };
        let range = outcome.range();
        if let Some(document) = outcome.document {
            let document = bundle.documents.push(document);
            for object in outcome.objects {
                let object = Object { document, ..object };
                if is_context {
                    context_objects.push(object);
                } else {
                    bundle.objects.push(object);
                }
            }
        }
        bundle.flux_substitutes |= outcome.flux_substitutes;
        bundle.has_kustomizations |= outcome.is_kustomization;
        bundle.manifests[outcome.source].add_document(outcome.role, range);
        let extras = outcome.extras.map(|extras| *extras).unwrap_or_default();
        bundle.secret_spans[outcome.source].extend(extras.secret_spans);
        if is_context {
            // Nothing of the context is reported, but what it may define is not known.
            bundle.has_skipped_documents |= extras.diagnostics.iter().any(is_error_by_itself);
            continue;
        }
        bundle.document_count += 1;
        bundle.has_skipped_documents |= extras.diagnostics.iter().any(is_about_skipped_text);
        bundle.diagnostics.extend(extras.diagnostics);
        bundle.patches += outcome.patches;
        if let Some(engine) = outcome.template {
            templates.entry(engine).or_default().push(outcome.source);
        }
        for generator in extras.generators {
            let key = (generator.kind, generator.name);
            bundle.built_configs.entry(key).or_insert(generator.place);
        }
        kustomize.extend(outcome.is_kustomization.then_some(outcome.source));
        patches.extend(is_patch.then_some(outcome.source));
    }
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
