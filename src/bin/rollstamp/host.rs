//! Programs that run us by their own rules: one file each.

mod argocd;
mod function;
mod krm;
mod kustomize;

pub use argocd::run_argocd_plugin;
pub use krm::run_krm_function;
pub use kustomize::{install_plugin, print_plugin_config, run_plugin, uninstall_plugin};
