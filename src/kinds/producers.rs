//! Kinds whose objects make controllers write ConfigMaps and Secrets: the content is not in the manifest, the request
//! for it is.
//!
//! A row says what is produced and under which name, which keys it has where that is certain, which fields are the
//! request for its content, and whether it may get another name. Sources: the API types of the projects named by the
//! groups.

mod table;

pub use table::{CONNECTION, PRODUCERS, SECRET};

use std::collections::{BTreeMap, BTreeSet};

use super::{ConfigKind, Path};
use crate::kinds::group_of;
use crate::yaml::Node;

/// A kind whose objects produce configs.
#[derive(Debug)]
pub struct ProducerKind {
    /// The API group; none for what objects of any group can say.
    pub group: Option<&'static str>,
    /// The kind.
    pub kind: &'static str,
    /// What each object of it produces.
    pub products: &'static [GenerationRule],
}

/// One sort of config that an object produces.
#[derive(Debug)]
pub struct GenerationRule {
    /// The kind of what is produced.
    pub makes: ConfigKind,
    /// What must hold of the object for it to be produced.
    pub only_if: &'static [Fact],
    /// The entries of which each produces one config; empty where the object itself does. `*` is each item of a list.
    pub each: Path,
    /// Where its name stands, from the entry: the first that is there counts, and the first is where it is written.
    pub name: &'static [Path],
    /// In which namespace it is produced.
    pub namespace: TargetNamespace,
    /// Its keys, where they are certain.
    pub keys: Option<&'static [KeySource]>,
    /// What must not hold for the keys to be certain.
    pub keys_unless: &'static [Fact],
    /// The request for its content.
    pub request: &'static [RequestPart],
    /// Fields that are no part of the request, though a change of one changes the object.
    pub left_out: &'static [Path],
    /// Whether it may get another name.
    pub rename: RenamePermission,
}

/// A fact about one object, read from its manifest.
#[derive(Clone, Copy, Debug)]
pub enum Fact {
    /// Something stands at the path.
    Present(Path),
    /// Nothing stands at the path.
    Absent(Path),
    /// The value at the path is this text.
    Is(Path, &'static str),
    /// The value at the path is `true`.
    True(Path),
}

/// The namespace of a product.
#[derive(Clone, Copy, Debug)]
pub enum TargetNamespace {
    /// That of the object.
    Own,
    /// The one that stands at this path of the entry, else that of the object.
    At(Path),
    /// Every namespace that the object selects.
    Every,
}

/// Where keys of a product stand, from the entry.
#[derive(Clone, Copy, Debug)]
pub enum KeySource {
    /// They are the keys of this mapping.
    KeysOf(Path),
    /// They are the texts here.
    Texts(Path),
    /// They are these.
    These(&'static [&'static str]),
}

/// A part of the request for a product's content.
#[derive(Clone, Copy, Debug)]
pub enum RequestPart {
    /// The value of a field of the object.
    Field(Path),
    /// The value of a field of the entry.
    OfEntry(Path),
    /// The values of a mapping of the entry, each of which is the request for the key of that name.
    PerKey(Path),
}

/// Whether a product may get another name.
#[derive(Clone, Copy, Debug)]
pub enum RenamePermission {
    /// It may.
    Always,
    /// It must not.
    Never(&'static str),
    /// It may if one of these holds.
    If(&'static [Fact], &'static str),
    /// It may if none of these holds.
    Unless(&'static [Fact], &'static str),
}

impl ProducerKind {
    /// The row of an object, with the rows of its kind first.
    pub fn of(api_version: &str, kind: &str, object: Node<'_>) -> Option<&'static ProducerKind> {
        let row = PRODUCERS.iter().find(|row| row.matches(api_version, kind));
        let row = row.or_else(|| api_version.contains('/').then_some(&CONNECTION))?;
        row.produces(object).then_some(row)
    }

    /// Whether the row is that of this API version and kind.
    pub fn matches(&self, api_version: &str, kind: &str) -> bool {
        let group = group_of(api_version);
        self.kind == kind && self.group == Some(group)
    }

    /// Whether an object of this kind produces anything.
    pub fn produces(&self, object: Node<'_>) -> bool {
        self.products.iter().any(|production| !production.entries(object).is_empty())
    }
}

impl GenerationRule {
    /// The entries that produce one config each, with the scalar that says its name and whether it stands where names
    /// are written.
    pub fn entries<'a>(&self, object: Node<'a>) -> Vec<ProducerEntry<'a>> {
        if !self.only_if.iter().all(|fact| fact.holds(object)) {
            return Vec::new();
        }
        let named = |(at, node): (String, Node<'a>)| {
            let (index, name) = self.name.iter().enumerate().find_map(|(i, path)| Some((i, text_at(node, path)?)))?;
            Some(ProducerEntry { at, node, name, written: index == 0 })
        };
        all_at(object, self.each).into_iter().filter_map(named).collect()
    }

    /// The keys of a product, where they are certain.
    pub fn keys_of(&self, object: Node<'_>, entry: &ProducerEntry<'_>) -> Option<BTreeSet<String>> {
        let places = self.keys.filter(|_| !self.keys_unless.iter().any(|fact| fact.holds(object)))?;
        let mut keys = BTreeSet::new();
        for place in places {
            match place {
                KeySource::These(these) => keys.extend(these.iter().map(|key| key.to_string())),
                KeySource::Texts(path) => keys.extend(
                    all_at(entry.node, path).into_iter().filter_map(|(_, node)| Some(node.as_str()?.into_owned())),
                ),
                KeySource::KeysOf(path) => keys.extend(
                    all_at(entry.node, path)
                        .into_iter()
                        .flat_map(|(_, node)| node.entries())
                        .map(|(key, ..)| key.into_owned()),
                ),
            }
        }
        Some(keys)
    }

    /// The fields of the request, each with its value: whatever key is consumed, these count.
    pub fn fields<'a>(&self, object: Node<'a>, entry: &ProducerEntry<'a>) -> Vec<(String, Node<'a>)> {
        let fields = self.request.iter().flat_map(|request| match request {
            RequestPart::Field(path) => all_at(object, path),
            RequestPart::OfEntry(path) => {
                all_at(entry.node, path).into_iter().map(|(at, node)| (entry.label(&at), node)).collect()
            }
            RequestPart::PerKey(_) => Vec::new(),
        });
        fields.filter(|(_, node)| !is_null(*node)).collect()
    }

    /// The parts of the request that are each about one key, by key; each with its path and value.
    pub fn per_key<'a>(&self, entry: &ProducerEntry<'a>) -> BTreeMap<String, (String, Node<'a>)> {
        let paths = self.request.iter().filter_map(|request| match request {
            RequestPart::PerKey(path) => Some(path),
            _ => None,
        });
        let entries = paths.flat_map(|path| all_at(entry.node, path)).flat_map(|(_, node)| node.entries());
        let keys = entries.filter(|(_, _, value)| !is_null(*value));
        keys.map(|(key, _, value)| (key.clone().into_owned(), (entry.label(&key), value))).collect()
    }

    /// Why it must keep its name; none where it may get another.
    pub fn reason_to_keep(&self, object: Node<'_>) -> Option<&'static str> {
        let any = |facts: &[Fact]| facts.iter().any(|fact| fact.holds(object));
        match self.rename {
            RenamePermission::Always => None,
            RenamePermission::Never(reason) => Some(reason),
            RenamePermission::If(facts, reason) => (!any(facts)).then_some(reason),
            RenamePermission::Unless(facts, reason) => any(facts).then_some(reason),
        }
    }

    /// The namespace that an entry says.
    pub fn namespace_at(&self, entry: &ProducerEntry<'_>) -> Option<String> {
        match self.namespace {
            TargetNamespace::At(path) => text_at(entry.node, path)?.as_str().map(|text| text.into_owned()),
            TargetNamespace::Own | TargetNamespace::Every => None,
        }
    }
}

/// What produces one config: a part of an object, or all of it.
#[derive(Clone, Debug)]
pub struct ProducerEntry<'a> {
    /// The path of the list that it stands in; empty for the object itself.
    pub at: String,
    /// Its mapping.
    pub node: Node<'a>,
    /// The scalar that says the name of the product.
    pub name: Node<'a>,
    /// Whether that stands where names of products are written, and is no default.
    pub written: bool,
}

impl ProducerEntry<'_> {
    /// The path of something in it, for a line of a listing: an entry of a list goes by the name of its product.
    fn label(&self, inner: &str) -> String {
        match self.at.is_empty() {
            true => inner.to_string(),
            false => format!("{}[{}].{inner}", self.at, self.name.as_str().unwrap_or_default()),
        }
    }
}

impl Fact {
    fn holds(self, object: Node<'_>) -> bool {
        let at = |path: Path| path.iter().try_fold(object, |node, key| node.get(key)).filter(|node| !is_null(*node));
        match self {
            Fact::Present(path) => at(path).is_some(),
            Fact::Absent(path) => at(path).is_none(),
            Fact::Is(path, wanted) => at(path).and_then(Node::decoded_text).is_some_and(|text| text == wanted),
            Fact::True(path) => at(path).is_some_and(Node::is_true),
        }
    }
}

fn is_null(node: Node<'_>) -> bool {
    node.scalar().is_some_and(|scalar| scalar.is_null())
}

/// A name at a path: text that is not empty.
fn text_at<'a>(node: Node<'a>, path: Path) -> Option<Node<'a>> {
    let node = path.iter().try_fold(node, |node, key| node.get(key))?;
    node.as_str().is_some_and(|text| !text.is_empty()).then_some(node)
}

/// The nodes at a path, each with the path as it is written: `*` is each item of a list or each entry of a mapping,
/// and a key that ends in `/*` is each key with that start. Items of a list add nothing to the written path.
fn all_at<'a>(node: Node<'a>, path: Path) -> Vec<(String, Node<'a>)> {
    let join = |at: &str, key: &str| if at.is_empty() { key.to_string() } else { format!("{at}.{key}") };
    let mut nodes = vec![(String::new(), node)];
    for step in path {
        let start = step.strip_suffix('*').filter(|start| start.is_empty() || start.ends_with('/'));
        nodes = nodes
            .into_iter()
            .flat_map(|(at, node)| -> Vec<(String, Node<'a>)> {
                match start {
                    Some("") if node.is_sequence() => node.items().map(|item| (at.clone(), item)).collect(),
                    Some(start) => {
                        let like = node.entries().into_iter().filter(|(key, ..)| key.starts_with(start));
                        like.map(|(key, _, value)| (join(&at, &key), value)).collect()
                    }
                    None => node.get(step).map(|value| (join(&at, step), value)).into_iter().collect(),
                }
            })
            .collect();
    }
    nodes
}
