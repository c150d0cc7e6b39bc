//! A manifest text under the name by which people know it, and the way from a byte offset to a line and column.

mod released;

use std::fmt;
use std::sync::{Arc, OnceLock};

use self::released::ReleasedText;
pub use self::released::TextLoader;
use crate::escape::escape;
use crate::index::Id;

/// One input text: a file, a stream, or what a renderer printed.
///
/// Kubernetes' decoder adds a final line break before it reads, so a text that lacks one is held with the break
/// added; [`Source::text`] is the text as it came, [`Source::padded`] the text as it is read and edited.
///
/// Clones share the text.
#[derive(Clone)]
pub struct Source {
    data: Arc<SourceData>,
    is_context: bool,
    application: Option<Arc<SourceApplication>>,
}

/// The application of a repository that a text is a part of. The texts of one scope are the content of one cluster, and
/// what they define is not seen from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceApplication {
    /// The application as people write it: `eu-1/flux-system/shop`.
    pub id: String,
    /// The cluster, where it is known.
    pub cluster: Option<String>,
    /// The scope: a cluster, or one application whose cluster is not known.
    pub scope: Arc<str>,
    /// The namespace that a missing one means.
    pub namespace: Option<String>,
    /// The stage in which it is applied: those of a lower one have to be ready before.
    pub stage: u32,
    /// The Helm release of Flux whose rendering the text is.
    pub release: Option<SourceRelease>,
    /// Set if Flux replaces variables in its objects.
    pub substitutes: bool,
}

/// A Helm release of Flux, as it stands in the manifests of the same scope.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceRelease {
    /// The namespace, if the object names one.
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
}

/// The index of a source in what is read together.
pub type SourceId = Id<Source>;

struct SourceData {
    name: Box<str>,
    text: SourceText,
    padding: u8,
}

/// The padded text of a source.
enum SourceText {
    Held(HeldText),
    Released(ReleasedText),
}

struct HeldText {
    padded: String,
    /// Few texts have places that are shown.
    positions: OnceLock<Box<PositionIndex>>,
}

impl HeldText {
    fn new(padded: String) -> HeldText {
        HeldText { padded, positions: OnceLock::new() }
    }
}

/// The parts of a text by which positions are found.
struct PositionIndex {
    line_starts: Vec<u32>,
    /// The number of characters before each block of [`COUNTED_BLOCK`] bytes; only if there are positions in long lines.
    character_counts: OnceLock<Vec<u32>>,
}

/// Characters are counted within blocks of this size: a text can be one line, with thousands of positions in it.
const COUNTED_BLOCK: usize = 1024;

/// The largest text that can be read: offsets are 32 bits wide.
pub const MAX_BYTES: usize = u32::MAX as usize - 2;

impl Source {
    /// A source from valid UTF-8. The name is a label for people, never a path that is opened.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Source {
        let (padded, padding) = pad(text.into());
        let name = escape(&name.into()).into();
        Source::from_parts(name, SourceText::Held(HeldText::new(padded)), padding)
    }

    fn from_parts(name: Box<str>, text: SourceText, padding: u8) -> Source {
        let data = Arc::new(SourceData { name, text, padding });
        Source { data, is_context: false, application: None }
    }

    /// Makes the text context: objects that references lead to and that nothing is done to.
    pub fn into_context(self) -> Source {
        Source { is_context: true, ..self }
    }

    /// A source of the same name with another text.
    pub(crate) fn with_text(&self, text: impl Into<String>) -> Source {
        Source { is_context: self.is_context, application: self.application.clone(), ..Source::new(self.name(), text) }
    }

    /// Makes the text a part of an application.
    pub fn in_application(self, application: Arc<SourceApplication>) -> Source {
        Source { application: Some(application), ..self }
    }

    /// The application that the text is a part of, where the input holds several.
    pub fn application(&self) -> Option<&Arc<SourceApplication>> {
        self.application.as_ref()
    }

    /// Returns `true` if the text is read for links only.
    pub fn is_context(&self) -> bool {
        self.is_context
    }

    /// A source from bytes as they were read.
    ///
    /// # Errors
    /// [`UnreadableBytes`] when the bytes are UTF-16 or UTF-32, encrypted by git-crypt, too many, or not UTF-8.
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>) -> Result<Source, UnreadableBytes> {
        check_encoding(&bytes)?;
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Source::new(name, text)),
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let position = position_in(&error.as_bytes()[..valid]);
                Err(UnreadableBytes::NotUtf8(position))
            }
        }
    }

    /// A source from bytes as they were read, which are UTF-8.
    ///
    /// # Errors
    /// The same, but for bytes that are not UTF-8.
    pub fn from_read_text(name: impl Into<String>, text: String) -> Result<Source, UnreadableBytes> {
        check_encoding(text.as_bytes())?;
        Ok(Source::new(name, text))
    }

    /// The label: a path as the user gave it, or `-`.
    pub fn name(&self) -> &str {
        &self.data.name
    }

    /// The text as it came.
    pub fn text(&self) -> &str {
        &self.padded()[..self.padded_len() - self.padding()]
    }

    /// The text as it is read: with the final line break that Kubernetes adds. A text that was released is held again
    /// from then on.
    pub fn padded(&self) -> &str {
        &self.held_text().padded
    }

    /// The number of bytes of the padded text.
    pub fn padded_len(&self) -> usize {
        match &self.data.text {
            SourceText::Held(held) => held.padded.len(),
            SourceText::Released(released) => released.padded_len(),
        }
    }

    /// The number of bytes of the padded text that were added at its end: 0, 1 or 2.
    pub fn padding(&self) -> usize {
        usize::from(self.data.padding)
    }

    /// The line and column of a byte offset, both from 1; columns count characters.
    pub fn position(&self, offset: usize) -> Position {
        if self.is_released() {
            return self.held().position(offset);
        }
        let starts = self.line_starts();
        let offset = offset.min(self.padded_len());
        let line = starts.partition_point(|&start| start as usize <= offset);
        let start = starts[line - 1] as usize;
        let is_short = offset - start <= COUNTED_BLOCK;
        let characters = if is_short {
            count_characters(&self.padded().as_bytes()[start..offset])
        } else {
            self.count_characters_before(offset) - self.count_characters_before(start)
        };
        Position { line, column: characters + 1 }
    }

    fn count_characters_before(&self, offset: usize) -> usize {
        let text = self.padded().as_bytes();
        let counts = self.positions().character_counts.get_or_init(|| {
            let mut counts = vec![0];
            for block in text.chunks(COUNTED_BLOCK) {
                counts.push(counts[counts.len() - 1] + count_characters(block) as u32);
            }
            counts
        });
        let block = offset / COUNTED_BLOCK;
        counts[block] as usize + count_characters(&text[block * COUNTED_BLOCK..offset])
    }

    /// The text of a line, counted from 1, without its line break.
    pub fn line(&self, number: usize) -> &str {
        let starts = self.line_starts();
        let start = starts[number - 1] as usize;
        let end = match starts.get(number) {
            Some(&next) => next as usize,
            None => self.padded_len(),
        };
        self.padded()[start..end].trim_end_matches(['\n', '\r'])
    }

    /// The line break that the text uses: that of its first line.
    pub fn line_break(&self) -> &'static str {
        line_break_of(self.padded())
    }

    fn line_starts(&self) -> &[u32] {
        &self.positions().line_starts
    }

    fn positions(&self) -> &PositionIndex {
        let HeldText { padded, positions } = self.held_text();
        positions.get_or_init(|| {
            let line_starts = find_line_starts(padded);
            Box::new(PositionIndex { line_starts, character_counts: OnceLock::new() })
        })
    }

    /// The text with its index; one that was released is held from now on.
    fn held_text(&self) -> &HeldText {
        match &self.data.text {
            SourceText::Held(held) => held,
            SourceText::Released(released) => released.hold(self).held_text(),
        }
    }
}

/// Refuses bytes that are too many, encrypted by git-crypt, or in an encoding that is not read.
fn check_encoding(bytes: &[u8]) -> Result<(), UnreadableBytes> {
    if bytes.len() > MAX_BYTES {
        return Err(UnreadableBytes::TooLarge);
    }
    if bytes.starts_with(b"\0GITCRYPT\0") {
        return Err(UnreadableBytes::GitCrypt);
    }
    match WideEncoding::detect(bytes) {
        Some(encoding) => Err(UnreadableBytes::Wide(encoding)),
        None => Ok(()),
    }
}

/// Shows the name and the length: a text may hold Secret values.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({}, {} bytes)", self.data.name, self.padded_len() - self.padding())
    }
}

/// A line and a column, both counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// A file, by the label of its source, and a line in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileLine {
    /// The label: a path as it was given, with the revision before it where it was read from one.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
}

impl fmt::Display for FileLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// A reason why bytes are not a manifest text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnreadableBytes {
    /// More than [`MAX_BYTES`].
    TooLarge,
    /// UTF-16 or UTF-32.
    Wide(WideEncoding),
    /// Encrypted by git-crypt.
    GitCrypt,
    /// Not UTF-8 from this position on.
    NotUtf8(Position),
}

/// An encoding of Unicode whose units are wider than a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WideEncoding {
    name: &'static str,
    has_mark: bool,
}

impl WideEncoding {
    /// Detects the encoding by the byte order mark, or by the zeros in the first characters: the text of a manifest
    /// starts with ASCII (YAML 1.2.2, section 5.2), and has no character of value zero.
    fn detect(bytes: &[u8]) -> Option<WideEncoding> {
        let (name, has_mark) = match bytes {
            [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => ("UTF-32", true),
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => ("UTF-16", true),
            [1..=0xff, 0, 0, 0, 1..=0xff, 0, 0, 0, ..] => ("UTF-32LE", false),
            [0, 0, 0, 1..=0xff, 0, 0, 0, 1..=0xff, ..] => ("UTF-32BE", false),
            [1..=0xff, 0, 1..=0xff, 0, ..] => ("UTF-16LE", false),
            [0, 1..=0xff, 0, 1..=0xff, ..] => ("UTF-16BE", false),
            _ => return None,
        };
        Some(WideEncoding { name, has_mark })
    }

    /// The name of the encoding, as `iconv` takes it.
    pub fn name(self) -> &'static str {
        self.name
    }
}

impl fmt::Display for WideEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        if self.has_mark { Ok(()) } else { f.write_str(" without a byte order mark") }
    }
}

/// The line break of a text that has none.
pub(crate) const DEFAULT_LINE_BREAK: &str = "\n";

/// Adds the final line break that a text lacks, and returns the number of bytes that were added.
fn pad(mut text: String) -> (String, u8) {
    let before = text.len();
    if !text.is_empty() && !text.ends_with('\n') {
        let line_break = line_break_of(&text);
        text.reserve_exact(line_break.len());
        text.push_str(line_break);
    }
    let padding = (text.len() - before) as u8;
    (text, padding)
}

fn line_break_of(text: &str) -> &'static str {
    match memchr::memchr(b'\n', text.as_bytes()) {
        Some(at) if at > 0 && text.as_bytes()[at - 1] == b'\r' => "\r\n",
        _ => DEFAULT_LINE_BREAK,
    }
}

/// The number of characters that start in a part of a text.
fn count_characters(text: &[u8]) -> usize {
    let is_start = |byte: &&u8| **byte & 0b1100_0000 != 0b1000_0000;
    text.iter().filter(is_start).count()
}

fn find_line_starts(text: &str) -> Vec<u32> {
    let mut starts = vec![0];
    for line_break in memchr::memchr_iter(b'\n', text.as_bytes()) {
        starts.push(line_break as u32 + 1);
    }
    starts
}

fn position_in(before: &[u8]) -> Position {
    let line = memchr::memchr_iter(b'\n', before).count() + 1;
    let start = match memchr::memrchr(b'\n', before) {
        Some(line_break) => line_break + 1,
        None => 0,
    };
    Position { line, column: String::from_utf8_lossy(&before[start..]).chars().count() + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_and_lines() {
        let source = Source::new("x", "a: é\nüb: 1");
        assert_eq!(source.position(0), Position { line: 1, column: 1 });
        assert_eq!(source.position(source.text().find('b').unwrap()), Position { line: 2, column: 2 });
        assert_eq!(source.line(2), "üb: 1");
        assert_eq!(source.position(source.padded().len()), Position { line: 3, column: 1 });
    }

    #[test]
    fn positions_in_long_lines_are_those_of_counted_characters() {
        let line: String = ["é", "b", "\u{1f980}"].iter().copied().cycle().take(3000).collect();
        let source = Source::new("x", format!("short\n{line}\n{line}"));
        for start in ["short\n".len(), "short\n".len() + line.len() + 1] {
            for (number, (at, _)) in line.char_indices().enumerate() {
                assert_eq!(source.position(start + at).column, number + 1);
            }
        }
    }

    #[test]
    fn a_missing_final_break_is_added_in_the_style_of_the_text() {
        for (text, padded) in [("a", "a\n"), ("a\r\nb", "a\r\nb\r\n"), ("a\n", "a\n"), ("", "")] {
            let source = Source::new("x", text);
            assert_eq!((source.text(), source.padded()), (text, padded));
        }
    }

    #[test]
    fn what_is_no_text_is_told_apart() {
        let read = |bytes: &[u8]| Source::from_bytes("x", bytes.to_vec()).map(|_| ());
        assert_eq!(read(b"\0GITCRYPT\0abc"), Err(UnreadableBytes::GitCrypt));
        assert_eq!(read(b"a: 1\nb: \xff"), Err(UnreadableBytes::NotUtf8(Position { line: 2, column: 4 })));
        assert_eq!(read(b"\xef\xbb\xbfa: 1"), Ok(()));
    }

    #[test]
    fn wide_encodings_are_detected_with_and_without_a_mark() {
        let read = |bytes: &[u8]| match Source::from_bytes("x", bytes.to_vec()) {
            Err(UnreadableBytes::Wide(encoding)) => Some(encoding.to_string()),
            _ => None,
        };
        for (bytes, encoding) in [
            (&b"\xff\xfea\0"[..], "UTF-16"),
            (b"\xfe\xff\0a", "UTF-16"),
            (b"\xff\xfe\0\0a\0\0\0", "UTF-32"),
            (b"\0\0\xfe\xff\0\0\0a", "UTF-32"),
            (b"k\0:\0 \0v\0", "UTF-16LE without a byte order mark"),
            (b"\0k\0:\0 \0v", "UTF-16BE without a byte order mark"),
            (b"k\0\0\0:\0\0\0", "UTF-32LE without a byte order mark"),
            (b"\0\0\0k\0\0\0:", "UTF-32BE without a byte order mark"),
        ] {
            assert_eq!(read(bytes).as_deref(), Some(encoding), "{bytes:?}");
        }
        for bytes in [&b"k: v"[..], b"k\0: v", b"", b"a", b"k\0", b"\0\0\0\0", b"a: \"\\0\""] {
            assert_eq!(read(bytes), None, "{bytes:?}");
        }
    }
}
