//! Anchors, aliases, tags and directives.

use super::{Scanner, TagText, Token, TokenKind};
use crate::yaml::bytes::{CLASS, URI, WORD, break_len, is_blank, is_blank_or_end};
use crate::yaml::problem::{Fallible, SyntaxProblem, fail};

/// The longest text that a tag's prefix can stand for: each tag repeats it.
const MAX_PREFIX: usize = 1024;

impl Scanner<'_> {
    pub(super) fn fetch_anchor(&mut self, kind: TokenKind) -> Fallible<()> {
        self.save_candidate()?;
        let start = self.pos;
        self.pos += 1;
        self.pass_class(WORD);
        let follows = match self.bytes.get(self.pos) {
            Some(b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`') => true,
            _ => is_blank_or_end(self.bytes, self.pos),
        };
        if self.pos == start + 1 || !follows {
            return fail(start, SyntaxProblem::AnchorName);
        }
        self.push_token(Token::new(kind, start, self.pos));
        Ok(())
    }

    pub(super) fn fetch_tag(&mut self) -> Fallible<()> {
        self.save_candidate()?;
        let start = self.pos;
        let tag = self.scan_tag()?;
        if !is_blank_or_end(self.bytes, self.pos) {
            return fail(start, SyntaxProblem::Tag);
        }
        self.tags.push(tag);
        self.push_token(Token::new(TokenKind::Tag(self.tags.len() as u32 - 1), start, self.pos));
        Ok(())
    }

    fn pass_class(&mut self, class: u8) {
        while self.bytes.get(self.pos).is_some_and(|&byte| CLASS[byte as usize] & class != 0) {
            self.pos += 1;
        }
    }

    fn pass_blanks(&mut self) {
        while is_blank(self.bytes, self.pos) {
            self.pos += 1;
        }
    }

    /// `!<uri>`, `!handle!rest`, `!rest`, or the bare `!`.
    fn scan_tag(&mut self) -> Fallible<TagText> {
        let start = self.pos;
        if self.bytes.get(start + 1) == Some(&b'<') {
            self.pos += 2;
            let rest = self.scan_uri(start)?;
            if rest.is_empty() || self.bytes.get(self.pos) != Some(&b'>') {
                return fail(start, SyntaxProblem::Tag);
            }
            self.pos += 1;
            return Ok(TagText { handle: String::new(), rest });
        }
        let handle = self.scan_handle();
        if handle.len() > 1 && handle.ends_with('!') {
            let rest = self.scan_uri(start)?;
            return if rest.is_empty() { fail(start, SyntaxProblem::Tag) } else { Ok(TagText { handle, rest }) };
        }
        let rest = handle[1..].to_string() + &self.scan_uri(start)?;
        Ok(if rest.is_empty() {
            TagText { handle: String::new(), rest: handle }
        } else {
            TagText { handle: "!".to_string(), rest }
        })
    }

    /// `!`, letters, and another `!` if there is one.
    fn scan_handle(&mut self) -> String {
        let start = self.pos;
        self.pos += 1;
        self.pass_class(WORD);
        if self.bytes.get(self.pos) == Some(&b'!') {
            self.pos += 1;
        }
        self.text[start..self.pos].to_string()
    }

    fn scan_uri(&mut self, start: usize) -> Fallible<String> {
        let mut uri = Vec::new();
        while let Some(&byte) = self.bytes.get(self.pos) {
            if CLASS[byte as usize] & (WORD | URI) == 0 {
                break;
            }
            if byte == b'%' {
                let hex = self.text.get(self.pos + 1..self.pos + 3).filter(|hex| !hex.starts_with('+'));
                match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
                    Some(octet) => uri.push(octet),
                    None => return fail(start, SyntaxProblem::Tag),
                }
                self.pos += 2;
            } else {
                uri.push(byte);
            }
            self.pos += 1;
        }
        String::from_utf8(uri).or_else(|_| fail(start, SyntaxProblem::Tag))
    }

    pub(super) fn fetch_directive(&mut self) -> Fallible<()> {
        self.close_blocks(-1);
        self.drop_candidate()?;
        self.key_allowed = false;
        let start = self.pos;
        self.pos += 1;
        self.pass_class(WORD);
        let name = &self.bytes[start + 1..self.pos];
        if !is_blank_or_end(self.bytes, self.pos) {
            return fail(start, SyntaxProblem::Directive);
        }
        let kind = match name {
            b"YAML" => self.scan_version(start)?,
            b"TAG" => self.scan_tag_directive(start)?,
            _ => return fail(start, SyntaxProblem::Directive),
        };
        let end = self.pos;
        self.pass_blanks();
        if self.bytes.get(self.pos) == Some(&b'#') {
            self.pass_line();
        }
        let len = break_len(self.bytes, self.pos);
        if len == 0 && self.pos < self.bytes.len() {
            return fail(self.pos, SyntaxProblem::Directive);
        }
        self.pass_break(len);
        self.push_token(Token::new(kind, start, end));
        Ok(())
    }

    fn scan_version(&mut self, start: usize) -> Fallible<TokenKind> {
        self.pass_blanks();
        let major = self.scan_number(start)?;
        if self.bytes.get(self.pos) != Some(&b'.') {
            return fail(start, SyntaxProblem::Directive);
        }
        self.pos += 1;
        let minor = self.scan_number(start)?;
        Ok(TokenKind::Version { readable: (major, minor) == (1, 1) })
    }

    fn scan_number(&mut self, start: usize) -> Fallible<u8> {
        let from = self.pos;
        while self.bytes.get(self.pos).is_some_and(u8::is_ascii_digit) {
            self.pos += 1;
        }
        match self.text[from..self.pos].parse() {
            Ok(number) if self.pos - from <= 2 => Ok(number),
            _ => fail(start, SyntaxProblem::Directive),
        }
    }

    fn scan_tag_directive(&mut self, start: usize) -> Fallible<TokenKind> {
        self.pass_blanks();
        if self.bytes.get(self.pos) != Some(&b'!') {
            return fail(start, SyntaxProblem::Directive);
        }
        let handle = self.scan_handle();
        if (handle != "!" && !handle.ends_with('!')) || !is_blank(self.bytes, self.pos) {
            return fail(start, SyntaxProblem::Directive);
        }
        self.pass_blanks();
        let rest = self.scan_uri(start)?;
        let fits = (1..=MAX_PREFIX).contains(&rest.len());
        if !fits || !is_blank_or_end(self.bytes, self.pos) {
            return fail(start, SyntaxProblem::Directive);
        }
        self.tags.push(TagText { handle, rest });
        Ok(TokenKind::TagDirective(self.tags.len() as u32 - 1))
    }
}
