//! `--format`: the library's formats as values of a flag. Each command takes those that its report has.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use rollstamp::report::Format;

/// Returns a parser for these formats, which clap also lists in the help.
pub fn format_parser(formats: &'static [Format]) -> impl TypedValueParser<Value = Format> {
    let values = formats.iter().map(|&format| PossibleValue::new(name(format)).help(description(format)));
    PossibleValuesParser::new(values).try_map(|value| {
        let format = formats.iter().copied().find(|&format| name(format) == value);
        format.ok_or("unknown format")
    })
}

fn name(format: Format) -> &'static str {
    match format {
        Format::Text => "text",
        Format::Json => "json",
        Format::Markdown => "markdown",
        Format::Mermaid => "mermaid",
        Format::Dot => "dot",
        Format::Html => "html",
        Format::Github => "github",
        Format::Sarif => "sarif",
        Format::Gitlab => "gitlab",
    }
}

fn description(format: Format) -> &'static str {
    match format {
        Format::Text => "Lines or tables for a terminal",
        Format::Json => "JSON for programs",
        Format::Markdown => "A comment on a pull request, short enough for GitHub",
        Format::Mermaid => "A flowchart for Markdown",
        Format::Dot => "A graph for Graphviz",
        Format::Html => "A page for a browser, with the graph as a picture",
        Format::Github => "For GitHub Actions: annotations, the summary and outputs of a step",
        Format::Sarif => "SARIF 2.1.0, for code scanning",
        Format::Gitlab => "GitLab code quality",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_names_are_unique() {
        let mut names: Vec<&str> = Format::ALL.iter().map(|&format| name(format)).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Format::ALL.len());
    }
}
