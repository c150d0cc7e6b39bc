//! Tokens, which the scanner hands to the parser.

use crate::yaml::tree::ScalarStyle;

/// A token and the bytes that it covers. Those that stand for indentation cover none.
#[derive(Clone, Copy)]
pub(in crate::yaml) struct Token {
    pub(in crate::yaml) kind: TokenKind,
    pub(in crate::yaml) start: u32,
    pub(in crate::yaml) end: u32,
}

impl Token {
    pub(super) fn new(kind: TokenKind, start: usize, end: usize) -> Token {
        Token { kind, start: start as u32, end: end as u32 }
    }

    pub(super) fn at(kind: TokenKind, at: usize) -> Token {
        Token::new(kind, at, at)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::yaml) enum TokenKind {
    StreamEnd,
    /// `%YAML`; `readable` if it is the one version that is read.
    Version {
        readable: bool,
    },
    /// `%TAG`, by its index among the scanner's tags.
    TagDirective(u32),
    DocumentStart,
    DocumentEnd,
    BlockSequence,
    BlockMapping,
    BlockEnd,
    FlowSequence,
    FlowSequenceEnd,
    FlowMapping,
    FlowMappingEnd,
    FlowEntry,
    BlockEntry,
    Key,
    Value,
    /// A key of a block mapping, a scalar without anchor and tag, and its `:` at once.
    Entry {
        style: ScalarStyle,
        verbatim: bool,
        colon: u32,
    },
    Alias,
    Anchor,
    /// A tag, by its index among the scanner's tags.
    Tag(u32),
    Scalar {
        style: ScalarStyle,
        verbatim: bool,
        /// Of a block scalar: the indentation of its content.
        indent: u32,
    },
}

/// The two halves of a tag (`!e!` and `x`) or of a `%TAG` directive (`!e!` and what it stands for), unescaped.
pub(in crate::yaml) struct TagText {
    pub(in crate::yaml) handle: String,
    pub(in crate::yaml) rest: String,
}
