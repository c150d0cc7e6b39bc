//! Repeated keys: which of them change what is read, and which are only bad style.

use super::{Object, Role};
use crate::yaml::{Node, NodeKind};

/// Fields of objects, pod specs and containers below which nothing is read for links or digests, and nothing edited
/// (Kubernetes API reference, ObjectMeta, PodSpec v1 core, Container v1 core).
const UNREAD: &[&str] = &[
    "activeDeadlineSeconds",
    "affinity",
    "automountServiceAccountToken",
    "dnsConfig",
    "dnsPolicy",
    "enableServiceLinks",
    "hostAliases",
    "hostIPC",
    "hostNetwork",
    "hostPID",
    "hostUsers",
    "hostname",
    "imagePullPolicy",
    "labels",
    "lifecycle",
    "livenessProbe",
    "minReadySeconds",
    "nodeName",
    "nodeSelector",
    "overhead",
    "ownerReferences",
    "ports",
    "preemptionPolicy",
    "priority",
    "priorityClassName",
    "progressDeadlineSeconds",
    "readinessGates",
    "readinessProbe",
    "replicas",
    "resizePolicy",
    "resources",
    "revisionHistoryLimit",
    "runtimeClassName",
    "schedulerName",
    "securityContext",
    "selector",
    "serviceAccount",
    "serviceAccountName",
    "shareProcessNamespace",
    "startupProbe",
    "status",
    "stdin",
    "subdomain",
    "terminationGracePeriodSeconds",
    "terminationMessagePath",
    "terminationMessagePolicy",
    "tolerations",
    "topologySpreadConstraints",
    "tty",
    "workingDir",
];

/// Fields below which every name can be read: there `resources` is a key of a config or a variable, for example.
const READ_WHOLE: &[&str] = &["annotations", "env", "envFrom", "volumes"];

/// Returns `true` if a repeated key of an object makes no difference for links, digests and edits: both values are the
/// same scalar, or they stand where nothing is read. Then the last one counts, as for kubectl.
pub(super) fn is_harmless(object: &Object, first: Node<'_>, second: Node<'_>) -> bool {
    (are_equal_scalars(first, second) && !may_be_edited(&text_of(second))) || !is_read(object, &path_of(second))
}

/// Returns `true` for keys whose value an edit may replace: only the last would change, and the two would differ.
fn may_be_edited(key: &str) -> bool {
    key.ends_with("name")
        || key.ends_with("Name")
        || key == "immutable"
        || key.contains("checksum")
        || key.contains("rollstamp")
}

fn are_equal_scalars(first: Node<'_>, second: Node<'_>) -> bool {
    let (Some(first), Some(second)) = (first.next_sibling(), second.next_sibling()) else { return false };
    let are_scalars = matches!((first.kind(), second.kind()), (NodeKind::Scalar(_), NodeKind::Scalar(_)));
    are_scalars && first.tag() == second.tag() && first.raw() == second.raw()
}

/// The keys from the root of the document to a key, that one included.
fn path_of(key: Node<'_>) -> Vec<String> {
    let mut path = vec![text_of(key)];
    let mut node = key.parent();
    while let Some(collection) = node {
        path.extend(collection.key().map(text_of));
        node = collection.parent();
    }
    path.reverse();
    path
}

fn text_of(key: Node<'_>) -> String {
    key.key_text().unwrap_or_default().into_owned()
}

fn is_read(object: &Object, path: &[String]) -> bool {
    if matches!(object.role, Role::Config(_)) {
        let below_metadata = path.iter().skip_while(|key| *key != "metadata").nth(1);
        return match below_metadata {
            Some(key) => !UNREAD.contains(&key.as_str()),
            None => true,
        };
    }
    for key in path {
        if READ_WHOLE.contains(&key.as_str()) {
            return true;
        }
        if UNREAD.contains(&key.as_str()) {
            return false;
        }
    }
    true
}
