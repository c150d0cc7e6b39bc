//! Names, labels and annotations that the API server accepts (`pkg/api/validation/objectmeta.go` and
//! `pkg/util/validation/validation.go` of k8s.io/apimachinery, and the validation of each kind in kubernetes/kubernetes).

use super::workloads::WorkloadKind;

/// The largest sum of the keys and values of an object's annotations, in bytes (`TotalAnnotationSizeLimitB`).
pub const MAX_ANNOTATIONS: usize = 256 << 10;

/// The form that a name must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameForm {
    /// A DNS subdomain: labels with dots between them.
    Subdomain {
        /// The number of bytes that it can have.
        max: usize,
    },
    /// A DNS label: without dots.
    Label,
}

impl NameForm {
    /// The form of most names.
    pub const COMMON: NameForm = NameForm::Subdomain { max: 253 };

    /// The form of the names of a workload kind.
    pub fn of_workload(kind: &WorkloadKind) -> NameForm {
        match &*kind.kind {
            // The pods are named after it, and named by the label of their host name.
            "StatefulSet" if kind.is_built_in() => NameForm::Label,
            // The names of its Jobs are 11 letters longer, and theirs is the value of a label.
            "CronJob" if kind.is_built_in() => NameForm::Subdomain { max: 52 },
            _ => NameForm::COMMON,
        }
    }

    /// Returns `true` if a name has this form.
    pub fn accepts(self, name: &str) -> bool {
        match self {
            NameForm::Subdomain { max } => name.len() <= max && name.split('.').all(is_label_text),
            NameForm::Label => name.len() <= 63 && is_label_text(name),
        }
    }

    /// Describes the names that have this form.
    pub fn describe(self) -> String {
        match self {
            NameForm::Subdomain { max } => {
                format!(
                    "at most {max} of a-z, 0-9, `-` and `.`, with a letter or digit first and last, and around dots"
                )
            }
            NameForm::Label => "at most 63 of a-z, 0-9 and `-`, with a letter or digit first and last".to_string(),
        }
    }
}

/// Returns `true` for the text of a DNS label, of any length.
fn is_label_text(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_inner = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-';
    bytes.iter().all(is_inner)
        && matches!((bytes.first(), bytes.last()), (Some(first), Some(last)) if *first != b'-' && *last != b'-')
}

/// Returns `true` if a text can be the key of an annotation (`IsQualifiedName` of it in lower case).
pub fn is_annotation_key(key: &str) -> bool {
    is_label_key(&key.to_ascii_lowercase())
}

/// Returns `true` if a text can be the key of a label (`IsQualifiedName`): a name, after a DNS subdomain and a slash or
/// without.
pub fn is_label_key(key: &str) -> bool {
    match key.split_once('/') {
        Some((prefix, name)) => NameForm::COMMON.accepts(prefix) && is_qualified_part(name),
        None => is_qualified_part(key),
    }
}

/// Returns `true` if a text can be the value of a label (`IsValidLabelValue`).
pub fn is_label_value(value: &str) -> bool {
    value.is_empty() || is_qualified_part(value)
}

fn is_qualified_part(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_inner = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    let has_ends = matches!((bytes.first(), bytes.last()), (Some(first), Some(last)) if first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric());
    bytes.len() <= 63 && has_ends && bytes.iter().all(is_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_the_api_server_takes() {
        let subdomain = NameForm::COMMON;
        for name in ["a", "web-1", "1st", "app.example.com", "a.b", &"a".repeat(253)] {
            assert!(subdomain.accepts(name), "{name}");
        }
        for name in ["", "-a", "a-", "A", "a_b", "a..b", ".a", "a.", "a.-b", "é", "a b", &"a".repeat(254)] {
            assert!(!subdomain.accepts(name), "{name}");
        }
        assert!(NameForm::Label.accepts("web-1") && NameForm::Label.accepts(&"a".repeat(63)));
        assert!(!NameForm::Label.accepts("a.b") && !NameForm::Label.accepts(&"a".repeat(64)));
        assert!(NameForm::Subdomain { max: 52 }.accepts(&"a".repeat(52)));
        assert!(!NameForm::Subdomain { max: 52 }.accepts(&"a".repeat(53)));
    }

    #[test]
    fn keys_and_labels_are_those_that_the_api_server_takes() {
        for key in ["a", "A.b-c_d", "example.com/a", "1.2.3.4/5678", &format!("{}/b", "a".repeat(253))] {
            assert!(is_label_key(key) && is_annotation_key(key), "{key}");
        }
        for key in ["", "a/b/c", "-a", "a-", "/a", "a/", "nospecialchars^=@", "a b", &"a".repeat(64)] {
            assert!(!is_label_key(key) && !is_annotation_key(key), "{key}");
        }
        assert!(is_annotation_key("Example.com/A") && !is_label_key("Example.com/A"));
        for value in ["", "a", "1.0", "A_b-c", &"a".repeat(63)] {
            assert!(is_label_value(value), "{value}");
        }
        for value in ["-a", "a-", "a b", "a/b", "a:b", &"a".repeat(64)] {
            assert!(!is_label_value(value), "{value}");
        }
    }
}
