//! What may turn out to be a key once its `:` comes.

use super::{NOBODY, Scanner, Token, TokenKind};
use crate::yaml::bytes::is_blank_or_end;
use crate::yaml::problem::{Fallible, SyntaxProblem, fail};

/// The start of something that may be a key.
#[derive(Clone, Copy)]
pub(super) struct KeyCandidate {
    pub(super) possible: bool,
    /// In block context at the column of the mapping, only a key can be.
    pub(super) required: bool,
    pub(super) token: usize,
    pub(super) start: usize,
    pub(super) line_start: usize,
}

const MAX_KEY_CHARACTERS: usize = 1024;

impl Scanner<'_> {
    pub(super) fn head_may_be_key(&mut self) -> Fallible<bool> {
        while let Some(&(token, level)) = self.awaited.front() {
            if token > self.taken {
                break;
            }
            if token == self.taken && level != NOBODY {
                return self.is_key_valid(level);
            }
            self.awaited.pop_front();
        }
        Ok(false)
    }

    pub(super) fn is_key_valid(&mut self, level: usize) -> Fallible<bool> {
        let Some(candidate) = self.candidates.get(level).copied() else { return Ok(false) };
        if !candidate.possible {
            return Ok(false);
        }
        if candidate.line_start == self.line_start && !self.is_far(candidate.start) {
            return Ok(true);
        }
        if candidate.required {
            return fail(candidate.start, SyntaxProblem::MissingColon);
        }
        self.candidates[level].possible = false;
        Ok(false)
    }

    fn is_far(&self, start: usize) -> bool {
        let distance = self.pos - start;
        distance > MAX_KEY_CHARACTERS
            && (distance > 4 * MAX_KEY_CHARACTERS || self.text[start..self.pos].chars().count() > MAX_KEY_CHARACTERS)
    }

    /// Notes that what comes next may be a key, and that no other can follow it without a break.
    pub(super) fn save_candidate(&mut self) -> Fallible<()> {
        if std::mem::replace(&mut self.key_allowed, false) {
            self.drop_candidate()?;
            self.await_key(self.pos, self.line_start);
        }
        Ok(())
    }

    /// Awaits the `:` that makes a key of the next token, which starts at `start`.
    fn await_key(&mut self, start: usize, line_start: usize) {
        let level = self.candidates.len() - 1;
        let token = self.next_token_number();
        let required = level == 0 && self.indent == (start - line_start) as isize;
        self.candidates[level] = KeyCandidate { possible: true, required, token, start, line_start };
        match self.awaited.back_mut() {
            Some(last) if last.0 == token => last.1 = level,
            _ => self.awaited.push_back((token, level)),
        }
    }

    /// Adds a scalar. Most keys are seen to be keys at once, and nothing has to be awaited then.
    pub(super) fn fetch_scalar(&mut self, scan: impl FnOnce(&mut Self) -> Fallible<Token>) -> Fallible<()> {
        let (start, line_start) = (self.pos, self.line_start);
        let may_be_key = std::mem::replace(&mut self.key_allowed, false);
        if may_be_key {
            self.drop_candidate()?;
        }
        let token = scan(self)?;
        let is_key = may_be_key
            && !self.in_flow()
            && self.line_start == line_start
            && self.bytes.get(self.pos) == Some(&b':')
            && is_blank_or_end(self.bytes, self.pos + 1)
            && !self.is_far(start);
        if is_key {
            return self.push_entry(token, (start - line_start) as isize);
        }
        if may_be_key {
            self.await_key(start, line_start);
        }
        self.push_token(token);
        Ok(())
    }

    /// Adds a scalar that is a key, and its `:`.
    fn push_entry(&mut self, token: Token, column: isize) -> Fallible<()> {
        self.open_block(column, NOBODY, TokenKind::BlockMapping, token.start as usize)?;
        if let TokenKind::Scalar { style, verbatim, .. } = token.kind {
            let kind = TokenKind::Entry { style, verbatim, colon: self.pos as u32 };
            self.push_token(Token { kind, ..token });
        }
        self.pos += 1;
        Ok(())
    }

    /// Gives up the candidate of this level.
    pub(super) fn drop_candidate(&mut self) -> Fallible<()> {
        let level = self.candidates.len() - 1;
        let candidate = self.candidates[level];
        if !candidate.possible {
            return Ok(());
        }
        if candidate.required {
            return fail(candidate.start, SyntaxProblem::MissingColon);
        }
        self.candidates[level].possible = false;
        self.stop_awaiting(candidate.token);
        Ok(())
    }

    pub(super) fn stop_awaiting(&mut self, token: usize) {
        if self.awaited.back().is_some_and(|last| last.0 == token) {
            self.awaited.pop_back();
        } else if let Ok(index) = self.awaited.binary_search_by_key(&token, |entry| entry.0) {
            self.awaited[index].1 = NOBODY;
        }
    }
}
