//! Template source: text that a template engine renders to manifests, and that only looks like manifests, if at all.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::{Object, ParseOptions, Role};
use crate::index::IdVec;
use crate::kinds::references::{ENV, ENV_FROM, PROJECTED, PULL_SECRET, PodReference, VOLUME};
use crate::kinds::referrers::ReferenceField;
use crate::source::Source;
use crate::yaml::{self, Limits, Node, NodeKind};

/// A program that renders template source to manifests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum TemplateEngine {
    /// An engine of text: Helm, Jinja, Terraform, placeholders.
    Text,
    /// ytt, whose directives are YAML comments.
    Ytt,
    /// OpenShift, whose templates are objects.
    OpenShift,
}

/// Directories of charts, whose `templates` hold template source.
pub(super) struct Charts<'a> {
    roots: HashSet<&'a str>,
}

impl<'a> Charts<'a> {
    /// Finds the charts whose `Chart.yaml` was read, and adds those that the options name.
    pub(super) fn find(sources: &'a IdVec<Source>, options: &'a ParseOptions) -> Charts<'a> {
        let mut roots: HashSet<&str> = options.chart_directories.iter().map(String::as_str).collect();
        for source in sources.iter() {
            if let Some(root) = source.name().strip_suffix("Chart.yaml")
                && (root.is_empty() || root.ends_with('/'))
            {
                roots.insert(root.trim_end_matches('/'));
            }
        }
        Charts { roots }
    }

    /// Returns `true` if a source is a template of a chart: below `templates` beside a `Chart.yaml`, and with braces.
    pub(super) fn holds_template(&self, source: &Source) -> bool {
        if self.roots.is_empty() || !has_braces(source.padded()) {
            return false;
        }
        chart_candidates(source.name()).any(|root| self.roots.contains(root))
    }
}

/// Directories that would be the chart of a file, by its path: each one above a `templates`.
pub fn chart_candidates(name: &str) -> impl Iterator<Item = &str> {
    let parents = TEMPLATES.find_iter(name.as_bytes()).map(|at| &name[..at]);
    parents.filter(|parent| parent.is_empty() || parent.ends_with('/')).map(trim_slashes)
}

fn trim_slashes(directory: &str) -> &str {
    directory.trim_end_matches('/')
}

/// Returns `true` if a document that does not parse is template source: one of the marks of the common engines stands
/// outside comments, block scalars, and quoted scalars.
///
/// Sound manifests are full of braces in these three; and a typo in a manifest must stay an error. After the mistake
/// nothing is known for certain: there comments and block scalars are told by their lines.
pub(super) fn is_broken_template(text: &str, range: Range<usize>, limits: &Limits) -> bool {
    let document = &text[range.clone()];
    if !has_engine_mark(document) && !document.contains('%') {
        return false;
    }
    let scanned = yaml::lexical_spans(text, range.clone(), limits);
    let mut hidden = [scanned.comments, scanned.blocks].concat();
    for span in scanned.quoted {
        // `"{{ include "x" . }}"` looks like a quoted scalar that ends within the braces.
        let quoted = &text[span.clone()];
        if quoted.matches("{{").count() == quoted.matches("}}").count() {
            hidden.push(span);
        }
    }
    // From the start of the line: a mistake within a block scalar leaves only its key scanned.
    let line_start = match text[range.start..scanned.end].rfind('\n') {
        Some(line_break) => range.start + line_break + 1,
        None => range.start,
    };
    hidden.extend(unscanned_spans(text, line_start..range.end));
    let masked = mask_spans(document, range.start, &hidden);
    has_engine_mark(&masked) || masked.lines().any(has_placeholder_value)
}

fn has_engine_mark(text: &str) -> bool {
    ["{{", "{%", "%{"].iter().any(|mark| contains(text, mark))
}

/// Writes spaces over spans of a text, which starts at an offset of its source. Line breaks stay.
fn mask_spans(text: &str, start: usize, spans: &[Range<usize>]) -> String {
    let mut masked = text.as_bytes().to_vec();
    for span in spans {
        for byte in &mut masked[span.start - start..span.end - start] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    }
    String::from_utf8_lossy(&masked).into_owned()
}

/// Comments on lines of their own and block scalars in text that could not be scanned, by its lines.
fn unscanned_spans(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let mut block: Option<usize> = None;
    let mut at = range.start;
    for line in text[range].split_inclusive('\n') {
        let span = at..at + line.len();
        at = span.end;
        let content = line.trim();
        let indent = line.len() - line.trim_start().len();
        if let Some(parent) = block
            && (content.is_empty() || indent > parent)
        {
            spans.push(span);
            continue;
        }
        block = opens_block_scalar(content).then_some(indent);
        if content.starts_with('#') {
            spans.push(span);
        }
    }
    spans
}

/// Returns `true` if a line ends with the header of a block scalar: `key: |`, `- >-`, `key: |2+`.
fn opens_block_scalar(line: &str) -> bool {
    let line = line.split(" #").next().unwrap_or_default().trim_end();
    let start = line.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-'));
    let Some(start) = start.strip_suffix(['|', '>']) else { return false };
    start.ends_with(": ") || start.ends_with("- ")
}

/// Returns `true` if the value of a line is `%NAME%`.
fn has_placeholder_value(line: &str) -> bool {
    let value = line.rsplit(": ").next().unwrap_or_default().trim().trim_start_matches("- ").trim();
    match value.as_bytes() {
        [b'%', name @ .., b'%'] => {
            !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        }
        _ => false,
    }
}

/// Returns `true` if a document that parses has a directive of ytt: a comment that starts with `#@`.
pub(super) fn has_ytt_directive(text: &str, range: Range<usize>, limits: &Limits) -> bool {
    if MARK_OF_YTT.find(&text.as_bytes()[range.clone()]).is_none() {
        return false;
    }
    let comments = yaml::lexical_spans(text, range, limits).comments;
    comments.iter().any(|span| text[span.clone()].starts_with("#@"))
}

/// Returns `true` if a name of a relevant object, its namespace, or the name in one of its references has braces.
pub(super) fn has_template_names(root: Node<'_>, text: &str, objects: &[Object], options: &ParseOptions) -> bool {
    if !has_braces(text) {
        return false;
    }
    let mut has_relevant_object = false;
    for object in objects {
        if matches!(object.role, Role::Unknown(_) | Role::Other) {
            continue;
        }
        has_relevant_object = true;
        if has_braces(&object.name.name) || object.name.namespace.as_deref().is_some_and(has_braces) {
            return true;
        }
        let node = root.with_id(object.node);
        if let Role::Referrer(kind) = object.role
            && kind.fields.iter().any(|field| field_has_braces(field, node))
        {
            return true;
        }
        let mut rules = options.rules.references_in(&object.api_version, &object.kind);
        if rules.any(|rule| field_has_braces(&rule.field, node)) {
            return true;
        }
    }
    has_relevant_object && pod_reference_has_braces(root)
}

/// Returns `true` if a reference of a pod spec, anywhere below a node, has braces in its name.
fn pod_reference_has_braces(root: Node<'_>) -> bool {
    let tables: [&[PodReference]; 5] = [ENV, ENV_FROM, VOLUME, PROJECTED, PULL_SECRET];
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        if node.is_mapping() {
            for row in tables.iter().copied().flatten() {
                if !row.path.is_empty() && row.path.first(node).is_some_and(|holder| value_has_braces(holder, row.name))
                {
                    return true;
                }
            }
            let mut pull_secrets = node.get("imagePullSecrets").into_iter().flat_map(Node::items);
            if pull_secrets.any(|entry| value_has_braces(entry, "name")) {
                return true;
            }
            open.extend(node.own_values().filter(is_no_alias));
        } else if node.is_sequence() {
            open.extend(node.items().filter(is_no_alias));
        }
    }
    false
}

fn is_no_alias(node: &Node<'_>) -> bool {
    node.kind() != NodeKind::Alias
}

fn value_has_braces(mapping: Node<'_>, key: &str) -> bool {
    mapping.get(key).is_some_and(is_template_name)
}

fn field_has_braces(field: &ReferenceField, object: Node<'_>) -> bool {
    field.find_names(object).iter().any(|found| is_template_name(found.node))
}

fn is_template_name(name: Node<'_>) -> bool {
    has_braces(&name.as_str().unwrap_or_default())
}

fn has_braces(text: &str) -> bool {
    BRACES.find(text.as_bytes()).is_some()
}

// The name of each source is searched for this.
static TEMPLATES: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("templates/"));

// Each document is searched for these.
static BRACES: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("{{"));
static MARK_OF_YTT: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("#@"));

pub(super) fn contains(text: &str, mark: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), mark.as_bytes()).is_some()
}
