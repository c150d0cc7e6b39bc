//! The check of names, labels, annotations and selectors, of which the API server refuses what is not allowed.

use crate::bundle::{Bundle, Object};
use crate::diagnostic::{Diagnostic, Diagnostics, Message, MetadataMessage};
use crate::kinds::metadata::{MAX_ANNOTATIONS, NameForm, is_annotation_key, is_label_key, is_label_value};
use crate::kinds::pod_selector::find_unmet;
use crate::kinds::workloads::WorkloadKind;
use crate::yaml::{Node, Scalar};

/// Finds what is not allowed in the metadata of a config.
pub(super) fn check_config(bundle: &Bundle, object: &Object, node: Node<'_>) -> Diagnostics {
    let mut checker = MetadataChecker { bundle, object, node, problems: Diagnostics::default() };
    if checker.is_final() {
        checker.check_object(NameForm::COMMON);
    }
    checker.problems
}

/// Finds what is not allowed in the metadata of a workload and of its pods, and in its selector.
pub(super) fn check_workload(bundle: &Bundle, object: &Object, kind: &WorkloadKind) -> Diagnostics {
    let opened = bundle.open(object);
    let mut checker = MetadataChecker { bundle, object, node: opened.node(), problems: Diagnostics::default() };
    if !checker.is_final() {
        return checker.problems;
    }
    checker.check_object(NameForm::of_workload(kind));
    if kind.is_built_in() {
        checker.check_pods(kind);
    }
    checker.problems
}

struct MetadataChecker<'a> {
    bundle: &'a Bundle,
    object: &'a Object,
    node: Node<'a>,
    problems: Diagnostics,
}

impl<'a> MetadataChecker<'a> {
    /// Returns `true` if the object is applied as it is written. A build of kustomize quotes annotations, adds labels and
    /// changes names.
    fn is_final(&self) -> bool {
        !self.bundle.inside_kustomize && !self.bundle.has_kustomizations
    }

    fn check_object(&mut self, form: NameForm) {
        let Some(metadata) = self.node.get("metadata") else { return };
        let name = metadata.get("name").filter(|name| !name.is_null());
        match (name, metadata.get("generateName")) {
            (Some(name), _) => self.check_name(name, "metadata.name", form, ""),
            // What the API server appends follows the last letter.
            (None, Some(prefix)) => self.check_name(prefix, "metadata.generateName", NameForm::COMMON, "x"),
            (None, None) => {}
        }
        if let Some(namespace) = metadata.get("namespace") {
            self.check_name(namespace, "metadata.namespace", NameForm::Label, "");
        }
        self.check_maps(metadata, "metadata");
    }

    fn check_pods(&mut self, kind: &WorkloadKind) {
        for (_, template) in kind.find_templates(self.node) {
            if template.id() != self.node.id()
                && let Some(metadata) = template.get("metadata")
            {
                self.check_maps(metadata, "the pod template");
            }
        }
        if let Some(unmet) = find_unmet(&kind.kind, self.node) {
            self.report(unmet.node, MetadataMessage::UnmetSelector { requirement: unmet.requirement });
        }
    }

    /// Checks a name. One with a variable is filled in before it is applied; an empty one is the same as none.
    fn check_name(&mut self, node: Node<'a>, field: &'static str, form: NameForm, end: &str) {
        let Some(name) = node.as_str() else { return };
        if name.is_empty() || name.contains('$') || form.accepts(&format!("{name}{end}")) {
            return;
        }
        let message = MetadataMessage::InvalidName { field, name: name.into_owned(), accepted: form.describe() };
        self.report(node, message);
    }

    fn check_maps(&mut self, metadata: Node<'a>, holder: &str) {
        for field in ["labels", "annotations"] {
            let Some(map) = metadata.get(field) else { continue };
            let label =
                if holder == "metadata" { format!("metadata.{field}") } else { format!("the {field} of {holder}") };
            if map.is_mapping() {
                self.check_entries(map, &label, field == "labels");
            } else if !map.is_null() {
                self.report(map, MetadataMessage::NotAMapping { field: label });
            }
        }
    }

    fn check_entries(&mut self, map: Node<'a>, field: &str, are_labels: bool) {
        let mut bytes = 0;
        for (key, key_node, value) in map.entries() {
            let is_key = if are_labels { is_label_key(&key) } else { is_annotation_key(&key) };
            if !is_key && !key.contains('$') {
                let shown = (!self.object.is_secret()).then(|| key.to_string());
                self.report(key_node, MetadataMessage::InvalidKey { field: field.to_string(), key: shown });
                continue;
            }
            let text = match value.scalar() {
                Some(Scalar::String(text)) => text,
                Some(Scalar::Null) => "".into(),
                _ => {
                    self.report_value(field, &key, value);
                    continue;
                }
            };
            if are_labels && !is_label_value(&text) && !text.contains('$') {
                self.report(value, MetadataMessage::InvalidLabel { field: field.to_string(), key: key.to_string() });
            }
            bytes += key.len() + text.len();
        }
        if !are_labels && bytes > MAX_ANNOTATIONS {
            self.report(map, MetadataMessage::AnnotationsTooLarge { field: field.to_string(), bytes });
        }
    }

    fn report_value(&mut self, field: &str, key: &str, value: Node<'a>) {
        let value_kind = match value.scalar() {
            Some(Scalar::Bool(_)) => "a boolean",
            Some(_) => "a number",
            None if value.is_sequence() => "a list",
            None => "a mapping",
        };
        let written = if self.object.is_secret() { None } else { value.decoded_text() };
        let (field, key) = (field.to_string(), key.to_string());
        let written = written.map(Into::into);
        self.report(value, MetadataMessage::ValueNotAString { field, key, value_kind, written });
    }

    fn report(&mut self, node: Node<'a>, message: impl Into<Message>) {
        let diagnostic = Diagnostic::new(self.bundle.place(self.object, node), self.object.label(), message);
        self.problems.push(Diagnostic { quotable: !self.object.is_secret(), ..diagnostic });
    }
}
