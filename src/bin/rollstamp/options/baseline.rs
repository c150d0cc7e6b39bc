//! Options of known findings.

mod file;

use std::path::PathBuf;

use self::file::Baseline;
use super::document::OptionsSpec;
use crate::cli::BaselineArgs;
use crate::exit::Failure;

/// Known findings of a command, and the file that they are written to.
pub struct BaselineOptions {
    /// Section of the command in the file.
    pub command: &'static str,
    /// Findings that are known.
    pub known: Option<Baseline>,
    /// File to write, with what is in it so far.
    pub write: Option<(PathBuf, Baseline)>,
}

/// Returns the options of a command. A file that is to be written need not exist.
pub(super) fn baseline_options(
    command: &'static str,
    args: &BaselineArgs,
    spec: &OptionsSpec,
) -> Result<BaselineOptions, Failure> {
    let mut options = BaselineOptions { command, known: None, write: None };
    if let Some(path) = &args.write_baseline {
        options.write = Some((path.clone(), Baseline::read_if_present(path)?.unwrap_or_default()));
    } else if let Some(path) = &spec.baseline {
        options.known = Some(Baseline::read(path)?);
    }
    Ok(options)
}
