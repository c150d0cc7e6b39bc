//! The texts of a run before and after its edits.

use std::ops::Range;

use rollstamp::edit::{EditedSource, Edits};
use rollstamp::index::{IdVec, RareList};
use rollstamp::source::{Source, SourceId};

use crate::input::Provenance;

/// All sources of a run, edited or not; every list goes by source.
pub struct EditedSources<'a> {
    /// The sources as they were read.
    pub before: &'a IdVec<Source>,
    /// Their origins.
    pub provenance: &'a Provenance,
    /// The texts to write.
    pub after: &'a [EditedSource<'a>],
    /// The edits between the two.
    pub edits: &'a IdVec<Source, Edits>,
    /// Spans of the old texts that hold values of Secrets, sorted by their starts.
    pub secret_spans: &'a IdVec<Source, RareList<Range<usize>>>,
}

impl EditedSources<'_> {
    /// The sources that changed, before and after.
    pub fn changed(&self) -> impl Iterator<Item = (SourceId, &Source, &EditedSource<'_>)> {
        let pairs = self.before.entries().zip(self.after).filter(|(_, after)| after.is_changed());
        pairs.map(|((id, before), after)| (id, before, after))
    }
}
