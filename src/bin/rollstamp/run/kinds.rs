//! `rollstamp kinds`.

use rollstamp::report;

use crate::cli::KindsFormat;
use crate::exit::{Failure, Outcome};
use crate::options::KindsOptions;
use crate::output::print;

/// Prints the tables of supported kinds and reference fields.
pub fn print_kinds(options: &KindsOptions) -> Result<Outcome, Failure> {
    print(&match options.format {
        KindsFormat::Text => report::kinds_text(&options.rules),
        KindsFormat::Json => report::kinds_json(&options.rules),
    })?;
    Ok(Outcome::Done)
}
