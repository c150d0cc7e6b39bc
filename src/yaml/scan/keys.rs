//! What may turn out to be a key once its `:` comes.

use super::{NOBODY, Scanner};
use crate::yaml::problem::{Fallible, Problem, fail};

/// The start of something that may be a key.
#[derive(Clone, Copy)]
pub(super) struct Candidate {
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
            return fail(candidate.start, Problem::MissingColon);
        }
        self.candidates[level].possible = false;
        Ok(false)
    }

    fn is_far(&self, start: usize) -> bool {
        let distance = self.pos - start;
        distance > MAX_KEY_CHARACTERS
            && (distance > 4 * MAX_KEY_CHARACTERS || self.text[start..self.pos].chars().count() > MAX_KEY_CHARACTERS)
    }

    /// Notes that what comes next may be a key.
    pub(super) fn save_candidate(&mut self) -> Fallible<()> {
        if !self.key_allowed {
            return Ok(());
        }
        self.drop_candidate()?;
        let level = self.candidates.len() - 1;
        let token = self.next_number();
        let required = level == 0 && self.indent == self.column();
        self.candidates[level] =
            Candidate { possible: true, required, token, start: self.pos, line_start: self.line_start };
        match self.awaited.back_mut() {
            Some(last) if last.0 == token => last.1 = level,
            _ => self.awaited.push_back((token, level)),
        }
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
            return fail(candidate.start, Problem::MissingColon);
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
