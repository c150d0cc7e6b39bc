//! Tokens of a Go template to the tree of what is printed and decided.
//!
//! Source: `parse.go` of Go's package `text/template/parse`.

use std::iter::Cloned;
use std::slice::Iter;
use std::vec::IntoIter;

use super::TemplateFailure;
use super::lexer::{ActionToken, ActionTokenKind, TemplatePiece, split_template};
use super::value::GoValue;

/// The deepest nesting of blocks and parentheses.
const MAX_DEPTH: usize = 100;

/// A part of a template that is executed.
#[derive(Debug)]
pub(super) enum TemplateNode {
    Text(String),
    /// A pipeline whose value is printed, unless it sets variables.
    Print(Pipeline),
    If {
        condition: Pipeline,
        then: Vec<TemplateNode>,
        otherwise: Vec<TemplateNode>,
    },
    With {
        value: Pipeline,
        then: Vec<TemplateNode>,
        otherwise: Vec<TemplateNode>,
    },
    Range {
        items: Pipeline,
        body: Vec<TemplateNode>,
        otherwise: Vec<TemplateNode>,
    },
    Break,
    Continue,
}

/// Commands, each of which gets the value of the one before as its last argument.
#[derive(Debug, Default)]
pub(super) struct Pipeline {
    /// The variables that are set.
    pub(super) variables: Vec<String>,
    /// Set for `=`, which sets variables that exist.
    pub(super) is_assignment: bool,
    /// Operands of each command; the first is what is called.
    pub(super) commands: Vec<Vec<Operand>>,
}

/// An operand, with the fields that are taken of it.
#[derive(Debug)]
pub(super) struct Operand {
    pub(super) term: Term,
    pub(super) fields: Vec<String>,
}

/// The first part of an operand.
#[derive(Debug)]
pub(super) enum Term {
    Dot,
    Variable(String),
    Function(String),
    Literal(GoValue),
    Nil,
    Parentheses(Box<Pipeline>),
}

/// Parses a template.
///
/// # Errors
/// What Go does not parse, and templates in templates.
pub(super) fn parse_template(template: &str) -> Result<Vec<TemplateNode>, TemplateFailure> {
    let mut parser = BlockParser { pieces: split_template(template)?.into_iter(), loops: 0, depth: 0 };
    let (nodes, end) = parser.parse_block()?;
    match end {
        BlockEnd::Template => Ok(nodes),
        BlockEnd::End | BlockEnd::Else(_) => Err(TemplateFailure::invalid("an end without a block")),
    }
}

/// The end of a block.
enum BlockEnd {
    Template,
    End,
    /// The tokens after `else`.
    Else(Vec<ActionToken>),
}

struct BlockParser {
    pieces: IntoIter<TemplatePiece>,
    /// Loops that are open.
    loops: usize,
    depth: usize,
}

impl BlockParser {
    fn parse_block(&mut self) -> Result<(Vec<TemplateNode>, BlockEnd), TemplateFailure> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(TemplateFailure::unsupported("blocks that are nested so deeply"));
        }
        let mut nodes = Vec::new();
        while let Some(piece) = self.pieces.next() {
            let tokens = match piece {
                TemplatePiece::Text(text) => {
                    nodes.push(TemplateNode::Text(text));
                    continue;
                }
                TemplatePiece::Action(tokens) => tokens,
            };
            let keyword = match tokens.first() {
                Some(ActionToken { kind: ActionTokenKind::Name(name), .. }) => name.clone(),
                _ => String::new(),
            };
            match keyword.as_str() {
                "end" => return self.end_block(nodes, BlockEnd::End),
                "else" => return self.end_block(nodes, BlockEnd::Else(tokens[1..].to_vec())),
                "if" | "with" | "range" => nodes.push(self.parse_branches(&keyword, &tokens[1..])?),
                "break" | "continue" if self.loops == 0 => {
                    return Err(TemplateFailure::invalid(format!("{keyword} outside of a range")));
                }
                "break" => nodes.push(TemplateNode::Break),
                "continue" => nodes.push(TemplateNode::Continue),
                "define" | "template" | "block" => {
                    return Err(TemplateFailure::unsupported(format!("the action {keyword}")));
                }
                _ => nodes.push(TemplateNode::Print(parse_pipeline(&tokens)?)),
            }
        }
        self.end_block(nodes, BlockEnd::Template)
    }

    fn end_block(
        &mut self,
        nodes: Vec<TemplateNode>,
        end: BlockEnd,
    ) -> Result<(Vec<TemplateNode>, BlockEnd), TemplateFailure> {
        self.depth -= 1;
        Ok((nodes, end))
    }

    /// Parses the branches of `if`, `with` or `range`, whose first tokens are after the keyword.
    fn parse_branches(&mut self, keyword: &str, tokens: &[ActionToken]) -> Result<TemplateNode, TemplateFailure> {
        let pipeline = parse_pipeline(tokens)?;
        if keyword == "range" {
            self.loops += 1;
        }
        let (then, end) = self.parse_block()?;
        if keyword == "range" {
            self.loops -= 1;
        }
        let otherwise = match end {
            BlockEnd::End => Vec::new(),
            BlockEnd::Template => return Err(TemplateFailure::invalid(format!("{keyword} has no end"))),
            BlockEnd::Else(tokens) => self.parse_else(keyword, &tokens)?,
        };
        Ok(match keyword {
            "if" => TemplateNode::If { condition: pipeline, then, otherwise },
            "with" => TemplateNode::With { value: pipeline, then, otherwise },
            _ => TemplateNode::Range { items: pipeline, body: then, otherwise },
        })
    }

    /// Parses what follows an `else`: another branch of the same kind, or a block.
    fn parse_else(&mut self, keyword: &str, tokens: &[ActionToken]) -> Result<Vec<TemplateNode>, TemplateFailure> {
        if let Some((ActionToken { kind: ActionTokenKind::Name(name), .. }, rest)) = tokens.split_first() {
            if name != keyword || keyword == "range" {
                return Err(TemplateFailure::invalid(format!("else {name} after {keyword}")));
            }
            self.depth += 1;
            if self.depth > MAX_DEPTH {
                return Err(TemplateFailure::unsupported("branches that are nested so deeply"));
            }
            let node = self.parse_branches(keyword, rest)?;
            self.depth -= 1;
            return Ok(vec![node]);
        }
        if !tokens.is_empty() {
            return Err(TemplateFailure::invalid("something after else"));
        }
        match self.parse_block()? {
            (nodes, BlockEnd::End) => Ok(nodes),
            _ => Err(TemplateFailure::invalid(format!("{keyword} has no end"))),
        }
    }
}

fn parse_pipeline(tokens: &[ActionToken]) -> Result<Pipeline, TemplateFailure> {
    let mut parser = PipelineParser { tokens: tokens.iter().cloned(), next: None, depth: 0 };
    parser.advance();
    let mut pipeline = Pipeline::default();
    let declares =
        tokens.iter().position(|token| matches!(token.kind, ActionTokenKind::Declare | ActionTokenKind::Assign));
    if let Some(at) = declares {
        pipeline.is_assignment = tokens[at].kind == ActionTokenKind::Assign;
        for (place, token) in tokens[..at].iter().enumerate() {
            match &token.kind {
                ActionTokenKind::Variable(name) if place % 2 == 0 => pipeline.variables.push(name.clone()),
                ActionTokenKind::Comma if place % 2 == 1 => {}
                _ => return Err(TemplateFailure::invalid("a declaration without variables")),
            }
        }
        for _ in 0..=at {
            parser.advance();
        }
    }
    pipeline.commands = parser.parse_commands()?;
    if parser.next.is_some() {
        return Err(TemplateFailure::invalid("something after a command"));
    }
    Ok(pipeline)
}

struct PipelineParser<'t> {
    tokens: Cloned<Iter<'t, ActionToken>>,
    next: Option<ActionToken>,
    depth: usize,
}

impl PipelineParser<'_> {
    fn advance(&mut self) -> Option<ActionToken> {
        let following = self.tokens.next();
        std::mem::replace(&mut self.next, following)
    }

    /// Parses commands to the end, or to a parenthesis that closes.
    fn parse_commands(&mut self) -> Result<Vec<Vec<Operand>>, TemplateFailure> {
        let mut commands = Vec::new();
        loop {
            let mut operands: Vec<Operand> = Vec::new();
            while let Some(token) = &self.next {
                if matches!(token.kind, ActionTokenKind::Pipe | ActionTokenKind::CloseParenthesis) {
                    break;
                }
                if !operands.is_empty() && !token.follows_whitespace {
                    return Err(TemplateFailure::invalid("operands without whitespace between them"));
                }
                operands.push(self.parse_operand()?);
            }
            if operands.is_empty() {
                return Err(TemplateFailure::unsupported("an action without a command"));
            }
            commands.push(operands);
            if !self.next.as_ref().is_some_and(|token| token.kind == ActionTokenKind::Pipe) {
                return Ok(commands);
            }
            self.advance();
        }
    }

    fn parse_operand(&mut self) -> Result<Operand, TemplateFailure> {
        let mut fields = Vec::new();
        let term = match self.advance().map(|token| token.kind) {
            Some(ActionTokenKind::Dot) => return Ok(Operand { term: Term::Dot, fields }),
            Some(ActionTokenKind::Field(name)) => {
                fields.push(name);
                Term::Dot
            }
            Some(ActionTokenKind::Variable(name)) => Term::Variable(name),
            Some(ActionTokenKind::Name(name)) => Term::Function(name),
            Some(ActionTokenKind::Literal(value)) => Term::Literal(value),
            Some(ActionTokenKind::Nil) => Term::Nil,
            Some(ActionTokenKind::OpenParenthesis) => Term::Parentheses(Box::new(self.parse_parentheses()?)),
            _ => return Err(TemplateFailure::invalid("an operand is missing")),
        };
        while let Some(ActionToken { kind: ActionTokenKind::Field(name), follows_whitespace: false }) = &self.next {
            fields.push(name.clone());
            self.advance();
        }
        if !fields.is_empty() && matches!(term, Term::Literal(_) | Term::Nil) {
            return Err(TemplateFailure::invalid("a field of a literal"));
        }
        Ok(Operand { term, fields })
    }

    fn parse_parentheses(&mut self) -> Result<Pipeline, TemplateFailure> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(TemplateFailure::unsupported("parentheses that are nested so deeply"));
        }
        let commands = self.parse_commands()?;
        self.depth -= 1;
        if self.advance().is_none() {
            return Err(TemplateFailure::invalid("a parenthesis does not close"));
        }
        Ok(Pipeline { commands, ..Pipeline::default() })
    }
}
