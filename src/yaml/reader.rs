//! The rules of Kubernetes' decoder around YAML: JSON first, then documents cut at lines that start with `---`.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::json::{self, JsonOutcome};
use super::parse::{ParsedDocument, Parser};
use super::problem::{SyntaxError, SyntaxProblem};
use super::tree::{NodeKind, ScalarStyle, Tree};
use super::{Limits, check};

/// One document of a text.
pub struct Document {
    /// The bytes that belong to it; the separator line before it may be among them.
    pub range: Range<usize>,
    /// The content.
    pub content: DocumentContent,
    /// Start of text that Kubernetes silently ignores: after `...`, or after a complete root value.
    pub ignored: Option<usize>,
}

impl Document {
    /// Returns `true` if there is nothing but whitespace and comments in it.
    pub fn is_empty(&self) -> bool {
        matches!(self.content, DocumentContent::Empty)
    }
}

/// The content of a document.
pub enum DocumentContent {
    /// Nothing but whitespace and comments.
    Empty,
    /// Nodes.
    Tree(Tree),
    /// Something that Kubernetes refuses to read.
    Invalid(SyntaxError),
}

/// A document that was cut out of a text but perhaps not parsed. Chunks of one text can be parsed in parallel.
pub struct Chunk(ChunkState);

enum ChunkState {
    Yaml(Range<usize>),
    Done(Box<Document>),
}

impl ChunkState {
    fn done(range: Range<usize>, content: DocumentContent) -> ChunkState {
        ChunkState::Done(Box::new(Document { range, content, ignored: None }))
    }
}

/// Kubernetes looks for the `{` that makes a text JSON only so far.
const JSON_PREFIX: usize = 4096;
const SEPARATOR: &str = "---";

/// Cuts padded text into documents as Kubernetes' decoder does.
///
/// This is cheap, except for a text that starts with `{`: that is read as JSON at once. A text of whitespace has
/// no documents.
pub fn split_documents(text: &str, limits: &Limits) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let blanks = text.len() - start - text[start..].trim_start().len();
    if start + blanks == text.len() {
        return chunks;
    }
    let json = blanks < JSON_PREFIX && text.as_bytes()[start + blanks] == b'{';
    let rest = if json { split_json(text, start, limits, &mut chunks) } else { Some(start) };
    if let Some(start) = rest {
        split_lines(text, start, &mut chunks);
    }
    chunks
}

/// Parses one document.
pub fn parse_document(text: &str, chunk: Chunk, limits: &Limits) -> Document {
    match chunk.0 {
        ChunkState::Done(document) => *document,
        ChunkState::Yaml(range) => {
            let (content, ignored) = match parse_first_document(text, &range, limits) {
                Ok(Some(parsed)) => (check_content(text, parsed.tree, limits), parsed.rest),
                Ok(None) => (DocumentContent::Empty, None),
                Err(error) => (DocumentContent::Invalid(explain_hidden_separator(text, &range, *error)), None),
            };
            Document { range, content, ignored }
        }
    }
}

/// Replaces an error by its cause, if that is a byte order mark before a `---`, as files with one have that were joined:
/// Kubernetes' splitter does not see the separator then.
fn explain_hidden_separator(text: &str, range: &Range<usize>, error: SyntaxError) -> SyntaxError {
    let Some(at) = text[range.clone()].find("\n\u{feff}---") else { return error };
    SyntaxError { offset: range.start + at + 1, problem: SyntaxProblem::ByteOrderMark }
}

/// Parses a range again that held a document before it was edited, as JSON where it was JSON.
pub fn reparse_document(text: &str, range: Range<usize>, before: &Tree, limits: &Limits) -> Document {
    if !before.json {
        return parse_document(text, Chunk(ChunkState::Yaml(range)), limits);
    }
    let content = match json::read_json(&text[..range.end], range.start, limits) {
        JsonOutcome::Value(tree, _, end) if text[end..range.end].trim().is_empty() => DocumentContent::Tree(tree),
        JsonOutcome::Other(error) => DocumentContent::Invalid(*error),
        _ => DocumentContent::Invalid(SyntaxError { offset: range.start, problem: SyntaxProblem::Json }),
    };
    Document { range, content, ignored: None }
}

/// Parses a part of a document, from the first key of a block mapping on. `None` if there is anything but that mapping
/// in it, or anything that may depend on other parts.
pub fn parse_block_mapping(text: &str, range: Range<usize>, limits: &Limits) -> Option<Tree> {
    if text[range.start..].starts_with('\u{feff}') {
        return None;
    }
    let tree = Parser::new(text, range.start, range.end, limits).ok()?.parse_part().ok()?;
    let DocumentContent::Tree(tree) = check_content(text, tree, limits) else { return None };
    let is_mapping = tree.root(text).kind() == NodeKind::Mapping { flow: false };
    (is_mapping && tree.is_self_contained()).then_some(tree)
}

/// Reads all documents of padded text, one after the other.
pub fn read_documents(text: &str, limits: &Limits) -> Vec<Document> {
    split_documents(text, limits).into_iter().map(|chunk| parse_document(text, chunk, limits)).collect()
}

/// Reads a text as one YAML stream, without the rules of Kubernetes' decoder: `--- text` is a document, directives
/// count. Ends with the first document that is invalid.
pub fn read_stream(text: &str, limits: &Limits) -> Vec<Document> {
    let mut documents = Vec::new();
    let mut parser = Parser::new(text, 0, text.len(), limits);
    loop {
        let parsed = match &mut parser {
            Ok(parser) => parser.parse_document(),
            Err(error) => Err(error.clone()),
        };
        let content = match parsed {
            Ok(Some(parsed)) => check_content(text, parsed.tree, limits),
            Ok(None) => return documents,
            Err(error) => DocumentContent::Invalid(*error),
        };
        let last = matches!(content, DocumentContent::Invalid(_));
        documents.push(Document { range: 0..text.len(), content, ignored: None });
        if last {
            return documents;
        }
    }
}

fn parse_first_document(
    text: &str,
    range: &Range<usize>,
    limits: &Limits,
) -> Result<Option<ParsedDocument>, Box<SyntaxError>> {
    Parser::new(text, range.start, range.end, limits)?.parse_document()
}

fn check_content(text: &str, tree: Option<Tree>, limits: &Limits) -> DocumentContent {
    let Some(mut tree) = tree else { return DocumentContent::Empty };
    let root = tree.root(text);
    if root.kind() == NodeKind::Scalar(ScalarStyle::Plain) && root.full_span().is_empty() {
        return DocumentContent::Empty;
    }
    if !tree.needs_check {
        tree.has_merges = false;
        return DocumentContent::Tree(tree);
    }
    match check::check_document(root, limits) {
        Ok(has_merges) => {
            tree.has_merges = has_merges;
            DocumentContent::Tree(tree)
        }
        Err(error) => DocumentContent::Invalid(*error),
    }
}

/// Reads JSON values as long as there are any, and tells where the text goes on as YAML.
///
/// After two values it must go on as JSON; before, anything else is a reason to try YAML from there.
fn split_json(text: &str, start: usize, limits: &Limits, chunks: &mut Vec<Chunk>) -> Option<usize> {
    let mut at = start;
    loop {
        match json::read_json(text, at, limits) {
            JsonOutcome::End => return None,
            JsonOutcome::Value(tree, start, end) => {
                let content = DocumentContent::Tree(tree);
                chunks.push(Chunk(ChunkState::done(start..end, content)));
                at = end;
            }
            JsonOutcome::Other(error) if error.problem == SyntaxProblem::Json && chunks.len() < 2 => {
                return Some(at + blanks_before_yaml(&text[at..]));
            }
            JsonOutcome::Other(error) => {
                let content = DocumentContent::Invalid(*error);
                chunks.push(Chunk(ChunkState::done(at..text.len(), content)));
                return None;
            }
        }
    }
}

/// The blanks up to the first line break, which is passed too.
fn blanks_before_yaml(text: &str) -> usize {
    let blanks = text.len() - text.trim_start().len();
    match text[..blanks].find('\n') {
        Some(line_break) => line_break + 1,
        None => blanks,
    }
}

/// Cuts at lines that start with `---`. Such a line is left out, unless nothing precedes it in its document: then it
/// is the first line of it. With other text behind `---` it is a bad document of its own.
fn split_lines(text: &str, start: usize, chunks: &mut Vec<Chunk>) {
    let mut from = start;
    let mut next = if text[start..].starts_with(SEPARATOR) { Some(start) } else { next_separator(text, start) };
    while let Some(at) = next {
        let after = at + SEPARATOR.len();
        let end = match memchr::memchr(b'\n', &text.as_bytes()[after..]) {
            Some(len) => after + len + 1,
            None => text.len(),
        };
        let rest = text[after..end].trim_start();
        let valid = rest.is_empty() || rest.starts_with('#');
        if at > from {
            chunks.push(Chunk(ChunkState::Yaml(from..at)));
        }
        if !valid {
            let content =
                DocumentContent::Invalid(SyntaxError { offset: end - rest.len(), problem: SyntaxProblem::Separator });
            chunks.push(Chunk(ChunkState::done(at..end, content)));
        }
        if !valid || at > from {
            from = end;
        }
        next = next_separator(text, end.saturating_sub(1));
    }
    if from < text.len() {
        chunks.push(Chunk(ChunkState::Yaml(from..text.len())));
    }
}

fn next_separator(text: &str, start: usize) -> Option<usize> {
    static MARK: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("\n---"));
    let line_break = MARK.find(&text.as_bytes()[start..])?;
    Some(start + line_break + 1)
}
