//! Edits of single values and entries, which leave every other byte as it is and follow the layout found on the spot.
//!
//! A tree knows where its nodes are. Between them stand only whitespace, line breaks, comments and indicators, so the
//! rest is found by looking at those bytes. All offsets are of the padded text, which ends with a line break.

mod block;
mod flow;
mod item;
mod lines;
mod literal;
mod origin;
mod refused;
mod remove;
mod scalar;

use std::ops::Range;

use super::scalar::Scalar;
use super::tree::{Node, NodeKind, NodeProps, ScalarStyle};
use crate::edit::Edit;
pub use item::replace_item;
pub use literal::write_out_entry;
use origin::Origin;
pub use refused::{EditRefusal, RefusalReason};
pub use remove::{remove_entries, remove_entry};
pub use scalar::{is_bare_in_braces, quote_string, set_bare_scalar, set_scalar};

/// YAML reads no longer key on one line.
const MAX_KEY: usize = 1_000;

/// Sets `key` in the mapping at `path` below `base`, as a string.
///
/// Mappings of the path that are absent, null or empty are created: the first one as the first entry of `base`, deeper
/// ones as last entries, in the indentation and style of their neighbours. New values are in double quotes; an
/// existing one keeps its style. No edits come back when Kubernetes and kustomize read this value already.
///
/// `base` is to be given as written: an alias is refused.
///
/// # Errors
/// [`EditRefusal`] when the edit would change something else too, or would not be read the same by every reader.
pub fn set_entry(base: Node<'_>, path: &[&str], key: &str, value: &str) -> Result<Vec<Edit>, EditRefusal> {
    set_entries(base, path, &[(key, value)])
}

/// Sets several keys in the mapping at `path` below `base`, each as [`set_entry`] does: what is to be created on the
/// way is created once.
///
/// # Errors
/// [`EditRefusal`] as for [`set_entry`].
pub fn set_entries(base: Node<'_>, path: &[&str], entries: &[(&str, &str)]) -> Result<Vec<Edit>, EditRefusal> {
    edit_entries(base, path, entries, Record::Kept)
}

/// Sets several keys as [`set_entries`] does, for good: [`remove_entry`] would not know what stood there before.
///
/// # Errors
/// [`EditRefusal`] as for [`set_entry`].
pub fn set_entries_for_good(base: Node<'_>, path: &[&str], entries: &[(&str, &str)]) -> Result<Vec<Edit>, EditRefusal> {
    edit_entries(base, path, entries, Record::None)
}

fn edit_entries(
    base: Node<'_>,
    path: &[&str],
    entries: &[(&str, &str)],
    record: Record,
) -> Result<Vec<Edit>, EditRefusal> {
    let mut edits = Vec::new();
    let mut new = Vec::new();
    let mut place = None;
    for &(key, value) in entries {
        let names = [path, &[key]].concat();
        if let Some(node) = base.get_path(&names)
            && scalar::has_value(node, value)
        {
            continue;
        }
        if names.iter().any(|name| quote_string(name).len() > MAX_KEY) {
            return Err(EditRefusal::new(RefusalReason::LongKey, base.span().start..base.span().start, None));
        }
        match follow_path(base, &names)? {
            ReachedPath { end: PathEnd::Entry(level), .. } => edits.push(set_scalar(level.value, value)?),
            reached => {
                new.push((key, quote_string(value)));
                place = Some(reached);
            }
        }
    }
    if let Some(reached) = place {
        edits.extend(write_entries(&reached, path, &new, record)?);
    }
    Ok(edits)
}

/// Sets `key` in the mapping `base` to `true`.
///
/// # Errors
/// [`EditRefusal`] as for [`set_entry`].
pub fn set_true(base: Node<'_>, key: &str) -> Result<Vec<Edit>, EditRefusal> {
    if base.get(key).and_then(Node::scalar) == Some(Scalar::Bool(true)) {
        return Ok(Vec::new());
    }
    match follow_path(base, &[key])? {
        ReachedPath { end: PathEnd::Entry(level), .. } => {
            check_own_anchor(level.value)?;
            Ok(vec![Edit::replacement(level.value.full_span(), "true")])
        }
        reached => write_entries(&reached, &[], &[(key, "true".to_string())], Record::None),
    }
}

/// Writes entries that are not there, where the way to them ends.
fn write_entries(
    reached: &ReachedPath<'_>,
    path: &[&str],
    entries: &[(&str, String)],
    record: Record,
) -> Result<Vec<Edit>, EditRefusal> {
    let passed = reached.levels.len();
    let new = NewEntries { path: &path[passed..], entries, record, blanks: 0 };
    match reached.end {
        PathEnd::Entry(_) => Ok(Vec::new()),
        PathEnd::Null(level) => fill_null(level, &new),
        PathEnd::Absent(mapping) => insert_entries(mapping, passed == 0 && !path.is_empty(), &new),
        PathEnd::Merged(mapping, supplied) => write_merged_out(mapping, supplied, &new),
    }
}

/// Entries to be written: the keys of mappings that come with them before, and keys with the texts of their values.
struct NewEntries<'n> {
    path: &'n [&'n str],
    entries: &'n [(&'n str, String)],
    record: Record,
    /// The number of blanks before the first colon, in braces.
    blanks: usize,
}

/// Decides if the layout of new entries records what stood in their place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Record {
    Kept,
    None,
}

impl<'n> NewEntries<'n> {
    /// The key that comes first.
    fn first_key(&self) -> &'n str {
        match (self.path.first(), self.entries.first()) {
            (Some(key), _) | (None, Some((key, _))) => key,
            (None, None) => "",
        }
    }

    /// The entries with the record of what stood in the place of the mapping in braces that they come into.
    fn in_braces_of(&self, origin: Origin, holder_key: Node<'_>) -> NewEntries<'n> {
        let blanks = if self.record == Record::Kept { origin.blanks_in_braces(holder_key) } else { 0 };
        NewEntries { blanks, ..*self }
    }
}

/// Writes a mapping that `<<` supplies as an entry of its own behind the `<<`, where every reader lets it win, with the new
/// entries.
fn write_merged_out(mapping: Node<'_>, supplied: Node<'_>, new: &NewEntries<'_>) -> Result<Vec<Edit>, EditRefusal> {
    let copied = supplied.entries();
    let mut entries = Vec::new();
    for (key, _, value) in &copied {
        if !new.entries.iter().any(|(other, _)| other == key) {
            entries.push((key.as_ref(), quote_string(&value.as_str().unwrap_or_default())));
        }
    }
    entries.extend(new.entries.iter().cloned());
    insert_entries(mapping, false, &NewEntries { entries: &entries, ..*new })
}

fn insert_entries(mapping: Node<'_>, first: bool, new: &NewEntries<'_>) -> Result<Vec<Edit>, EditRefusal> {
    match lines::is_in_braces(mapping) {
        Some(false) => Ok(block::insert_in_block(mapping, first, new)),
        Some(true) => Ok(flow::insert_in_flow(mapping, first, new)),
        None => Err(EditRefusal::new(RefusalReason::Layout, mapping.span(), None)),
    }
}

/// Writes a mapping with the new entry where a null stands.
fn fill_null(level: PathEntry<'_>, new: &NewEntries<'_>) -> Result<Vec<Edit>, EditRefusal> {
    let PathEntry { mapping, key, value } = level;
    let place = value.span();
    let origin = Origin::of_null(key, value);
    let in_braces = new.in_braces_of(origin, key);
    Ok(vec![match lines::is_in_braces(mapping) {
        None => return Err(EditRefusal::new(RefusalReason::Layout, mapping.span(), None)),
        _ if !place.is_empty() => Edit::replacement(place, flow::write_mapping(level, &in_braces)),
        Some(false) => block::write_below_key(level, new, origin),
        Some(true) => {
            let before = if origin == Origin::NoColon { ": " } else { " " };
            Edit::insertion(place.start, format!("{before}{}", flow::write_mapping(level, &in_braces)))
        }
    }])
}

/// An entry on the way, as written.
#[derive(Clone, Copy)]
struct PathEntry<'a> {
    mapping: Node<'a>,
    key: Node<'a>,
    value: Node<'a>,
}

/// The existing part of a path: the entries passed, and the end.
struct ReachedPath<'a> {
    levels: Vec<PathEntry<'a>>,
    end: PathEnd<'a>,
}

enum PathEnd<'a> {
    /// The whole path is there.
    Entry(PathEntry<'a>),
    /// A mapping has no entry for the key after those passed.
    Absent(Node<'a>),
    /// An entry that should lead on has no value.
    Null(PathEntry<'a>),
    /// A mapping has no entry of its own for the key after those passed, but `<<` supplies this mapping for it.
    Merged(Node<'a>, Node<'a>),
}

/// Goes down a path as far as it exists.
fn follow_path<'a>(base: Node<'a>, names: &[&str]) -> Result<ReachedPath<'a>, EditRefusal> {
    check_unshared(base)?;
    let mut mapping = base;
    let mut levels = Vec::new();
    loop {
        if !matches!(mapping.kind(), NodeKind::Mapping { .. }) {
            return Err(EditRefusal::new(RefusalReason::NotAMapping, mapping.full_span(), None));
        }
        let last = levels.len() + 1 == names.len();
        let holds_last = levels.len() + 2 == names.len();
        if let Some(supplied) = find_merged_mapping(mapping, names[levels.len()]).filter(|_| holds_last) {
            return Ok(ReachedPath { levels, end: PathEnd::Merged(mapping, supplied) });
        }
        let Some((key, value)) = own_entry(mapping, names[levels.len()], last)? else {
            return Ok(ReachedPath { levels, end: PathEnd::Absent(mapping) });
        };
        let level = PathEntry { mapping, key, value };
        levels.push(level);
        if last {
            return Ok(ReachedPath { levels, end: PathEnd::Entry(level) });
        }
        check_own_anchor(value)?;
        check_alias(value)?;
        if value.scalar() == Some(Scalar::Null) {
            if value.tag().is_some() {
                return Err(EditRefusal::new(RefusalReason::Tagged, value.full_span(), None));
            }
            return Ok(ReachedPath { levels, end: PathEnd::Null(level) });
        }
        mapping = value;
    }
}

/// The entry of a mapping that is written in it, not merged. `<<` may supply the same key only if it is the last of
/// the path and every reader lets the entry win.
fn own_entry<'a>(mapping: Node<'a>, name: &str, last: bool) -> Result<Option<(Node<'a>, Node<'a>)>, EditRefusal> {
    if !mapping.may_repeat_or_merge() {
        return Ok(mapping.entry(name));
    }
    let mut own = mapping.pairs().filter(|(key, _)| !key.is_merge_key() && key.is_key(name));
    let found = own.next();
    if let (Some((first, _)), Some((second, _))) = (found, own.next()) {
        return Err(EditRefusal::new(RefusalReason::Duplicate, second.span(), first.span()));
    }
    match (found, find_merged(mapping, name)) {
        (None, Some((merge, supplied))) if !last => {
            Err(EditRefusal::new(RefusalReason::Merged, merge.span(), supplied.span()))
        }
        // Kubernetes takes the later of the two, kustomize the entry.
        (Some((key, _)), Some((merge, supplied))) if merge.span().start > key.span().start => {
            Err(EditRefusal::new(RefusalReason::Merged, merge.span(), supplied.span()))
        }
        _ => Ok(found),
    }
}

/// The mapping that only `<<` supplies for a key, if its entries are strings: then it can be written out beside the `<<`.
fn find_merged_mapping<'a>(mapping: Node<'a>, name: &str) -> Option<Node<'a>> {
    if !mapping.may_repeat_or_merge() || mapping.own_keys().any(|key| !key.is_merge_key() && key.is_key(name)) {
        return None;
    }
    let supplied = find_merged_value(mapping, name)?;
    let is_plain = supplied.is_mapping() && supplied.entries().iter().all(|(_, _, value)| value.as_str().is_some());
    is_plain.then_some(supplied)
}

/// The value that `<<` supplies for a key.
fn find_merged_value<'a>(mapping: Node<'a>, name: &str) -> Option<Node<'a>> {
    let (_, key) = find_merged(mapping, name)?;
    key.next_sibling()
}

/// The last `<<` of a mapping that supplies a key, and the key that it supplies.
fn find_merged<'a>(mapping: Node<'a>, name: &str) -> Option<(Node<'a>, Node<'a>)> {
    let mut last = None;
    for (merge, value) in mapping.pairs() {
        if !merge.is_merge_key() {
            continue;
        }
        let supplied =
            if value.is_sequence() { value.items().find_map(|item| item.entry(name)) } else { value.entry(name) };
        if let Some((key, _)) = supplied {
            last = Some((merge, key));
        }
    }
    last
}

/// Refuses a node that is an alias, or that has an anchor with users at or above it.
fn check_unshared(node: Node<'_>) -> Result<(), EditRefusal> {
    check_alias(node)?;
    check_own_anchor(node)?;
    node.ancestors().try_for_each(check_own_anchor)
}

fn check_alias(node: Node<'_>) -> Result<(), EditRefusal> {
    match node.kind() {
        NodeKind::Alias => Err(EditRefusal::new(RefusalReason::Shared, node.span(), anchor_span(node.target()))),
        _ => Ok(()),
    }
}

fn check_own_anchor(node: Node<'_>) -> Result<(), EditRefusal> {
    match node.first_alias() {
        Some(alias) => Err(EditRefusal::new(RefusalReason::Shared, anchor_span(node), alias.span())),
        None => Ok(()),
    }
}

/// The anchor with its `&`; of a node without one, the place where it starts.
fn anchor_span(node: Node<'_>) -> Range<usize> {
    let Some(NodeProps { anchor: Some(name), .. }) = node.props() else {
        return node.span().start..node.span().start;
    };
    name.start as usize - 1..name.end as usize
}

/// The style of a key, for a key beside it.
fn key_style(key: Option<Node<'_>>) -> ScalarStyle {
    match key.map(Node::kind) {
        Some(NodeKind::Scalar(ScalarStyle::DoubleQuoted | ScalarStyle::Json)) => ScalarStyle::DoubleQuoted,
        Some(NodeKind::Scalar(ScalarStyle::SingleQuoted)) => ScalarStyle::SingleQuoted,
        _ => ScalarStyle::Plain,
    }
}
