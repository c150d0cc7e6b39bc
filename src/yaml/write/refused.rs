//! Reasons why something cannot be edited, in words for people.

use std::fmt;
use std::ops::Range;

/// A change that cannot be made without changing something else too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditRefusal {
    /// The reason.
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

impl EditRefusal {
    /// Returns `true` if anchors, aliases or merge keys are in the way: then the entry can be written out.
    pub fn is_about_sharing(&self) -> bool {
        matches!(self.reason, RefusalReason::Shared | RefusalReason::Merged)
    }
}

/// Says why.
impl fmt::Display for EditRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reason.fmt(f)
    }
}

impl std::error::Error for EditRefusal {}

/// A reason why something cannot be edited. Its `Display` is a sentence without a full stop.
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
    /// A block scalar that would absorb what follows it.
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
            RefusalReason::Shared => "write it out instead of the alias",
            RefusalReason::Merged => "write the entry out below the `<<`",
            RefusalReason::Duplicate => "keep one of the two keys",
            RefusalReason::NotAMapping => "write a mapping, or remove the value",
            RefusalReason::NotAScalar => "write a string, or remove the value",
            RefusalReason::Tagged => "remove the tag, or write the value as a string",
            RefusalReason::TextBlock => "move the comment or the blank lines away from the block scalar",
            RefusalReason::Layout => "write it as `key: value` on lines of its own",
            RefusalReason::LongKey => "use a shorter key",
        }
    }
}

impl fmt::Display for RefusalReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            RefusalReason::Shared => {
                "this value is shared through an anchor, so an edit would change its other uses too"
            }
            RefusalReason::Merged => "this value comes from a merge key `<<`, so it cannot be edited here",
            RefusalReason::Duplicate => "duplicate key: parsers disagree on which value wins",
            RefusalReason::NotAMapping => "expected a mapping here",
            RefusalReason::NotAScalar => "expected a single value here",
            RefusalReason::Tagged => "this value has an explicit tag",
            RefusalReason::TextBlock => {
                "without this entry, the block scalar before it would absorb the lines that follow"
            }
            RefusalReason::Layout => "this layout cannot be edited safely",
            RefusalReason::LongKey => "this key is longer than YAML allows on one line",
        })
    }
}
