//! What may come next in each kind of collection.

use super::Parser;
use crate::yaml::problem::{Fallible, SyntaxProblem, fail};
use crate::yaml::scan::TokenKind;
use crate::yaml::tree::{NodeKind, ScalarStyle};

/// What is expected next in an open collection.
#[derive(Clone, Copy)]
pub(super) enum ParserState {
    BlockItem,
    /// An item of a list at the column of the key that holds it.
    IndentlessItem,
    BlockKey,
    BlockValue,
    FlowItem {
        first: bool,
    },
    /// The parts of the single pair in `[a: b]`.
    PairKey,
    PairValue,
    PairEnd,
    FlowKey {
        first: bool,
    },
    FlowValue,
    /// The value of an entry without a colon.
    FlowNoValue,
}

/// Where a node stands, as far as it decides what the node can be.
#[derive(Clone, Copy)]
pub(super) struct NodeContext {
    pub(super) block: bool,
    pub(super) indentless: bool,
    pub(super) key: bool,
}

const FLOW: NodeContext = NodeContext { block: false, indentless: false, key: false };
const FLOW_KEY: NodeContext = NodeContext { key: true, ..FLOW };
pub(super) const ITEM: NodeContext = NodeContext { block: true, ..FLOW };
const VALUE: NodeContext = NodeContext { block: true, indentless: true, key: false };
const KEY: NodeContext = NodeContext { key: true, ..VALUE };

impl Parser<'_> {
    /// One step in the innermost open collection.
    pub(super) fn parse_step(&mut self) -> Fallible<()> {
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
                self.add_absent(false)
            }
        }
    }

    fn set_state(&mut self, state: ParserState) {
        if let Some(last) = self.states.last_mut() {
            *last = state;
        }
    }

    fn close_collection(&mut self, end: Option<u32>) -> Fallible<()> {
        self.states.pop();
        self.builder.close_collection(end);
        Ok(())
    }

    /// A value that is not there: a plain scalar without bytes.
    fn add_absent(&mut self, key: bool) -> Fallible<()> {
        self.builder.add_node(NodeKind::Scalar(ScalarStyle::Plain), self.last_end..self.last_end, key).map(|_| ())
    }

    fn parse_block_item(&mut self) -> Fallible<()> {
        let token = self.scanner.peek_token()?;
        match token.kind {
            TokenKind::BlockEntry => match self.take_and_peek(token)?.kind {
                TokenKind::BlockEntry | TokenKind::BlockEnd => self.add_absent(false),
                _ => self.parse_node(ITEM),
            },
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
        match self.take_and_peek(token)?.kind {
            TokenKind::BlockEntry
            | TokenKind::Key
            | TokenKind::Entry { .. }
            | TokenKind::Value
            | TokenKind::BlockEnd => self.add_absent(false),
            _ => self.parse_node(ITEM),
        }
    }

    fn parse_block_key(&mut self) -> Fallible<()> {
        let token = self.scanner.peek_token()?;
        match token.kind {
            TokenKind::Key => {
                self.set_state(ParserState::BlockValue);
                match self.take_and_peek(token)?.kind {
                    TokenKind::Key | TokenKind::Entry { .. } | TokenKind::Value | TokenKind::BlockEnd => {
                        self.add_absent(true)
                    }
                    _ => self.parse_node(KEY),
                }
            }
            TokenKind::Entry { style, verbatim, colon } => {
                let key = self.builder.add_node(NodeKind::Scalar(style), token.start..token.end, true)?;
                if !verbatim {
                    self.builder.set_content(key, verbatim, 0);
                }
                self.scanner.take_token();
                self.last_end = colon + 1;
                self.parse_value_node()
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
            return self.add_absent(false);
        }
        self.take_token(token);
        self.parse_value_node()
    }

    /// What follows the `:` in a block mapping.
    fn parse_value_node(&mut self) -> Fallible<()> {
        match self.scanner.peek_token()?.kind {
            TokenKind::Key | TokenKind::Entry { .. } | TokenKind::Value | TokenKind::BlockEnd => self.add_absent(false),
            _ => self.parse_node(VALUE),
        }
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
                self.open_collection(NodeKind::Mapping { flow: true }, token.start, ParserState::PairKey, None, false)?;
                self.take_token(token);
                Ok(())
            }
            _ => self.parse_node(FLOW),
        }
    }

    /// An absent key swallows its `:`, as it does in libyaml.
    fn parse_pair_key(&mut self) -> Fallible<()> {
        self.set_state(ParserState::PairValue);
        let token = self.scanner.peek_token()?;
        match token.kind {
            TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowSequenceEnd => {
                self.take_token(token);
                self.add_absent(true)
            }
            _ => self.parse_node(FLOW_KEY),
        }
    }

    fn parse_pair_value(&mut self) -> Fallible<()> {
        self.set_state(ParserState::PairEnd);
        let token = self.scanner.peek_token()?;
        if token.kind != TokenKind::Value {
            return self.add_absent(false);
        }
        match self.take_and_peek(token)?.kind {
            TokenKind::FlowEntry | TokenKind::FlowSequenceEnd => self.add_absent(false),
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
                    TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowMappingEnd => self.add_absent(true),
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
            return self.add_absent(false);
        }
        match self.take_and_peek(token)?.kind {
            TokenKind::FlowEntry | TokenKind::FlowMappingEnd => self.add_absent(false),
            _ => self.parse_node(FLOW),
        }
    }
}
