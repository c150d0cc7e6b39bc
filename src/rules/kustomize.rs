//! kustomize's own list of fields that name other objects (`configurations:` of a kustomization, `nameReference` in the
//! file), read as it is.

use serde::Deserialize;

use super::{CustomReference, RuleFileError, Selector, find_excessive_nesting, nesting_problem};
use crate::kinds::ConfigKind;
use crate::kinds::path::FieldPath;

/// A configuration file. Its other lists are about other things than names.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "a mapping with `nameReference`")]
struct Configuration {
    name_reference: Option<Vec<NameTarget>>,
}

/// The objects that are named, and the fields that name them.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "a mapping")]
struct NameTarget {
    kind: String,
    version: Option<String>,
    #[serde(default)]
    field_specs: Vec<FieldSpec>,
}

/// A field of objects of a group, version and kind; what is empty or left out is any.
#[derive(Deserialize)]
#[serde(expecting = "a mapping")]
struct FieldSpec {
    path: String,
    group: Option<String>,
    version: Option<String>,
    kind: Option<String>,
}

/// Reads the fields that name ConfigMaps and Secrets from a file of kustomize's `configurations`.
///
/// # Errors
/// The text is not such a file.
pub fn parse_name_references(text: &str) -> Result<Vec<CustomReference>, RuleFileError> {
    if find_excessive_nesting(text).is_some() {
        return Err(RuleFileError::Content(nesting_problem()));
    }
    let configuration: Configuration = serde_yaml::from_str(text)?;
    let Some(targets) = configuration.name_reference else {
        let problem = "it has no `nameReference`; name a file of a kustomization's `configurations`";
        return Err(RuleFileError::Content(problem.to_owned()));
    };
    let mut references = Vec::new();
    for target in targets {
        add_references(target, &mut references)?;
    }
    Ok(references)
}

fn non_empty(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

fn add_references(target: NameTarget, references: &mut Vec<CustomReference>) -> Result<(), RuleFileError> {
    // kustomize asks for the version of the target too; there is only one of these kinds.
    let version = non_empty(target.version);
    let Some(kind) = ConfigKind::of(version.as_deref().unwrap_or("v1"), &target.kind) else { return Ok(()) };
    for field in target.field_specs {
        let selector =
            Selector { group: non_empty(field.group), version: non_empty(field.version), kind: non_empty(field.kind) };
        // The path is not shown, since it is text of the file.
        let Ok(path) = FieldPath::parse(&field.path) else {
            return Err(RuleFileError::Content("a `path` in it is not the path of a field".to_owned()));
        };
        references.push(CustomReference::new(selector, path, kind));
    }
    Ok(())
}
