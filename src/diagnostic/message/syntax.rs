//! Messages about the text of documents, and about documents that hold no objects for us.

use super::{Words, count, error, note, warning};

/// A message about the text of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is explained by its arm in `words`")]
pub enum SyntaxMessage {
    InvalidYaml { problem: String, help: Option<String> },
    IgnoredText,
    MissingSeparator { first_line: usize },
    DuplicateKey { key: String, first_line: usize },
    RepeatedKey { key: String, first_line: usize },
    NoApiVersion { kind: String },
    NotAString { field: String, written: String },
    TemplatesSkipped { files: usize, first: String },
    YttSkipped { files: usize, first: String },
    OpenShiftTemplatesSkipped { files: usize, first: String },
    KustomizeSource { files: usize, first: String },
    PatchesSkipped { count: usize },
}

impl SyntaxMessage {
    pub(super) fn words(&self) -> Words {
        use SyntaxMessage::*;
        match self {
            InvalidYaml { problem, help } => Words { help: help.clone(), ..error("invalid-yaml", problem) },
            IgnoredText => warning("ignored-text", "kubectl ignores everything from here to the next `---`")
                .help("put a line `---` before it if it is a document of its own, or remove it"),
            MissingSeparator { first_line } => error(
                "missing-separator",
                format!("a second manifest starts inside the document of line {first_line}: it repeats the keys of the first"),
            )
            .help("put a line `---` before it"),
            DuplicateKey { key, first_line } => {
                error("duplicate-key", format!("duplicate key `{key}`, first used on line {first_line}"))
                    .help("keep one of them, or skip the object with `--skip-invalid`")
            }
            RepeatedKey { key, first_line } => {
                warning("repeated-key", format!("repeated key `{key}`, first used on line {first_line}: the last one wins"))
                    .help("keep one of them")
            }
            NoApiVersion { kind } => note("no-api-version", format!("{kind} without `apiVersion`, skipped"))
                .help("add `apiVersion` if this is a Kubernetes object"),
            NotAString { field, written } => {
                error("not-text", format!("{field} must be a string, not {written}")).help(format!("quote it: \"{written}\""))
            }
            TemplatesSkipped { files, first } => {
                let them = if *files == 1 { "it" } else { "them" };
                note("templates-skipped", format!("{} skipped (first: {first})", count(*files, "template file")))
                    .help(format!("render {them} first, for example `rollstamp stamp -- helm template CHART`"))
            }
            YttSkipped { files, first } => {
                let text = format!("{} of ytt skipped (first: {first})", count(*files, "template file"));
                note("ytt-skipped", text).help("render first, for example `rollstamp stamp -- ytt -f DIR`")
            }
            OpenShiftTemplatesSkipped { files, first } => {
                let text = format!("{} with OpenShift templates skipped (first: {first})", count(*files, "file"));
                note("openshift-templates-skipped", text)
                    .help("process them first: `rollstamp stamp -- oc process -f FILE --local -o yaml`")
            }
            KustomizeSource { files, first } => {
                let files = count(*files, "kustomization");
                let text = format!(
                    "{files} read without being built (first: {first}): names, namespaces and generated configs come \
                     only with the build"
                );
                note("kustomize-source", text).help("build first, for example `rollstamp stamp -- kustomize build DIR`")
            }
            PatchesSkipped { count: patches } => {
                let its = if *patches == 1 { "its" } else { "their" };
                let patches = count(*patches, "patch");
                note("patches-skipped", format!("{patches} skipped: none of {its} containers has an image"))
            }
        }
    }
}
