//! The number of pods of a workload, by its own spec and by the autoscalers that change it.

use std::collections::HashMap;

use super::RolledPods;
use crate::bundle::{Bundle, Object, ObjectName};
use crate::kinds::{annotation_text, api_group};
use crate::yaml::{Node, Scalar};

/// The API group, kind and name of a workload that an autoscaler names.
type ScaledWorkload = (String, String, ObjectName);

/// The autoscalers of a tree, by the workloads that they scale.
#[derive(Debug, Default)]
pub(in crate::impact) struct Autoscalers {
    autoscalers: HashMap<ScaledWorkload, Autoscaler>,
}

/// The limits of an autoscaler.
#[derive(Clone, Copy, Debug)]
struct Autoscaler {
    /// The lowest number of pods.
    minimum: u64,
    /// Set if it starts pods where there are none. A HorizontalPodAutoscaler is off while its target has 0 replicas.
    starts_from_zero: bool,
}

impl Autoscalers {
    /// Reads the HorizontalPodAutoscalers and KEDA's ScaledObjects of a bundle.
    pub(in crate::impact) fn read(bundle: &Bundle) -> Autoscalers {
        let mut autoscalers = Autoscalers::default();
        for object in &bundle.objects {
            match (api_group(&object.api_version), &*object.kind) {
                ("autoscaling", "HorizontalPodAutoscaler") => {
                    let opened = bundle.open(object);
                    let minimum = find_horizontal_minimum(opened.node());
                    autoscalers.add(object, opened.node(), Autoscaler { minimum, starts_from_zero: false });
                }
                ("keda.sh", "ScaledObject") => {
                    let opened = bundle.open(object);
                    let minimum = find_keda_minimum(opened.node());
                    autoscalers.add(object, opened.node(), Autoscaler { minimum, starts_from_zero: true });
                }
                _ => {}
            }
        }
        autoscalers
    }

    fn add(&mut self, object: &Object, node: Node<'_>, autoscaler: Autoscaler) {
        let Some(target) = node.get_path(&["spec", "scaleTargetRef"]) else { return };
        let text = |field: &str| target.get(field).and_then(Node::decoded_text);
        let Some(name) = text("name") else { return };
        // The defaults are KEDA's (`ScaleTarget` of keda.sh/v1alpha1); a HorizontalPodAutoscaler must give a kind.
        let api_version = text("apiVersion").unwrap_or("apps/v1".into());
        let kind = text("kind").unwrap_or("Deployment".into());
        let name = ObjectName { name: name.into_owned(), ..object.name.clone() };
        let key = (api_group(&api_version).to_string(), kind.into_owned(), name);
        let lowest = self.autoscalers.entry(key).or_insert(autoscaler);
        if autoscaler.minimum < lowest.minimum {
            *lowest = autoscaler;
        }
    }

    /// The number of pods of a workload, where `default` is that of its API. The field is often left out for an
    /// autoscaler that is defined elsewhere, so a default is the least.
    pub(super) fn replicas_of(
        &self,
        kind: &str,
        name: &ObjectName,
        object: Node<'_>,
        default: Option<u64>,
    ) -> Option<RolledPods> {
        let given = object.get_path(&["spec", "replicas"]).and_then(read_number);
        match (self.find(kind, name, object), given) {
            (Some(autoscaler), given) if autoscaler.starts_from_zero || given != Some(0) => {
                Some(RolledPods::AtLeast(autoscaler.minimum))
            }
            (_, Some(count)) => Some(RolledPods::Exactly(count)),
            (_, None) => default.map(RolledPods::AtLeast),
        }
    }

    fn find(&self, kind: &str, name: &ObjectName, object: Node<'_>) -> Option<Autoscaler> {
        let group = api_group(&object.get("apiVersion").and_then(Node::decoded_text)?).to_string();
        self.autoscalers.get(&(group, kind.to_string(), name.clone())).copied()
    }
}

/// `minReplicas` of a HorizontalPodAutoscaler is 1 by default (`pkg/apis/autoscaling/v2/defaults.go`).
fn find_horizontal_minimum(object: Node<'_>) -> u64 {
    object.get_path(&["spec", "minReplicas"]).and_then(read_number).unwrap_or(1)
}

/// `minReplicaCount` of a ScaledObject is 0 by default; `idleReplicaCount` is below it, and the annotation of a pause
/// fixes the number (`apis/keda/v1alpha1/scaledobject_types.go`).
fn find_keda_minimum(object: Node<'_>) -> u64 {
    let paused = annotation_text(object, "autoscaling.keda.sh/paused-replicas");
    if let Some(count) = paused.and_then(|text| text.parse().ok()) {
        return count;
    }
    let field = |name| object.get_path(&["spec", name]).and_then(read_number);
    let minimum = field("minReplicaCount").unwrap_or(0);
    field("idleReplicaCount").unwrap_or(minimum).min(minimum)
}

/// The value of a field that is a whole number and not negative.
pub(super) fn read_number(node: Node<'_>) -> Option<u64> {
    match node.scalar()? {
        Scalar::Int(number) => u64::try_from(number).ok(),
        _ => None,
    }
}
