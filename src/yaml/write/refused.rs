//! Why something cannot be edited, in words for people.

use std::fmt;
use std::ops::Range;

/// A change that cannot be made without changing something else too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Why.
    pub reason: Reason,
    /// The place that stands in the way.
    pub span: Range<usize>,
    /// A second place that belongs to it: the other user, the first of two keys, the key that is merged in.
    pub other: Option<Range<usize>>,
}

impl Refused {
    pub(super) fn new(reason: Reason, span: Range<usize>, other: impl Into<Option<Range<usize>>>) -> Refused {
        Refused { reason, span, other: other.into() }
    }
}

/// Says why.
impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reason.fmt(f)
    }
}

impl std::error::Error for Refused {}

/// Why something cannot be edited. Its `Display` is a sentence without a full stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
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

impl Reason {
    /// A way out.
    pub fn help(self) -> &'static str {
        match self {
            Reason::Shared => "write it out in full instead of the alias, so that each user has its own",
            Reason::Merged => "write the entry out in full where it is to be changed, after the `<<`",
            Reason::Duplicate => "keep one of the two keys",
            Reason::NotAMapping => "write a mapping there, or remove the value",
            Reason::NotAScalar => "write a text there, or remove the value",
            Reason::Tagged => "remove the tag, or write the value as a text",
            Reason::TextBlock => "move the comment or the blank lines after the text block",
            Reason::Layout => "write it as `key: value` on lines of its own",
            Reason::LongKey => "use a shorter key",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Reason::Shared => "this is shared through an anchor, so a change would reach its other users too",
            Reason::Merged => "the value comes from a merge key `<<`, which a change here would not reach",
            Reason::Duplicate => "this key stands twice, and readers disagree which one counts",
            Reason::NotAMapping => "a mapping is needed here",
            Reason::NotAScalar => "a single value is needed here",
            Reason::Tagged => "this value has a tag that says how to read it",
            Reason::TextBlock => "without this entry, the text block before it would take in what follows",
            Reason::Layout => "this is laid out in a way that cannot be edited safely",
            Reason::LongKey => "this key is longer than YAML allows on one line",
        })
    }
}
