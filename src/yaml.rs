//! YAML as Kubernetes reads it, with the byte range of everything that was read.
//!
//! [`split`] cuts a text into documents as Kubernetes' decoder does, [`parse`] turns one into a [`Tree`], and [`Node`]
//! is the handle by which everybody else looks at a tree. Meaning and place come from the same tree.

mod tree;

pub use tree::{Kind, Node, NodeId, Style, Tree};
