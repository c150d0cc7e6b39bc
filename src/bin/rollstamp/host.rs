//! Programs that run us by their own rules: one file each.

pub mod argocd;
pub mod github;
