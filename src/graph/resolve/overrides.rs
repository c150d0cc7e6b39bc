//! Content that another reference of the same container or volume takes the place of.

use super::{Resolver, SearchResult};
use crate::bundle::Object;
use crate::graph::ConfigId;
use crate::graph::draft::layout::VolumeSource;
use crate::graph::draft::{Draft, DraftTarget, Overrides, Replacement};
use crate::graph::model::{KeySelection, Link};
use crate::hash_map::HashSet;
use crate::kinds::Delivery;

impl Resolver<'_> {
    /// Returns `true` if a later entry of `env` takes the place of this one.
    pub(super) fn is_variable_overridden(&mut self, object: &Object, draft: &Draft) -> bool {
        let Overrides::Variable(replacements) = &draft.keys.overrides else { return false };
        for replacement in replacements {
            let is_certain = match replacement {
                Replacement::Certain => true,
                Replacement::IfPresent(target, key) => self.has_variable(object, target, key),
            };
            if is_certain {
                return true;
            }
        }
        false
    }

    /// Removes the keys from a link whose files others take the place of.
    pub(super) fn remove_overridden_files(
        &mut self,
        object: &Object,
        link: &mut Link,
        config: ConfigId,
        source: &VolumeSource,
        mounted: &[String],
    ) {
        let selected = &self.configs[config].content.keys;
        let selected: Vec<String> = selected
            .iter()
            .filter(|(key, entry)| link.keys.includes(key, entry))
            .map(|(key, _)| key.to_string())
            .collect();
        let mounted: HashSet<&str> = mounted.iter().map(String::as_str).collect();
        let mut kept = Vec::new();
        for key in &selected {
            let mut has_key = |target: &DraftTarget, key: &str| self.has_key(object, target, key);
            if source.keeps(key, &mounted, &mut has_key) {
                kept.push(key.clone());
            }
        }
        if kept.len() == selected.len() {
            return;
        }
        if kept.is_empty() {
            link.delivery = Delivery::None;
        }
        link.keys = KeySelection::These(kept);
    }

    /// Returns `true` if a config that an object names certainly has a key.
    fn has_key(&mut self, object: &Object, target: &DraftTarget, key: &str) -> bool {
        self.find_certain(object, target).is_some_and(|config| self.configs[config].content.keys.contains(key))
    }

    /// Returns `true` if a config that an object names certainly has a key that a variable can carry.
    fn has_variable(&mut self, object: &Object, target: &DraftTarget, key: &str) -> bool {
        let keys = self.find_certain(object, target).map(|config| &self.configs[config].content.keys);
        keys.and_then(|keys| keys.get(key)).is_some_and(|entry| entry.in_data)
    }

    fn find_certain(&mut self, object: &Object, target: &DraftTarget) -> Option<ConfigId> {
        let target = self.target_identity(object, target);
        match self.find(object, &target) {
            SearchResult::Same(config) => Some(config),
            SearchResult::Different(_) | SearchResult::Nothing(_) => None,
        }
    }
}
