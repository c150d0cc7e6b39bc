//! `rollstamp kinds`.

use rollstamp::report::{RenderOptions, Report};

use crate::exit::{Failure, Outcome};
use crate::options::KindsOptions;
use crate::output::write_report;

/// Prints the tables of supported kinds and reference fields.
pub fn print_kinds(options: &KindsOptions) -> Result<Outcome, Failure> {
    write_report(&Report::Kinds(&options.rules), options.format, &RenderOptions::default())?;
    Ok(Outcome::Done)
}
