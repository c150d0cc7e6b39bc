//! kustomize's own list of fields that name other objects (`configurations:` of a kustomization, `nameReference` in the
//! file), read as it is.

use std::path::Path;

use rollstamp::kinds::ConfigKind;
use rollstamp::kinds::path::FieldPath;
use rollstamp::rules::{CustomReference, Selector};
use serde::Deserialize;

use super::file::RuleFile;
use crate::exit::Failure;

/// A configuration file. Its other lists are about other things than names.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Configuration {
    name_reference: Option<Vec<Target>>,
}

/// What is named, and where.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Target {
    kind: String,
    version: Option<String>,
    #[serde(default)]
    field_specs: Vec<FieldSpec>,
}

/// A field of objects of a group, version and kind; what is empty or left out is any.
#[derive(Deserialize)]
struct FieldSpec {
    path: String,
    group: Option<String>,
    version: Option<String>,
    kind: Option<String>,
}

/// The fields of a file that name ConfigMaps and Secrets.
pub(super) fn read(path: &Path) -> Result<Vec<CustomReference>, Failure> {
    let file = RuleFile::new(path, "kustomize's name references");
    let read: Configuration = serde_yaml::from_str(&file.read()?).map_err(|error| file.wrong(&error))?;
    let targets = read
        .name_reference
        .ok_or_else(|| file.cannot("it has no `nameReference`; name a file of a kustomization's `configurations`"))?;
    targets.into_iter().map(|target| references(target, &file)).collect::<Result<Vec<_>, _>>().map(|all| all.concat())
}

fn references(target: Target, file: &RuleFile<'_>) -> Result<Vec<CustomReference>, Failure> {
    // kustomize asks for the version of the target too; there is only one of these kinds.
    let version = target.version.filter(|version| !version.is_empty()).unwrap_or_else(|| "v1".to_owned());
    let Some(to) = ConfigKind::of(&version, &target.kind) else { return Ok(Vec::new()) };
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let one = |spec: FieldSpec| {
        let of = Selector { group: given(spec.group), version: given(spec.version), kind: given(spec.kind) };
        // The path is not shown, since it is text of the file.
        let path =
            FieldPath::parse(&spec.path).map_err(|_| file.cannot("a `path` in it is not the path of a field"))?;
        Ok(CustomReference::new(of, path, to))
    };
    target.field_specs.into_iter().map(one).collect()
}
