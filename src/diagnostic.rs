//! Diagnostics of the input: where, about which object, what is wrong, and what to do.

mod collection;
mod message;

pub use collection::Diagnostics;
pub(crate) use message::WAYS_TO_NARROW_THE_RUN;
pub use message::{
    AnnotationMessage, ChangeMessage, ContentMessage, EditMessage, ForeignSuffix, GENERATED_CONFIG, ImpactCause,
    ImpactMessage, Message, MetadataMessage, OptionMessage, ReferenceMessage, RenameMessage, RepositoryMessage, Rule,
    RunMessage, ShapeMessage, StampMessage, SyntaxMessage, UnrewrittenCause,
};

use std::ops::Range;

use crate::escape::escape;
use crate::index::IdVec;
use crate::source::{FileLine, Position, Source, SourceId};

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

/// The place that a diagnostic is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiagnosticLocation {
    /// In a source of the bundle.
    Span(Place),
    /// In a text that is not a source of the bundle, such as an options file.
    Position {
        /// The name of the text.
        name: String,
        /// Line and column in it.
        position: Position,
    },
    /// In a source of the bundle that a renderer made of a file.
    Rendered {
        /// The place in the rendering.
        place: Place,
        /// The file, and the line that it comes from.
        file: FileLine,
    },
}

/// A message about the input, with severity and place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Error, warning or note.
    pub severity: Severity,
    /// The place; absent for a message about the whole input.
    pub location: Option<DiagnosticLocation>,
    /// The object as people write it: `ConfigMap/app`, `prod/Deployment/web`.
    pub object: Option<String>,
    /// The message: what is wrong, and what to do.
    pub message: Message,
    /// Set if the source line may be shown: it cannot hold a Secret's value.
    pub quotable: bool,
}

impl Diagnostic {
    /// A diagnostic at a place whose source line may be shown.
    pub fn new(place: Place, object: impl Into<Option<String>>, message: impl Into<Message>) -> Diagnostic {
        let message = message.into();
        let location = Some(DiagnosticLocation::Span(place));
        Diagnostic { severity: message.severity(), location, object: object.into(), message, quotable: true }
    }

    /// A diagnostic about the whole input, or about the run.
    pub fn general(message: impl Into<Message>) -> Diagnostic {
        let message = message.into();
        Diagnostic { severity: message.severity(), location: None, object: None, message, quotable: false }
    }

    /// A diagnostic at a position in a text that is not a source of the bundle.
    pub fn at_position(name: impl Into<String>, position: Position, message: impl Into<Message>) -> Diagnostic {
        let location = DiagnosticLocation::Position { name: name.into(), position };
        Diagnostic { location: Some(location), ..Diagnostic::general(message) }
    }

    /// Gives it another severity.
    pub fn with_severity(self, severity: Severity) -> Diagnostic {
        Diagnostic { severity, ..self }
    }

    /// Says from which file a renderer made the place that it is about. Of the rendering nothing is shown then.
    pub fn rendered_from(self, file: FileLine) -> Diagnostic {
        let Some(place) = self.place().cloned() else { return self };
        Diagnostic { location: Some(DiagnosticLocation::Rendered { place, file }), quotable: false, ..self }
    }

    /// The place in a source of the bundle.
    pub fn place(&self) -> Option<&Place> {
        match &self.location {
            Some(DiagnosticLocation::Span(place) | DiagnosticLocation::Rendered { place, .. }) => Some(place),
            _ => None,
        }
    }

    /// The name of the text, and the position in it.
    pub fn position<'d>(&'d self, sources: &'d IdVec<Source>) -> Option<(&'d str, Position)> {
        match self.location.as_ref()? {
            DiagnosticLocation::Span(place) => {
                let source = &sources[place.source];
                Some((source.name(), source.position(place.span.start)))
            }
            DiagnosticLocation::Position { name, position } => Some((name, *position)),
            DiagnosticLocation::Rendered { file, .. } => Some((&file.file, Position { line: file.line, column: 1 })),
        }
    }

    /// Formats it as compilers do: `path:line:column: error: Object: what is wrong; what to do`.
    pub fn line(&self, sources: &IdVec<Source>) -> String {
        format!("{}{}: {}", self.place_prefix(sources), self.severity.as_str(), self.sentence())
    }

    /// `path:line:column: `, or nothing where there is no place.
    pub fn place_prefix(&self, sources: &IdVec<Source>) -> String {
        match self.position(sources) {
            Some((name, Position { line, column })) => format!("{}:{line}:{column}: ", escape(name)),
            None => String::new(),
        }
    }

    /// The message without place and severity, in one line: `Object: what is wrong; what to do`.
    pub fn sentence(&self) -> String {
        let object = self.object.as_ref().map_or(String::new(), |object| format!("{object}: "));
        let sentence = match self.message.help() {
            Some(help) => format!("{object}{}; {help}", self.message),
            None => format!("{object}{}", self.message),
        };
        escape(&sentence).into_owned()
    }
}

/// Returns `true` if one of the diagnostics is an error.
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
}
