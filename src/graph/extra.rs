//! Configs that a workload names in its annotations, because its program reads them by itself or a controller is to
//! restart it for them.

use super::pod_spec::{Draft, Variables};
use super::resolve::Resolver;
use super::{Delivery, KeySelection, Mechanism};
use crate::bundle::{Bundle, Identity, Object, ObjectName};
use crate::diagnostic::{AnnotationMessage, Message, ReferenceMessage, Severity};
use crate::kinds::controllers::{ChangedConfig, Controller, ControllerView, Decision, reloader, wave};
use crate::kinds::{ConfigKind, annotation};
use crate::yaml::Node;

/// The annotation on a workload that names more ConfigMaps.
pub const EXTRA_CONFIG_MAPS: &str = "rollstamp.dev/extra-configmaps";

/// The annotation on a workload that names more Secrets.
pub const EXTRA_SECRETS: &str = "rollstamp.dev/extra-secrets";

/// What our own annotations name.
pub(super) fn find_annotated(bundle: &Bundle, object: &Object, resolver: &mut Resolver<'_>) -> Vec<Draft> {
    let mut extras = Vec::new();
    for (key, kind) in [(EXTRA_CONFIG_MAPS, ConfigKind::ConfigMap), (EXTRA_SECRETS, ConfigKind::Secret)] {
        let Some(node) = annotation(bundle.node(object), key) else { continue };
        let list = node.decoded_text().unwrap_or_default();
        for item in list.split(',').map(str::trim).filter(|item| !item.is_empty()) {
            let names = match item.contains(['*', '?', '[']) {
                true => match_pattern(bundle, object, (key, node), item, kind, resolver),
                false => vec![item.to_string()],
            };
            let name = |name| ObjectName { namespace: object.name.namespace.clone(), name };
            let targets = names.into_iter().map(|text| Identity { kind, name: name(text) });
            extras.extend(targets.map(|target| draft_extra(bundle, object, node, target, Mechanism::Extra)));
        }
    }
    extras
}

/// The names in the workload's namespace that a pattern means.
fn match_pattern(
    bundle: &Bundle,
    object: &Object,
    (key, node): (&'static str, Node<'_>),
    pattern: &str,
    kind: ConfigKind,
    resolver: &mut Resolver<'_>,
) -> Vec<String> {
    let namespace = &object.name.namespace;
    let known = resolver.identities(object).filter(|id| id.kind == kind && id.name.namespace == *namespace);
    let names: Option<Vec<String>> = glob::Pattern::new(pattern)
        .ok()
        .map(|pattern| known.map(|id| id.name.name.clone()).filter(|name| pattern.matches(name)).collect());
    let message: Message = match names {
        None => AnnotationMessage::InvalidPattern { key, written: pattern.to_string() }.into(),
        Some(names) if names.is_empty() => {
            ReferenceMessage::NothingMatches { kind: kind.as_str(), written: pattern.to_string() }.into()
        }
        Some(names) => return names,
    };
    resolver.diagnostics.report(bundle.place(object, node), object.label(), message);
    Vec::new()
}

/// What the annotations of controllers name whose words count here.
pub(super) fn find_honored(
    bundle: &Bundle,
    object: &Object,
    asking: ControllerView<'_>,
    honor: &[Controller],
    resolver: &mut Resolver<'_>,
) -> Vec<Draft> {
    let mut extras = Vec::new();
    for controller in honor {
        let named = |id: &&Identity| {
            let changed = ChangedConfig {
                kind: id.kind,
                namespace: id.name.namespace.as_deref(),
                name: &id.name.name,
                object: resolver.object_of(object, id).map(|config| bundle.node(config)),
            };
            controller.decide(asking, changed) == Decision::Named
        };
        // Only what is named needs a list; whoever names nothing needs no look at every config.
        let Some(node) = find_list_annotation(asking, *controller) else { continue };
        let targets: Vec<Identity> = resolver.identities(object).filter(named).cloned().collect();
        extras.extend(targets.into_iter().map(|target| draft_extra(bundle, object, node, target, Mechanism::Honored)));
        if *controller == Controller::Reloader {
            for (key, item) in reloader::find_invalid_patterns(asking) {
                let message = AnnotationMessage::InvalidPattern { key, written: item };
                let place = bundle.place(object, node);
                resolver.diagnostics.report_as(Severity::Warning, place, object.label(), message);
            }
        }
    }
    extras
}

/// An annotation by which a workload names configs for a controller.
fn find_list_annotation<'a>(asking: ControllerView<'a>, controller: Controller) -> Option<Node<'a>> {
    match controller {
        Controller::Reloader => reloader::ANNOTATIONS.into_iter().find_map(|keys| {
            annotation(asking.object, keys.reload).or_else(|| annotation(asking.template?, keys.reload))
        }),
        Controller::Wave => wave::EXTRA.into_iter().find_map(|(_, key)| annotation(asking.object, key)),
        _ => None,
    }
}

/// All of a config, as it is when the pod starts: nobody knows what the program does later.
fn draft_extra(bundle: &Bundle, object: &Object, node: Node<'_>, target: Identity, mechanism: Mechanism) -> Draft {
    Draft {
        place: bundle.place(object, node),
        node: node.id(),
        container: None,
        mechanism,
        kind: target.kind,
        name: target.name.name,
        namespace: target.name.namespace,
        keys: KeySelection::All,
        delivery: Delivery::Frozen,
        optional: mechanism == Mechanism::Honored,
        missing: Vec::new(),
        may_come_from_sibling: false,
        variables: Variables::default(),
        any_namespace: false,
        rename_blocked_by: None,
    }
}
