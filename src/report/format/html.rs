//! The diagram as one page that needs nothing else: no network, no other file.
//!
//! The data stands in the page as JSON in which no `<` is left, so that no name can end the element; the script makes
//! texts of it and never markup; and the page's policy allows this script and this style, by their hashes, and
//! nothing else.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::report::diagram::{ConfigNode, Diagram, DrawnListingLine, Edge, EdgeUse, Highlight, NodeName, WorkloadNode};
use crate::source::FileLine;

const PAGE: &str = include_str!("html/page.html");
const STYLE: &str = include_str!("html/page.css");
/// In this order: each part uses only what stands before it, apart from what runs on an event.
const SCRIPT: &str = concat!(
    include_str!("html/model.js"),
    include_str!("html/lists.js"),
    include_str!("html/edges.js"),
    include_str!("html/detail.js"),
    include_str!("html/page.js"),
);

/// The title of the page, and the classes of the highlights in its diagram, in the order in which they matter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HtmlPage<'a> {
    /// The title.
    pub title: &'a str,
    /// The summary next to the title; else the parts of the diagram are counted.
    pub summary: Option<&'a str>,
    /// The classes; none where the diagram has no marks.
    pub classes: &'a [HighlightClass],
    /// A line for each part of the input that was not read.
    pub unread: &'a [String],
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
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; img-src data:; base-uri 'none'; \
         form-action 'none'",
        hash(SCRIPT),
        hash(STYLE)
    );
    // The data comes last: nothing is looked for in it.
    let filled = PAGE.replace("@policy@", &policy).replace("@style@", STYLE).replace("@script@", SCRIPT);
    filled.replacen("@data@", &page_data(diagram, page), 1)
}

fn hash(text: &str) -> String {
    STANDARD.encode(Sha256::digest(text))
}

/// The data as JSON inside of a script element: without `<`, neither an end tag nor a comment can begin.
fn page_data(diagram: &Diagram, page: &HtmlPage<'_>) -> String {
    let mut files = FileNames::default();
    let configs: Vec<Value> = diagram.configs.iter().map(|config| config_json(config, &mut files)).collect();
    let workloads: Vec<Value> =
        diagram.workloads.iter().map(|workload| workload_json(diagram, workload, &mut files)).collect();
    let edges: Vec<Value> = diagram.edges.iter().map(|edge| edge_json(edge, &mut files)).collect();
    let class = |class: &HighlightClass| json!({"word": class.word, "label": class.label, "help": class.help});
    let value = json!({
        "title": page.title,
        "summary": page.summary,
        "classes": page.classes.iter().map(class).collect::<Vec<_>>(),
        "unread": page.unread,
        "files": files.names,
        "configs": configs,
        "workloads": workloads,
        "edges": edges,
    });
    value.to_string().replace('<', "\\u003c")
}

/// File names, each once.
#[derive(Default)]
struct FileNames {
    names: Vec<String>,
    numbers: HashMap<String, usize>,
}

impl FileNames {
    fn number(&mut self, name: &str) -> usize {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        self.names.push(name.to_string());
        self.numbers.insert(name.to_string(), self.names.len() - 1);
        self.names.len() - 1
    }

    fn place(&mut self, place: &FileLine) -> Value {
        json!([self.number(&place.file), place.line])
    }
}

fn config_json(config: &ConfigNode, files: &mut FileNames) -> Value {
    let keys =
        config.keys.iter().map(|key| json!([key.key, key.line, key.hash, mark_json(key.mark.as_ref()), key.diff]));
    node_json(
        &config.name,
        config.mark.as_ref(),
        json!({
            "presence": config.presence.as_str(),
            "places": config.places.iter().map(|place| files.place(place)).collect::<Vec<_>>(),
            "keys": keys.collect::<Vec<_>>(),
            "immutable": config.immutable,
        }),
    )
}

fn workload_json(diagram: &Diagram, workload: &WorkloadNode, files: &mut FileNames) -> Value {
    let listings = workload.listings.iter().map(|listing| {
        let lines = listing.lines.iter().map(|line| listing_line_json(diagram, line));
        json!([listing.template, lines.collect::<Vec<_>>(), listing.digest])
    });
    node_json(
        &workload.name,
        workload.mark.as_ref(),
        json!({
            "places": [files.place(&workload.place)],
            "listings": listings.collect::<Vec<_>>(),
        }),
    )
}

fn listing_line_json(diagram: &Diagram, line: &DrawnListingLine) -> Value {
    let config = &diagram.configs[line.config];
    let usual = format!("{}/{}", config.name, config.keys[line.key].key);
    // A config that was renamed is listed under the name that refers to it.
    let (config, key) = (line.config.index(), line.key.index());
    if line.path == usual { json!([config, key]) } else { json!([config, key, line.path]) }
}

fn node_json(name: &NodeName, mark: Option<&Highlight>, mut rest: Value) -> Value {
    if let Value::Object(fields) = &mut rest {
        fields.insert("kind".to_string(), json!(name.kind));
        fields.insert("namespace".to_string(), json!(name.namespace));
        fields.insert("name".to_string(), json!(name.name));
        fields.insert("mark".to_string(), mark_json(mark));
    }
    rest
}

/// In the order of `asEdge` in the script; lists are shorter than objects, and there are many.
fn edge_json(edge: &Edge, files: &mut FileNames) -> Value {
    let uses: Vec<Value> = edge.uses.iter().map(|one| use_json(one, files)).collect();
    let (config, workload) = (edge.config.index(), edge.workload.index());
    json!([config, workload, edge.reach.as_str(), edge.unresolved, uses, mark_json(edge.mark.as_ref())])
}

/// In the order of `asUse` in the script.
fn use_json(one: &EdgeUse, files: &mut FileNames) -> Value {
    json!([
        files.number(&one.place.file),
        one.place.line,
        one.mechanism,
        one.keys,
        one.container,
        one.container_type,
        one.optional,
        one.problems.iter().map(ToString::to_string).collect::<Vec<_>>(),
        one.missing,
        one.variables,
    ])
}

fn mark_json(mark: Option<&Highlight>) -> Value {
    mark.map_or(Value::Null, |mark| json!({"class": mark.class, "label": mark.label, "reasons": mark.reasons}))
}
