//! The arguments of the verbs that tell of rollstamp itself.

use clap::Args;
use clap_complete::Shell;

/// `rollstamp completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell: bash, zsh, fish, powershell or elvish
    #[arg(value_name = "SHELL", value_enum, hide_possible_values = true)]
    pub shell: Shell,
}

/// `rollstamp man`.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// The verb whose page is wanted [default: that of rollstamp itself]
    #[arg(value_name = "VERB")]
    pub verb: Option<String>,
}
