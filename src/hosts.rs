//! Texts in the form that a program expects which runs rollstamp by its own rules.

pub mod argocd;
pub mod krm;
