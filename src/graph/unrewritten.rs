//! Fields of custom resources that name a config by a name to which kustomize has added a hash elsewhere.

use super::link::Linker;
use crate::bundle::{Identity, Object, ObjectName, Role};
use crate::kinds::{self, ConfigKind};
use crate::yaml::{Node, NodeKind};

impl Linker<'_, '_> {
    /// Reports the fields of objects of unknown kinds whose own name says that they name a config, and whose text is the
    /// name of a config without kustomize's hash. Nothing is linked by them.
    pub(super) fn report_unrewritten_fields(&mut self) {
        if !self.resolver.has_hashed_names() {
            return;
        }
        for object in self.bundle.objects.iter() {
            if matches!(object.role, Role::Other) && !self.bundle.is_context(object) {
                let opened = self.bundle.open(object);
                for (node, kind) in find_config_fields(opened.node()) {
                    self.report_unrewritten_field(object, node, kind);
                }
            }
        }
    }

    fn report_unrewritten_field(&mut self, object: &Object, node: Node<'_>, kind: ConfigKind) {
        let Some(text) = node.as_str() else { return };
        let name = ObjectName { name: text.into_owned(), ..object.name.clone() };
        let target = Identity { kind, name };
        if self.resolver.has_config(&target) {
            return;
        }
        if let Some(name) = self.resolver.find_hashed(&target) {
            let message = self.resolver.describe_unrewritten(object, &target, name);
            self.resolver.diagnostics.report(self.bundle.place(object, node), object.label(), message);
        }
    }
}

/// Finds the scalars below fields whose name speaks of a kind of config, in the order of the text.
fn find_config_fields(object: Node<'_>) -> Vec<(Node<'_>, ConfigKind)> {
    let mut fields = Vec::new();
    let mut open = vec![(object, None)];
    while let Some((node, about)) = open.pop() {
        match node.kind() {
            NodeKind::Mapping { .. } => {
                for (key, value) in node.pairs() {
                    let Some(key) = key.decoded_text() else { continue };
                    if !matches!(&*key, "metadata" | "key") {
                        open.push((value, kinds::config_kind_in_key(&key).or(about)));
                    }
                }
            }
            NodeKind::Sequence { .. } => {
                for item in node.children() {
                    open.push((item, about));
                }
            }
            NodeKind::Scalar(_) => fields.extend(about.map(|kind| (node, kind))),
            NodeKind::Alias => {}
        }
    }
    fields.sort_by_key(|(node, _)| node.span().start);
    fields
}
