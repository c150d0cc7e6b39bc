//! YAML as Kubernetes reads it, with the byte range of everything that was read.
//!
//! [`split_documents`] cuts a text into documents as Kubernetes' decoder does, [`parse_document`] turns one into a
//! [`Tree`], and [`Node`] is the handle by which everybody else looks at a tree. Meaning and place come from the same
//! tree.

mod build;
mod bytes;
mod check;
mod json;
mod kustomize;
mod lexical;
mod packed;
mod parse;
#[doc(hidden)]
pub mod phases;
mod problem;
mod reader;
mod scalar;
mod scan;
mod stored;
mod tree;
mod value;
mod walk;
mod write;

pub use kustomize::KustomizeReading;
pub use lexical::{LexicalSpans, lexical_spans};
pub use problem::{SyntaxError, SyntaxProblem};
pub use reader::{
    Chunk, Document, DocumentContent, parse_block_mapping, parse_document, read_documents, read_stream,
    reparse_document, split_documents,
};
pub use scalar::Scalar;
pub use stored::{OpenText, OpenTree, StoredTree};
pub use tree::{Node, NodeId, NodeKind, ScalarStyle, Tree};
pub use value::{Number, Value};
pub use write::{
    EditRefusal, RefusalReason, is_bare_in_braces, quote_string, remove_entries, remove_entry, replace_item,
    set_bare_scalar, set_entries, set_entries_for_good, set_entry, set_scalar, set_true, write_out_entry,
};

use crate::setters::setters;

/// Bounds on one document.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Collections in collections, aliases followed.
    pub depth: usize,
    /// Nodes of a document.
    pub nodes: usize,
    /// Nodes that come from following aliases, on top of the share that Kubernetes' reader allows.
    pub alias_steps: u64,
    /// Anchors of a document.
    pub anchors: usize,
    /// Set to read simple lines without tokens, and to look keys up by their bytes where that is enough. The result is
    /// the same; tests compare both.
    #[doc(hidden)]
    pub takes_short_cuts: bool,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { depth: 1_000, nodes: 4_000_000, alias_steps: 10_000_000, anchors: 100_000, takes_short_cuts: true }
    }
}

setters! {
    Limits { depth: usize, nodes: usize, alias_steps: u64, anchors: usize, takes_short_cuts: bool }
}
