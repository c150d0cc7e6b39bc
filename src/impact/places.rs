//! Locations in renderings, replaced by places in the files that they come from.

use super::model::{ChangeRoute, Impact};
use crate::source::{FileLine, SourceApplication};

/// An object on one side of a comparison, or a key of it.
#[derive(Clone, Copy, Debug)]
pub struct ComparedObject<'a> {
    /// Set if it is on the old side.
    pub is_base: bool,
    /// Its application.
    pub application: &'a SourceApplication,
    /// Its kind.
    pub kind: &'a str,
    /// Its name; of a config without the suffix made of its content.
    pub name: &'a str,
    /// A key of its content.
    pub key: Option<&'a str>,
}

/// Finds the place that an object comes from.
pub type FindPlace<'f> = dyn Fn(ComparedObject<'_>) -> Option<FileLine> + 'f;

impl Impact {
    /// Replaces the locations in renderings, whose labels stand in angle brackets. One whose place is not found stays.
    pub fn replace_locations(&mut self, find: &FindPlace<'_>) {
        for config in self.configs.iter_mut() {
            let Some(application) = config.application.clone() else { continue };
            let object = ComparedObject {
                is_base: false,
                application: &application,
                kind: config.kind.as_str(),
                name: &config.name,
                key: None,
            };
            replace_both(&mut config.base_location, &mut config.head_location, object, find);
            for key in &mut config.keys {
                let object = ComparedObject { key: Some(&key.key), ..object };
                replace_both(&mut key.base_location, &mut key.head_location, object, find);
            }
        }
        for workload in &mut self.workloads {
            let Some(application) = workload.application.clone() else { continue };
            let (kind, name) = (workload.kind.clone(), workload.name.clone());
            let object =
                ComparedObject { is_base: false, application: &application, kind: &kind, name: &name, key: None };
            replace_both(&mut workload.base_location, &mut workload.head_location, object, find);
            for reason in &mut workload.reasons {
                for ChangeRoute { base_location, head_location, .. } in &mut reason.routes {
                    replace_both(base_location, head_location, object, find);
                }
            }
        }
    }
}

fn replace_both(
    base: &mut Option<FileLine>,
    head: &mut Option<FileLine>,
    object: ComparedObject<'_>,
    find: &FindPlace<'_>,
) {
    for (location, is_base) in [(base, true), (head, false)] {
        let is_rendered = location.as_ref().is_some_and(|location| location.file.ends_with('>'));
        if is_rendered && let Some(place) = find(ComparedObject { is_base, ..object }) {
            *location = Some(place);
        }
    }
}
