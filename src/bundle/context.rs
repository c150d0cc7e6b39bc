//! Objects of the context, which references lead to and which nothing is done to.

use std::collections::HashSet;

use super::object::{Object, ObjectName};
use crate::index::IdVec;
use crate::kinds::api_group;

/// Adds the objects of the context, except for those that are among the others: a part of what is deployed is often
/// given beside a copy of all of it.
pub(super) fn add_objects(objects: &mut IdVec<Object>, context: Vec<Object>) {
    if context.is_empty() {
        return;
    }
    let known: HashSet<(String, String, ObjectName)> = objects.iter().map(identity).collect();
    objects.extend(context.into_iter().filter(|object| !known.contains(&identity(object))));
}

fn identity(object: &Object) -> (String, String, ObjectName) {
    (api_group(&object.api_version).to_string(), object.kind.clone(), object.name.clone())
}
