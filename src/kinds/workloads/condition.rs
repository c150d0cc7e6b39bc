//! Facts about one object, read from its manifest.

use std::fmt;

use crate::kinds::steps::{self, Steps, show, steps};
use crate::yaml::Node;

/// A fact about one object. Where a way leads to several nodes, it is true if it is of one of them.
#[derive(Clone, Copy, Debug)]
pub enum Condition {
    /// The value is `true`.
    True(Steps),
    /// The value is this text.
    Is(Steps, &'static str),
    /// The value is a number, or a number of percent, above zero.
    AboveZero(Steps),
    /// Nothing stands there, and the API version is this one.
    AbsentIn(Steps, &'static str),
    /// Something stands there.
    Present(Steps),
    /// The list is there, and none of its items has this text in this field.
    NoItem(Steps, &'static str, &'static str),
    /// A container reads an annotation of ours into a variable.
    ReadsStamp(Steps),
}

impl Condition {
    /// Whether it is true of an object.
    pub fn holds(self, object: Node<'_>) -> bool {
        let any = |steps: Steps, test: &dyn Fn(Node<'_>) -> bool| {
            let mut found = false;
            steps::walk(object, steps, &mut |_, node| found |= test(node));
            found
        };
        let is = |node: Node<'_>, wanted: &str| node.decoded_text().is_some_and(|text| text == wanted);
        match self {
            Condition::True(steps) => any(steps, &|node| node.is_true()),
            Condition::Is(steps, wanted) => any(steps, &|node| is(node, wanted)),
            Condition::AboveZero(steps) => {
                any(steps, &|node| node.decoded_text().is_some_and(|text| is_above_zero(&text)))
            }
            Condition::AbsentIn(steps, version) => {
                let of = object.get("apiVersion").and_then(Node::decoded_text).is_some_and(|of| of == version);
                of && !any(steps, &|node| node.decoded_text().is_some())
            }
            Condition::Present(steps) => any(steps, &|node| !node.scalar().is_some_and(|scalar| scalar.is_null())),
            Condition::NoItem(list, field, wanted) => any(list, &|list| {
                list.target().is_sequence()
                    && !list.items().any(|item| item.get(field).is_some_and(|it| is(it, wanted)))
            }),
            Condition::ReadsStamp(containers) => any(containers, &|container| {
                let mut reads = false;
                let field = steps!("env" / [] / "valueFrom" / "fieldRef" / "fieldPath");
                steps::walk(container, field, &mut |_, path| {
                    reads |= path
                        .decoded_text()
                        .is_some_and(|path| path.starts_with("metadata.annotations['rollstamp.dev/"));
                });
                reads
            }),
        }
    }
}

fn is_above_zero(text: &str) -> bool {
    text.strip_suffix('%').unwrap_or(text).parse::<u64>().is_ok_and(|number| number > 0)
}

/// As it is said in tables.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Condition::True(steps) => write!(f, "{} is true", show(steps)),
            Condition::Is(steps, text) => write!(f, "{} is {text}", show(steps)),
            Condition::AboveZero(steps) => write!(f, "{} is above 0", show(steps)),
            Condition::AbsentIn(steps, version) => write!(f, "{} is not set in {version}", show(steps)),
            Condition::Present(steps) => write!(f, "{} is set", show(steps)),
            Condition::NoItem(list, field, text) => write!(f, "no item of {} has {field} {text}", show(list)),
            Condition::ReadsStamp(_) => write!(f, "a container reads the stamp into a variable"),
        }
    }
}

/// Whether an object carries a mark by which its applier replaces it instead of changing it, or has no name that an
/// older one could have: `generateName`, hooks of Helm and Argo CD, and the options of Argo CD, Flux
/// (kustomize-controller, `force`) and kapp (`clusterapply/add_or_update_change.go`).
pub(super) fn is_replaced(object: Node<'_>) -> bool {
    let Some(metadata) = object.get("metadata") else { return false };
    if metadata.get("name").is_none() {
        return true;
    }
    let Some(annotations) = metadata.get("annotations") else { return false };
    let text = |key: &str| annotations.get(key).and_then(Node::decoded_text);
    let holds = |key: &str, wanted: &[&str]| {
        text(key).is_some_and(|text| wanted.iter().all(|word| text.split(',').any(|part| part.trim() == *word)))
    };
    let is = |key: &str, wanted: &str| text(key).is_some_and(|text| text.eq_ignore_ascii_case(wanted));
    (text("helm.sh/hook").is_some() && text("helm.sh/hook-delete-policy").is_some())
        || text("argocd.argoproj.io/hook").is_some()
        || holds("argocd.argoproj.io/sync-options", &["Force=true", "Replace=true"])
        || is("kustomize.toolkit.fluxcd.io/force", "Enabled")
        || is("kapp.k14s.io/update-strategy", "fallback-on-replace")
        || is("kapp.k14s.io/update-strategy", "always-replace")
}
