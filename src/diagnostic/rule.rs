//! The rule behind each message, by which reports for programs group them.

use super::Message;

impl Message {
    /// The rule, in small letters with hyphens. A rule keeps its name: users filter reports by it.
    pub fn rule(&self) -> &'static str {
        use Message::*;
        match self {
            Syntax { .. } => "invalid-yaml",
            TextIgnored => "ignored-text",
            RunTogether { .. } => "missing-separator",
            DuplicateKey { .. } => "duplicate-key",
            NoApiVersion { .. } => "no-api-version",
            NotText { .. } => "not-text",
            TemplatesSkipped { .. } => "templates-skipped",
            KustomizeSource { .. } => "kustomize-source",
            PatchesSkipped { .. } => "patches-skipped",
            NotAMapping { .. }
            | InvalidKey { .. }
            | ValueNotText { .. }
            | NotBase64 { .. }
            | KeyInDataAndBinaryData { .. }
            | TooLarge { .. }
            | UnusedInvalid { .. } => "invalid-config",
            ReadDifferently { .. } => "read-differently",
            NothingMatches { .. } | Unresolved { .. } | SecretsUnresolved { .. } => "dangling-reference",
            Substituted { .. } => "substituted-later",
            MissingKey { .. } => "missing-key",
            Ambiguous { .. } | AmbiguousName { .. } => "ambiguous-reference",
            InvalidPattern { .. }
            | UnknownRollOn { .. }
            | UnknownFlag { .. }
            | UnknownBaseName { .. }
            | UnknownStrategy { .. } => "unknown-annotation-value",
            NotStamped { .. } | HarmNotStamped { .. } | TemplateElsewhere { .. } => "not-stamped",
            NoEffect { .. } | PodKeepsFrozen => "no-roll",
            CannotEdit { .. } | EditsOverlap | VerificationFailed => "cannot-edit",
            NameTooLong { .. } | NameTaken { .. } => "name-not-possible",
            TwoNames { .. } => "two-names",
            SpecCannotChange { .. } => "immutable-template",
            NewNameHarms { .. } => "harmful-change",
            NotRenamed { .. } => "not-renamed",
            RollsTwice { .. } => "rolls-twice",
            RequestChanged { .. } => "request-changed",
            ForeignStamp { .. } => "foreign-stamp",
            Mention { .. } => "name-mentioned",
        }
    }
}
