//! Plain, quoted and block scalars: where they end, and whether their bytes are their content.

use super::{Scanner, Token, TokenKind};
use crate::yaml::bytes::{
    BLANK, BREAK, CLASS, COLON, FLOW, ODD, break_len, is_blank, is_blank_or_end, space_len, starts_with_spaces,
};
use crate::yaml::problem::{Fallible, SyntaxProblem, fail};
use crate::yaml::tree::ScalarStyle;

impl Scanner<'_> {
    pub(super) fn fetch_plain(&mut self) -> Fallible<()> {
        self.fetch_scalar(Scanner::scan_plain)
    }

    pub(super) fn fetch_quoted(&mut self, quote: u8) -> Fallible<()> {
        self.fetch_scalar(|scanner| scanner.scan_quoted(quote))
    }

    pub(super) fn fetch_block_scalar(&mut self) -> Fallible<()> {
        self.drop_candidate()?;
        self.key_allowed = true;
        let token = self.scan_block_scalar()?;
        self.push_token(token);
        Ok(())
    }

    fn scan_plain(&mut self) -> Fallible<Token> {
        let start = self.pos;
        let mut end = start;
        let mut verbatim = true;
        let mut new_line = false;
        loop {
            if (new_line && self.pos == self.line_start && self.at_document_marker())
                || self.bytes.get(self.pos) == Some(&b'#')
            {
                break;
            }
            let before = self.pos;
            self.pass_word();
            if self.pos > before {
                end = self.pos;
                verbatim &= !new_line;
                new_line = false;
            }
            if !is_blank(self.bytes, self.pos) && break_len(self.bytes, self.pos) == 0 {
                break;
            }
            self.pass_blanks_in_plain(&mut new_line)?;
            if !self.in_flow() && self.column() <= self.indent {
                break;
            }
        }
        self.key_allowed |= new_line;
        Ok(Token::new(TokenKind::Scalar { style: ScalarStyle::Plain, verbatim, indent: 0 }, start, end))
    }

    /// Passes what belongs to a plain scalar, up to a blank, a line break or an indicator.
    fn pass_word(&mut self) {
        let stop = if self.in_flow() { BLANK | BREAK | COLON | ODD | FLOW } else { BLANK | BREAK | COLON | ODD };
        while let Some(&byte) = self.bytes.get(self.pos) {
            let class = CLASS[byte as usize] & stop;
            if class != 0 {
                let ends = match class {
                    COLON => is_blank_or_end(self.bytes, self.pos + 1),
                    ODD => break_len(self.bytes, self.pos) > 0,
                    _ => true,
                };
                if ends {
                    return;
                }
            }
            self.pos += 1;
        }
    }

    fn pass_blanks_in_plain(&mut self, new_line: &mut bool) -> Fallible<()> {
        loop {
            match self.bytes.get(self.pos) {
                Some(b' ') => self.pos += 1,
                Some(b'\t') => {
                    if *new_line && self.column() <= self.indent {
                        return fail(self.pos, SyntaxProblem::TabIndent);
                    }
                    self.pos += 1;
                }
                _ => match break_len(self.bytes, self.pos) {
                    0 => return Ok(()),
                    len => {
                        *new_line = true;
                        self.pass_break(len);
                    }
                },
            }
        }
    }

    fn scan_quoted(&mut self, quote: u8) -> Fallible<Token> {
        let start = self.pos;
        let mut verbatim = true;
        self.pos += 1;
        loop {
            let Some(len) = self.find_in_quotes(quote) else { return fail(start, SyntaxProblem::UnclosedQuote) };
            self.pos += len;
            match self.bytes[self.pos] {
                byte if byte == quote => {
                    if quote == b'"' || self.bytes.get(self.pos + 1) != Some(&quote) {
                        self.pos += 1;
                        break;
                    }
                    self.pos += 2;
                }
                b'\\' => self.pass_escape(start)?,
                _ => self.pass_break_in_quotes()?,
            }
            verbatim = false;
        }
        let style = if quote == b'"' { ScalarStyle::DoubleQuoted } else { ScalarStyle::SingleQuoted };
        Ok(Token::new(TokenKind::Scalar { style, verbatim, indent: 0 }, start, self.pos))
    }

    /// The distance to the next closing quote, escape or line break.
    fn find_in_quotes(&self, quote: u8) -> Option<usize> {
        let rest = &self.bytes[self.pos..];
        let double = quote == b'"';
        if self.has_other_breaks {
            return (0..rest.len())
                .find(|&at| rest[at] == quote || (double && rest[at] == b'\\') || break_len(rest, at) > 0);
        }
        if double { memchr::memchr3(b'"', b'\\', b'\n', rest) } else { memchr::memchr2(b'\'', b'\n', rest) }
    }

    fn pass_break_in_quotes(&mut self) -> Fallible<()> {
        self.pass_break(break_len(self.bytes, self.pos));
        if self.at_document_marker() {
            return fail(self.pos, SyntaxProblem::MarkerInQuote);
        }
        Ok(())
    }

    fn pass_escape(&mut self, start: usize) -> Fallible<()> {
        let digits = match self.bytes.get(self.pos + 1) {
            None => return fail(start, SyntaxProblem::UnclosedQuote),
            Some(b'0' | b'a' | b'b' | b't' | b'\t' | b'n' | b'v' | b'f' | b'r' | b'e' | b' ' | b'"' | b'\'') => 0,
            Some(b'\\' | b'N' | b'_' | b'L' | b'P') => 0,
            Some(b'x') => 2,
            Some(b'u') => 4,
            Some(b'U') => 8,
            Some(_) => {
                if break_len(self.bytes, self.pos + 1) > 0 {
                    self.pos += 1;
                    return self.pass_break_in_quotes();
                }
                let character = self.text[self.pos + 1..].chars().next().unwrap_or('\\');
                return fail(self.pos, SyntaxProblem::UnknownEscape(character));
            }
        };
        let hex = self.bytes.get(self.pos + 2..self.pos + 2 + digits).unwrap_or_default();
        if digits > 0 {
            if hex.len() < digits || !hex.iter().all(u8::is_ascii_hexdigit) {
                return fail(self.pos, SyntaxProblem::BadHex);
            }
            let code = hex.iter().fold(0u32, |code, &digit| code << 4 | char::from(digit).to_digit(16).unwrap_or(0));
            if char::from_u32(code).is_none() {
                return fail(self.pos, SyntaxProblem::BadCodePoint);
            }
        }
        self.pos += 2 + digits;
        Ok(())
    }

    pub(super) fn scan_block_scalar(&mut self) -> Fallible<Token> {
        let start = self.pos;
        let style = if self.bytes[start] == b'|' { ScalarStyle::Literal } else { ScalarStyle::Folded };
        let (keep, increment) = self.scan_block_header()?;
        let mut end = self.pos;
        let mut indent = increment.map_or(0, |increment| self.indent.max(0) + increment);
        let mut blank_end = self.pass_blank_lines(&mut indent)?;
        while self.column() == indent && self.pos < self.bytes.len() {
            self.pass_content_lines(indent as usize);
            self.pass_line();
            self.pass_break(break_len(self.bytes, self.pos));
            end = self.pos;
            blank_end = self.pass_blank_lines(&mut indent)?;
        }
        if keep {
            end = blank_end;
        }
        let kind = TokenKind::Scalar { style, verbatim: false, indent: indent as u32 };
        Ok(Token::new(kind, start, end))
    }

    /// Passes lines of a block scalar up to one after which something else may come: what follows each of them has the
    /// indentation, and is not blank.
    fn pass_content_lines(&mut self, indent: usize) {
        if self.has_other_breaks || !self.takes_short_cuts {
            return;
        }
        while let Some(len) = memchr::memchr(b'\n', &self.bytes[self.pos..]) {
            let line = self.pos + len + 1;
            let rest = &self.bytes[line..];
            let is_content = rest.get(indent).is_some_and(|byte| !matches!(byte, b'\n' | b'\r'));
            if !is_content || !starts_with_spaces(rest, indent) || self.bytes[line - 2] == b'\r' {
                return;
            }
            (self.pos, self.line_start) = (line + indent, line);
        }
    }

    /// Passes `|` or `>` with its indicators, in either order, and the rest of the line: whether the last line breaks
    /// are kept, and the indentation if it is given.
    fn scan_block_header(&mut self) -> Fallible<(bool, Option<isize>)> {
        let mut keep = None;
        let mut increment = None;
        self.pos += 1;
        loop {
            match self.bytes.get(self.pos) {
                Some(&sign @ (b'+' | b'-')) if keep.is_none() => keep = Some(sign == b'+'),
                Some(b'0') if increment.is_none() => return fail(self.pos, SyntaxProblem::ZeroIndent),
                Some(&digit @ b'1'..=b'9') if increment.is_none() => increment = Some(isize::from(digit - b'0')),
                _ => break,
            }
            self.pos += 1;
        }
        while is_blank(self.bytes, self.pos) {
            self.pos += 1;
        }
        if self.bytes.get(self.pos) == Some(&b'#') {
            self.pass_line();
        }
        let len = break_len(self.bytes, self.pos);
        if len == 0 && self.pos < self.bytes.len() {
            return fail(self.pos, SyntaxProblem::BlockHeader);
        }
        self.pass_break(len);
        Ok((keep == Some(true), increment))
    }

    /// Passes the indentation and blank lines of a block scalar, finds out the indentation if it is not known (0),
    /// and returns where the last blank line ends.
    fn pass_blank_lines(&mut self, indent: &mut isize) -> Fallible<usize> {
        let mut end = self.pos;
        let mut widest = 0;
        loop {
            let spaces = space_len(&self.bytes[self.pos..]);
            let missing = if *indent == 0 { usize::MAX } else { (*indent - self.column()).max(0) as usize };
            self.pos += spaces.min(missing);
            widest = widest.max(self.column());
            if (*indent == 0 || self.column() < *indent) && self.bytes.get(self.pos) == Some(&b'\t') {
                return fail(self.pos, SyntaxProblem::TabInBlock);
            }
            match break_len(self.bytes, self.pos) {
                0 => break,
                len => self.pass_break(len),
            }
            end = self.pos;
        }
        if *indent == 0 {
            *indent = widest.max(self.indent + 1).max(1);
        }
        Ok(end)
    }
}
