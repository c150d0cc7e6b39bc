//! The text of a Go template as pieces: text that is printed as it stands, and actions as tokens.
//!
//! Source: `lex.go` of Go's package `text/template/parse`.

use super::TemplateFailure;
use super::value::GoValue;

/// Whitespace, of which trim markers take everything away.
const WHITESPACE: [char; 4] = [' ', '\t', '\r', '\n'];

/// A part of a template.
#[derive(Debug, PartialEq)]
pub(super) enum TemplatePiece {
    /// Printed as it stands.
    Text(String),
    /// The tokens between `{{` and `}}`.
    Action(Vec<ActionToken>),
}

/// A token of an action.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ActionToken {
    pub(super) kind: ActionTokenKind,
    /// Set after whitespace, which parts operands.
    pub(super) follows_whitespace: bool,
}

/// The kinds of tokens.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum ActionTokenKind {
    /// A name: a keyword or a function.
    Name(String),
    /// `.name`, without the dot.
    Field(String),
    /// `$name`, or `$` alone, with the dollar.
    Variable(String),
    Dot,
    Literal(GoValue),
    Nil,
    Pipe,
    OpenParenthesis,
    CloseParenthesis,
    /// `:=`.
    Declare,
    /// `=`.
    Assign,
    Comma,
}

/// Splits a template into its pieces.
///
/// # Errors
/// An action or a literal that does not end, and characters that no action has.
pub(super) fn split_template(template: &str) -> Result<Vec<TemplatePiece>, TemplateFailure> {
    let mut pieces = Vec::new();
    let mut rest = template;
    let mut trims_start = false;
    loop {
        let (text, after) = match rest.split_once("{{") {
            Some((text, after)) => (text, Some(after)),
            None => (rest, None),
        };
        let mut text = if trims_start { text.trim_start_matches(WHITESPACE) } else { text };
        let Some(mut action) = after else {
            pieces.push(TemplatePiece::Text(text.to_owned()));
            return Ok(pieces);
        };
        if let Some(trimmed) = action.strip_prefix('-').filter(|trimmed| trimmed.starts_with(WHITESPACE)) {
            text = text.trim_end_matches(WHITESPACE);
            action = trimmed;
        }
        pieces.push(TemplatePiece::Text(text.to_owned()));
        if let Some(comment) = action.trim_start_matches(WHITESPACE).strip_prefix("/*") {
            (rest, trims_start) = skip_comment(comment)?;
            continue;
        }
        let mut lexer = ActionLexer { rest: action, tokens: Vec::new() };
        trims_start = lexer.read_action()?;
        rest = lexer.rest;
        pieces.push(TemplatePiece::Action(lexer.tokens));
    }
}

/// The text after a comment, and `true` if its start is trimmed.
fn skip_comment(comment: &str) -> Result<(&str, bool), TemplateFailure> {
    let Some((_, after)) = comment.split_once("*/") else {
        return Err(TemplateFailure::invalid("a comment does not end"));
    };
    if let Some(rest) = after.strip_prefix("}}") {
        return Ok((rest, false));
    }
    match trimmed_end(after) {
        Some(rest) => Ok((rest, true)),
        None => Err(TemplateFailure::invalid("a comment is followed by something else")),
    }
}

/// The text after ` -}}`, if that stands at the start.
fn trimmed_end(text: &str) -> Option<&str> {
    text.strip_prefix(WHITESPACE)?.strip_prefix("-}}")
}

struct ActionLexer<'t> {
    rest: &'t str,
    tokens: Vec<ActionToken>,
}

impl ActionLexer<'_> {
    /// Reads tokens to the end of the action. Returns `true` if the start of what follows is trimmed.
    fn read_action(&mut self) -> Result<bool, TemplateFailure> {
        let mut follows_whitespace = false;
        loop {
            if let Some(rest) = self.rest.strip_prefix("}}") {
                self.rest = rest;
                return Ok(false);
            }
            if let Some(rest) = trimmed_end(self.rest) {
                self.rest = rest;
                return Ok(true);
            }
            let trimmed = self.rest.trim_start_matches(WHITESPACE);
            if trimmed.len() < self.rest.len() {
                // The last blank may begin the end of the action.
                let blank = self.rest.len() - trimmed.len() - 1;
                self.rest = &self.rest[blank..];
                if trimmed_end(self.rest).is_none() {
                    self.rest = trimmed;
                }
                follows_whitespace = true;
                continue;
            }
            let kind = self.read_token()?;
            self.tokens.push(ActionToken { kind, follows_whitespace });
            follows_whitespace = false;
        }
    }

    fn read_token(&mut self) -> Result<ActionTokenKind, TemplateFailure> {
        let Some(first) = self.rest.chars().next() else {
            return Err(TemplateFailure::invalid("an action does not end"));
        };
        let second = self.rest[first.len_utf8()..].chars().next();
        let kind = match first {
            '|' => ActionTokenKind::Pipe,
            '(' => ActionTokenKind::OpenParenthesis,
            ')' => ActionTokenKind::CloseParenthesis,
            ',' => ActionTokenKind::Comma,
            '=' => ActionTokenKind::Assign,
            ':' if second == Some('=') => {
                self.rest = &self.rest[2..];
                return Ok(ActionTokenKind::Declare);
            }
            '"' | '`' => return self.read_text(first),
            '\'' => return Err(TemplateFailure::unsupported("a character in single quotes")),
            '$' => {
                self.rest = &self.rest[1..];
                return Ok(ActionTokenKind::Variable(format!("${}", self.take_name())));
            }
            '.' if second.is_some_and(|letter| letter.is_ascii_digit()) => return self.read_number(),
            '.' => {
                self.rest = &self.rest[1..];
                let name = self.take_name();
                return Ok(if name.is_empty() { ActionTokenKind::Dot } else { ActionTokenKind::Field(name) });
            }
            '+' | '-' | '0'..='9' => return self.read_number(),
            letter if letter == '_' || letter.is_alphabetic() => return Ok(word(self.take_name())),
            other => return Err(TemplateFailure::invalid(format!("{other:?} in an action"))),
        };
        self.rest = &self.rest[1..];
        Ok(kind)
    }

    fn take_name(&mut self) -> String {
        let end = self.rest.find(|letter: char| letter != '_' && !letter.is_alphanumeric()).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        name.to_owned()
    }

    fn read_number(&mut self) -> Result<ActionTokenKind, TemplateFailure> {
        let is_part = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '+' | '-');
        let end = self.rest.find(|letter: char| !is_part(letter)).unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        let digits = text.trim_start_matches(['+', '-']);
        // A leading zero is an octal number, letters are those of other bases or of imaginary numbers.
        let is_octal = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
        if is_octal || digits.contains(|letter: char| letter == '_' || (letter.is_alphabetic() && letter != 'e')) {
            return Err(TemplateFailure::unsupported(format!("the number {text}")));
        }
        if let Ok(number) = text.parse() {
            return Ok(ActionTokenKind::Literal(GoValue::Int(number)));
        }
        match text.parse() {
            Ok(number) => Ok(ActionTokenKind::Literal(GoValue::Float(number))),
            Err(_) => Err(TemplateFailure::invalid(format!("{text} is not a number"))),
        }
    }

    /// Reads a text between quotes, of which `mark` is the first.
    fn read_text(&mut self, mark: char) -> Result<ActionTokenKind, TemplateFailure> {
        let mut text = String::new();
        let mut letters = self.rest.char_indices().skip(1);
        while let Some((at, letter)) = letters.next() {
            if letter == mark {
                self.rest = &self.rest[at + 1..];
                return Ok(ActionTokenKind::Literal(GoValue::Text(text)));
            }
            match (mark, letter) {
                ('"', '\n') => break,
                ('"', '\\') => match letters.next() {
                    Some((_, 'n')) => text.push('\n'),
                    Some((_, 't')) => text.push('\t'),
                    Some((_, 'r')) => text.push('\r'),
                    Some((_, escaped @ ('"' | '\\'))) => text.push(escaped),
                    Some((_, other)) => return Err(TemplateFailure::unsupported(format!("the escape \\{other}"))),
                    None => break,
                },
                // Go drops carriage returns of raw texts.
                ('`', '\r') => {}
                _ => text.push(letter),
            }
        }
        Err(TemplateFailure::invalid("a text in quotes does not end"))
    }
}

fn word(name: String) -> ActionTokenKind {
    match name.as_str() {
        "true" => ActionTokenKind::Literal(GoValue::Bool(true)),
        "false" => ActionTokenKind::Literal(GoValue::Bool(false)),
        "nil" => ActionTokenKind::Nil,
        _ => ActionTokenKind::Name(name),
    }
}
