//! The lists by which Reloader leaves the configs alone that a workload is stamped for, and the way back.
//!
//! A list is the text of an annotation on the workload: names, separated by commas. What stands in it stays as it is;
//! new names come behind it. An empty item before them records that everything before it was there already, where the
//! names alone would not tell. A bare text in braces cannot hold a comma, so it gets quotes; whitespace before the first
//! name that was added records that there were none.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::inputs::StampInputs;
use super::{OpenWorkload, Stamper};
use crate::diagnostic::StampMessage;
use crate::kinds::ConfigKind;
use crate::kinds::controllers::reloader;
use crate::plan::model::{Exclusion, PlannedEdits};
use crate::yaml::{self, Node, Value};

const ANNOTATIONS: [&str; 2] = ["metadata", "annotations"];

/// The empty item between what stood in a list and what was added.
const BOUNDARY: &str = ",,";

/// The whitespace before the first name that was added to a list without quotes.
const BARE: &str = " ";

/// A list that changes.
struct ListChange {
    annotation: &'static str,
    old: Option<String>,
    /// The list from now on; none where it is removed.
    new: Option<String>,
    /// Set if it is written without quotes again.
    is_bare: bool,
}

impl Stamper<'_, '_> {
    /// Adds the configs that a workload is stamped for to its lists, if it speaks to Reloader.
    pub(super) fn add_exclusions(&mut self, workload: OpenWorkload<'_>) {
        let opened = self.graph.open_workload(workload.facts);
        let view = self.graph.controller_view(workload.facts, &opened);
        if !self.stamp.exclude_from_reloader || !reloader::is_requested_by(view) {
            return;
        }
        let is_stamped = self.has_stamp(workload);
        let mut changes = Vec::new();
        for (annotation, names) in names_by_list(&self.inputs_of(workload.facts)) {
            let old = self.read_list(workload, annotation);
            let loses_bareness = self.find_list(workload, annotation).is_some_and(yaml::is_bare_in_braces);
            if let Some(new) = add_names(old.as_deref(), &names, is_stamped, loses_bareness) {
                changes.push(ListChange { annotation, old, new: Some(new), is_bare: false });
            }
        }
        self.record_exclusions(workload, changes);
    }

    /// Takes the configs that a workload was stamped for out of its lists again. Without the option, which may be
    /// forgotten, it is noted that Reloader goes on to leave them alone.
    pub(super) fn remove_exclusions(&mut self, workload: OpenWorkload<'_>) {
        if !self.has_stamp(workload) || !reloader::KINDS.contains(&self.graph.object(workload.facts).kind.as_str()) {
            return;
        }
        let mut changes = Vec::new();
        for (annotation, names) in names_by_list(&self.inputs_of(workload.facts)) {
            let Some(old) = self.read_list(workload, annotation) else { continue };
            let Some(new) = remove_names(&old, &names) else { continue };
            if self.stamp.exclude_from_reloader {
                let is_bare = matches!(new, ShorterList::Bare(_));
                changes.push(ListChange { annotation, old: Some(old), new: new.into_text(), is_bare });
            } else {
                let node = workload.node;
                self.report(workload, node, StampMessage::ExclusionKept { annotation });
            }
        }
        self.record_exclusions(workload, changes);
    }

    fn read_list(&self, workload: OpenWorkload<'_>, annotation: &str) -> Option<String> {
        self.find_list(workload, annotation)?.decoded_text().map(Cow::into_owned)
    }

    fn find_list<'w>(&self, workload: OpenWorkload<'w>, annotation: &str) -> Option<Node<'w>> {
        workload.node.get_path(&[ANNOTATIONS[0], ANNOTATIONS[1], annotation])
    }

    /// Records the lists of one workload together: they can come into one mapping that is not there yet.
    fn record_exclusions(&mut self, workload: OpenWorkload<'_>, changes: Vec<ListChange>) {
        let object = self.graph.object(workload.facts);
        let opened = self.graph.bundle.open(object);
        let node = opened.node();
        let mut set = Vec::new();
        let mut bare = Vec::new();
        let mut removed = Vec::new();
        let mut values = Vec::new();
        for change in &changes {
            match &change.new {
                Some(text) if change.is_bare => bare.push((self.find_list(workload, change.annotation), text.as_str())),
                Some(text) => set.push((change.annotation, text.as_str())),
                None => removed.push(change.annotation),
            }
            let path = [ANNOTATIONS[0], ANNOTATIONS[1], change.annotation].map(str::to_string).to_vec();
            values.push((path, change.new.clone().map(Value::String)));
        }
        let edits = yaml::set_entries(node, &ANNOTATIONS, &set).and_then(|mut edits| {
            edits.extend(yaml::remove_entries(node, &ANNOTATIONS, &removed)?);
            for (list, text) in bare {
                if let Some(list) = list {
                    edits.push(yaml::set_bare_scalar(list, text)?);
                }
            }
            Ok(edits)
        });
        let planned = PlannedEdits { object, base: node, values, edits };
        if self.plan.record_edits(self.graph, planned).is_recorded() {
            for ListChange { annotation, old, new, .. } in changes {
                self.plan.exclusions.push(Exclusion { workload: workload.id, annotation, old, new });
            }
        }
    }
}

/// The names of the configs in a stamp, by the list that they belong into.
fn names_by_list<'g>(inputs: &StampInputs<'g>) -> Vec<(&'static str, BTreeSet<&'g str>)> {
    let mut lists = Vec::new();
    for kind in [ConfigKind::ConfigMap, ConfigKind::Secret] {
        let Some(keys) = reloader::annotations_for(kind) else { continue };
        let mut names = BTreeSet::new();
        for link in inputs.included_config_links() {
            if link.target.kind == kind {
                names.insert(link.target.name.name.as_str());
            }
        }
        lists.push((keys.exclude, names));
    }
    lists
}

fn items(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|item| !item.is_empty())
}

/// The list with names added; none if it stays as it is. In the list of a workload that is not stamped yet, nothing is
/// ours: a name that is wanted and there already gets a boundary behind it.
fn add_names(old: Option<&str>, names: &BTreeSet<&str>, is_stamped: bool, loses_bareness: bool) -> Option<String> {
    let Some(old) = old else {
        let all: Vec<&str> = names.iter().copied().collect();
        return if all.is_empty() { None } else { Some(all.join(",")) };
    };
    let known: BTreeSet<&str> = items(old).collect();
    let missing: Vec<&str> = names.difference(&known).copied().collect();
    let is_unclear = old.contains(BOUNDARY) || old.ends_with(',') || names.iter().any(|name| known.contains(name));
    let needs_boundary = !is_stamped && !names.is_empty() && is_unclear;
    if missing.is_empty() && !needs_boundary {
        return None;
    }
    let separator = if needs_boundary { BOUNDARY } else { "," };
    let mark = if loses_bareness { BARE } else { "" };
    Some(format!("{old}{separator}{mark}{}", missing.join(",")))
}

/// A list without the names that were added to it.
#[derive(Debug, PartialEq, Eq)]
enum ShorterList {
    /// The text from before.
    Text(String),
    /// The text from before, which had no quotes.
    Bare(String),
    /// Nothing: the list was not there before.
    Absent,
}

impl ShorterList {
    fn into_text(self) -> Option<String> {
        match self {
            ShorterList::Text(text) | ShorterList::Bare(text) => Some(text),
            ShorterList::Absent => None,
        }
    }
}

/// The list without names; none if it stays as it is.
fn remove_names(old: &str, names: &BTreeSet<&str>) -> Option<ShorterList> {
    if let Some((before, added)) = old.rsplit_once(BOUNDARY) {
        let others: Vec<&str> = items(added).filter(|item| !names.contains(item)).collect();
        if !others.is_empty() && others.len() == items(added).count() {
            return None;
        }
        if others.is_empty() && added.starts_with(BARE) {
            return Some(ShorterList::Bare(before.to_string()));
        }
        let rest = if others.is_empty() { String::new() } else { format!(",{}", others.join(",")) };
        return Some(ShorterList::Text(format!("{before}{rest}")));
    }
    let parts: Vec<&str> = old.split(',').collect();
    let mut kept = parts.clone();
    kept.retain(|part| !names.contains(part.trim()));
    match kept.len() {
        number if number == parts.len() => None,
        0 => Some(ShorterList::Absent),
        1 if parts[1].starts_with(BARE) => Some(ShorterList::Bare(kept.concat())),
        _ => Some(ShorterList::Text(kept.join(","))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_come_back_as_they_were() {
        let names: BTreeSet<&str> = ["a", "b"].into();
        for (old, new) in [
            (None, "a,b"),
            (Some(""), ",a,b"),
            (Some("x"), "x,a,b"),
            (Some(" x , y"), " x , y,a,b"),
            (Some("x,"), "x,,,a,b"),
            (Some("a"), "a,,b"),
            (Some("b, a"), "b, a,,"),
            (Some("x,,y"), "x,,y,,a,b"),
        ] {
            let added = add_names(old, &names, false, false).unwrap();
            assert_eq!(added, new);
            assert_eq!(add_names(Some(&added), &names, true, false), None, "{added}");
            let back = old.map_or(ShorterList::Absent, |old| ShorterList::Text(old.to_string()));
            assert_eq!(remove_names(&added, &names), Some(back), "{added}");
        }
    }

    #[test]
    fn lists_without_quotes_come_back_without_quotes() {
        let names: BTreeSet<&str> = ["a", "b"].into();
        for (old, new) in [("x", "x, a,b"), ("a", "a,, b"), ("b", "b,, a")] {
            let added = add_names(Some(old), &names, false, true).unwrap();
            assert_eq!(added, new);
            assert_eq!(add_names(Some(&added), &names, true, false), None, "{added}");
            assert_eq!(remove_names(&added, &names), Some(ShorterList::Bare(old.to_string())), "{added}");
        }
        let only = ["a"].into();
        assert_eq!(add_names(Some("a"), &only, false, true).as_deref(), Some("a,, "));
        assert_eq!(remove_names("a,, ", &only), Some(ShorterList::Bare("a".to_string())));
        // Somebody has added a name.
        assert_eq!(remove_names("x, a,z", &only), Some(ShorterList::Text("x,z".to_string())));
    }

    #[test]
    fn items_of_others_stay() {
        let names: BTreeSet<&str> = ["a"].into();
        assert_eq!(add_names(Some("x"), &BTreeSet::new(), false, false), None);
        assert_eq!(remove_names("x", &names), None);
        assert_eq!(remove_names("a,x", &names), Some(ShorterList::Text("x".to_string())));
        assert_eq!(remove_names("a,,a,x", &names), Some(ShorterList::Text("a,x".to_string())));
        assert_eq!(remove_names("a,,x", &names), None);
        // A config that came later is added beside the others.
        assert_eq!(add_names(Some("b"), &names, true, false).as_deref(), Some("b,a"));
    }
}
