//! Messages about the content of configs.

use super::{Rule, Words, count, detail, error, note, warning};

/// A message about the content of a config.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is explained by its arm in `words`")]
pub enum ContentMessage {
    NotAMapping {
        field: String,
    },
    InvalidKey {
        field: String,
        key: String,
    },
    ValueNotAString {
        field: String,
        key: String,
        key_as_written: String,
        value_kind: &'static str,
        written: Option<String>,
        collection: bool,
    },
    NotBase64 {
        field: String,
        key: String,
    },
    KeyInDataAndBinaryData {
        key: String,
    },
    TooLarge {
        bytes: usize,
    },
    TypeNeeds {
        kind: String,
        needs: &'static str,
    },
    UnusedInvalid {
        count: usize,
    },
    Patched {
        /// The file and line of the patch.
        patch: String,
    },
    ReadDifferently {
        what: String,
        readings: [&'static str; 2],
        help: &'static str,
    },
    Substituted {
        field: String,
        key: String,
        variable: Option<String>,
    },
}

const INVALID_CONFIG: Rule =
    Rule { id: "invalid-config", description: "Kubernetes refuses the content of a ConfigMap or Secret." };
const READ_DIFFERENTLY: Rule =
    Rule { id: "read-differently", description: "The same text is read as different values by kubectl and kustomize." };
const PATCHED_LATER: Rule = Rule {
    id: "patched-later",
    description: "A patch of kustomize changes a config that is read without being built.",
};
const SUBSTITUTED_LATER: Rule = Rule {
    id: "substituted-later",
    description: "A value contains a variable that Flux substitutes when it applies the manifests.",
};

impl ContentMessage {
    pub(super) fn words(&self) -> Words {
        use ContentMessage::*;
        match self {
            NotAMapping { field } => error(INVALID_CONFIG, format!("{field} must be a mapping of keys to values"))
                .help(format!("write one `KEY: \"VALUE\"` a line below `{field}:`")),
            InvalidKey { field, key } => error(INVALID_CONFIG, format!("invalid key `{key}` in {field}"))
                .help("a key has at most 253 letters, digits, `-`, `_` and `.`, and does not start with `..`"),
            ValueNotAString { field, key, key_as_written, value_kind, written, collection } => {
                let written_value = written.as_ref().map_or(String::new(), |written| format!(" ({written})"));
                error(INVALID_CONFIG, format!("{field}.{key} is {value_kind}{written_value}")).help(string_help(
                    key_as_written,
                    written.as_deref(),
                    *collection,
                ))
            }
            NotBase64 { field, key } => {
                let plain_field = if field == "data" { "stringData" } else { "data" };
                error(INVALID_CONFIG, format!("{field}.{key} is not base64"))
                    .help(format!("encode it, or move it to `{plain_field}` as it is"))
            }
            KeyInDataAndBinaryData { key } => {
                error(INVALID_CONFIG, format!("key `{key}` is in both data and binaryData")).help("keep one of them")
            }
            TooLarge { bytes } => {
                let text = format!("its content has {bytes} bytes; Kubernetes accepts at most 1048576");
                error(INVALID_CONFIG, text).help("split it, or keep large files elsewhere")
            }
            TypeNeeds { kind, needs } => warning(INVALID_CONFIG, format!("a Secret of the type {kind} needs {needs}"))
                .help("add it; Kubernetes refuses the Secret as it is"),
            UnusedInvalid { count: configs } => {
                let configs = count(*configs, "config");
                note(INVALID_CONFIG, format!("Kubernetes would refuse {configs} that nothing in the input refers to"))
                    .help("`-v` lists them")
            }
            Patched { patch } => warning(
                PATCHED_LATER,
                format!("{patch} patches it, and a digest is that of its content without the patch"),
            )
            .help("build first, for example `rollstamp stamp -- kustomize build DIR`")
            .finding(),
            ReadDifferently { what, readings: [kubectl, kustomize], help } => {
                let text = format!("{what} is {kubectl} for kubectl and {kustomize} for kustomize");
                warning(READ_DIFFERENTLY, text).help(*help)
            }
            Substituted { field, key, variable } => {
                let variable = variable.as_ref().map_or("a variable".to_string(), |name| format!("`${{{name}}}`"));
                let text = format!(
                    "{field}.{key} contains {variable}: a value that Flux substitutes later rolls nothing when it \
                     changes"
                );
                detail(SUBSTITUTED_LATER, text).help(
                    "substitute it first (`flux envsubst`), or annotate the object with \
                     kustomize.toolkit.fluxcd.io/substitute: disabled",
                )
            }
        }
    }
}

/// Returns the fix that makes a value a string.
fn string_help(key: &str, written: Option<&str>, is_collection: bool) -> String {
    let write = match written {
        _ if is_collection => format!("write `{key}: |` to make the lines below it one string"),
        Some(written) => format!("write \"{written}\", as in {key}: \"{written}\""),
        None => "quote it".to_string(),
    };
    format!("Kubernetes accepts only strings: {write}")
}
