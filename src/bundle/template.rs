//! Template source: text that a template engine renders to manifests, and that only looks like manifests, if at all.

use std::collections::HashSet;
use std::ops::Range;

use super::{Object, ParseOptions, Role};
use crate::index::IdVec;
use crate::kinds::references::{ENV, ENV_FROM, PROJECTED, PULL_SECRET, PodReference, VOLUME};
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
        if self.roots.is_empty() || !contains(source.padded(), "{{") {
            return false;
        }
        chart_candidates(source.name()).any(|root| self.roots.contains(root))
    }
}

/// Directories that would be the chart of a file, by its path: each one above a `templates`.
pub fn chart_candidates(name: &str) -> impl Iterator<Item = &str> {
    name.match_indices("templates/")
        .filter(|&(at, _)| at == 0 || name.as_bytes()[at - 1] == b'/')
        .map(|(at, _)| name[..at].trim_end_matches('/'))
}

/// Returns `true` if a document that does not parse is template source: one of the marks of the common engines stands
/// outside comments, block scalars, and quoted scalars.
///
/// Sound manifests are full of braces in these three; and a typo in a manifest must stay an error. After the mistake
/// nothing is known for certain: there comments and block scalars are told by their lines.
pub(super) fn is_broken_template(text: &str, range: Range<usize>, limits: &Limits) -> bool {
    if !["{{", "{%", "%{", "%"].iter().any(|mark| contains(&text[range.clone()], mark)) {
        return false;
    }
    let spans = yaml::lexical_spans(text, range.clone(), limits);
    let mut masked = text.as_bytes()[range.clone()].to_vec();
    let mut mask = |span: &Range<usize>| {
        for byte in &mut masked[span.start - range.start..span.end - range.start] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    };
    for span in spans.comments.iter().chain(&spans.blocks) {
        mask(span);
    }
    for span in &spans.quoted {
        // `"{{ include "x" . }}"` looks like a quoted scalar that ends within the braces.
        let quoted = &text[span.clone()];
        if quoted.matches("{{").count() == quoted.matches("}}").count() {
            mask(span);
        }
    }
    // From the start of the line: a mistake within a block scalar leaves only its key scanned.
    let line_start = text[range.start..spans.end].rfind('\n').map_or(range.start, |at| range.start + at + 1);
    for span in unscanned_spans(text, line_start..range.end) {
        mask(&span);
    }
    let masked = String::from_utf8_lossy(&masked);
    ["{{", "{%", "%{"].iter().any(|mark| contains(&masked, mark)) || masked.lines().any(has_placeholder_value)
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
        if block.is_some_and(|parent| content.is_empty() || indent > parent) {
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
    let name = value.strip_prefix('%').and_then(|rest| rest.strip_suffix('%'));
    name.is_some_and(|name| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'))
}

/// Returns `true` if a document that parses has a directive of ytt: a comment that starts with `#@`.
pub(super) fn has_ytt_directive(text: &str, range: Range<usize>, limits: &Limits) -> bool {
    contains(&text[range.clone()], "#@")
        && yaml::lexical_spans(text, range, limits).comments.iter().any(|span| text[span.clone()].starts_with("#@"))
}

/// Returns `true` if a name of a relevant object, its namespace, or the name in one of its references has braces.
pub(super) fn has_template_names(root: Node<'_>, text: &str, objects: &[Object], options: &ParseOptions) -> bool {
    if !contains(text, "{{") {
        return false;
    }
    let has_braces = |name: &str| name.contains("{{");
    let relevant: Vec<&Object> = objects.iter().filter(|object| !matches!(object.role, Role::Other)).collect();
    for object in &relevant {
        if has_braces(&object.name.name) || object.name.namespace.as_deref().is_some_and(has_braces) {
            return true;
        }
        let node = root.with_id(object.node);
        if let Role::Referrer(kind) = object.role
            && kind.fields.iter().flat_map(|place| place.find_names(node)).any(|found| is_template_name(found.node))
        {
            return true;
        }
        let rules = options.rules.references_in(&object.api_version, &object.kind);
        if rules.flat_map(|rule| rule.field.find_names(node)).any(|found| is_template_name(found.node)) {
            return true;
        }
    }
    !relevant.is_empty() && pod_reference_has_braces(root)
}

/// Returns `true` if a reference of a pod spec, anywhere below a node, has braces in its name.
fn pod_reference_has_braces(root: Node<'_>) -> bool {
    let tables: [&[PodReference]; 5] = [ENV, ENV_FROM, VOLUME, PROJECTED, PULL_SECRET];
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        if node.is_mapping() {
            let rows = tables.iter().copied().flatten();
            let names = rows.filter(|row| !row.path.is_empty()).filter_map(|row| row.path.first(node)?.get(row.name));
            if names.into_iter().any(is_template_name) {
                return true;
            }
            let pull_secrets = node.get("imagePullSecrets").into_iter().flat_map(Node::items);
            if pull_secrets.filter_map(|entry| entry.get("name")).any(is_template_name) {
                return true;
            }
            open.extend(node.pairs().map(|(_, value)| value).filter(|value| value.kind() != NodeKind::Alias));
        } else if node.is_sequence() {
            open.extend(node.items().filter(|item| item.kind() != NodeKind::Alias));
        }
    }
    false
}

fn is_template_name(name: Node<'_>) -> bool {
    name.as_str().is_some_and(|name| name.contains("{{"))
}

fn contains(text: &str, mark: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), mark.as_bytes()).is_some()
}
