//! Variables of the environment. One that is empty counts as one that is not set.

use std::env;
use std::path::PathBuf;

/// Reads a variable that holds a path.
pub fn path_variable(name: &str) -> Option<PathBuf> {
    let value = env::var_os(name)?;
    if value.is_empty() { None } else { Some(PathBuf::from(value)) }
}

/// Reads a variable that holds text.
pub fn text_variable(name: &str) -> Option<String> {
    let value = env::var(name).ok()?;
    if value.is_empty() { None } else { Some(value) }
}
