//! Lines that are parsed without tokens.
//!
//! Most lines of manifests hold one entry or item of a block collection, with a scalar in one line or none. They are
//! recognised by the scanner as they stand, and become nodes here. What is not recognised is parsed by its tokens, in
//! the middle of a line too: `key: &a value` is read up to its `:` here, and from there on by tokens. Both work on the
//! same states, nodes and indentation, so either can follow the other at any token.
//!
//! The tokens decide what a text says: this must give the same nodes, and no error that they would not give first. So
//! nothing is read here when the document is about to exceed a limit.
//!
//! | recognised | read by tokens, for instance |
//! |---|---|
//! | `key:`, `key: plain`, `"key": 'quoted'` | `? key`, `key : x`, a key of more than 1,024 bytes |
//! | `- item`, `- key: x`, `- - x` | anchors, aliases, tags |
//! | a list at the column of its key | an absent value before the next entry |
//! | plain text that ends with its line | plain text of several lines |
//! | `\|`, `>`, `[a, "b"]`, `{key: word}` in one line | other collections in brackets |
//! | comments, blank lines, CRLF | tabs, other line breaks, document markers |

use std::cmp::Ordering;

use super::Parser;
use super::states::ParserState;
use crate::yaml::problem::Fallible;
use crate::yaml::scan::{LineBrackets, LineEntry, LineScalar, TokenKind};
use crate::yaml::tree::NodeContent;

/// The number of nodes and levels that a line may add before the limits are looked at again.
const ROOM: usize = 8;

/// The outcome of reading what follows a `:` or `-`.
enum LineContent {
    /// Content that is in the tree; a collection is open.
    Parsed,
    /// The first key of a mapping, which is not in the tree yet.
    Key(LineScalar),
    /// A mapping with its first key, whose value is still to come.
    Opened,
    /// Something for the tokens.
    Unknown,
}

impl Parser<'_> {
    /// Returns `true` if lines can be parsed without tokens from here on, as long as they are recognised.
    pub(super) fn reads_lines(&self) -> bool {
        self.scanner.takes_short_cuts
            && self.scanner.is_between_tokens()
            && self.scanner.block_depth() + ROOM < self.max_depth
            && self.builder.has_room(ROOM)
    }

    /// Parses lines for as long as they are recognised.
    pub(super) fn parse_lines(&mut self) -> Fallible<()> {
        while self.reads_lines() {
            let is_read = match self.states.last().copied() {
                Some(ParserState::BlockKey) => self.parse_entry_line()?,
                Some(state @ (ParserState::BlockItem | ParserState::IndentlessItem)) => self.parse_item_line(state)?,
                _ => false,
            };
            if !is_read {
                break;
            }
        }
        Ok(())
    }

    /// Parses entries in one line, for as long as one follows the other, and what is deeper than the last of them. Returns
    /// `false` if there is none.
    fn parse_line_entries(&mut self) -> Fallible<bool> {
        let mut is_read = false;
        while self.builder.room() >= ROOM
            && let Some(entry) = self.scanner.take_line_entry()
        {
            is_read = true;
            if !self.add_line_entry(&entry) {
                self.parse_content(ParserState::BlockKey)?;
                break;
            }
        }
        Ok(is_read)
    }

    /// Adds an entry that was passed. Returns `false` if its value is still to come.
    fn add_line_entry(&mut self, entry: &LineEntry) -> bool {
        self.builder.add_line_entry(entry);
        self.last_end = match &entry.value {
            Some(value) => value.span.end,
            None => entry.key.end + 1,
        };
        entry.value.is_some()
    }

    fn parse_entry_line(&mut self) -> Fallible<bool> {
        if self.parse_line_entries()? {
            return Ok(true);
        }
        match self.scanner.compare_column() {
            Some(Ordering::Equal) => {
                let Some(key) = self.scanner.take_line_key() else { return Ok(false) };
                self.add_line_key(&key);
                self.parse_content(ParserState::BlockKey)?;
            }
            Some(Ordering::Less) => {
                self.scanner.close_line_block();
                self.close_collection(None)?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn parse_item_line(&mut self, state: ParserState) -> Fallible<bool> {
        match self.scanner.compare_column() {
            Some(Ordering::Equal) if self.scanner.at_dash() => {
                self.last_end = self.scanner.pass_dash();
                self.parse_content(state)?;
            }
            Some(Ordering::Less) if state == ParserState::BlockItem => {
                self.scanner.close_line_block();
                self.close_collection(None)?;
            }
            Some(Ordering::Less | Ordering::Equal) if state == ParserState::IndentlessItem => {
                self.close_collection(None)?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Parses what follows the `:` of an entry or the `-` of an item. Where that is a mapping it is opened, and its first
    /// key and what follows it are parsed too.
    pub(super) fn parse_content(&mut self, mut state: ParserState) -> Fallible<()> {
        while self.reads_lines() {
            match self.parse_line_content(state)? {
                LineContent::Parsed => return Ok(()),
                LineContent::Key(key) => {
                    self.open_line_block(ParserState::BlockKey, key.start)?;
                    self.add_line_key(&key);
                    state = ParserState::BlockKey;
                }
                LineContent::Opened => state = ParserState::BlockKey,
                LineContent::Unknown => break,
            }
        }
        self.parse_content_tokens(state)
    }

    fn parse_line_content(&mut self, state: ParserState) -> Fallible<LineContent> {
        match self.scanner.compare_content_column() {
            Some(Ordering::Greater) => {
                if let Some(entry) = self.scanner.take_first_line_entry() {
                    self.open_collection(ParserState::BlockKey, entry.key.start, false, None)?;
                    return Ok(if self.add_line_entry(&entry) { LineContent::Parsed } else { LineContent::Opened });
                }
            }
            Some(Ordering::Equal) if state == ParserState::BlockKey && self.scanner.at_dash() => {
                self.open_collection(ParserState::IndentlessItem, self.scanner.position(), false, None)?;
                return Ok(LineContent::Parsed);
            }
            Some(Ordering::Less) => {
                self.add_absent_value()?;
                return Ok(LineContent::Parsed);
            }
            _ => return Ok(LineContent::Unknown),
        }
        if self.scanner.at_dash() {
            self.open_line_block(ParserState::BlockItem, self.scanner.position())?;
            return Ok(LineContent::Parsed);
        }
        match self.scanner.take_line_scalar() {
            Some(scalar) if scalar.is_key => Ok(LineContent::Key(scalar)),
            Some(scalar) => {
                self.builder.add_line_scalar(&scalar);
                self.last_end = scalar.end;
                Ok(LineContent::Parsed)
            }
            None => self.parse_line_brackets(),
        }
    }

    fn parse_line_brackets(&mut self) -> Fallible<LineContent> {
        let mut scalars = std::mem::take(&mut self.scalars_in_brackets);
        let brackets = self.scanner.take_brackets(&mut scalars, self.builder.room().saturating_sub(ROOM));
        if let Some(brackets) = &brackets {
            self.add_line_brackets(brackets, &scalars)?;
        }
        self.scalars_in_brackets = scalars;
        if brackets.is_some() { Ok(LineContent::Parsed) } else { self.parse_block_scalar() }
    }

    fn add_line_brackets(&mut self, brackets: &LineBrackets, scalars: &[LineScalar]) -> Fallible<()> {
        let content = if brackets.is_mapping {
            NodeContent::Mapping { flow: true }
        } else {
            NodeContent::Sequence { flow: true }
        };
        let id = self.builder.add_collection(content, brackets.start, false)?;
        self.builder.open_collection(id)?;
        for scalar in scalars {
            self.builder.add_line_scalar(scalar);
        }
        self.builder.close_collection(Some(brackets.end));
        self.last_end = brackets.end;
        Ok(())
    }

    fn parse_block_scalar(&mut self) -> Fallible<LineContent> {
        let Some(token) = self.scanner.take_block_scalar()? else { return Ok(LineContent::Unknown) };
        if let TokenKind::Scalar { style, verbatim, indent } = token.kind {
            self.builder.add_node(NodeContent::Scalar { style, verbatim, indent }, token.start..token.end, false)?;
        }
        self.last_end = token.end;
        Ok(LineContent::Parsed)
    }

    fn open_line_block(&mut self, state: ParserState, start: u32) -> Fallible<()> {
        self.scanner.open_line_block(start);
        self.open_collection(state, start, false, None)
    }

    /// Adds a key that was passed with its `:`.
    fn add_line_key(&mut self, key: &LineScalar) {
        self.builder.add_line_scalar(key);
        self.last_end = key.end + 1;
    }
}
