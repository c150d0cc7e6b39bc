//! Programs that run us by their own rules: one file each.

pub mod argocd;
mod function;
mod krm;
mod kustomize;

pub use krm::krm;
pub use kustomize::{init, install, plugin};
