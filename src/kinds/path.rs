//! Field paths: the keys from an object to a field, through lists and maps, as data.

mod parse;

use std::borrow::Cow;
use std::fmt;

pub use parse::PathError;

use crate::yaml::Node;

/// The path from an object, or from a node of it, to a field. It can match several nodes, or none.
///
/// The paths of built-in rows are written with `field!` and compiled; those of users are read by
/// [`FieldPath::parse`]. Both print as users write them: `spec/jobs[]/template`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldPath(Cow<'static, [PathStep]>);

/// A step of a path, from a node to what it contains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathStep {
    /// The value of a key. On a list, that of each of its items: a path through a list need not mention it.
    Key(Cow<'static, str>),
    /// The value of each key with this prefix and this suffix; of every key if both are empty.
    KeyLike(&'static str, &'static str),
    /// Each item of a list.
    Item,
}

/// A field path that the compiler checks: `field!("spec" / "jobs" / [] / "template")`, where `[]` is each item of a list,
/// `*` the value of every key, and `("prefix" * "suffix")` the value of every key of that form.
macro_rules! field {
    (@ []) => { $crate::kinds::path::PathStep::Item };
    (@ *) => { $crate::kinds::path::PathStep::KeyLike("", "") };
    (@ $key:literal) => { $crate::kinds::path::PathStep::Key(std::borrow::Cow::Borrowed($key)) };
    (@ ($prefix:literal * $suffix:literal)) => { $crate::kinds::path::PathStep::KeyLike($prefix, $suffix) };
    () => { $crate::kinds::path::FieldPath::built_in(&[]) };
    ($($step:tt)/ +) => { $crate::kinds::path::FieldPath::built_in(&[$($crate::kinds::path::field!(@ $step)),+]) };
}
pub(crate) use field;

impl FieldPath {
    /// Makes a path of its steps.
    pub fn new(steps: Vec<PathStep>) -> FieldPath {
        FieldPath(Cow::Owned(steps))
    }

    /// Makes a path of steps that are compiled in.
    pub(crate) const fn built_in(steps: &'static [PathStep]) -> FieldPath {
        FieldPath(Cow::Borrowed(steps))
    }

    /// The steps of the path.
    pub fn steps(&self) -> &[PathStep] {
        &self.0
    }

    /// Returns `true` if the path has no steps, and so matches the node that it starts from.
    pub fn is_empty(&self) -> bool {
        self.steps().is_empty()
    }

    /// Appends another path to this one.
    pub fn join(&self, rest: &FieldPath) -> FieldPath {
        FieldPath::new([self.steps(), rest.steps()].concat())
    }

    /// Returns `true` if the path goes through mappings only, by their keys.
    pub fn is_single_field(&self) -> bool {
        self.steps().iter().all(|step| matches!(step, PathStep::Key(_)))
    }

    /// The keys of the path, without what it says about lists and patterns.
    pub fn keys(&self) -> Vec<&str> {
        let mut keys = Vec::new();
        for step in self.steps() {
            if let PathStep::Key(key) = step {
                keys.push(&**key);
            }
        }
        keys
    }

    /// Finds the nodes that the path matches, in the order of the text.
    pub fn matches<'a, 'p>(&'p self, from: Node<'a>) -> Matches<'a, 'p> {
        matches_of(self.steps(), from)
    }

    /// Finds the first node that the path matches.
    pub fn first<'a>(&self, from: Node<'a>) -> Option<Node<'a>> {
        let mut node = from;
        for step in self.steps() {
            match step {
                PathStep::Key(key) => match node.get(key) {
                    Some(value) => node = value,
                    None if node.is_sequence() => return self.nodes(from).next(),
                    None => return None,
                },
                PathStep::KeyLike(..) | PathStep::Item => return self.nodes(from).next(),
            }
        }
        Some(node)
    }

    /// The nodes of the matches below a node.
    pub(crate) fn nodes<'a>(&self, from: Node<'a>) -> impl Iterator<Item = Node<'a>> {
        self.matches(from).map(|found| found.node)
    }

    /// Writes the path of a match with dots: the keys that the patterns of this path matched, without lists.
    pub fn dotted(&self, found: &FieldMatch<'_>) -> String {
        let mut patterns = found.keys.iter();
        let mut keys: Vec<&str> = Vec::new();
        for step in self.steps() {
            match step {
                PathStep::Key(key) => keys.push(&**key),
                PathStep::KeyLike(..) => keys.extend(patterns.next().map(|key| &**key)),
                PathStep::Item => {}
            }
        }
        keys.join(".")
    }
}

/// A node that a path matches.
#[derive(Clone, Debug)]
pub struct FieldMatch<'a> {
    /// The mapping or list that contains the node; the node itself if the path is empty.
    pub parent: Node<'a>,
    /// The node.
    pub node: Node<'a>,
    /// The keys that the patterns of the path matched.
    keys: Vec<Cow<'a, str>>,
}

/// The matches of a path, found by depth first search.
#[derive(Debug)]
pub struct Matches<'a, 'p> {
    steps: &'p [PathStep],
    /// The node to start from.
    start: Option<FieldMatch<'a>>,
    /// Nodes to go on from, each with the number of steps that lead to it; the next one is last.
    open: Vec<(FieldMatch<'a>, usize)>,
}

/// Finds the nodes at the end of these steps.
pub(super) fn matches_of<'a, 'p>(steps: &'p [PathStep], from: Node<'a>) -> Matches<'a, 'p> {
    Matches { steps, start: Some(FieldMatch::new(from, from)), open: Vec::new() }
}

impl<'a> Iterator for Matches<'a, '_> {
    type Item = FieldMatch<'a>;

    fn next(&mut self) -> Option<FieldMatch<'a>> {
        loop {
            let (mut found, mut depth) = match self.start.take() {
                Some(start) => (start, 0),
                None => self.open.pop()?,
            };
            // As a rule a key leads to one node, from which to go on at once.
            while let Some(PathStep::Key(key)) = self.steps.get(depth)
                && let Some(value) = found.node.get(key)
            {
                found = FieldMatch { parent: found.node, node: value, keys: found.keys };
                depth += 1;
            }
            let Some(step) = self.steps.get(depth) else { return Some(found) };
            let first = self.open.len();
            self.follow(step, found, depth + 1);
            // The first of the new ones comes next.
            self.open[first..].reverse();
        }
    }
}

impl<'a> Matches<'a, '_> {
    /// Opens the nodes that a step leads to.
    fn follow(&mut self, step: &PathStep, from: FieldMatch<'a>, depth: usize) {
        let FieldMatch { node, keys, .. } = from;
        let mut open = |parent, node, keys| self.open.push((FieldMatch { parent, node, keys }, depth));
        match step {
            PathStep::Key(key) => {
                for item in node.items() {
                    if let Some(value) = item.get(key) {
                        open(item, value, keys.clone());
                    }
                }
            }
            PathStep::Item => {
                for item in node.items() {
                    open(node, item, keys.clone());
                }
            }
            PathStep::KeyLike(prefix, suffix) => {
                for (key, _, value) in node.entries() {
                    if key.starts_with(prefix) && key.ends_with(suffix) {
                        open(node, value, [keys.clone(), vec![key]].concat());
                    }
                }
            }
        }
    }
}

impl<'a> FieldMatch<'a> {
    /// A node that is found below another.
    pub(super) fn new(parent: Node<'a>, node: Node<'a>) -> FieldMatch<'a> {
        FieldMatch { parent, node, keys: Vec::new() }
    }
}

/// Writes a path as users do: `spec/jobs[]/template`, with `*` for any key and `\/` for a slash in one.
impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let escaped = |key: &str| key.replace('/', "\\/");
        for (index, step) in self.steps().iter().enumerate() {
            if index > 0 && *step != PathStep::Item {
                f.write_str("/")?;
            }
            match step {
                PathStep::Key(key) => f.write_str(&escaped(key))?,
                PathStep::KeyLike(prefix, suffix) => write!(f, "{}*{}", escaped(prefix), escaped(suffix))?,
                PathStep::Item => f.write_str("[]")?,
            }
        }
        Ok(())
    }
}

/// Writes the path from a node down to another as reports show it: `spec.jobs[web].template`. The item of a list goes by
/// its name, else by its number.
pub(crate) fn locate(node: Node<'_>, ancestor: Node<'_>) -> String {
    let mut segments = Vec::new();
    let mut current = node;
    while current.id() != ancestor.id()
        && let Some(parent) = current.parent()
    {
        segments.push(match current.key() {
            Some(key) => path_segment(&key.key_text().unwrap_or_default()),
            None => format!("[{}]", item_name(current, parent)),
        });
        current = parent;
    }
    segments.reverse();
    segments.concat().trim_start_matches('.').to_string()
}

fn item_name(item: Node<'_>, list: Node<'_>) -> String {
    let name = item.get("name").and_then(Node::as_str).unwrap_or_default();
    if !name.is_empty() {
        return name.into_owned();
    }
    list.children().take_while(|other| *other != item).count().to_string()
}

/// A step of a path in a report: `.image`, or `[checksum/config]` where a dot would mislead.
pub(crate) fn path_segment(key: &str) -> String {
    let plain = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if plain { format!(".{key}") } else { format!("[{key}]") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::{Document, DocumentContent, Limits, read_documents};

    const TEXT: &str = "jobs: [{name: a, tags: [x, y]}, {name: b}, {other: c}]\n\
                        roles: {leader-ref: l, worker-ref: w, size: 3}\nempty: []\n";

    /// The texts that a path matches, each after the path of the match.
    fn found(path: &FieldPath) -> Vec<String> {
        let documents = read_documents(TEXT, &Limits::default());
        let [Document { content: DocumentContent::Tree(tree), .. }] = &documents[..] else {
            panic!("not one document")
        };
        let line = |found: FieldMatch<'_>| format!("{}={}", path.dotted(&found), found.node.decoded_text().unwrap());
        path.matches(tree.root(TEXT)).map(line).collect()
    }

    #[test]
    fn paths_match_through_lists_and_patterns_in_the_order_of_the_text() {
        assert_eq!(found(&field!("jobs" / [] / "name")), ["jobs.name=a", "jobs.name=b"]);
        assert_eq!(found(&field!("jobs" / "name")), ["jobs.name=a", "jobs.name=b"]);
        assert_eq!(found(&field!("jobs" / "tags" / [])), ["jobs.tags=x", "jobs.tags=y"]);
        assert_eq!(found(&field!("roles" / ("" * "-ref"))), ["roles.leader-ref=l", "roles.worker-ref=w"]);
        assert_eq!(found(&field!("roles" / *)), ["roles.leader-ref=l", "roles.worker-ref=w", "roles.size=3"]);
        assert!(found(&field!("empty" / [] / "name")).is_empty() && found(&field!("absent")).is_empty());
    }

    #[test]
    fn a_single_field_has_neither_lists_nor_patterns() {
        assert!(field!().is_single_field() && field!("a" / "b").is_single_field());
        assert!(!field!("a" / []).is_single_field() && !field!("a" / *).is_single_field());
        assert_eq!(field!("a" / [] / "b" / *).keys(), ["a", "b"]);
    }
}
