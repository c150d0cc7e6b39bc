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
    pub(super) fn step(&mut self) -> Fallible<()> {
        match self.states.last().copied() {
            Some(ParserState::BlockItem) => self.block_item(),
            Some(ParserState::IndentlessItem) => self.indentless_item(),
            Some(ParserState::BlockKey) => self.block_key(),
            Some(ParserState::BlockValue) => self.block_value(),
            Some(ParserState::FlowItem { first }) => self.flow_item(first),
            Some(ParserState::PairKey) => self.pair_key(),
            Some(ParserState::PairValue) => self.pair_value(),
            Some(ParserState::PairEnd) | None => self.close(None),
            Some(ParserState::FlowKey { first }) => self.flow_key(first),
            Some(ParserState::FlowValue) => self.flow_value(),
            Some(ParserState::FlowNoValue) => {
                self.expect(ParserState::FlowKey { first: false });
                self.absent(false)
            }
        }
    }

    fn expect(&mut self, state: ParserState) {
        if let Some(last) = self.states.last_mut() {
            *last = state;
        }
    }

    fn close(&mut self, end: Option<u32>) -> Fallible<()> {
        self.states.pop();
        self.builder.close(end);
        Ok(())
    }

    /// A value that is not there: a plain scalar without bytes.
    fn absent(&mut self, key: bool) -> Fallible<()> {
        self.builder.add(NodeKind::Scalar(ScalarStyle::Plain), self.last_end..self.last_end, key).map(|_| ())
    }

    fn block_item(&mut self) -> Fallible<()> {
        let token = self.scanner.peek()?;
        match token.kind {
            TokenKind::BlockEntry => match self.next(token)?.kind {
                TokenKind::BlockEntry | TokenKind::BlockEnd => self.absent(false),
                _ => self.node(ITEM),
            },
            TokenKind::BlockEnd => {
                self.take(token);
                self.close(None)
            }
            _ => fail(token.start as usize, SyntaxProblem::ExpectedDash),
        }
    }

    fn indentless_item(&mut self) -> Fallible<()> {
        let token = self.scanner.peek()?;
        if token.kind != TokenKind::BlockEntry {
            return self.close(None);
        }
        match self.next(token)?.kind {
            TokenKind::BlockEntry
            | TokenKind::Key
            | TokenKind::Entry { .. }
            | TokenKind::Value
            | TokenKind::BlockEnd => self.absent(false),
            _ => self.node(ITEM),
        }
    }

    fn block_key(&mut self) -> Fallible<()> {
        let token = self.scanner.peek()?;
        match token.kind {
            TokenKind::Key => {
                self.expect(ParserState::BlockValue);
                match self.next(token)?.kind {
                    TokenKind::Key | TokenKind::Entry { .. } | TokenKind::Value | TokenKind::BlockEnd => {
                        self.absent(true)
                    }
                    _ => self.node(KEY),
                }
            }
            TokenKind::Entry { style, verbatim, colon } => {
                let key = self.builder.add(NodeKind::Scalar(style), token.start..token.end, true)?;
                if !verbatim {
                    self.builder.set_content(key, verbatim, 0);
                }
                self.scanner.take();
                self.last_end = colon + 1;
                self.value()
            }
            TokenKind::BlockEnd => {
                self.take(token);
                self.close(None)
            }
            _ => fail(token.start as usize, SyntaxProblem::ExpectedKey),
        }
    }

    fn block_value(&mut self) -> Fallible<()> {
        self.expect(ParserState::BlockKey);
        let token = self.scanner.peek()?;
        if token.kind != TokenKind::Value {
            return self.absent(false);
        }
        self.take(token);
        self.value()
    }

    /// What follows the `:` in a block mapping.
    fn value(&mut self) -> Fallible<()> {
        match self.scanner.peek()?.kind {
            TokenKind::Key | TokenKind::Entry { .. } | TokenKind::Value | TokenKind::BlockEnd => self.absent(false),
            _ => self.node(VALUE),
        }
    }

    fn flow_item(&mut self, first: bool) -> Fallible<()> {
        let mut token = self.scanner.peek()?;
        if !first && token.kind != TokenKind::FlowSequenceEnd {
            if token.kind != TokenKind::FlowEntry {
                return fail(token.start as usize, SyntaxProblem::ExpectedBracket);
            }
            token = self.next(token)?;
        }
        self.expect(ParserState::FlowItem { first: false });
        match token.kind {
            TokenKind::FlowSequenceEnd => {
                self.take(token);
                self.close(Some(token.end))
            }
            TokenKind::Key => {
                self.open(NodeKind::Mapping { flow: true }, token.start, ParserState::PairKey, None, false)?;
                self.take(token);
                Ok(())
            }
            _ => self.node(FLOW),
        }
    }

    /// An absent key swallows its `:`, as it does in libyaml.
    fn pair_key(&mut self) -> Fallible<()> {
        self.expect(ParserState::PairValue);
        let token = self.scanner.peek()?;
        match token.kind {
            TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowSequenceEnd => {
                self.take(token);
                self.absent(true)
            }
            _ => self.node(FLOW_KEY),
        }
    }

    fn pair_value(&mut self) -> Fallible<()> {
        self.expect(ParserState::PairEnd);
        let token = self.scanner.peek()?;
        if token.kind != TokenKind::Value {
            return self.absent(false);
        }
        match self.next(token)?.kind {
            TokenKind::FlowEntry | TokenKind::FlowSequenceEnd => self.absent(false),
            _ => self.node(FLOW),
        }
    }

    fn flow_key(&mut self, first: bool) -> Fallible<()> {
        let mut token = self.scanner.peek()?;
        if !first && token.kind != TokenKind::FlowMappingEnd {
            if token.kind != TokenKind::FlowEntry {
                return fail(token.start as usize, SyntaxProblem::ExpectedBrace);
            }
            token = self.next(token)?;
        }
        match token.kind {
            TokenKind::FlowMappingEnd => {
                self.take(token);
                self.close(Some(token.end))
            }
            TokenKind::Key => {
                self.expect(ParserState::FlowValue);
                match self.next(token)?.kind {
                    TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowMappingEnd => self.absent(true),
                    _ => self.node(FLOW_KEY),
                }
            }
            _ => {
                self.expect(ParserState::FlowNoValue);
                self.node(FLOW_KEY)
            }
        }
    }

    fn flow_value(&mut self) -> Fallible<()> {
        self.expect(ParserState::FlowKey { first: false });
        let token = self.scanner.peek()?;
        if token.kind != TokenKind::Value {
            return self.absent(false);
        }
        match self.next(token)?.kind {
            TokenKind::FlowEntry | TokenKind::FlowMappingEnd => self.absent(false),
            _ => self.node(FLOW),
        }
    }
}
