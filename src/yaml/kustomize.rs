//! Scalars that kustomize (go-yaml v3) reads differently from Kubernetes.

use super::scalar::{self, Scalar, decode_scalar};
use super::tree::{Node, NodeKind, ScalarStyle};

/// The reading of a scalar by kustomize, where it differs from that of Kubernetes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KustomizeReading {
    /// `yes`, `off`, `y`: booleans for Kubernetes.
    String,
    /// `2001-12-14`: a string for Kubernetes.
    Time,
    /// A block scalar at the end of a file without a final line break, which Kubernetes adds.
    WithoutFinalBreak,
    /// `! 5`: a string for Kubernetes.
    Untagged,
}

impl KustomizeReading {
    /// Both readings in words: kubectl's, kustomize's.
    pub fn both_readings(self) -> [&'static str; 2] {
        match self {
            KustomizeReading::String => ["a boolean", "a string"],
            KustomizeReading::Time => ["a string", "a time"],
            KustomizeReading::WithoutFinalBreak => ["a string that ends with a line break", "one that does not"],
            KustomizeReading::Untagged => ["a string", "something else"],
        }
    }

    /// The fix that makes both readings the same.
    pub fn help(self) -> &'static str {
        match self {
            KustomizeReading::WithoutFinalBreak => "end the file with a line break",
            _ => "quote it",
        }
    }
}

impl Node<'_> {
    /// The reading of this scalar (an alias followed) by kustomize, when it differs from that of Kubernetes. `padding`
    /// is the number of bytes that were added at the end of the text.
    pub fn kustomize_reading(self, padding: usize) -> Option<KustomizeReading> {
        let node = self.target();
        match (node.kind(), node.tag()) {
            (NodeKind::Scalar(ScalarStyle::Plain), None) => reading_of_plain(&decode_scalar(node)),
            (NodeKind::Scalar(ScalarStyle::Plain), Some("!")) => {
                scalar::resolve_plain(&decode_scalar(node)).is_some().then_some(KustomizeReading::Untagged)
            }
            (NodeKind::Scalar(ScalarStyle::Literal | ScalarStyle::Folded), _) => {
                let at_end = padding > 0 && node.span().end == node.source_text().len();
                (at_end && decode_scalar(node).ends_with('\n')).then_some(KustomizeReading::WithoutFinalBreak)
            }
            _ => None,
        }
    }
}

fn reading_of_plain(text: &str) -> Option<KustomizeReading> {
    match scalar::resolve_plain(text) {
        Some(Scalar::Bool(_)) if !matches!(text.to_ascii_lowercase().as_str(), "true" | "false") => {
            Some(KustomizeReading::String)
        }
        None if scalar::is_timestamp(text) => Some(KustomizeReading::Time),
        _ => None,
    }
}
