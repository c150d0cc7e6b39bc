//! The grammar: what may come next in each kind of open collection.
//!
//! libyaml's parser emits events; here each state adds its nodes to the tree at once. A step looks at one token (two
//! where a value may be absent), replaces the state of the innermost collection by the one that comes next, and adds a
//! node. A node that is a collection is only opened: its state goes on top of the stack, and the following steps fill
//! it. So nothing recurses, however deep a document is.
//!
//! | text | states, from its start |
//! |---|---|
//! | `- a`, `- b` | `BlockItem`, until the block ends |
//! | `k:`, `- a` in one column | `IndentlessItem`, until a token is not a `-` |
//! | `k: v` | `BlockKey`, `BlockValue`; `BlockKey` alone where the scanner has seen key and colon at once |
//! | `[a, b: c]` | `FlowItem`; for the pair in it `PairKey`, `PairValue`, `PairEnd` |
//! | `{a: b, c}` | `FlowKey`, `FlowValue`; `FlowNoValue` for `c` |

use super::Parser;
use crate::yaml::problem::{Fallible, SyntaxProblem, fail};
use crate::yaml::scan::TokenKind;
use crate::yaml::tree::NodeContent;

/// The part of an open collection that is expected next.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ParserState {
    /// `- ` and an item, or the end of the list.
    BlockItem,
    /// `- ` and an item of a list at the column of the key that holds it. No token tells of its end.
    IndentlessItem,
    /// A key, or the end of the mapping.
    BlockKey,
    /// `:` and a value. Without the `:`, the value is absent.
    BlockValue,
    /// An item, after a comma unless it is the first, or `]`.
    FlowItem { first: bool },
    /// The key of the single pair in `[a: b]`.
    PairKey,
    /// `:` and the value of such a pair.
    PairValue,
    /// Nothing: the mapping that such a pair is made of ends.
    PairEnd,
    /// A key, after a comma unless it is the first, or `}`.
    FlowKey { first: bool },
    /// `:` and a value.
    FlowValue,
    /// Nothing: an entry without a colon has an absent value.
    FlowNoValue,
}

impl ParserState {
    /// The collection that begins in this state.
    pub(super) fn empty_collection(self) -> NodeContent {
        match self {
            ParserState::BlockItem | ParserState::IndentlessItem => NodeContent::Sequence { flow: false },
            ParserState::BlockKey | ParserState::BlockValue => NodeContent::Mapping { flow: false },
            ParserState::FlowItem { .. } => NodeContent::Sequence { flow: true },
            ParserState::PairKey | ParserState::PairValue | ParserState::PairEnd => NodeContent::Mapping { flow: true },
            ParserState::FlowKey { .. } | ParserState::FlowValue | ParserState::FlowNoValue => {
                NodeContent::Mapping { flow: true }
            }
        }
    }
}

/// The place of a node in its collection, so far as it decides what the node can be.
#[derive(Clone, Copy)]
pub(super) struct NodeContext {
    /// Set if the node can be a block collection.
    allows_block: bool,
    /// Set if the node can be a list at the column of its key.
    allows_indentless: bool,
    pub(super) is_key: bool,
}

const FLOW: NodeContext = NodeContext { allows_block: false, allows_indentless: false, is_key: false };
const FLOW_KEY: NodeContext = NodeContext { is_key: true, ..FLOW };
pub(super) const ITEM: NodeContext = NodeContext { allows_block: true, ..FLOW };
const VALUE: NodeContext = NodeContext { allows_block: true, allows_indentless: true, is_key: false };
const KEY: NodeContext = NodeContext { is_key: true, ..VALUE };

/// The first state of the collection that starts with a token, if one does.
pub(super) fn collection_state(token: TokenKind, context: NodeContext) -> Option<ParserState> {
    match token {
        TokenKind::BlockEntry if context.allows_indentless => Some(ParserState::IndentlessItem),
        TokenKind::BlockSequence if context.allows_block => Some(ParserState::BlockItem),
        TokenKind::BlockMapping if context.allows_block => Some(ParserState::BlockKey),
        TokenKind::FlowSequence => Some(ParserState::FlowItem { first: true }),
        TokenKind::FlowMapping => Some(ParserState::FlowKey { first: true }),
        _ => None,
    }
}

impl Parser<'_> {
    /// Parses one part of the innermost open collection.
    pub(super) fn parse_step(&mut self) -> Fallible<()> {
        self.parse_lines()?;
        match self.states.last().copied() {
            Some(ParserState::BlockItem) => self.parse_block_item(),
            Some(ParserState::IndentlessItem) => self.parse_indentless_item(),
            Some(ParserState::BlockKey) => self.parse_block_key(),
            Some(ParserState::BlockValue) => self.parse_block_value(),
            Some(ParserState::FlowItem { first }) => self.parse_flow_item(first),
            Some(ParserState::PairKey) => self.parse_pair_key(),
            Some(ParserState::PairValue) => self.parse_pair_value(),
            Some(ParserState::PairEnd) | None => self.close_collection(None),
            Some(ParserState::FlowKey { first }) => self.parse_flow_key(first),
            Some(ParserState::FlowValue) => self.parse_flow_value(),
            Some(ParserState::FlowNoValue) => {
                self.set_state(ParserState::FlowKey { first: false });
                self.add_absent_value()
            }
        }
    }

    fn set_state(&mut self, state: ParserState) {
        if let Some(last) = self.states.last_mut() {
            *last = state;
        }
    }

    pub(super) fn close_collection(&mut self, end: Option<u32>) -> Fallible<()> {
        self.states.pop();
        self.builder.close_collection(end);
        Ok(())
    }

    fn add_absent_key(&mut self) -> Fallible<()> {
        self.add_absent_node(true)
    }

    pub(super) fn add_absent_value(&mut self) -> Fallible<()> {
        self.add_absent_node(false)
    }

    /// Adds a plain scalar without bytes for a node that is not there.
    fn add_absent_node(&mut self, is_key: bool) -> Fallible<()> {
        self.builder.add_node(NodeContent::plain(), self.last_end..self.last_end, is_key)?;
        Ok(())
    }

    fn parse_block_item(&mut self) -> Fallible<()> {
        let token = self.scanner.peek_token()?;
        match token.kind {
            TokenKind::BlockEntry => {
                self.take_token(token);
                self.parse_content(ParserState::BlockItem)
            }
            TokenKind::BlockEnd => {
                self.take_token(token);
                self.close_collection(None)
            }
            _ => fail(token.start as usize, SyntaxProblem::ExpectedDash),
        }
    }

    fn parse_indentless_item(&mut self) -> Fallible<()> {
        let token = self.scanner.peek_token()?;
        if token.kind != TokenKind::BlockEntry {
            return self.close_collection(None);
        }
        self.take_token(token);
        self.parse_content(ParserState::IndentlessItem)
    }

    /// Parses what follows the `:` of an entry or the `-` of an item, by its tokens.
    pub(super) fn parse_content_tokens(&mut self, state: ParserState) -> Fallible<()> {
        let is_absent = match self.scanner.peek_token()?.kind {
            TokenKind::BlockEnd => true,
            TokenKind::BlockEntry => state != ParserState::BlockKey,
            TokenKind::Key | TokenKind::Entry { .. } | TokenKind::Value => state != ParserState::BlockItem,
            _ => false,
        };
        if is_absent {
            return self.add_absent_value();
        }
        self.parse_node(if state == ParserState::BlockKey { VALUE } else { ITEM })
    }

    fn parse_block_key(&mut self) -> Fallible<()> {
        let token = self.scanner.peek_token()?;
        match token.kind {
            TokenKind::Key => {
                self.set_state(ParserState::BlockValue);
                match self.take_and_peek(token)?.kind {
                    TokenKind::Key | TokenKind::Entry { .. } | TokenKind::Value | TokenKind::BlockEnd => {
                        self.add_absent_key()
                    }
                    _ => self.parse_node(KEY),
                }
            }
            TokenKind::Entry { style, verbatim, colon } => {
                let content = NodeContent::Scalar { style, verbatim, indent: 0 };
                self.builder.add_node(content, token.start..token.end, true)?;
                self.scanner.take_token();
                self.last_end = colon + 1;
                self.parse_content(ParserState::BlockKey)
            }
            TokenKind::BlockEnd => {
                self.take_token(token);
                self.close_collection(None)
            }
            _ => fail(token.start as usize, SyntaxProblem::ExpectedKey),
        }
    }

    fn parse_block_value(&mut self) -> Fallible<()> {
        self.set_state(ParserState::BlockKey);
        let token = self.scanner.peek_token()?;
        if token.kind != TokenKind::Value {
            return self.add_absent_value();
        }
        self.take_token(token);
        self.parse_content(ParserState::BlockKey)
    }

    fn parse_flow_item(&mut self, first: bool) -> Fallible<()> {
        let mut token = self.scanner.peek_token()?;
        if !first && token.kind != TokenKind::FlowSequenceEnd {
            if token.kind != TokenKind::FlowEntry {
                return fail(token.start as usize, SyntaxProblem::ExpectedBracket);
            }
            token = self.take_and_peek(token)?;
        }
        self.set_state(ParserState::FlowItem { first: false });
        match token.kind {
            TokenKind::FlowSequenceEnd => {
                self.take_token(token);
                self.close_collection(Some(token.end))
            }
            TokenKind::Key => {
                self.open_collection(ParserState::PairKey, token.start, false, None)?;
                self.take_token(token);
                Ok(())
            }
            _ => self.parse_node(FLOW),
        }
    }

    /// Parses the key of a single pair. An absent key swallows its `:`, as it does in libyaml.
    fn parse_pair_key(&mut self) -> Fallible<()> {
        self.set_state(ParserState::PairValue);
        let token = self.scanner.peek_token()?;
        match token.kind {
            TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowSequenceEnd => {
                self.take_token(token);
                self.add_absent_key()
            }
            _ => self.parse_node(FLOW_KEY),
        }
    }

    fn parse_pair_value(&mut self) -> Fallible<()> {
        self.set_state(ParserState::PairEnd);
        let token = self.scanner.peek_token()?;
        if token.kind != TokenKind::Value {
            return self.add_absent_value();
        }
        match self.take_and_peek(token)?.kind {
            TokenKind::FlowEntry | TokenKind::FlowSequenceEnd => self.add_absent_value(),
            _ => self.parse_node(FLOW),
        }
    }

    fn parse_flow_key(&mut self, first: bool) -> Fallible<()> {
        let mut token = self.scanner.peek_token()?;
        if !first && token.kind != TokenKind::FlowMappingEnd {
            if token.kind != TokenKind::FlowEntry {
                return fail(token.start as usize, SyntaxProblem::ExpectedBrace);
            }
            token = self.take_and_peek(token)?;
        }
        match token.kind {
            TokenKind::FlowMappingEnd => {
                self.take_token(token);
                self.close_collection(Some(token.end))
            }
            TokenKind::Key => {
                self.set_state(ParserState::FlowValue);
                match self.take_and_peek(token)?.kind {
                    TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowMappingEnd => self.add_absent_key(),
                    _ => self.parse_node(FLOW_KEY),
                }
            }
            _ => {
                self.set_state(ParserState::FlowNoValue);
                self.parse_node(FLOW_KEY)
            }
        }
    }

    fn parse_flow_value(&mut self) -> Fallible<()> {
        self.set_state(ParserState::FlowKey { first: false });
        let token = self.scanner.peek_token()?;
        if token.kind != TokenKind::Value {
            return self.add_absent_value();
        }
        match self.take_and_peek(token)?.kind {
            TokenKind::FlowEntry | TokenKind::FlowMappingEnd => self.add_absent_value(),
            _ => self.parse_node(FLOW),
        }
    }
}
