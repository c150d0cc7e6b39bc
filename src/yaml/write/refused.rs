//! Why something cannot be edited, in words for people.

use std::fmt;
use std::ops::Range;

/// A change that cannot be made without changing something else too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditRefusal {
    /// Why.
    pub reason: RefusalReason,
    /// The place that stands in the way.
    pub span: Range<usize>,
    /// A second place that belongs to it: the other user, the first of two keys, the key that is merged in.
    pub other: Option<Range<usize>>,
}

impl EditRefusal {
    pub(super) fn new(
        reason: RefusalReason,
        span: Range<usize>,
        other: impl Into<Option<Range<usize>>>,
    ) -> EditRefusal {
        EditRefusal { reason, span, other: other.into() }
    }
}

/// Says why.
impl fmt::Display for EditRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reason.fmt(f)
    }
}

impl std::error::Error for EditRefusal {}

/// Why something cannot be edited. Its `Display` is a sentence without a full stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefusalReason {
    /// An anchor at or above the spot has aliases, or the spot is reached through an alias.
    Shared,
    /// `<<` supplies what is to be changed.
    Merged,
    /// A key of the path stands twice in its mapping.
    Duplicate,
    /// A mapping is needed where something else stands.
    NotAMapping,
    /// A single value is needed where a mapping or a list stands.
    NotAScalar,
    /// A value with a tag of its own, as `!!binary`.
    Tagged,
    /// A text block that would take in what follows it.
    TextBlock,
    /// Written in a way for which there is no safe edit.
    Layout,
    /// A key that is too long for one line.
    LongKey,
}

impl RefusalReason {
    /// A way out.
    pub fn help(self) -> &'static str {
        match self {
            RefusalReason::Shared => "write it out in full instead of the alias, so that each user has its own",
            RefusalReason::Merged => "write the entry out in full where it is to be changed, after the `<<`",
            RefusalReason::Duplicate => "keep one of the two keys",
            RefusalReason::NotAMapping => "write a mapping there, or remove the value",
            RefusalReason::NotAScalar => "write a text there, or remove the value",
            RefusalReason::Tagged => "remove the tag, or write the value as a text",
            RefusalReason::TextBlock => "move the comment or the blank lines after the text block",
            RefusalReason::Layout => "write it as `key: value` on lines of its own",
            RefusalReason::LongKey => "use a shorter key",
        }
    }
}

impl fmt::Display for RefusalReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            RefusalReason::Shared => "this is shared through an anchor, so a change would reach its other users too",
            RefusalReason::Merged => "the value comes from a merge key `<<`, which a change here would not reach",
            RefusalReason::Duplicate => "this key stands twice, and readers disagree which one counts",
            RefusalReason::NotAMapping => "a mapping is needed here",
            RefusalReason::NotAScalar => "a single value is needed here",
            RefusalReason::Tagged => "this value has a tag that says how to read it",
            RefusalReason::TextBlock => "without this entry, the text block before it would take in what follows",
            RefusalReason::Layout => "this is laid out in a way that cannot be edited safely",
            RefusalReason::LongKey => "this key is longer than YAML allows on one line",
        })
    }
}
