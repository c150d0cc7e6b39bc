//! Arguments of the commands about rollstamp itself.

use clap::Args;
use clap_complete::Shell;

/// `rollstamp completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// Shell that reads the completions
    #[arg(value_name = "SHELL", value_enum)]
    pub shell: Shell,
}

/// `rollstamp man`.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// Command to print the page of [default: rollstamp itself]
    #[arg(value_name = "COMMAND")]
    pub command: Option<String>,
}
