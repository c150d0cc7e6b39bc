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
                .help("start it with `---` if it is a document of its own, or remove it"),
            MissingSeparator { first_line } => error(
                "missing-separator",
                format!("a second manifest starts in the document of line {first_line}: its keys repeat the first's"),
            )
            .help("put a line `---` before it"),
            DuplicateKey { key, first_line } => {
                error("duplicate-key", format!("key `{key}` is already on line {first_line}"))
                    .help("keep one of them, or leave the object as it is with `--skip-invalid`")
            }
            RepeatedKey { key, first_line } => {
                warning("repeated-key", format!("key `{key}` is already on line {first_line}; the last one counts"))
                    .help("keep one of them")
            }
            NoApiVersion { kind } => note("no-api-version", format!("a {kind} without `apiVersion` is left alone"))
                .help("add it, or rename the kind if this is not for Kubernetes"),
            NotAString { field, written } => {
                error("not-text", format!("{field} is not text ({written})")).help(format!("write \"{written}\""))
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
                let (files, stand) =
                    (count(*files, "kustomization"), if *files == 1 { "it stands" } else { "they stand" });
                let text = format!(
                    "{files} read as {stand} (first: {first}): names, namespaces and generated configs come with the \
                     build"
                );
                note("kustomize-source", text)
                    .help("render first, for example `rollstamp stamp -- kustomize build DIR`")
            }
            PatchesSkipped { count: patches } => {
                let them = if *patches == 1 { "it" } else { "them" };
                let text = format!("{} left alone: no container in {them} has an image", count(*patches, "patch"));
                note("patches-skipped", text)
            }
        }
    }
}
