//! The data of the page. Texts and shapes that recur stand once, in a list of shared values, and everything else names
//! them by their numbers, so that the page of thousands of workloads of a few kinds is mostly their names.
//!
//! Lines in a shape count from the line of the object that it belongs to: workloads that are alike then share it,
//! whether each has its own file or all stand in one. `model.js` reads what is written here, in the same order.

use std::collections::{BTreeSet, HashMap};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::paper::PageTable;
use super::{HighlightClass, HtmlPage};
use crate::index::Id;
use crate::report::diagram::{ConfigNode, Diagram, DrawnListing, Edge, EdgeUse, KeyNode, WorkloadNode};
use crate::report::source_url::SourceLinks;
use crate::source::FileLine;

/// The hexadecimal digits of a hash that a table shows. All of it is written only where a listing shows it.
const SHORT_HASH: usize = 12;

/// The data as JSON inside of a script element: without `<`, neither an end tag nor a comment can begin.
pub(super) fn page_data(diagram: &Diagram, page: &HtmlPage<'_>) -> String {
    let mut encoder = Encoder {
        diagram,
        reproduced: find_reproduced(diagram),
        shared: SharedValues::default(),
        files: FileNames::default(),
    };
    let configs: Vec<Value> = diagram.configs.entries().map(|(id, config)| encoder.config(id, config)).collect();
    let mut edges: HashMap<Id<WorkloadNode>, Vec<&Edge>> = HashMap::new();
    for edge in diagram.edges.iter() {
        edges.entry(edge.workload).or_default().push(edge);
    }
    let mut workloads = Vec::new();
    for (id, workload) in diagram.workloads.entries() {
        workloads.push(encoder.workload(workload, edges.get(&id).map_or(&[], Vec::as_slice), page));
    }
    let value = json!({
        "title": page.title,
        "summary": page.summary,
        "classes": page.classes.iter().map(class_json).collect::<Vec<_>>(),
        "unread": page.unread,
        "rows": row_numbers(page.table),
        "source": page.source.map(|source| source.url.to_string()),
        "paths": encoder.files.paths_json(page.source),
        "files": encoder.files.encode(&mut encoder.shared),
        "configs": configs,
        "workloads": workloads,
        "shared": encoder.shared.values,
    });
    value.to_string().replace('<', "\\u003c")
}

fn class_json(class: &HighlightClass) -> Value {
    json!({"word": class.word, "label": class.label, "help": class.help})
}

fn row_numbers(table: &PageTable) -> Vec<usize> {
    table.rows.iter().map(|row| row.workload.index()).collect()
}

/// The configs with a hash in a listing that is shown with its stamp.
fn find_reproduced(diagram: &Diagram) -> BTreeSet<Id<ConfigNode>> {
    let mut configs = BTreeSet::new();
    for workload in diagram.workloads.iter() {
        for listing in workload.listings.iter().filter(|listing| listing.digest.is_some()) {
            for line in &listing.lines {
                configs.insert(line.config);
            }
        }
    }
    configs
}

struct Encoder<'a> {
    diagram: &'a Diagram,
    /// The configs of which a listing shows whole hashes.
    reproduced: BTreeSet<Id<ConfigNode>>,
    shared: SharedValues,
    files: FileNames,
}

impl Encoder<'_> {
    /// In the order of `asConfig` in the script.
    fn config(&mut self, id: Id<ConfigNode>, config: &ConfigNode) -> Value {
        let first = config.places.first();
        let lines: Vec<Option<i64>> = config.keys.iter().map(|key| relative_line(key.line, first)).collect();
        let keys: Vec<&str> = config.keys.iter().map(|key| key.key.as_str()).collect();
        let hashed = config.keys.iter().filter(|key| key.hash.is_some()).count();
        let shape = json!([config.name.kind, config.presence.as_str(), config.immutable, keys, lines, hashed]);
        let digits = if self.reproduced.contains(&id) { usize::MAX } else { SHORT_HASH };
        let mut hashes = String::new();
        for hash in config.keys.iter().filter_map(|key| key.hash.as_deref()) {
            hashes.push_str(&encode_hash(&hash[..digits.min(hash.len())]));
        }
        let places: Vec<usize> = config.places.iter().flat_map(|place| self.files.place(place)).collect();
        let mark = config.mark.as_ref().map(|mark| json!([mark.class, mark.reasons]));
        let mark = mark.map(|mark| self.shared.number_of(mark));
        let changes: Vec<Value> =
            config.keys.iter().enumerate().filter_map(|key| self.key_change(key, first)).collect();
        without_tail(vec![
            self.shared.number_of(shape).into(),
            self.shared.number_of(json!(config.name.namespace)).into(),
            json!(config.name.name),
            json!(places),
            json!(hashes),
            json!(mark),
            json!(changes),
            self.scope(config.application.as_deref(), config.cluster.as_deref()),
        ])
    }

    /// In the order of `asKeyChange` in the script.
    fn key_change(&mut self, (number, key): (usize, &KeyNode), place: Option<&FileLine>) -> Option<Value> {
        let mark = key.mark.as_ref()?;
        let head = match (key.line, place) {
            (Some(line), Some(place)) => Some(FileLine { file: place.file.clone(), line }),
            _ => None,
        };
        let was = self.earlier_place(key.was.as_ref(), head.as_ref());
        let diff: Vec<usize> =
            key.diff.iter().flat_map(|diff| diff.lines()).map(|line| self.shared.number_of(json!(line))).collect();
        let shape = self.shared.number_of(json!([number, mark.class]));
        Some(without_tail(vec![shape.into(), json!(was), json!(diff)]))
    }

    /// In the order of `asWorkload` in the script.
    fn workload(&mut self, workload: &WorkloadNode, edges: &[&Edge], page: &HtmlPage<'_>) -> Value {
        let mut configs = NumberList::default();
        let mut containers = NumberList::default();
        let links: Vec<Value> =
            edges.iter().map(|edge| self.link(workload, edge, &mut configs, &mut containers)).collect();
        let listings: Vec<Value> =
            workload.listings.iter().map(|listing| self.listing(listing, &mut configs)).collect();
        let digests: Vec<Option<String>> =
            workload.listings.iter().map(|listing| listing.digest.as_deref().map(encode_hash)).collect();
        let class =
            workload.mark.as_ref().and_then(|mark| page.classes.iter().position(|class| class.word == mark.class));
        let shape =
            json!([workload.name.kind, workload.has_pods, class, workload.causes, links, containers.numbers, listings]);
        let was = self.earlier_place(workload.was.as_ref(), Some(&workload.place));
        without_tail(vec![
            self.shared.number_of(shape).into(),
            self.shared.number_of(json!(workload.name.namespace)).into(),
            json!(workload.name.name),
            json!(self.files.place(&workload.place)),
            json!(configs.numbers),
            json!(digests),
            json!(was),
            self.scope(workload.application.as_deref(), workload.cluster.as_deref()),
        ])
    }

    /// In the order of `asEdge` in the script.
    fn link(
        &mut self,
        workload: &WorkloadNode,
        edge: &Edge,
        configs: &mut NumberList,
        containers: &mut NumberList,
    ) -> Value {
        let mut uses = Vec::new();
        for one in &edge.uses {
            uses.push(self.edge_use(workload, one, containers));
        }
        let flags = u8::from(edge.unresolved) + 2 * u8::from(edge.mark.is_some());
        json!([configs.position_of(edge.config.index()), edge.reach.as_str(), flags, uses])
    }

    /// In the order of `asUse` in the script.
    fn edge_use(&mut self, workload: &WorkloadNode, one: &EdgeUse, containers: &mut NumberList) -> Value {
        let mut elsewhere = None;
        if one.place.file != workload.place.file {
            elsewhere = Some(self.files.number(&one.place.file));
        }
        let from = if elsewhere.is_some() { None } else { Some(&workload.place) };
        let mut container = None;
        if let Some(name) = &one.container {
            // A container is often named as its workload is.
            let is_own = *name == workload.name.name;
            let number = if is_own { 0 } else { self.shared.number_of(json!(name)) + 1 };
            container = Some(containers.position_of(number) + 1);
        }
        let problems: Vec<String> = one.problems.iter().map(ToString::to_string).collect();
        let line = relative_line(Some(one.place.line), from);
        let shape = without_tail(vec![
            json!(one.mechanism),
            json!(one.keys),
            json!(one.container_type),
            json!(one.optional),
            json!(problems),
            json!(one.missing),
            json!(one.variables),
        ]);
        without_tail(vec![self.shared.number_of(shape).into(), json!(line), json!(container), json!(elsewhere)])
    }

    /// The template, and for each config the runs of keys that follow each other: a config of many keys is one run.
    fn listing(&mut self, listing: &DrawnListing, configs: &mut NumberList) -> Value {
        let mut runs: Vec<[usize; 3]> = Vec::new();
        let mut renamed = Vec::new();
        for (number, line) in listing.lines.iter().enumerate() {
            let (config, key) = (configs.position_of(line.config.index()), line.key.index());
            match runs.last_mut() {
                Some(run) if run[0] == config && run[1] + run[2] == key => run[2] += 1,
                _ => runs.push([config, key, 1]),
            }
            let node = &self.diagram.configs[line.config];
            // A config that was renamed is listed under the name that refers to it.
            if line.path != format!("{}/{}", node.name, node.keys[line.key].key) {
                renamed.push(json!([number, line.path]));
            }
        }
        json!([listing.template, runs.concat(), renamed])
    }

    /// The earlier place of something: what differs between the two labels, and between the two lines.
    fn earlier_place(&mut self, was: Option<&FileLine>, head: Option<&FileLine>) -> Option<usize> {
        let was = was?;
        let Some(head) = head else {
            return Some(self.shared.number_of(json!([null, was.file, was.line])));
        };
        let same = common_suffix(&was.file, &head.file);
        let replaced = head.file[..head.file.len() - same].encode_utf16().count();
        let prefix = &was.file[..was.file.len() - same];
        Some(self.shared.number_of(json!([replaced, prefix, relative_line(Some(was.line), Some(head))])))
    }

    fn scope(&mut self, application: Option<&str>, cluster: Option<&str>) -> Value {
        if application.is_none() && cluster.is_none() {
            return Value::Null;
        }
        self.shared.number_of(json!([application, cluster])).into()
    }
}

/// The line as it counts from that of a place, if there is one.
fn relative_line(line: Option<usize>, place: Option<&FileLine>) -> Option<i64> {
    let line = i64::try_from(line?).ok()?;
    let first = place.map_or(0, |place| i64::try_from(place.line).unwrap_or(0));
    Some(line - first)
}

/// The bytes at the end that two texts share, whole characters.
fn common_suffix(left: &str, right: &str) -> usize {
    let mut length = 0;
    for (one, other) in left.chars().rev().zip(right.chars().rev()) {
        if one != other {
            break;
        }
        length += one.len_utf8();
    }
    length
}

/// A hash in a third less than its digits.
fn encode_hash(digits: &str) -> String {
    let bytes = hex::decode(digits).unwrap_or_default();
    STANDARD.encode(bytes).trim_end_matches('=').to_string()
}

/// A list without the values at its end that the script takes for granted.
fn without_tail(mut values: Vec<Value>) -> Value {
    while values.last().is_some_and(is_default) {
        values.pop();
    }
    Value::Array(values)
}

fn is_default(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(values) => values.iter().all(Value::is_null),
        _ => false,
    }
}

/// Values that are written once.
#[derive(Default)]
struct SharedValues {
    values: Vec<Value>,
    numbers: HashMap<String, usize>,
}

impl SharedValues {
    fn number_of(&mut self, value: Value) -> usize {
        let next = self.values.len();
        let number = *self.numbers.entry(value.to_string()).or_insert(next);
        if number == next {
            self.values.push(value);
        }
        number
    }
}

/// Numbers, each once, in the order in which they come.
#[derive(Default)]
struct NumberList {
    numbers: Vec<usize>,
    positions: HashMap<usize, usize>,
}

impl NumberList {
    fn position_of(&mut self, number: usize) -> usize {
        let next = self.numbers.len();
        let position = *self.positions.entry(number).or_insert(next);
        if position == next {
            self.numbers.push(number);
        }
        position
    }
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

    fn place(&mut self, place: &FileLine) -> [usize; 2] {
        [self.number(&place.file), place.line]
    }

    /// Directory and rest of each name, as shared values.
    fn encode(&self, shared: &mut SharedValues) -> Vec<usize> {
        let mut numbers = Vec::new();
        for name in &self.names {
            let (directory, rest) = name.split_at(name.rfind('/').map_or(0, |slash| slash + 1));
            numbers.extend([shared.number_of(json!(directory)), shared.number_of(json!(rest))]);
        }
        numbers
    }

    /// The paths in the repository of the files that have another name here; null for one that is not in it.
    fn paths_json(&self, source: Option<&SourceLinks<'_>>) -> Value {
        let mut paths = serde_json::Map::new();
        if let Some(source) = source {
            for (number, name) in self.names.iter().enumerate() {
                let path = source.path_of(name);
                if path != Some(name.as_str()) {
                    paths.insert(number.to_string(), json!(path));
                }
            }
        }
        Value::Object(paths)
    }
}
