//! Volumes of Strimzi that differ from pod to pod: their names and keys hold variables that the operator fills in
//! (`templatedVolumes` of `StatefulPodTemplate`, in `AdditionalTemplatedVolume.java`).
//!
//! The pods of a workload share one stamp, so each reference stands for all that it can mean.

use super::{PodTemplateReader, WrittenName};
use crate::bundle::{Object, Role};
use crate::graph::model::Mechanism;
use crate::graph::mounts::Volume;
use crate::kinds::ConfigKind;
use crate::kinds::references::VOLUME;
use crate::yaml::Node;

/// The field of a pod template with such volumes.
const FIELD: &str = "templatedVolumes";

/// The variables, and the characters that can take the place of each.
const VARIABLES: [(&str, &str); 2] = [("{nodeId}", "[0-9]*"), ("{nodePodName}", "*")];

/// The fields of configs that hold keys.
const KEY_FIELDS: [&str; 3] = ["data", "binaryData", "stringData"];

impl<'b> PodTemplateReader<'b, '_> {
    pub(super) fn read_templated_volumes(&mut self, spec: Node<'_>) -> Vec<Volume> {
        let mut volumes = Vec::new();
        for entry in spec.get(FIELD).into_iter().flat_map(Node::items) {
            let volume = entry.get("name").and_then(Node::decoded_text).unwrap_or_default().into_owned();
            for row in VOLUME {
                let Some(name) = self.read_name(row, entry) else { continue };
                for config in self.find_configs(name.kind, &name.text) {
                    volumes.push(self.new_templated_volume(&volume, &name, config));
                }
            }
        }
        volumes
    }

    /// The configs that a name can mean; `None` for the name as it is, where it has no variable or none is found.
    fn find_configs(&self, kind: ConfigKind, name: &str) -> Vec<Option<&'b Object>> {
        let Some(pattern) = to_pattern(name) else { return vec![self.find_config(kind, name)] };
        let mut found = Vec::new();
        for object in self.bundle.objects.iter() {
            if self.is_config(object, kind) && pattern.matches(&object.name.name) {
                found.push(Some(object));
            }
        }
        if found.is_empty() { vec![None] } else { found }
    }

    fn find_config(&self, kind: ConfigKind, name: &str) -> Option<&'b Object> {
        self.bundle.objects.iter().find(|object| self.is_config(object, kind) && object.name.name == name)
    }

    fn is_config(&self, object: &Object, kind: ConfigKind) -> bool {
        matches!(object.role, Role::Config(of) if of == kind) && object.name.namespace == self.object.name.namespace
    }

    fn new_templated_volume(&self, volume: &str, name: &WrittenName<'_>, config: Option<&'b Object>) -> Volume {
        let has_variable = to_pattern(&name.text).is_some();
        let text = match config {
            Some(config) if has_variable => config.name.name.clone(),
            _ => name.text.clone(),
        };
        let name = WrittenName { text, namespace: None, ..*name };
        let mut made = self.new_volume(volume, name, Mechanism::Volume);
        if has_variable {
            made.block_rename("the operator fills in its name for each pod");
        }
        if let Some(config) = config {
            made.fill_in_keys(|key| to_pattern(key).map(|pattern| self.find_keys(config, &pattern)));
        }
        // The files of several keys at one path are in different pods, so none takes the place of another.
        made
    }

    fn find_keys(&self, config: &Object, pattern: &glob::Pattern) -> Vec<String> {
        let opened = self.bundle.open(config);
        let node = opened.node();
        let mut keys = Vec::new();
        for (key, _, _) in KEY_FIELDS.iter().filter_map(|field| node.get(field)).flat_map(Node::entries) {
            if pattern.matches(&key) {
                keys.push(key.into_owned());
            }
        }
        keys
    }
}

/// The pattern of the texts that a text with variables can become; `None` for one without.
fn to_pattern(text: &str) -> Option<glob::Pattern> {
    let mut pattern = glob::Pattern::escape(text);
    let mut has_variable = false;
    for (variable, characters) in VARIABLES {
        has_variable |= pattern.contains(variable);
        pattern = pattern.replace(variable, characters);
    }
    if has_variable { glob::Pattern::new(&pattern).ok() } else { None }
}
