//! Updates of Jobs (`ValidateJobUpdate`).

use super::{Fields, fixed_field, int_at, with_default};
use crate::yaml::Value;

/// Fields of a Job's spec that stay as they were created, besides its template and its completions.
const FIXED: [&str; 6] =
    ["selector", "completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy"];

/// Returns the reason for which the spec of a Job would be rejected, its template aside.
pub(super) fn find_rejection(old: &Fields, new: &Fields) -> Option<String> {
    // Without it the server gives the Job a selector, and its pods labels, that it has not had.
    let is_manual = |spec: &Fields| spec.get("manualSelector") == Some(&Value::Bool(true));
    if is_manual(old) != is_manual(new) {
        return Some(fixed_field("manualSelector"));
    }
    if let Some(field) = FIXED.iter().find(|field| with_default(old, field) != with_default(new, field)) {
        return Some(fixed_field(field));
    }
    let (before, after) = (completions_of_first(old), completions_of_second(old, new));
    if before == after {
        return None;
    }
    if with_default(new, "completionMode") != Some(Value::String("Indexed".to_string())) {
        return Some(fixed_field("completions"));
    }
    let parallelism = int_at(new, "parallelism").or_else(|| int_at(old, "parallelism")).unwrap_or(1);
    (after.is_some() && after != Some(parallelism))
        .then(|| "its spec.completions can only change together with spec.parallelism, to the same number".to_string())
}

/// The completions of a Job that is created: one where neither they nor the parallelism are given.
fn completions_of_first(spec: &Fields) -> Option<i128> {
    let given = int_at(spec, "completions");
    if given.is_none() && !spec.contains_key("parallelism") { Some(1) } else { given }
}

/// The completions after an update. What was filled in at first stays until it is given.
fn completions_of_second(old: &Fields, new: &Fields) -> Option<i128> {
    let given = int_at(new, "completions");
    if given.is_none() && !old.contains_key("completions") { completions_of_first(old) } else { given }
}
