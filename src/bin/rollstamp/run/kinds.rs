//! `rollstamp kinds`.

use rollstamp::report::Report;

use crate::exit::{Failure, Outcome};
use crate::messages::Messages;
use crate::options::KindsOptions;
use crate::output::{text_options, write_report};

/// Prints the tables of supported kinds and reference fields.
pub fn print_kinds(options: &KindsOptions, messages: &Messages) -> Result<Outcome, Failure> {
    let text_options = text_options(messages).wide(options.wide);
    write_report(&Report::Kinds(&options.rules), options.format, &text_options)?;
    Ok(Outcome::Done)
}
