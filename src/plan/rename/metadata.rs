//! The metadata of a renamed object: its name and its annotations.

use super::Renamer;
use crate::bundle::Object;
use crate::edit::Edit;
use crate::plan::model::PlannedEdits;
use crate::yaml::{self, EditRefusal, Node, Value};

/// The path to annotations.
const ANNOTATIONS: [&str; 2] = ["metadata", "annotations"];

impl Renamer<'_, '_> {
    /// Plans annotations of an object, and another name where one is given. Returns `true` if they are recorded.
    pub(super) fn change_metadata(
        &mut self,
        object: &Object,
        name: Option<&str>,
        annotations: &[(&str, String)],
    ) -> bool {
        let opened = self.graph.bundle.open(object);
        let node = opened.node();
        let texts: Vec<(&str, &str)> = annotations.iter().map(|(key, text)| (*key, text.as_str())).collect();
        let annotation_edits = yaml::set_entries_for_good(node, &ANNOTATIONS, &texts);
        let name_edits = match name {
            Some(name) => yaml::set_entries_for_good(node, &ANNOTATIONS[..1], &[("name", name)]),
            None => Ok(Vec::new()),
        };
        let mut values = Vec::new();
        for (key, text) in annotations {
            let path = ["metadata", "annotations", key].map(str::to_string).to_vec();
            values.push((path, Some(Value::String(text.clone()))));
        }
        let refusals = [annotation_edits.as_ref().err(), name_edits.as_ref().err()];
        if refusals.into_iter().flatten().any(EditRefusal::is_about_sharing) {
            if let Some(name) = name {
                values.push((vec!["metadata".to_string(), "name".to_string()], Some(Value::String(name.to_string()))));
            }
            let edits = write_out_metadata(node, name, &texts);
            return self
                .plan
                .record_edits(self.graph, PlannedEdits { object, base: node, values, edits })
                .is_recorded();
        }
        self.plan.record_edits(self.graph, PlannedEdits { object, base: node, values, edits: annotation_edits });
        let Some(name) = name else { return true };
        let value = Some(Value::String(name.to_string()));
        let planned = PlannedEdits::of_value(object, node, &["metadata", "name"], value, name_edits);
        self.plan.record_edits(self.graph, planned).is_recorded()
    }
}

/// Writes metadata out that anchors or merge keys share with other places, which keep their values.
fn write_out_metadata(
    object: Node<'_>,
    name: Option<&str>,
    annotations: &[(&str, &str)],
) -> Result<Vec<Edit>, EditRefusal> {
    let mut paths: Vec<([&str; 2], &str)> = Vec::new();
    for (key, text) in annotations {
        paths.push((["annotations", key], text));
    }
    let mut values: Vec<(&[&str], &str)> = Vec::new();
    for (path, text) in &paths {
        values.push((path, text));
    }
    if let Some(name) = name {
        values.push((&["name"], name));
    }
    yaml::write_out_entry(object, "metadata", &values)
}
