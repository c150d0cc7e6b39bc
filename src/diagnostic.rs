//! Diagnostics of the input: where, about which object, what is wrong, and what to do.

mod collection;
mod message;

pub use collection::Diagnostics;
pub use message::{
    AnnotationMessage, ContentMessage, EditMessage, Message, ReferenceMessage, RenameMessage, StampMessage,
    SyntaxMessage,
};

use std::ops::Range;

use crate::index::IdVec;
use crate::source::{Position, Source, SourceId};

/// The severity of a diagnostic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The work cannot be done: exit status 2.
    Error,
    /// The work is done, and its user should look at this.
    Warning,
    /// Information.
    Note,
    /// Information that is shown with `-v` only.
    Detail,
}

impl Severity {
    /// The word for it: `error`, `warning`, `note`; a detail is a note.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note | Severity::Detail => "note",
        }
    }
}

/// A byte range of one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The source.
    pub source: SourceId,
    /// Bytes of its padded text.
    pub span: Range<usize>,
}

/// A message about the input, with severity and place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Error, warning or note.
    pub severity: Severity,
    /// The place; absent for a message about the whole input.
    pub place: Option<Place>,
    /// The object as people write it: `ConfigMap/app`, `prod/Deployment/web`.
    pub object: Option<String>,
    /// What is wrong, and what to do.
    pub message: Message,
    /// Set if the source line may be shown: it cannot hold a Secret's value.
    pub quotable: bool,
}

impl Diagnostic {
    /// A diagnostic at a place whose source line may be shown.
    pub fn new(place: Place, object: impl Into<Option<String>>, message: impl Into<Message>) -> Diagnostic {
        let message = message.into();
        Diagnostic { severity: message.severity(), place: Some(place), object: object.into(), message, quotable: true }
    }

    /// A diagnostic about the whole input.
    pub fn general(message: impl Into<Message>) -> Diagnostic {
        let message = message.into();
        Diagnostic { severity: message.severity(), place: None, object: None, message, quotable: false }
    }

    /// Keeps the source line from being shown.
    pub fn hide_source(&mut self) {
        self.quotable = false;
    }

    /// The label of the source and the position in it.
    pub fn position<'a>(&self, sources: &'a IdVec<Source>) -> Option<(&'a str, Position)> {
        let place = self.place.as_ref()?;
        let source = &sources[place.source];
        Some((source.name(), source.position(place.span.start)))
    }

    /// `path:line:column: Object: what is wrong; what to do`.
    pub fn line(&self, sources: &IdVec<Source>) -> String {
        let mut line = String::new();
        if let Some((name, Position { line: row, column })) = self.position(sources) {
            line = format!("{name}:{row}:{column}: ");
        }
        line + &self.sentence()
    }

    /// The same without the place: `Object: what is wrong; what to do`.
    pub fn sentence(&self) -> String {
        let object = self.object.as_ref().map_or(String::new(), |object| format!("{object}: "));
        match self.message.help() {
            Some(help) => format!("{object}{}; {help}", self.message),
            None => format!("{object}{}", self.message),
        }
    }
}
