//! `rollstamp kinds`.

use rollstamp::report;

use super::print;
use crate::cli::KindsFormat;
use crate::exit::{Failure, Outcome};
use crate::options::KindsOptions;

/// Prints the tables of kinds.
pub fn kinds(options: &KindsOptions) -> Result<Outcome, Failure> {
    print(&match options.format {
        KindsFormat::Text => report::kinds_text(&options.rules),
        KindsFormat::Json => report::kinds_json(&options.rules),
    })?;
    Ok(Outcome::Done)
}
