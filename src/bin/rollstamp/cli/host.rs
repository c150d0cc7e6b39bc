//! The arguments of the verbs that other programs call.

use clap::Args;

/// `rollstamp argocd`.
#[derive(Debug, Args)]
pub struct ArgocdArgs {
    /// Announce the plugin's parameters as JSON, and do nothing else
    #[arg(long, help_heading = "Output")]
    pub parameters: bool,
}
