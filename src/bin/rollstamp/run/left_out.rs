//! Files that a directory holds beside its manifests: they are left out of the stream on stdout, which is applied.

use std::ops::Range;

use rollstamp::bundle::SourceManifests;
use rollstamp::edit::Edits;
use rollstamp::source::{Source, SourceId};
use rollstamp::{Bundle, EditedSource, Plan};

use crate::exit::Failure;
use crate::input::Provenance;
use crate::messages::Messages;

/// Keeps the texts that can be applied: of the files that were found in directories, those with Kubernetes objects,
/// without template source and skipped text. Everything else passes as it is.
///
/// # Errors
/// Nothing is left, unless that is allowed.
pub fn keep_manifests<'p>(
    bundle: &Bundle,
    plan: &Plan,
    provenance: &Provenance,
    after: Vec<EditedSource<'p>>,
    allow_empty: bool,
) -> Result<(Vec<EditedSource<'p>>, LeftOut), Failure> {
    let mut kept = after;
    let mut left_out = LeftOut::default();
    let mut ids = bundle.sources.ids();
    kept.retain_mut(|text| {
        let Some(id) = ids.next() else { return true };
        let is_walked = provenance.origins[id].file().is_some_and(|file| file.is_walked);
        let manifests = &bundle.manifests[id];
        if is_walked && !manifests.has_object {
            left_out.add_file(text.name(), manifests);
            return false;
        }
        if is_walked && !manifests.refused.is_empty() {
            left_out.add_documents(bundle, id);
            *text = remove_refused(&text.to_source(), manifests, &plan.edits[id]).into();
        }
        true
    });
    if kept.is_empty() && left_out.files > 0 && !allow_empty {
        return Err(Failure::because(format!(
            "nothing to print: no Kubernetes object in {}; if this is intended, use --allow-empty",
            count(left_out.files, "file"),
        )));
    }
    Ok((kept, left_out))
}

/// The reason for which a document is left out.
const REFUSED: &str = "template source, or text that cannot be read";

/// The part of the input that is left out of the stream.
#[derive(Default)]
pub struct LeftOut {
    files: usize,
    documents: usize,
    /// A line for each file and document.
    details: Vec<String>,
}

impl LeftOut {
    fn add_file(&mut self, name: &str, manifests: &SourceManifests) {
        self.files += 1;
        let reason = if manifests.refused.is_empty() { "no Kubernetes object" } else { REFUSED };
        self.details.push(format!("{name}: left out of the output: {reason}"));
    }

    fn add_documents(&mut self, bundle: &Bundle, id: SourceId) {
        let source = &bundle.sources[id];
        for range in &bundle.manifests[id].refused {
            self.documents += 1;
            let line = source.position(range.start).line;
            let name = source.name();
            self.details.push(format!("{name}:{line}: left out of the output: {REFUSED}"));
        }
    }

    /// Prints one note, and with `-v` a line for each part.
    pub fn report(&self, messages: &Messages) {
        let mut parts = Vec::new();
        if self.files > 0 {
            parts.push(format!("{} without a Kubernetes object", count(self.files, "file")));
        }
        if self.documents > 0 {
            parts.push(format!("{} that cannot be applied", count(self.documents, "document")));
        }
        if parts.is_empty() {
            return;
        }
        for detail in &self.details {
            messages.detail(detail);
        }
        let list = if messages.is_verbose() { "" } else { "; `-v` lists them" };
        messages.note(format!("{} left out of the output{list}", parts.join(" and ")));
    }
}

/// Writes a number with its noun.
pub(super) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// Removes the documents of a text that cannot be applied. A line that parted two others stays a separator.
fn remove_refused(text: &Source, manifests: &SourceManifests, edits: &Edits) -> Source {
    let shifts = edits.shifts();
    let mut kept = String::new();
    let mut done = 0;
    for Range { start, end } in &manifests.refused {
        // What is inserted at either end belongs to the documents around.
        let (start, end) = (shifts.end(*start), shifts.start(*end).min(text.text().len()));
        kept.push_str(&text.text()[done..start]);
        if text.text()[start..end].starts_with("---") {
            kept.push_str("---");
            kept.push_str(text.line_break());
        }
        done = end;
    }
    kept.push_str(&text.text()[done..]);
    Source::new(text.name(), kept)
}
