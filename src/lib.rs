//! Rolls pods when the ConfigMaps and Secrets that they use change, offline, before the manifests are applied.
//!
//! Four functions and the values between them: `parse` turns sources into a bundle of objects, `link` finds which
//! workload consumes which keys of which config, `plan` decides what changes and why, and `apply` returns the new
//! texts. Nothing here touches a file, the environment, the clock or the terminal.

pub mod source;

pub mod diagnostic;

pub mod edit;

pub mod yaml;
