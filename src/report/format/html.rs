//! The diagram as one page that needs nothing else: no network, no other file.
//!
//! The data stands in the page as JSON in which no `<` is left, so that no name can end the element; the script makes
//! texts of it and never markup; and the page's policy allows this script and these styles, by their hashes, and
//! nothing else. What a reader must see without a script, and on paper, is a table in which every name is escaped.

mod data;
mod paper;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::report::diagram::Diagram;
use crate::report::source_url::SourceLinks;
use crate::report::wording::count;

pub(crate) use paper::{CellLine, PageRow, PageTable};

const PAGE: &str = include_str!("html/page.html");
const STYLE: &str = include_str!("html/page.css");
/// The style of the page without a script, added to the other.
const PLAIN_STYLE: &str = include_str!("html/plain.css");
/// In this order: each part uses only what stands before it, apart from what runs on an event.
const SCRIPT: &str = concat!(
    include_str!("html/model.js"),
    include_str!("html/lists.js"),
    include_str!("html/edges.js"),
    include_str!("html/detail.js"),
    include_str!("html/page.js"),
);

/// The title of the page, and the classes of the highlights in its diagram, in the order in which they matter.
#[derive(Clone, Copy)]
pub(crate) struct HtmlPage<'a> {
    /// The title.
    pub title: &'a str,
    /// The summary next to the title; else the parts of the diagram are counted.
    pub summary: Option<&'a str>,
    /// The classes; none where the diagram has no marks.
    pub classes: &'a [HighlightClass],
    /// A line for each part of the input that was not read.
    pub unread: &'a [String],
    /// The table on paper and without a script.
    pub table: &'a PageTable,
    /// The addresses of places, where they are known.
    pub source: Option<&'a SourceLinks<'a>>,
}

/// A class of marks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HighlightClass {
    /// The word that a mark holds.
    pub word: &'static str,
    /// The name of the class for people.
    pub label: &'static str,
    /// The meaning of the class, in a sentence.
    pub help: &'static str,
}

/// The diagram as a page.
pub(crate) fn html(diagram: &Diagram, page: &HtmlPage<'_>) -> String {
    let policy = format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}' 'sha256-{}'; img-src data:; \
         base-uri 'none'; form-action 'none'",
        hash(SCRIPT),
        hash(STYLE),
        hash(PLAIN_STYLE)
    );
    let summary = page.summary.map_or_else(|| count_parts(diagram), str::to_owned);
    let page = &HtmlPage { summary: Some(&summary), ..*page };
    let filled = PAGE.replace("@policy@", &policy).replace("@style@", STYLE).replace("@plain-style@", PLAIN_STYLE);
    let filled = filled.replace("@script@", SCRIPT);
    // Names are only in what is put in last: nothing is looked for in them.
    let (before, rest) = filled.split_once("@paper@").unwrap_or((&filled, ""));
    let (between, after) = rest.split_once("@data@").unwrap_or((rest, ""));
    format!("{before}{}{between}{}{after}", paper::format_paper(page, &summary), data::page_data(diagram, page))
}

/// `3 configs, 2 workloads, 1 other object, 5 links`.
fn count_parts(diagram: &Diagram) -> String {
    let workloads = diagram.workloads.iter().filter(|workload| workload.has_pods).count();
    let others = diagram.workloads.len() - workloads;
    let mut parts = vec![count(diagram.configs.len(), "config"), count(workloads, "workload")];
    if others > 0 {
        parts.push(count(others, "other object"));
    }
    parts.push(count(diagram.edges.len(), "link"));
    parts.join(", ")
}

fn hash(text: &str) -> String {
    STANDARD.encode(Sha256::digest(text))
}
