//! The `rules` of the options document: the user's own rows for the library's tables.

mod kustomize;

use std::path::{Path, PathBuf};

use rollstamp::Rules;
use rollstamp::kinds::ConfigKind;
use rollstamp::kinds::steps::Steps;
use rollstamp::rules::{Reference, Selector, parse_path};
use serde::de::{Deserialize, Deserializer, Error};

use crate::exit::Failure;

/// What the document says about kinds that are not built in.
#[derive(Debug, Default, PartialEq, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct FileRules {
    /// Places that name a ConfigMap or Secret.
    pub references: Vec<ReferenceRule>,
    /// Configuration files of kustomize whose `nameReference` lists such places, from where this document lies.
    pub kustomize_name_reference: Vec<PathBuf>,
}

/// A place that names a ConfigMap or Secret, in objects of one kind.
#[derive(Debug, PartialEq, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReferenceRule {
    /// The API group of the objects; "" for the core group.
    pub group: String,
    /// Their kind.
    pub kind: String,
    /// The field: a name, a mapping with a `name`, or a list of either.
    pub path: FieldPath,
    /// What it names.
    pub to: To,
    /// Whether the objects have no namespace, so that they can name a config in any.
    #[serde(default)]
    pub cluster_scoped: bool,
}

/// What a reference names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum To {
    /// A ConfigMap.
    ConfigMap,
    /// A Secret.
    Secret,
}

impl From<To> for ConfigKind {
    fn from(to: To) -> ConfigKind {
        match to {
            To::ConfigMap => ConfigKind::ConfigMap,
            To::Secret => ConfigKind::Secret,
        }
    }
}

/// A path of fields, such as `spec/jobs[]/template`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldPath(pub Steps);

impl<'de> Deserialize<'de> for FieldPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<FieldPath, D::Error> {
        parse_path(&String::deserialize(deserializer)?).map(FieldPath).map_err(D::Error::custom)
    }
}

impl FileRules {
    /// Makes the paths of files mean the same from wherever the tool is started.
    pub fn resolve_in(&mut self, directory: &Path) {
        self.kustomize_name_reference.iter_mut().for_each(|path| *path = directory.join(&*path));
    }

    /// The rules as the library takes them; the files that they name are read.
    ///
    /// # Errors
    /// A file cannot be read, or is no configuration of kustomize.
    pub fn for_library(&self) -> Result<Rules, Failure> {
        let mut rules = Rules::default();
        for ReferenceRule { group, kind, path, to, cluster_scoped } in &self.references {
            let of = Selector { group: Some(group.clone()), version: None, kind: Some(kind.clone()) };
            let reference = Reference::new(of, path.0, (*to).into());
            rules.add_reference(Reference { cluster_scoped: *cluster_scoped, ..reference });
        }
        for path in &self.kustomize_name_reference {
            kustomize::read(path)?.into_iter().for_each(|reference| rules.add_reference(reference));
        }
        Ok(rules)
    }
}
