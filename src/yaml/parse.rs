//! From tokens to a tree, by libyaml's grammar: one state for each open collection, on a stack of its own.

mod lines;
mod states;

use super::build::TreeBuilder;
use super::problem::{Fallible, SyntaxError, SyntaxProblem, fail};
use super::scan::{LineScalar, Scanner, Token, TokenKind};
use super::tree::{NodeContent, NodeId, NodeProps, Tree};
use super::{Limits, bytes};
use crate::hash_map::HashMap;
use states::{ITEM, NodeContext, ParserState, collection_state};

pub(super) struct Parser<'a> {
    text: &'a str,
    scanner: Scanner<'a>,
    builder: TreeBuilder<'a>,
    states: Vec<ParserState>,
    max_depth: usize,
    /// The scalars of brackets in one line, kept to be used again.
    scalars_in_brackets: Vec<LineScalar>,
    /// End of the last token with bytes of its own: the place of absent keys and values.
    last_end: u32,
    /// Prefixes of tags, by the handles of the document's `%TAG` directives.
    handles: HashMap<String, String>,
    /// Set until a document has begun: the first needs no `---`.
    is_implicit: bool,
}

/// A document that was read, and the text after it.
pub(super) struct ParsedDocument {
    /// Absent for a document without a root.
    pub(super) tree: Option<Tree>,
    /// Start of text that does not belong to the document any more.
    pub(super) rest: Option<usize>,
}

impl<'a> Parser<'a> {
    /// A parser of `text[start..end]`.
    pub(super) fn new(
        text: &'a str,
        start: usize,
        end: usize,
        limits: &Limits,
    ) -> Result<Parser<'a>, Box<SyntaxError>> {
        let has_other_breaks = bytes::check_characters(text, start, end)?;
        Ok(Parser {
            text,
            scanner: Scanner::new(text, start, end, has_other_breaks, limits),
            builder: TreeBuilder::new(text, limits, false, &text[start..end]),
            states: Vec::new(),
            max_depth: limits.depth,
            scalars_in_brackets: Vec::new(),
            last_end: start as u32,
            handles: HashMap::default(),
            is_implicit: true,
        })
    }

    /// Parses text that is part of a document and may start within a line: one node, and no text or marker around it.
    pub(super) fn parse_part(&mut self) -> Fallible<Option<Tree>> {
        self.scanner.find_line_start();
        self.parse_node(ITEM)?;
        while self.builder.has_open_collection() {
            self.parse_step()?;
        }
        let is_whole = self.scanner.peek_token()?.kind == TokenKind::StreamEnd;
        Ok(is_whole.then(|| self.builder.finish_tree()))
    }

    /// Parses the next document of the stream; `None` at its end.
    pub(super) fn parse_document(&mut self) -> Fallible<Option<ParsedDocument>> {
        if !self.start_document()? {
            return Ok(None);
        }
        let token = self.scanner.peek_token()?;
        let tree = match token.kind {
            TokenKind::Version { .. }
            | TokenKind::TagDirective(_)
            | TokenKind::DocumentStart
            | TokenKind::DocumentEnd
            | TokenKind::StreamEnd
                if !self.is_implicit =>
            {
                None
            }
            _ => {
                self.parse_node(ITEM)?;
                while self.builder.has_open_collection() {
                    self.parse_step()?;
                }
                Some(self.builder.finish_tree())
            }
        };
        self.is_implicit = false;
        Ok(Some(ParsedDocument { tree, rest: self.end_document()? }))
    }

    fn start_document(&mut self) -> Fallible<bool> {
        let mut token = self.scanner.peek_token()?;
        while !self.is_implicit && token.kind == TokenKind::DocumentEnd {
            token = self.take_and_peek(token)?;
        }
        match token.kind {
            TokenKind::StreamEnd => return Ok(false),
            TokenKind::Version { .. } | TokenKind::TagDirective(_) | TokenKind::DocumentStart => {}
            _ if self.is_implicit => return Ok(true),
            _ => return fail(token.start as usize, SyntaxProblem::ExpectedDocument),
        }
        let token = self.parse_directives(token)?;
        if token.kind != TokenKind::DocumentStart {
            return fail(token.start as usize, SyntaxProblem::ExpectedDocument);
        }
        self.take_and_peek(token)?;
        self.is_implicit = false;
        Ok(true)
    }

    fn parse_directives(&mut self, mut token: Token) -> Fallible<Token> {
        let mut version = false;
        self.handles.clear();
        loop {
            let twice = match token.kind {
                TokenKind::Version { readable: false } => {
                    return fail(token.start as usize, SyntaxProblem::Version);
                }
                TokenKind::Version { .. } => std::mem::replace(&mut version, true),
                TokenKind::TagDirective(index) => match self.scanner.tag_text(index) {
                    Some(tag) => self.handles.insert(tag.handle.clone(), tag.rest.clone()).is_some(),
                    None => false,
                },
                _ => return Ok(token),
            };
            if twice {
                return fail(token.start as usize, SyntaxProblem::DuplicateDirective);
            }
            token = self.take_and_peek(token)?;
        }
    }

    /// Passes `...` and returns the start of text after it that is not a further document.
    fn end_document(&mut self) -> Fallible<Option<usize>> {
        let token = self.scanner.peek_token()?;
        self.handles.clear();
        match token.kind {
            TokenKind::DocumentEnd => {
                self.scanner.take_token();
                Ok(self.find_text_after(token.end as usize))
            }
            TokenKind::StreamEnd | TokenKind::Version { .. } | TokenKind::TagDirective(_) => Ok(None),
            _ => Ok(Some(token.start as usize)),
        }
    }

    /// The first byte after a `...` that is not whitespace, a comment or a directive.
    fn find_text_after(&self, start: usize) -> Option<usize> {
        let mut at = start;
        for line in self.scanner.text_from(start).split_inclusive('\n') {
            let content = line.trim_start_matches([' ', '\t', '\r', '\n']);
            let is_directive = at > start && line.starts_with('%');
            if !content.is_empty() && !content.starts_with('#') && !is_directive {
                return Some(at + line.len() - content.len());
            }
            at += line.len();
        }
        None
    }

    /// Takes a token and looks at the one after it.
    fn take_and_peek(&mut self, token: Token) -> Fallible<Token> {
        if token.kind != TokenKind::BlockEnd {
            self.last_end = self.last_end.max(token.end);
        }
        self.scanner.take_token();
        self.scanner.peek_token()
    }

    /// Takes the last token of a collection, after which a look would be one too many.
    fn take_token(&mut self, token: Token) {
        if token.kind != TokenKind::BlockEnd {
            self.last_end = self.last_end.max(token.end);
        }
        self.scanner.take_token();
    }

    /// Parses a node with its anchor and tag. A collection is only opened.
    fn parse_node(&mut self, context: NodeContext) -> Fallible<()> {
        let mut token = self.scanner.peek_token()?;
        if token.kind == TokenKind::Alias {
            let name = &self.text[token.start as usize + 1..token.end as usize];
            self.take_token(token);
            return self.builder.add_alias(token.start..token.end, name, context.is_key);
        }
        let mut props = None;
        if matches!(token.kind, TokenKind::Anchor | TokenKind::Tag(_)) {
            props = Some(self.parse_props(&mut token)?);
        }
        if let Some(state) = collection_state(token.kind, context) {
            // The first `-` of a list at the column of its key is an item, not the start of the list.
            if state != ParserState::IndentlessItem {
                self.take_token(token);
            }
            return self.open_collection(state, token.start, context.is_key, props);
        }
        let (content, span) = match token.kind {
            TokenKind::Scalar { style, verbatim, indent } => {
                self.take_token(token);
                (NodeContent::Scalar { style, verbatim, indent }, token.start..token.end)
            }
            _ if props.is_some() => (NodeContent::plain(), self.last_end..self.last_end),
            _ => return fail(token.start as usize, SyntaxProblem::ExpectedValue),
        };
        let id = self.builder.add_node(content, span, context.is_key)?;
        self.attach_props(id, props)
    }

    fn open_collection(
        &mut self,
        state: ParserState,
        start: u32,
        is_key: bool,
        props: Option<NodeProps>,
    ) -> Fallible<()> {
        let id = self.builder.add_collection(state.empty_collection(), start, is_key)?;
        self.attach_props(id, props)?;
        self.builder.open_collection(id)?;
        self.states.push(state);
        Ok(())
    }

    fn attach_props(&mut self, id: NodeId, props: Option<NodeProps>) -> Fallible<()> {
        match props {
            Some(props) => self.builder.set_props(id, props),
            None => Ok(()),
        }
    }

    /// Parses an anchor and a tag, in either order.
    fn parse_props(&mut self, token: &mut Token) -> Fallible<NodeProps> {
        let mut props = NodeProps { start: token.start, anchor: None, tag: None, first_alias: None };
        loop {
            match token.kind {
                TokenKind::Anchor if props.anchor.is_none() => props.anchor = Some(token.start + 1..token.end),
                TokenKind::Tag(index) if props.tag.is_none() => props.tag = Some(self.expand_tag(index, token.start)?),
                _ => return Ok(props),
            }
            *token = self.take_and_peek(*token)?;
        }
    }

    fn expand_tag(&self, index: u32, start: u32) -> Fallible<Box<str>> {
        let Some(tag) = self.scanner.tag_text(index) else { return fail(start as usize, SyntaxProblem::Tag) };
        let prefix = match (self.handles.get(&tag.handle), tag.handle.as_str()) {
            (Some(prefix), _) => prefix.as_str(),
            (None, "") => "",
            (None, "!") => "!",
            (None, "!!") => "tag:yaml.org,2002:",
            (None, handle) => return fail(start as usize, SyntaxProblem::TagHandle(handle.to_string())),
        };
        Ok([prefix, &tag.rest].concat().into_boxed_str())
    }
}
