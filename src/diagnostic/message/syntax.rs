//! Messages about the text of documents, and about documents that hold no objects for us.

use super::{Rule, Words, count, error, note, warning};

/// A message about the text of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is explained by its arm in `words`")]
pub enum SyntaxMessage {
    InvalidYaml { problem: String, help: Option<String> },
    OtherTextSkipped { problem: String, help: Option<String> },
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
    PatchFilesSkipped { files: usize, first: String },
}

const INVALID_YAML: Rule = Rule {
    id: "invalid-yaml",
    description: "A document cannot be read as YAML or JSON in the way in which Kubernetes reads it.",
};
const IGNORED_TEXT: Rule =
    Rule { id: "ignored-text", description: "Text after the end of a document is ignored by kubectl." };
const MISSING_SEPARATOR: Rule =
    Rule { id: "missing-separator", description: "Two manifests are in one document, without `---` between them." };
const DUPLICATE_KEY: Rule = Rule {
    id: "duplicate-key",
    description: "A key is repeated in its mapping, and it matters which of its values is taken.",
};
const REPEATED_KEY: Rule = Rule {
    id: "repeated-key",
    description: "A key is repeated in its mapping where it makes no difference to links, digests or edits.",
};
const NO_API_VERSION: Rule = Rule {
    id: "no-api-version",
    description: "An object of a known kind has no `apiVersion`, so it is not a Kubernetes object.",
};
const NOT_A_STRING: Rule = Rule { id: "not-a-string", description: "A name or namespace is not a string." };
const TEMPLATES_SKIPPED: Rule =
    Rule { id: "templates-skipped", description: "Files are template source, not manifests." };
const YTT_SKIPPED: Rule = Rule { id: "ytt-skipped", description: "Files are templates of ytt, not manifests." };
const OPENSHIFT_TEMPLATES_SKIPPED: Rule =
    Rule { id: "openshift-templates-skipped", description: "Files hold OpenShift templates, not manifests." };
const KUSTOMIZE_SOURCE: Rule = Rule {
    id: "kustomize-source",
    description: "Files are source of kustomize, which changes names and adds configs in its build.",
};
const PATCHES_SKIPPED: Rule =
    Rule { id: "patches-skipped", description: "Documents are patches of objects, not objects." };

impl SyntaxMessage {
    /// Returns `true` if it is about documents that are not read.
    pub(crate) fn leaves_documents_out(&self) -> bool {
        use SyntaxMessage::*;
        match self {
            InvalidYaml { .. } | MissingSeparator { .. } | DuplicateKey { .. } | NoApiVersion { .. } => true,
            TemplatesSkipped { .. } | YttSkipped { .. } | OpenShiftTemplatesSkipped { .. } => true,
            PatchesSkipped { .. } | PatchFilesSkipped { .. } | OtherTextSkipped { .. } => true,
            IgnoredText | RepeatedKey { .. } | NotAString { .. } | KustomizeSource { .. } => false,
        }
    }

    pub(super) fn words(&self) -> Words {
        use SyntaxMessage::*;
        match self {
            InvalidYaml { problem, help } => Words { help: help.clone(), ..error(INVALID_YAML, problem) },
            OtherTextSkipped { problem, help } => {
                let text = format!("skipped, as it is neither a manifest nor valid YAML: {problem}");
                Words { help: help.clone(), ..note(INVALID_YAML, text) }
            }
            IgnoredText => warning(IGNORED_TEXT, "kubectl ignores everything from here to the next `---`")
                .help("put a line `---` before it if it is a document of its own, or remove it"),
            MissingSeparator { first_line } => error(
                MISSING_SEPARATOR,
                format!(
                    "a second manifest starts inside the document of line {first_line}: it repeats the keys of the \
                     first"
                ),
            )
            .help("put a line `---` before it"),
            DuplicateKey { key, first_line } => {
                error(DUPLICATE_KEY, format!("duplicate key `{key}`, first used on line {first_line}"))
                    .help("keep one of them, or skip the object with `--skip-invalid`")
            }
            RepeatedKey { key, first_line } => {
                let text = format!("repeated key `{key}`, first used on line {first_line}: the last one wins");
                warning(REPEATED_KEY, text).help("keep one of them")
            }
            NoApiVersion { kind } => note(NO_API_VERSION, format!("{kind} without `apiVersion`, skipped"))
                .help("add `apiVersion` if this is a Kubernetes object"),
            NotAString { field, written } => error(NOT_A_STRING, format!("{field} must be a string, not {written}"))
                .help(format!("quote it: \"{written}\"")),
            TemplatesSkipped { files, first } => {
                let them = if *files == 1 { "it" } else { "them" };
                note(TEMPLATES_SKIPPED, format!("{} skipped (first: {first})", count(*files, "template file")))
                    .help(format!("render {them} first, for example `rollstamp stamp -- helm template CHART`"))
            }
            YttSkipped { files, first } => {
                let text = format!("{} of ytt skipped (first: {first})", count(*files, "template file"));
                note(YTT_SKIPPED, text).help("render first, for example `rollstamp stamp -- ytt -f DIR`")
            }
            OpenShiftTemplatesSkipped { files, first } => {
                let text = format!("{} with OpenShift templates skipped (first: {first})", count(*files, "file"));
                note(OPENSHIFT_TEMPLATES_SKIPPED, text)
                    .help("process them first: `rollstamp stamp -- oc process -f FILE --local -o yaml`")
            }
            KustomizeSource { files, first } => {
                let files = count(*files, "kustomization");
                let text = format!(
                    "{files} read without being built (first: {first}): names, namespaces and generated configs come \
                     only with the build"
                );
                note(KUSTOMIZE_SOURCE, text).help("build first, for example `rollstamp stamp -- kustomize build DIR`")
            }
            PatchesSkipped { count: patches } => {
                let its = if *patches == 1 { "its" } else { "their" };
                let patches = count(*patches, "patch");
                note(PATCHES_SKIPPED, format!("{patches} skipped: none of {its} containers has an image"))
            }
            PatchFilesSkipped { files, first } => describe_patch_files(*files, first),
        }
    }
}

fn describe_patch_files(files: usize, first: &str) -> Words {
    let them = if files == 1 { "it as a patch" } else { "them as patches" };
    let text = format!("{} skipped (first: {first}): a kustomization uses {them}", count(files, "file"));
    note(PATCHES_SKIPPED, text).help("build first, for example `rollstamp stamp -- kustomize build DIR`")
}
