//! The messages: what can be wrong with the input, in one enum for each stage that finds it. Everything about a message
//! is written in its arm of the stage's `words`: rule, severity, text, help, and whether it is a finding.

mod annotation;
mod change;
mod content;
mod edit;
mod impact;
mod metadata;
mod option;
mod reference;
mod rename;
mod repository;
mod rule;
mod run;
mod shape;
mod stamp;
mod syntax;

pub use annotation::AnnotationMessage;
pub use change::ChangeMessage;
pub use content::ContentMessage;
pub use edit::EditMessage;
pub use impact::{ImpactCause, ImpactMessage};
pub use metadata::MetadataMessage;
pub use option::OptionMessage;
pub(crate) use reference::WAYS_TO_NARROW_THE_RUN;
pub use reference::{ReferenceMessage, UnrewrittenCause};
pub use rename::{ForeignSuffix, GENERATED_CONFIG, RenameMessage};
pub use repository::RepositoryMessage;
pub use rule::Rule;
pub use run::RunMessage;
pub use shape::ShapeMessage;
pub use stamp::StampMessage;
pub use syntax::SyntaxMessage;

use std::fmt;

use super::Severity;

/// A message about the input. `Display` prints what is wrong; [`Message::help`] returns what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// About the text of a document.
    Syntax(SyntaxMessage),
    /// About the content of a config.
    Content(ContentMessage),
    /// About the value of an annotation.
    Annotation(AnnotationMessage),
    /// About a reference to a config.
    Reference(ReferenceMessage),
    /// About an option.
    Option(OptionMessage),
    /// About the shape of a field that refers to configs.
    Shape(ShapeMessage),
    /// About names, labels and annotations.
    Metadata(MetadataMessage),
    /// About a stamp.
    Stamp(StampMessage),
    /// About a new name.
    Rename(RenameMessage),
    /// About an edit that cannot be made.
    Edit(EditMessage),
    /// About a change of a plan.
    Change(ChangeMessage),
    /// About the effect of a change on a workload.
    Impact(ImpactMessage),
    /// About the applications of a repository.
    Repository(RepositoryMessage),
    /// About the run.
    Run(RunMessage),
}

impl Message {
    /// The rule by which reports for programs group and filter messages.
    pub fn rule(&self) -> Rule {
        self.words().rule
    }

    /// The severity, unless the circumstances change it.
    pub fn severity(&self) -> Severity {
        self.words().severity
    }

    /// Returns what to do about it, unless that is obvious.
    pub fn help(&self) -> Option<String> {
        self.words().help
    }

    /// Returns the part that distinguishes it from other messages of its rule about the same object, and stays the same
    /// while content changes.
    pub fn identity(&self) -> String {
        let words = self.words();
        words.identity.unwrap_or(words.text)
    }

    /// Returns `true` if it fails a run under `--strict`.
    pub fn is_finding(&self) -> bool {
        self.words().is_finding
    }
}

/// Prints what is wrong.
impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words().text)
    }
}

/// Makes the message of each stage a message, and finds its words.
macro_rules! stages {
    ($($stage:ident($message:ty)),* $(,)?) => {
        impl Message {
            fn words(&self) -> Words {
                match self {
                    $(Message::$stage(message) => message.words(),)*
                }
            }
        }

        $(impl From<$message> for Message {
            fn from(message: $message) -> Message {
                Message::$stage(message)
            }
        })*
    };
}

stages! {
    Shape(ShapeMessage),
    Syntax(SyntaxMessage),
    Content(ContentMessage),
    Annotation(AnnotationMessage),
    Reference(ReferenceMessage),
    Option(OptionMessage),
    Metadata(MetadataMessage),
    Stamp(StampMessage),
    Rename(RenameMessage),
    Edit(EditMessage),
    Change(ChangeMessage),
    Impact(ImpactMessage),
    Repository(RepositoryMessage),
    Run(RunMessage),
}

/// Everything about a message.
struct Words {
    rule: Rule,
    severity: Severity,
    text: String,
    help: Option<String>,
    is_finding: bool,
    identity: Option<String>,
}

impl Words {
    /// Adds what to do.
    fn help(self, help: impl Into<String>) -> Words {
        Words { help: Some(help.into()), ..self }
    }

    /// Sets the severity.
    fn severity(self, severity: Severity) -> Words {
        Words { severity, ..self }
    }

    /// Sets what tells the message from others of its rule about the same object, where the text changes with content.
    fn identity(self, identity: impl Into<String>) -> Words {
        Words { identity: Some(identity.into()), ..self }
    }

    /// Lets it fail a run under `--strict`.
    fn finding(self) -> Words {
        Words { is_finding: true, ..self }
    }
}

fn words(severity: Severity, rule: Rule, text: impl Into<String>) -> Words {
    Words { rule, severity, text: text.into(), help: None, is_finding: false, identity: None }
}

fn error(rule: Rule, text: impl Into<String>) -> Words {
    words(Severity::Error, rule, text)
}

fn warning(rule: Rule, text: impl Into<String>) -> Words {
    words(Severity::Warning, rule, text)
}

fn note(rule: Rule, text: impl Into<String>) -> Words {
    words(Severity::Note, rule, text)
}

fn detail(rule: Rule, text: impl Into<String>) -> Words {
    words(Severity::Detail, rule, text)
}

/// A number with its noun: `1 patch`, `2 patches`.
fn count(number: usize, noun: &str) -> String {
    match (number, noun.ends_with("ch")) {
        (1, _) => format!("1 {noun}"),
        (_, true) => format!("{number} {noun}es"),
        (_, false) => format!("{number} {noun}s"),
    }
}

/// Further objects that a message is about too, in parentheses, of which a long list is cut off.
fn list_labels(introduction: &str, labels: &[String]) -> String {
    const SHOWN: usize = 5;
    let mut names = labels.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    if labels.len() > SHOWN {
        names.push_str(&format!(" and {} more", labels.len() - SHOWN));
    }
    if labels.is_empty() { names } else { format!(" ({introduction} {names})") }
}
