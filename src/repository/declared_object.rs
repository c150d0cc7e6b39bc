//! Objects that declare applications, with the declarations that lead to them.

use super::application::Declaration;
use super::fields;
use super::manifest::Manifest;
use crate::yaml::Value;

/// The namespace of objects of Flux where nothing names another.
pub(super) const FLUX_NAMESPACE: &str = "flux-system";

/// An object of Flux or Argo CD with the declarations that lead to it.
#[derive(Clone)]
pub(super) struct DeclaredObject {
    pub(super) manifest: Manifest,
    /// The cluster on which the object is.
    pub(super) cluster: Option<String>,
    /// Declarations of its parents.
    pub(super) parents: Vec<Declaration>,
    /// Files that the declaration is made from, besides that in which it stands.
    pub(super) inputs: Vec<String>,
}

impl DeclaredObject {
    /// The chain of declarations, this object last.
    pub(super) fn chain(&self, namespace: Option<&str>) -> Vec<Declaration> {
        let mut chain = self.parents.clone();
        let namespace = namespace.map_or(String::new(), |namespace| format!("{namespace}/"));
        let object = format!("{namespace}{}/{}", self.manifest.kind(), self.manifest.name());
        chain.push(Declaration { object, place: self.manifest.place.clone() });
        chain
    }
}

/// The cluster to which a Kustomization or Helm release applies its objects, if that is another one.
pub(super) fn remote_cluster(object: &Value) -> Option<String> {
    let config = fields::field(object, &["spec", "kubeConfig"])?;
    let name = fields::text(config, &["secretRef", "name"]).or(fields::text(config, &["configMapRef", "name"]))?;
    Some(name.to_owned())
}
