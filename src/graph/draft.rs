//! Links before they are resolved: what a reference says and how its content arrives, before its target is looked up.

pub(super) mod layout;

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use self::layout::VolumeSource;
use super::model::{Container, KeySelection, Mechanism};
use crate::bundle::{Bundle, Object};
use crate::diagnostic::Place;
use crate::kinds::{ConfigKind, Delivery};
use crate::yaml::{Node, NodeId};

/// A link before it is resolved.
#[derive(Clone)]
pub(super) struct Draft {
    pub(super) site: DraftSite,
    pub(super) target: DraftTarget,
    pub(super) keys: DraftKeys,
    pub(super) delivery: Delivery,
    pub(super) flags: DraftFlags,
}

/// The place of a reference, and the way in which it refers.
#[derive(Clone)]
pub(super) struct DraftSite {
    pub(super) place: Place,
    pub(super) node: NodeId,
    pub(super) container: Option<Arc<Container>>,
    pub(super) mechanism: Mechanism,
}

/// The config that a reference names.
#[derive(Clone)]
pub(super) struct DraftTarget {
    pub(super) kind: ConfigKind,
    pub(super) name: String,
    pub(super) namespace: NamespaceChoice,
}

/// The namespace in which a reference looks for its target.
#[derive(Clone)]
pub(super) enum NamespaceChoice {
    /// The namespace that the reference itself gives.
    Written(String),
    /// The namespace of the object that refers.
    OfObject,
    /// The object has no namespace: the only one in which the name is defined.
    OnlyDefined,
}

impl NamespaceChoice {
    /// The namespace that is written, else that of an object, which has none if it is cluster-scoped.
    pub(super) fn new(written: Option<String>, is_cluster_scoped: bool) -> NamespaceChoice {
        match written {
            Some(namespace) => NamespaceChoice::Written(namespace),
            None if is_cluster_scoped => NamespaceChoice::OnlyDefined,
            None => NamespaceChoice::OfObject,
        }
    }
}

/// The keys that a reference selects.
#[derive(Clone)]
pub(super) struct DraftKeys {
    pub(super) selection: KeySelection,
    /// Paths of the volume that are mounted and that no key can have.
    pub(super) missing: Vec<String>,
    /// The variables that the keys become.
    pub(super) variables: Variables,
    /// The references that may take their place.
    pub(super) overrides: Overrides,
}

/// Other references of the same container or volume that may take the place of what a reference gives.
#[derive(Clone, Default)]
pub(super) enum Overrides {
    #[default]
    None,
    /// Later entries of `env` with the same name, in their order.
    Variable(Vec<Replacement>),
    /// Other files of the same volume; with the paths that are mounted, all of them if there are none.
    Files(Rc<VolumeSource>, Vec<String>),
}

/// The condition under which something takes the place of what a reference gives.
#[derive(Clone)]
pub(super) enum Replacement {
    /// Always: a pod does not start without it.
    Certain,
    /// If this key is there: it is optional.
    IfPresent(DraftTarget, String),
}

impl From<KeySelection> for DraftKeys {
    fn from(selection: KeySelection) -> DraftKeys {
        DraftKeys { selection, missing: Vec::new(), variables: Variables::default(), overrides: Overrides::None }
    }
}

/// The variables that the keys of a link become in a container whose command line uses some.
#[derive(Clone, Default)]
pub(super) struct Variables {
    /// The `$(NAME)`s of the command line that may come from here.
    pub(super) used: Rc<BTreeSet<String>>,
    pub(super) names: VariableNames,
}

/// The names of the variables that the keys of a link become.
#[derive(Clone, Default)]
pub(super) enum VariableNames {
    #[default]
    None,
    /// One variable of this name.
    One(String),
    /// A variable for each key, with this prefix.
    Prefix(String),
}

/// The circumstances that decide what resolving a draft reports and allows.
#[derive(Clone)]
pub(super) struct DraftFlags {
    pub(super) absence: Absence,
    /// Set if another source of the same volume may supply what this one lacks.
    pub(super) may_come_from_sibling: bool,
    /// The reason why the config keeps its name.
    pub(super) rename_blocked_by: Option<&'static str>,
}

impl From<Absence> for DraftFlags {
    fn from(absence: Absence) -> DraftFlags {
        DraftFlags { absence, may_come_from_sibling: false, rename_blocked_by: None }
    }
}

/// The consequence of a target that is not in the input.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Absence {
    /// Something cannot start or be written without it.
    Reported,
    /// The reference itself says that it is optional.
    Optional,
    /// A name without consequences: it may come from anywhere.
    Ignored,
}

impl Absence {
    /// The absence of what a mapping refers to, by its field `optional`.
    pub(super) fn of_source(source: Node<'_>) -> Absence {
        if source.get("optional").is_some_and(Node::is_true) { Absence::Optional } else { Absence::Reported }
    }
}

impl DraftSite {
    /// A site outside of any container.
    pub(super) fn new(bundle: &Bundle, object: &Object, node: Node<'_>, mechanism: Mechanism) -> DraftSite {
        DraftSite { place: bundle.place(object, node), node: node.id(), container: None, mechanism }
    }

    /// Returns the same site, seen from a container.
    pub(super) fn in_container(self, container: Option<&Arc<Container>>) -> DraftSite {
        DraftSite { container: container.cloned(), ..self }
    }
}
