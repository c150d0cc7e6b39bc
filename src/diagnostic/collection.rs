//! The diagnostics of one stage, in the order in which they were found.

use std::ops::{Deref, DerefMut};

use super::{Diagnostic, DiagnosticLocation, Message, Place, Severity};

/// Diagnostics in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Adds a message about a place, with the severity of the message.
    pub fn report(
        &mut self,
        place: impl Into<Option<Place>>,
        object: impl Into<Option<String>>,
        message: impl Into<Message>,
    ) -> &mut Diagnostic {
        let message = message.into();
        self.report_as(message.severity(), place, object, message)
    }

    /// Adds a message about a place, with a severity that the circumstances decide.
    pub fn report_as(
        &mut self,
        severity: Severity,
        place: impl Into<Option<Place>>,
        object: impl Into<Option<String>>,
        message: impl Into<Message>,
    ) -> &mut Diagnostic {
        self.push(Diagnostic {
            severity,
            location: place.into().map(DiagnosticLocation::Span),
            object: object.into(),
            message: message.into(),
            quotable: true,
        })
    }

    /// Adds a message about the whole input.
    pub fn report_summary(&mut self, message: impl Into<Message>) {
        self.push(Diagnostic::general(message));
    }

    /// Adds a diagnostic.
    pub fn push(&mut self, diagnostic: Diagnostic) -> &mut Diagnostic {
        let index = self.0.len();
        self.0.push(diagnostic);
        &mut self.0[index]
    }

    /// Counts the errors among them.
    pub fn count_errors(&self) -> usize {
        self.0.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count()
    }

    /// Returns `true` if one of them is an error.
    pub fn has_errors(&self) -> bool {
        super::has_errors(&self.0)
    }
}

impl Deref for Diagnostics {
    type Target = [Diagnostic];

    fn deref(&self) -> &[Diagnostic] {
        &self.0
    }
}

impl DerefMut for Diagnostics {
    fn deref_mut(&mut self) -> &mut [Diagnostic] {
        &mut self.0
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<T: IntoIterator<Item = Diagnostic>>(&mut self, diagnostics: T) {
        self.0.extend(diagnostics);
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<T: IntoIterator<Item = Diagnostic>>(diagnostics: T) -> Diagnostics {
        Diagnostics(diagnostics.into_iter().collect())
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'d> IntoIterator for &'d Diagnostics {
    type Item = &'d Diagnostic;
    type IntoIter = std::slice::Iter<'d, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}
