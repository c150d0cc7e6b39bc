//! Arguments of `rollstamp cache`.

use clap::{Args, Subcommand};

/// `rollstamp cache`.
#[derive(Debug, Args)]
pub struct CacheArgs {
    #[command(subcommand)]
    pub verb: CacheVerb,
}

/// Commands on the cache.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum CacheVerb {
    /// Remove all renderings that are kept
    Clear,
}
