//! `--format`: the library's formats as values of a flag. Each command takes those that its report has.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use rollstamp::report::Format;

/// Returns a parser for these formats, which clap also lists in the help.
pub fn format_parser(formats: &'static [Format]) -> impl TypedValueParser<Value = Format> {
    let values = formats.iter().map(|&format| PossibleValue::new(format.as_str()).help(format.description()));
    PossibleValuesParser::new(values).try_map(|value| {
        let format = formats.iter().copied().find(|&format| format.as_str() == value);
        format.ok_or("unknown format")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_names_are_unique() {
        let mut names: Vec<&str> = Format::ALL.iter().map(|&format| format.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Format::ALL.len());
    }
}
