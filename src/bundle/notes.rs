//! Notes about what is counted over the whole input instead of once a document.

use std::collections::BTreeMap;

use super::Bundle;
use super::template::TemplateEngine;
use crate::diagnostic::SyntaxMessage;
use crate::source::SourceId;

/// Reports files that are read in another way than as manifests, or not at all.
pub(super) fn report_source_notes(
    bundle: &mut Bundle,
    templates: BTreeMap<TemplateEngine, Vec<SourceId>>,
    mut kustomize: Vec<SourceId>,
    mut patch_files: Vec<SourceId>,
) {
    let Bundle { sources, diagnostics, patches, .. } = bundle;
    kustomize.dedup();
    patch_files.dedup();
    for (engine, mut templates) in templates {
        templates.dedup();
        let (files, first) = (templates.len(), sources[templates[0]].name().to_string());
        diagnostics.report_summary(match engine {
            TemplateEngine::Text => SyntaxMessage::TemplatesSkipped { files, first },
            TemplateEngine::Ytt => SyntaxMessage::YttSkipped { files, first },
            TemplateEngine::OpenShift => SyntaxMessage::OpenShiftTemplatesSkipped { files, first },
        });
    }
    if let Some(&first) = kustomize.first() {
        let first = sources[first].name().to_string();
        diagnostics.report_summary(SyntaxMessage::KustomizeSource { files: kustomize.len(), first });
    }
    if let Some(&first) = patch_files.first() {
        let first = sources[first].name().to_string();
        diagnostics.report_summary(SyntaxMessage::PatchFilesSkipped { files: patch_files.len(), first });
    }
    if *patches > 0 {
        diagnostics.report_summary(SyntaxMessage::PatchesSkipped { count: *patches });
    }
}
