//! From bytes to tokens, by the rules of libyaml, which Kubernetes' reader follows.
//!
//! Indentation becomes tokens too: a block collection opens at the first entry that is deeper than the innermost one,
//! and closes at the first token that is less deep.
//!
//! A plain line tells only at its `:` that it began with a key. So tokens wait in a queue as long as the first of them
//! may turn out to be a key: see `keys`.

mod entries;
mod keys;
mod lines;
mod scalars;
mod tags;
mod token;

use std::collections::VecDeque;

use keys::{AwaitedToken, KeyCandidate};

use super::Limits;
use super::bytes::{BREAK, CLASS, ODD, break_len, is_blank_or_end, space_len};
use super::problem::{Fallible, SyntaxProblem, fail};
pub(super) use entries::LineEntry;
pub(super) use lines::{LineBrackets, LineScalar};
pub(super) use token::{TagText, Token, TokenKind};

pub(super) struct Scanner<'a> {
    text: &'a str,
    /// The text up to the end of the chunk.
    bytes: &'a [u8],
    pos: usize,
    line_start: usize,
    /// Set if there are line breaks other than LF and CRLF, which need a slower look.
    has_other_breaks: bool,
    /// The column of the innermost block collection, -1 outside of all.
    indent: isize,
    indents: Vec<isize>,
    /// Set if a key may start here without `? `.
    key_allowed: bool,
    /// The candidate for a key of each level of brackets, the block level first.
    candidates: Vec<KeyCandidate>,
    /// The tokens of candidates, by rising number.
    awaited: VecDeque<AwaitedToken>,
    queue: VecDeque<Token>,
    /// The number of tokens taken from the queue, which is the number of its first one.
    taken: usize,
    tags: Vec<TagText>,
    max_depth: usize,
    /// Set if lines may be passed as a whole; tests turn it off.
    pub(super) takes_short_cuts: bool,
}

impl<'a> Scanner<'a> {
    /// A scanner of `text[start..end]`. A byte order mark at the start is no part of the first line.
    pub(super) fn new(text: &'a str, start: usize, end: usize, has_other_breaks: bool, limits: &Limits) -> Scanner<'a> {
        let bytes = &text.as_bytes()[..end];
        let start = if bytes[start..].starts_with("\u{feff}".as_bytes()) { start + 3 } else { start };
        Scanner {
            text,
            bytes,
            pos: start,
            line_start: start,
            has_other_breaks,
            indent: -1,
            indents: Vec::new(),
            key_allowed: true,
            candidates: vec![KeyCandidate::none(0, start, start)],
            awaited: VecDeque::new(),
            queue: VecDeque::new(),
            taken: 0,
            tags: Vec::new(),
            max_depth: limits.depth,
            takes_short_cuts: limits.takes_short_cuts,
        }
    }

    /// Counts columns from the start of the line in which the text starts.
    pub(super) fn find_line_start(&mut self) {
        self.line_start = memchr::memrchr(b'\n', &self.bytes[..self.pos]).map_or(0, |at| at + 1);
    }

    /// The next token, which stays in the queue.
    pub(super) fn peek_token(&mut self) -> Fallible<Token> {
        loop {
            if let Some(&token) = self.queue.front()
                && !self.head_may_be_key()?
            {
                return Ok(token);
            }
            self.fetch_token()?;
        }
    }

    /// Takes the token that was peeked at.
    pub(super) fn take_token(&mut self) {
        self.queue.pop_front();
        self.taken += 1;
    }

    /// The two halves of a tag or a tag directive.
    pub(super) fn tag_text(&self, index: u32) -> Option<&TagText> {
        self.tags.get(index as usize)
    }

    /// The text of the chunk from `start` on.
    pub(super) fn text_from(&self, start: usize) -> &'a str {
        &self.text[start..self.bytes.len()]
    }

    fn in_flow(&self) -> bool {
        self.candidates.len() > 1
    }

    fn column(&self) -> isize {
        (self.pos - self.line_start) as isize
    }

    fn push_token(&mut self, token: Token) {
        self.queue.push_back(token);
    }

    /// Inserts a token before the one with this number. That one may have left already, as of the empty `[]` in
    /// `[]: x`, which libyaml does not expect to be a key: then the token comes too late, as it does there.
    fn insert_token(&mut self, number: usize, token: Token) {
        match number.checked_sub(self.taken) {
            Some(index) if index < self.queue.len() => self.queue.insert(index, token),
            _ => self.queue.push_back(token),
        }
    }

    fn next_token_number(&self) -> usize {
        self.taken + self.queue.len()
    }

    /// Opens a block collection if the column is deeper than the innermost one: its token comes before the one with the
    /// number `before`, or last.
    fn open_block(&mut self, column: isize, opening: Token, before: Option<usize>) -> Fallible<()> {
        if self.in_flow() || self.indent >= column {
            return Ok(());
        }
        if self.indents.len() >= self.max_depth {
            return fail(opening.start as usize, SyntaxProblem::TooDeep(self.max_depth));
        }
        self.indents.push(self.indent);
        self.indent = column;
        match before {
            Some(number) => self.insert_token(number, opening),
            None => self.push_token(opening),
        }
        Ok(())
    }

    /// Closes the block collections that are deeper than the column.
    fn close_blocks(&mut self, column: isize) {
        if self.in_flow() {
            return;
        }
        while self.indent > column {
            self.push_token(Token::at(TokenKind::BlockEnd, self.pos));
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    /// Passes a line break.
    fn pass_break(&mut self, len: usize) {
        self.pos += len;
        self.line_start = self.pos;
    }

    /// Passes the rest of the line, up to its break.
    fn pass_line(&mut self) {
        let rest = &self.bytes[self.pos..];
        self.pos += if self.has_other_breaks {
            (0..rest.len()).find(|&at| break_len(rest, at) > 0).unwrap_or(rest.len())
        } else {
            match memchr::memchr(b'\n', rest) {
                Some(at) if at > 0 && rest[at - 1] == b'\r' => at - 1,
                found => found.unwrap_or(rest.len()),
            }
        };
    }

    fn skip_to_token(&mut self) {
        loop {
            match self.bytes.get(self.pos) {
                Some(b' ') => self.pos += space_len(&self.bytes[self.pos..]),
                Some(b'\t') if self.in_flow() || !self.key_allowed => self.pos += 1,
                Some(b'#') => self.pass_line(),
                Some(&byte) if CLASS[byte as usize] & (BREAK | ODD) == 0 => return,
                Some(_) => match break_len(self.bytes, self.pos) {
                    0 => return,
                    len => {
                        self.pass_break(len);
                        self.key_allowed |= !self.in_flow();
                    }
                },
                None => return,
            }
        }
    }

    fn at_document_marker(&self) -> bool {
        matches!(self.bytes.get(self.pos..self.pos + 3), Some(b"---" | b"..."))
            && is_blank_or_end(self.bytes, self.pos + 3)
    }

    fn fetch_token(&mut self) -> Fallible<()> {
        self.skip_to_token();
        self.close_blocks(self.column());
        let Some(&byte) = self.bytes.get(self.pos) else { return self.fetch_stream_end() };
        if self.pos == self.line_start {
            if byte == b'%' {
                return self.fetch_directive();
            }
            if self.at_document_marker() {
                return self.fetch_document_marker(byte);
            }
        }
        let stands_alone = is_blank_or_end(self.bytes, self.pos + 1);
        match byte {
            b'[' => self.fetch_flow_start(TokenKind::FlowSequence),
            b'{' => self.fetch_flow_start(TokenKind::FlowMapping),
            b']' => self.fetch_flow_end(TokenKind::FlowSequenceEnd),
            b'}' => self.fetch_flow_end(TokenKind::FlowMappingEnd),
            b',' => self.fetch_flow_entry(),
            b'-' if stands_alone => self.fetch_block_entry(),
            b'?' if self.in_flow() || stands_alone => self.fetch_key(),
            b':' if self.in_flow() || stands_alone => self.fetch_value(),
            b'*' => self.fetch_anchor(TokenKind::Alias),
            b'&' => self.fetch_anchor(TokenKind::Anchor),
            b'!' => self.fetch_tag(),
            b'|' | b'>' if !self.in_flow() => self.fetch_block_scalar(),
            b'\'' | b'"' => self.fetch_quoted(byte),
            b'\t' => fail(self.pos, SyntaxProblem::TabIndent),
            b'|' | b'>' | b'%' | b'@' | b'`' => fail(self.pos, SyntaxProblem::BadStart(char::from(byte))),
            _ => self.fetch_plain(),
        }
    }

    fn fetch_stream_end(&mut self) -> Fallible<()> {
        self.line_start = self.pos;
        self.close_blocks(-1);
        self.drop_candidate()?;
        self.key_allowed = false;
        self.push_token(Token::at(TokenKind::StreamEnd, self.pos));
        Ok(())
    }

    fn fetch_document_marker(&mut self, byte: u8) -> Fallible<()> {
        self.close_blocks(-1);
        self.drop_candidate()?;
        self.key_allowed = false;
        let kind = if byte == b'-' { TokenKind::DocumentStart } else { TokenKind::DocumentEnd };
        self.push_token(Token::new(kind, self.pos, self.pos + 3));
        self.pos += 3;
        Ok(())
    }

    fn push_indicator(&mut self, kind: TokenKind) {
        self.push_token(Token::new(kind, self.pos, self.pos + 1));
        self.pos += 1;
    }

    fn fetch_flow_start(&mut self, kind: TokenKind) -> Fallible<()> {
        self.save_candidate()?;
        if self.candidates.len() > self.max_depth {
            return fail(self.pos, SyntaxProblem::TooDeep(self.max_depth));
        }
        let token = self.next_token_number();
        let (start, line_start) = (self.pos, self.line_start);
        self.candidates.push(KeyCandidate::none(token, start, line_start));
        self.key_allowed = true;
        self.push_indicator(kind);
        Ok(())
    }

    /// An empty pair of brackets ends with the number of its own `[` in its candidate, so that `[` is not awaited
    /// any more and cannot become a key.
    fn fetch_flow_end(&mut self, kind: TokenKind) -> Fallible<()> {
        self.drop_candidate()?;
        if self.in_flow()
            && let Some(candidate) = self.candidates.pop()
        {
            self.stop_awaiting(candidate.token);
        }
        self.key_allowed = false;
        self.push_indicator(kind);
        Ok(())
    }

    fn fetch_flow_entry(&mut self) -> Fallible<()> {
        self.drop_candidate()?;
        self.key_allowed = true;
        self.push_indicator(TokenKind::FlowEntry);
        Ok(())
    }

    fn fetch_block_entry(&mut self) -> Fallible<()> {
        if !self.in_flow() {
            if !self.key_allowed {
                return fail(self.pos, SyntaxProblem::StrayDash);
            }
            self.open_block(self.column(), Token::at(TokenKind::BlockSequence, self.pos), None)?;
        }
        self.drop_candidate()?;
        self.key_allowed = true;
        self.push_indicator(TokenKind::BlockEntry);
        Ok(())
    }

    fn fetch_key(&mut self) -> Fallible<()> {
        if !self.in_flow() {
            if !self.key_allowed {
                return fail(self.pos, SyntaxProblem::StrayQuestionMark);
            }
            self.open_block(self.column(), Token::at(TokenKind::BlockMapping, self.pos), None)?;
        }
        self.drop_candidate()?;
        self.key_allowed = !self.in_flow();
        self.push_indicator(TokenKind::Key);
        Ok(())
    }

    fn fetch_value(&mut self) -> Fallible<()> {
        let level = self.candidates.len() - 1;
        if self.is_key_possible(level)? {
            let KeyCandidate { token, start, line_start, .. } = self.candidates[level];
            self.insert_token(token, Token::at(TokenKind::Key, start));
            self.open_block((start - line_start) as isize, Token::at(TokenKind::BlockMapping, start), Some(token))?;
            self.candidates[level].is_possible = false;
            self.stop_awaiting(token);
            self.key_allowed = false;
        } else {
            if !self.in_flow() {
                if !self.key_allowed {
                    return fail(self.pos, SyntaxProblem::StrayColon);
                }
                self.open_block(self.column(), Token::at(TokenKind::BlockMapping, self.pos), None)?;
            }
            self.key_allowed = !self.in_flow();
        }
        self.push_indicator(TokenKind::Value);
        Ok(())
    }
}
