//! The table that the page shows on paper, and where no script runs. The page reads the reasons from it, so that they
//! are written once.

use super::HtmlPage;
use crate::index::Id;
use crate::report::diagram::WorkloadNode;
use crate::report::source_url::SourceLinks;
use crate::source::FileLine;

/// A table with a row for each workload that the report says something about.
#[derive(Clone, Debug, Default)]
pub(crate) struct PageTable {
    /// The headings of the columns.
    pub headings: &'static [&'static str],
    /// The rows, in the order in which they are read.
    pub rows: Vec<PageRow>,
    /// Lists behind the table, each with its heading.
    pub lists: Vec<(&'static str, Vec<String>)>,
}

/// The row of a workload.
#[derive(Clone, Debug)]
pub(crate) struct PageRow {
    /// The workload.
    pub workload: Id<WorkloadNode>,
    /// The lines of each cell.
    pub cells: Vec<Vec<CellLine>>,
}

/// A line of a cell.
#[derive(Clone, Debug)]
pub(crate) enum CellLine {
    /// A text.
    Text(String),
    /// A sentence of ours, in which code stands between backticks.
    Sentence(String),
    /// A place, with a text before it.
    Place(String, FileLine),
}

/// Formats the summary and the table as HTML.
pub(super) fn format_paper(page: &HtmlPage<'_>, summary: &str) -> String {
    let mut out =
        format!("<h1>{}</h1>\n<p>{}</p>\n<p id=\"shown\"></p>\n", escape_html(page.title), escape_html(summary));
    push_list(&mut out, "Not read", page.unread);
    if !page.table.rows.is_empty() {
        push_table(&mut out, page);
    }
    for (heading, lines) in &page.table.lists {
        push_list(&mut out, heading, lines);
    }
    out
}

fn push_list(out: &mut String, heading: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    out.push_str(&format!("<h2>{heading}</h2>\n<ul>\n"));
    for line in lines {
        out.push_str(&format!("<li>{}\n", escape_html(line)));
    }
    out.push_str("</ul>\n");
}

fn push_table(out: &mut String, page: &HtmlPage<'_>) {
    out.push_str("<table>\n<thead><tr>");
    for heading in page.table.headings {
        out.push_str(&format!("<th scope=\"col\" class=\"c-{}\">{heading}", heading.to_lowercase()));
    }
    out.push_str("\n<tbody id=\"rows\">\n");
    for row in &page.table.rows {
        out.push_str("<tr>");
        for cell in &row.cells {
            push_cell(out, cell, page.source);
        }
        out.push('\n');
    }
    out.push_str("</table>\n");
}

/// Adds the lines of a cell. Of a place in the directory of the first one, only the name of the file is repeated.
fn push_cell(out: &mut String, cell: &[CellLine], source: Option<&SourceLinks<'_>>) {
    out.push_str("<td>");
    let mut directory: Option<&str> = None;
    for (number, line) in cell.iter().enumerate() {
        out.push_str(if number == 0 { "" } else { "<br>" });
        match line {
            CellLine::Text(text) => out.push_str(&escape_html(text)),
            CellLine::Sentence(text) => {
                for (number, part) in text.split('`').enumerate() {
                    let part = escape_html(part);
                    out.push_str(&if number % 2 == 1 { format!("<code>{part}</code>") } else { part });
                }
            }
            CellLine::Place(before, place) => {
                out.push_str(&escape_html(before));
                let whole = place.to_string();
                let text = match directory.and_then(|directory| whole.strip_prefix(directory)) {
                    Some(name) if !name.contains('/') => format!("…/{name}"),
                    _ => whole,
                };
                push_linked(out, &text, source.and_then(|source| source.url_of(place)).as_deref());
                let end = place.file.rfind('/').map(|slash| slash + 1);
                directory = directory.or(end.map(|end| &place.file[..end]));
            }
        }
    }
}

fn push_linked(out: &mut String, text: &str, address: Option<&str>) {
    let text = escape_html(text);
    match address {
        Some(address) => out.push_str(&format!("<a href=\"{}\">{text}</a>", escape_html(address))),
        None => out.push_str(&text),
    }
}

/// A text in which nothing is markup, neither between tags nor in an attribute.
fn escape_html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // A line break ends nothing here, but the row would not be one line of the file.
            '\n' => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}
