//! Configs that a workload names in its annotations, because its program reads them by itself or a controller is to
//! restart it for them.

use super::annotations::{EXTRA_CONFIG_MAPS, EXTRA_SECRETS};
use super::draft::{Absence, Draft, DraftSite, DraftTarget, NamespaceChoice};
use super::model::{KeySelection, Mechanism};
use super::resolve::Resolver;
use crate::bundle::{Bundle, Identity, Object, ObjectName, OpenObject};
use crate::diagnostic::{AnnotationMessage, ReferenceMessage, Severity};
use crate::kinds::controllers::{ChangedConfig, Controller, ControllerView, Decision, reloader, wave};
use crate::kinds::{ConfigKind, Delivery, annotation};
use crate::yaml::Node;

/// Drafts of the configs that our own annotations name.
pub(super) fn find_annotated(bundle: &Bundle, object: &Object, resolver: &mut Resolver<'_>) -> Vec<Draft> {
    let mut extras = Vec::new();
    for (key, kind) in [(EXTRA_CONFIG_MAPS, ConfigKind::ConfigMap), (EXTRA_SECRETS, ConfigKind::Secret)] {
        let opened = bundle.open(object);
        let Some(node) = annotation(opened.node(), key) else { continue };
        let list = node.decoded_text().unwrap_or_default();
        for item in list.split(',').map(str::trim).filter(|item| !item.is_empty()) {
            let names = if item.contains(['*', '?', '[']) {
                let pattern = NamePattern { key, node, text: item, kind };
                match_pattern(bundle, object, &pattern, resolver)
            } else {
                vec![item.to_string()]
            };
            for name in names {
                let name = ObjectName { name, ..object.name.clone() };
                extras.push(draft_extra(bundle, object, node, Identity { kind, name }, Mechanism::Extra));
            }
        }
    }
    extras
}

/// A pattern for names of configs in an annotation.
struct NamePattern<'a> {
    key: &'static str,
    node: Node<'a>,
    text: &'a str,
    kind: ConfigKind,
}

/// The names in the workload's namespace that match a pattern.
fn match_pattern(
    bundle: &Bundle,
    object: &Object,
    pattern: &NamePattern<'_>,
    resolver: &mut Resolver<'_>,
) -> Vec<String> {
    let NamePattern { key, node, text, kind } = *pattern;
    let written = text.to_string();
    let Ok(pattern) = glob::Pattern::new(text) else {
        let message = AnnotationMessage::InvalidPattern { key, written };
        resolver.diagnostics.report(bundle.place(object, node), object.label(), message);
        return Vec::new();
    };
    let mut names = Vec::new();
    for id in resolver.identities(object) {
        let is_candidate = id.kind == kind && id.name.namespace == object.name.namespace;
        if is_candidate && pattern.matches(&id.name.name) {
            names.push(id.name.name.clone());
        }
    }
    if names.is_empty() {
        let message = ReferenceMessage::NothingMatches { kind: kind.as_str(), written };
        resolver.diagnostics.report(bundle.place(object, node), object.label(), message);
    }
    names
}

/// Drafts of the configs that the annotations of honored controllers name.
pub(super) fn find_honored(
    bundle: &Bundle,
    object: &Object,
    view: ControllerView<'_>,
    honor: &[Controller],
    resolver: &mut Resolver<'_>,
) -> Vec<Draft> {
    let mut extras = Vec::new();
    for controller in honor {
        // Only what is named needs a list; whoever names nothing needs no look at every config.
        let Some(node) = find_list_annotation(view, *controller) else { continue };
        for id in resolver.identities(object) {
            let opened = resolver.object_of(object, id).map(|config| bundle.open(config));
            let changed = ChangedConfig {
                kind: id.kind,
                namespace: id.name.namespace.as_deref(),
                name: &id.name.name,
                object: opened.as_ref().map(OpenObject::node),
            };
            if controller.decide(view, changed) == Decision::Named {
                extras.push(draft_extra(bundle, object, node, id.clone(), Mechanism::Honored));
            }
        }
        if *controller == Controller::Reloader {
            for (key, item) in reloader::find_invalid_patterns(view) {
                let message = AnnotationMessage::InvalidPattern { key, written: item };
                let place = bundle.place(object, node);
                resolver.diagnostics.report_as(Severity::Warning, place, object.label(), message);
            }
        }
    }
    extras
}

/// An annotation by which a workload names configs for a controller.
fn find_list_annotation<'a>(view: ControllerView<'a>, controller: Controller) -> Option<Node<'a>> {
    match controller {
        Controller::Reloader => reloader::ANNOTATIONS
            .into_iter()
            .find_map(|keys| annotation(view.object, keys.reload).or_else(|| annotation(view.template?, keys.reload))),
        Controller::Wave => wave::EXTRA.into_iter().find_map(|(_, key)| annotation(view.object, key)),
        _ => None,
    }
}

/// A reference to all of a config, as it is when the pod starts: the program may never read it again.
fn draft_extra(bundle: &Bundle, object: &Object, node: Node<'_>, target: Identity, mechanism: Mechanism) -> Draft {
    let absence = if mechanism == Mechanism::Honored { Absence::Optional } else { Absence::Reported };
    let namespace = NamespaceChoice::new(target.name.namespace, false);
    Draft {
        site: DraftSite::new(bundle, object, node, mechanism),
        target: DraftTarget { kind: target.kind, name: target.name.name, namespace },
        keys: KeySelection::All.into(),
        delivery: Delivery::Frozen,
        flags: absence.into(),
    }
}
