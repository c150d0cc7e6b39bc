//! References that a build of kustomize leaves behind: it gives a config another name and does not rewrite the
//! reference, since it does not know the field, or since the namespaces differ.
//!
//! In a finished build the config has the hash of its own content at the end of its name, which is computed again here,
//! not guessed from its shape. In the middle of a build the config has its former names, and a table has the fields that
//! kustomize will rewrite.

use super::Resolver;
use super::names::ScopedName;
use crate::bundle::{Identity, Object};
use crate::diagnostic::{ReferenceMessage, UnrewrittenCause};
use crate::graph::model::{Link, Mechanism, Resolution, UnrewrittenName};
use crate::graph::{ConfigId, ConfigStrategy, kustomize};

impl Resolver<'_> {
    /// Finds the config that a reference means by a name that kustomize has changed, or will change, elsewhere only.
    pub(super) fn find_unrewritten(&self, object: &Object, target: &Identity, link: &Link) -> Option<UnrewrittenName> {
        if matches!(link.mechanism, Mechanism::Extra | Mechanism::Honored) || target.kind.is_fetched() {
            return None;
        }
        match link.resolution {
            Resolution::Config(config) if self.checks_kustomize_references => {
                let known = &self.configs[config];
                let name = known.final_name.as_ref().unwrap_or(&known.identity.name.name);
                if *name == target.name.name {
                    return None;
                }
                let is_rewritten = kustomize::is_rewritten(self.bundle, object, link.node, target.kind);
                (!is_rewritten || link.is_namespace_inferred)
                    .then_some(UnrewrittenName { config, in_same_namespace: !link.is_namespace_inferred })
            }
            Resolution::Missing => self.find_hashed(target),
            _ => None,
        }
    }

    /// Finds the config whose name is this one with kustomize's hash of its content, in the same namespace or else in
    /// any.
    pub(in crate::graph) fn find_hashed(&self, target: &Identity) -> Option<UnrewrittenName> {
        let configs = self.names.hashed.get(&ScopedName::of(target))?;
        let own = target.name.namespace.as_deref().unwrap_or("default");
        let namespace_of = |id: ConfigId| self.configs[id].identity.name.namespace.as_deref().unwrap_or("default");
        let in_same_namespace = configs.iter().copied().find(|&id| namespace_of(id) == own);
        let config = in_same_namespace.or_else(|| configs.first().copied())?;
        Some(UnrewrittenName { config, in_same_namespace: in_same_namespace.is_some() })
    }

    /// Returns `true` if a name ends in kustomize's hash of its content.
    pub(in crate::graph) fn has_hashed_names(&self) -> bool {
        !self.names.hashed.is_empty()
    }

    /// Returns `true` if a config has this identity.
    pub(in crate::graph) fn has_config(&self, target: &Identity) -> bool {
        self.names.configs.contains_key(target)
    }

    /// Takes note of a reference that kustomize leaves behind, and reports it unless a rename mends it.
    pub(super) fn record_unrewritten(&mut self, object: &Object, link: &mut Link, name: UnrewrittenName) {
        link.unrewritten = Some(name);
        link.resolution = Resolution::Missing;
        let default = if self.renames { ConfigStrategy::Rename } else { ConfigStrategy::Stamp };
        let config = &mut self.configs[name.config];
        config.used |= name.in_same_namespace;
        let is_mended = name.in_same_namespace
            && config.settings.selects(ConfigStrategy::Rename, default)
            && (self.renames || config.settings.selects(ConfigStrategy::Rename, ConfigStrategy::Stamp));
        if is_mended || !self.reported_missing.insert((link.object, link.target.clone(), String::new())) {
            return;
        }
        let message = self.describe_unrewritten(object, &link.target, name);
        self.diagnostics.report(link.place.clone(), object.label(), message);
    }

    pub(in crate::graph) fn describe_unrewritten(
        &self,
        object: &Object,
        target: &Identity,
        name: UnrewrittenName,
    ) -> ReferenceMessage {
        let config = &self.configs[name.config].identity;
        let cause = if !name.in_same_namespace {
            UnrewrittenCause::Namespaces
        } else if self.checks_kustomize_references {
            UnrewrittenCause::LaterBuild
        } else {
            UnrewrittenCause::UnknownField
        };
        let (target, kind) = (target.to_string(), object.kind.clone());
        ReferenceMessage::NotRewritten { target, config: config.to_string(), kind, cause }
    }

    /// Reports a name that kustomize makes of a variable after this run. Returns `true` if it did.
    pub(super) fn report_variable_name(&mut self, object: &Object, link: &Link) -> bool {
        let is_variable = self.bundle.inside_kustomize && link.target.name.name.contains("$(");
        if is_variable && self.reported_missing.insert((link.object, link.target.clone(), String::new())) {
            let message = ReferenceMessage::VariableName { target: link.target.to_string(), is_used: true };
            self.diagnostics.report(link.place.clone(), object.label(), message);
        }
        is_variable
    }
}
