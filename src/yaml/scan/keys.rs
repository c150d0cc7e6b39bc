//! Keys, which are known to be keys only once their `:` comes.
//!
//! `a: b` and `a` start with the same scalar, but before the first one the parser needs a token that opens a mapping
//! and one that announces a key. libyaml's solution, which is followed here to the letter:
//!
//! - What may be a key (a scalar, a collection in brackets, an alias, or the anchor or tag before one) becomes the
//!   candidate of its level of brackets. A level has one candidate at most: the next one replaces it.
//! - A `:` turns the candidate of its level into a key, by inserting the missing tokens before the candidate's token.
//!   So that token must still be in the queue. [`Scanner::peek_token`] therefore reads on while the head of the queue
//!   is a candidate, which [`Scanner::head_may_be_key`] tells by `awaited`, the numbers of all candidates' tokens.
//! - A candidate expires with its line, and 1,024 characters after its start. So the queue stays short, and the whole
//!   scan is linear.
//! - In block context, a candidate at the column of the innermost mapping is required: nothing but a key can stand
//!   there, and its expiry is an error.
//!
//! Nearly all keys of manifests are scalars with a `:` right after them, in block context. These are seen to be keys at
//! once, and become a single token ([`Scanner::fetch_scalar`]) without a candidate.

use super::{Scanner, Token, TokenKind};
use crate::yaml::bytes::is_blank_or_end;
use crate::yaml::problem::{Fallible, SyntaxProblem, fail};

/// The start of something that may be a key.
#[derive(Clone, Copy)]
pub(super) struct KeyCandidate {
    /// Set until the candidate is a key, expires or is replaced.
    pub(super) is_possible: bool,
    /// Set if nothing but a key can stand there.
    pub(super) is_required: bool,
    /// The number of its token.
    pub(super) token: usize,
    pub(super) start: usize,
    pub(super) line_start: usize,
}

impl KeyCandidate {
    /// A candidate that is not possible any more, for a level without one.
    pub(super) fn none(token: usize, start: usize, line_start: usize) -> KeyCandidate {
        KeyCandidate { is_possible: false, is_required: false, token, start, line_start }
    }
}

/// A token that must not leave the queue before it is known whether it is a key.
#[derive(Clone, Copy)]
pub(super) struct AwaitedToken {
    number: usize,
    /// The level of its candidate; absent once it is no longer a candidate.
    level: Option<usize>,
}

pub(super) const MAX_KEY_CHARACTERS: usize = 1024;

impl Scanner<'_> {
    /// Returns `true` if the head of the queue may turn out to be a key. Forgets the tokens that have left the queue.
    pub(super) fn head_may_be_key(&mut self) -> Fallible<bool> {
        while let Some(&awaited) = self.awaited.front() {
            if awaited.number > self.taken {
                break;
            }
            if awaited.number == self.taken
                && let Some(level) = awaited.level
            {
                return self.is_key_possible(level);
            }
            self.awaited.pop_front();
        }
        Ok(false)
    }

    /// Returns `true` if a `:` here would make a key of the candidate of a level. Expires the candidate otherwise.
    pub(super) fn is_key_possible(&mut self, level: usize) -> Fallible<bool> {
        let Some(candidate) = self.candidates.get(level).copied() else { return Ok(false) };
        if !candidate.is_possible {
            return Ok(false);
        }
        if candidate.line_start == self.line_start && !self.is_too_far(candidate.start) {
            return Ok(true);
        }
        if candidate.is_required {
            return fail(candidate.start, SyntaxProblem::MissingColon);
        }
        self.candidates[level].is_possible = false;
        Ok(false)
    }

    fn is_too_far(&self, start: usize) -> bool {
        let distance = self.pos - start;
        distance > MAX_KEY_CHARACTERS
            && (distance > 4 * MAX_KEY_CHARACTERS || self.text[start..self.pos].chars().count() > MAX_KEY_CHARACTERS)
    }

    /// Makes a candidate of the token that comes next. No other can follow it without a line break or an indicator.
    pub(super) fn save_candidate(&mut self) -> Fallible<()> {
        if std::mem::replace(&mut self.key_allowed, false) {
            self.drop_candidate()?;
            self.add_candidate(self.pos, self.line_start);
        }
        Ok(())
    }

    /// Makes the next token, which starts at `start`, the candidate of the innermost level.
    fn add_candidate(&mut self, start: usize, line_start: usize) {
        let level = self.candidates.len() - 1;
        let token = self.next_token_number();
        let is_required = level == 0 && self.indent == (start - line_start) as isize;
        self.candidates[level] = KeyCandidate { is_possible: true, is_required, token, start, line_start };
        match self.awaited.back_mut() {
            Some(last) if last.number == token => last.level = Some(level),
            _ => self.awaited.push_back(AwaitedToken { number: token, level: Some(level) }),
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
            && !self.is_too_far(start);
        if is_key {
            return self.push_entry(token, (start - line_start) as isize);
        }
        if may_be_key {
            self.add_candidate(start, line_start);
        }
        self.push_token(token);
        Ok(())
    }

    /// Adds a scalar that is a key, and its `:`.
    fn push_entry(&mut self, token: Token, column: isize) -> Fallible<()> {
        self.open_block(column, Token::at(TokenKind::BlockMapping, token.start as usize), None)?;
        if let TokenKind::Scalar { style, verbatim, .. } = token.kind {
            let kind = TokenKind::Entry { style, verbatim, colon: self.pos as u32 };
            self.push_token(Token { kind, ..token });
        }
        self.pos += 1;
        Ok(())
    }

    /// Gives up the candidate of the innermost level.
    pub(super) fn drop_candidate(&mut self) -> Fallible<()> {
        let level = self.candidates.len() - 1;
        let candidate = self.candidates[level];
        if !candidate.is_possible {
            return Ok(());
        }
        if candidate.is_required {
            return fail(candidate.start, SyntaxProblem::MissingColon);
        }
        self.candidates[level].is_possible = false;
        self.stop_awaiting(candidate.token);
        Ok(())
    }

    /// Lets a token leave the queue. It is only marked: removing it from the middle would not be linear.
    pub(super) fn stop_awaiting(&mut self, token: usize) {
        if self.awaited.back().is_some_and(|last| last.number == token) {
            self.awaited.pop_back();
        } else if let Ok(index) = self.awaited.binary_search_by_key(&token, |awaited| awaited.number) {
            self.awaited[index].level = None;
        }
    }
}
