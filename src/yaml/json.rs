//! JSON by the grammar of Go's decoder, into the same tree: Kubernetes tries it first on a text that starts with `{`.

use super::Limits;
use super::build::Builder;
use super::problem::{Error, Fallible, Problem, fail};
use super::tree::{Kind, NONE, Style, Tree};

/// What is found at some place of a text.
pub(super) enum Found {
    /// Nothing but blanks.
    End,
    /// One value, and where it starts and ends.
    Value(Tree, usize, usize),
    /// Something else.
    Other(Box<Error>),
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    pos: usize,
    builder: Builder<'a>,
    /// The open collections: whether each is an object.
    objects: Vec<bool>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    Value,
    FirstItem,
    Key,
    FirstKey,
    End,
}

/// Reads the value that starts at `start` or after blanks there.
pub(super) fn read(text: &str, start: usize, limits: &Limits) -> Found {
    let builder = Builder::new(limits, true);
    let mut reader = Reader { text, bytes: text.as_bytes(), pos: start, builder, objects: Vec::new() };
    reader.skip_blanks();
    let start = reader.pos;
    if start == reader.bytes.len() {
        return Found::End;
    }
    match reader.value() {
        Ok(()) => Found::Value(reader.builder.finish(), start, reader.pos),
        Err(error) => Found::Other(error),
    }
}

impl Reader<'_> {
    fn skip_blanks(&mut self) {
        while matches!(self.bytes.get(self.pos), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.pos += 1;
        }
    }

    fn bad<T>(&self) -> Fallible<T> {
        fail(self.pos, Problem::Json)
    }

    fn value(&mut self) -> Fallible<()> {
        let mut expect = Expect::Value;
        while expect != Expect::End || !self.objects.is_empty() {
            self.skip_blanks();
            expect = match expect {
                Expect::Value | Expect::FirstItem => self.item(expect == Expect::FirstItem)?,
                Expect::Key | Expect::FirstKey => self.key(expect == Expect::FirstKey)?,
                Expect::End => self.after_item()?,
            };
        }
        Ok(())
    }

    fn item(&mut self, first: bool) -> Fallible<Expect> {
        match self.bytes.get(self.pos) {
            Some(b'{') => self.open(Kind::Mapping { flow: true }, Expect::FirstKey),
            Some(b'[') => self.open(Kind::Sequence { flow: true }, Expect::FirstItem),
            Some(b']') if first => self.close(),
            Some(b'"') => self.string(false).map(|()| Expect::End),
            Some(b'-' | b'0'..=b'9') => self.number().map(|()| Expect::End),
            Some(b't') => self.word("true").map(|()| Expect::End),
            Some(b'f') => self.word("false").map(|()| Expect::End),
            Some(b'n') => self.word("null").map(|()| Expect::End),
            _ => self.bad(),
        }
    }

    fn key(&mut self, first: bool) -> Fallible<Expect> {
        match self.bytes.get(self.pos) {
            Some(b'}') if first => return self.close(),
            Some(b'"') => self.string(true)?,
            _ => return self.bad(),
        }
        self.skip_blanks();
        if self.bytes.get(self.pos) != Some(&b':') {
            return self.bad();
        }
        self.pos += 1;
        Ok(Expect::Value)
    }

    fn after_item(&mut self) -> Fallible<Expect> {
        let object = self.objects.last() == Some(&true);
        match self.bytes.get(self.pos) {
            Some(b'}') if object => self.close(),
            Some(b']') if !object => self.close(),
            Some(b',') => {
                self.pos += 1;
                Ok(if object { Expect::Key } else { Expect::Value })
            }
            _ => self.bad(),
        }
    }

    fn open(&mut self, kind: Kind, expect: Expect) -> Fallible<Expect> {
        let id = self.builder.add(kind, self.pos as u32..NONE, false)?;
        self.builder.open(id)?;
        self.objects.push(expect == Expect::FirstKey);
        self.pos += 1;
        Ok(expect)
    }

    fn close(&mut self) -> Fallible<Expect> {
        self.pos += 1;
        self.objects.pop();
        self.builder.close(Some(self.pos as u32));
        Ok(Expect::End)
    }

    fn scalar(&mut self, style: Style, start: usize, key: bool) -> Fallible<u32> {
        self.builder.add(Kind::Scalar(style), start as u32..self.pos as u32, key)
    }

    fn word(&mut self, word: &str) -> Fallible<()> {
        let start = self.pos;
        if !self.text[start..].starts_with(word) {
            return self.bad();
        }
        self.pos += word.len();
        self.scalar(Style::Plain, start, false).map(|_| ())
    }

    fn digits(&mut self) -> Fallible<()> {
        let start = self.pos;
        while self.bytes.get(self.pos).is_some_and(u8::is_ascii_digit) {
            self.pos += 1;
        }
        if self.pos == start { self.bad() } else { Ok(()) }
    }

    fn number(&mut self) -> Fallible<()> {
        let start = self.pos;
        if self.bytes[start] == b'-' {
            self.pos += 1;
        }
        if self.bytes.get(self.pos) == Some(&b'0') {
            self.pos += 1;
        } else {
            self.digits()?;
        }
        if self.bytes.get(self.pos) == Some(&b'.') {
            self.pos += 1;
            self.digits()?;
        }
        if matches!(self.bytes.get(self.pos), Some(b'e' | b'E')) {
            self.pos += 1;
            if matches!(self.bytes.get(self.pos), Some(b'+' | b'-')) {
                self.pos += 1;
            }
            self.digits()?;
        }
        if self.text[start..self.pos].parse::<f64>().is_ok_and(f64::is_infinite) {
            return fail(start, Problem::JsonNumber);
        }
        self.scalar(Style::Plain, start, false).map(|_| ())
    }

    fn string(&mut self, key: bool) -> Fallible<()> {
        let start = self.pos;
        let mut verbatim = true;
        self.pos += 1;
        loop {
            let rest = &self.bytes[self.pos..];
            let Some(len) = memchr::memchr2(b'"', b'\\', rest) else { return self.bad() };
            if rest[..len].iter().any(|&byte| byte < b' ') {
                return self.bad();
            }
            self.pos += len + 1;
            if rest[len] == b'"' {
                break;
            }
            verbatim = false;
            self.escape()?;
        }
        let id = self.scalar(Style::Json, start, key)?;
        self.builder.set_content(id, verbatim, 0);
        Ok(())
    }

    fn escape(&mut self) -> Fallible<()> {
        let len = match self.bytes.get(self.pos) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 1,
            Some(b'u') => 5,
            _ => return self.bad(),
        };
        let hex = self.bytes.get(self.pos + 1..self.pos + len);
        if !hex.is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)) {
            return self.bad();
        }
        self.pos += len;
        Ok(())
    }
}
