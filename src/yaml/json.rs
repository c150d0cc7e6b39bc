//! JSON by the grammar of Go's decoder, into the same tree: Kubernetes tries it first on a text that starts with `{`.

use super::Limits;
use super::build::TreeBuilder;
use super::problem::{Fallible, SyntaxError, SyntaxProblem, fail};
use super::tree::{NodeContent, ScalarStyle, Tree};

/// The result of reading JSON at a place of a text.
pub(super) enum JsonOutcome {
    /// Nothing but whitespace.
    End,
    /// One value, and where it starts and ends.
    Value(Tree, usize, usize),
    /// Something else.
    Other(Box<SyntaxError>),
}

struct JsonReader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    pos: usize,
    builder: TreeBuilder<'a>,
    /// The open collections: whether each is an object.
    objects: Vec<bool>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum JsonState {
    Value,
    FirstItem,
    Key,
    FirstKey,
    End,
}

/// Reads the value that starts at `start` or after whitespace there.
pub(super) fn read_json(text: &str, start: usize, limits: &Limits) -> JsonOutcome {
    let builder = TreeBuilder::new(text, limits, true, "");
    let mut reader = JsonReader { text, bytes: text.as_bytes(), pos: start, builder, objects: Vec::new() };
    reader.skip_blanks();
    let start = reader.pos;
    if start == reader.bytes.len() {
        return JsonOutcome::End;
    }
    match reader.read_value() {
        Ok(()) => JsonOutcome::Value(reader.builder.finish_tree(), start, reader.pos),
        Err(error) => JsonOutcome::Other(error),
    }
}

impl JsonReader<'_> {
    fn skip_blanks(&mut self) {
        while matches!(self.bytes.get(self.pos), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.pos += 1;
        }
    }

    fn fail_here<T>(&self) -> Fallible<T> {
        fail(self.pos, SyntaxProblem::Json)
    }

    fn read_value(&mut self) -> Fallible<()> {
        let mut expect = JsonState::Value;
        while expect != JsonState::End || !self.objects.is_empty() {
            self.skip_blanks();
            expect = match expect {
                JsonState::Value | JsonState::FirstItem => self.read_item(expect == JsonState::FirstItem)?,
                JsonState::Key | JsonState::FirstKey => self.read_key(expect == JsonState::FirstKey)?,
                JsonState::End => self.read_separator()?,
            };
        }
        Ok(())
    }

    fn read_item(&mut self, first: bool) -> Fallible<JsonState> {
        match self.bytes.get(self.pos) {
            Some(b'{') => return self.open_collection(NodeContent::Mapping { flow: true }, JsonState::FirstKey),
            Some(b'[') => return self.open_collection(NodeContent::Sequence { flow: true }, JsonState::FirstItem),
            Some(b']') if first => return self.close_collection(),
            Some(b'"') => self.read_string(false)?,
            Some(b'-' | b'0'..=b'9') => self.read_number()?,
            Some(b't') => self.read_word("true")?,
            Some(b'f') => self.read_word("false")?,
            Some(b'n') => self.read_word("null")?,
            _ => return self.fail_here(),
        }
        Ok(JsonState::End)
    }

    fn read_key(&mut self, first: bool) -> Fallible<JsonState> {
        match self.bytes.get(self.pos) {
            Some(b'}') if first => return self.close_collection(),
            Some(b'"') => self.read_string(true)?,
            _ => return self.fail_here(),
        }
        self.skip_blanks();
        if self.bytes.get(self.pos) != Some(&b':') {
            return self.fail_here();
        }
        self.pos += 1;
        Ok(JsonState::Value)
    }

    fn read_separator(&mut self) -> Fallible<JsonState> {
        let object = self.objects.last() == Some(&true);
        match self.bytes.get(self.pos) {
            Some(b'}') if object => self.close_collection(),
            Some(b']') if !object => self.close_collection(),
            Some(b',') => {
                self.pos += 1;
                Ok(if object { JsonState::Key } else { JsonState::Value })
            }
            _ => self.fail_here(),
        }
    }

    fn open_collection(&mut self, content: NodeContent, expect: JsonState) -> Fallible<JsonState> {
        let id = self.builder.add_collection(content, self.pos as u32, false)?;
        self.builder.open_collection(id)?;
        self.objects.push(expect == JsonState::FirstKey);
        self.pos += 1;
        Ok(expect)
    }

    fn close_collection(&mut self) -> Fallible<JsonState> {
        self.pos += 1;
        self.objects.pop();
        self.builder.close_collection(Some(self.pos as u32));
        Ok(JsonState::End)
    }

    /// Adds a word or number that ends here.
    fn add_plain(&mut self, start: usize) -> Fallible<()> {
        self.builder.add_node(NodeContent::plain(), start as u32..self.pos as u32, false)?;
        Ok(())
    }

    fn read_word(&mut self, word: &str) -> Fallible<()> {
        let start = self.pos;
        if !self.text[start..].starts_with(word) {
            return self.fail_here();
        }
        self.pos += word.len();
        self.add_plain(start)
    }

    fn pass_digits(&mut self) -> Fallible<()> {
        let start = self.pos;
        while self.bytes.get(self.pos).is_some_and(u8::is_ascii_digit) {
            self.pos += 1;
        }
        if self.pos == start { self.fail_here() } else { Ok(()) }
    }

    fn read_number(&mut self) -> Fallible<()> {
        let start = self.pos;
        if self.bytes[start] == b'-' {
            self.pos += 1;
        }
        if self.bytes.get(self.pos) == Some(&b'0') {
            self.pos += 1;
        } else {
            self.pass_digits()?;
        }
        if self.bytes.get(self.pos) == Some(&b'.') {
            self.pos += 1;
            self.pass_digits()?;
        }
        if matches!(self.bytes.get(self.pos), Some(b'e' | b'E')) {
            self.pos += 1;
            if matches!(self.bytes.get(self.pos), Some(b'+' | b'-')) {
                self.pos += 1;
            }
            self.pass_digits()?;
        }
        if self.text[start..self.pos].parse::<f64>().is_ok_and(f64::is_infinite) {
            return fail(start, SyntaxProblem::JsonNumber);
        }
        self.add_plain(start)
    }

    fn read_string(&mut self, is_key: bool) -> Fallible<()> {
        let start = self.pos;
        let mut verbatim = true;
        self.pos += 1;
        loop {
            let rest = &self.bytes[self.pos..];
            let Some(len) = memchr::memchr2(b'"', b'\\', rest) else { return self.fail_here() };
            if rest[..len].iter().any(|&byte| byte < b' ') {
                return self.fail_here();
            }
            self.pos += len + 1;
            if rest[len] == b'"' {
                break;
            }
            verbatim = false;
            self.pass_escape()?;
        }
        let content = NodeContent::Scalar { style: ScalarStyle::Json, verbatim, indent: 0 };
        self.builder.add_node(content, start as u32..self.pos as u32, is_key)?;
        Ok(())
    }

    fn pass_escape(&mut self) -> Fallible<()> {
        let len = match self.bytes.get(self.pos) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 1,
            Some(b'u') => 5,
            _ => return self.fail_here(),
        };
        let Some(hex) = self.bytes.get(self.pos + 1..self.pos + len) else { return self.fail_here() };
        if !hex.iter().all(u8::is_ascii_hexdigit) {
            return self.fail_here();
        }
        self.pos += len;
        Ok(())
    }
}
