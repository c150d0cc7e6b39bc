//! The `rules` of the options document: the user's own rows for the library's tables.

mod file;
mod producers;
mod workloads;

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use rollstamp::Rules;
use rollstamp::kinds::path::FieldPath;
use rollstamp::kinds::{ConfigKind, Delivery};
use rollstamp::rules::{CustomReference, Selector, kapp, kustomize};
use serde::de::{Deserialize, Deserializer, Error};

use crate::exit::Failure;
use crate::options::rules::file::RuleFile;
use crate::options::rules::producers::ProducerRule;
use crate::options::rules::workloads::WorkloadRule;

/// Rows of the document for kinds that are not built in.
#[derive(Debug, Default, PartialEq, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct FileRules {
    /// Kinds whose objects describe pods.
    pub workloads: Vec<WorkloadRule>,
    /// Places that name a ConfigMap or Secret.
    pub references: Vec<ReferenceRule>,
    /// Kinds whose objects make a controller write a ConfigMap or Secret.
    pub producers: Vec<ProducerRule>,
    /// Configuration files of kustomize whose `nameReference` lists such places, from where this document lies.
    pub kustomize_name_reference: Vec<PathBuf>,
    /// Files with a Config of kapp whose `templateRules` list such places, from where this document lies.
    pub kapp_template_rules: Vec<PathBuf>,
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
    pub path: PathPattern,
    /// Kind that the field names.
    pub to: RuleTarget,
    /// The field beside the name that holds the key that is used; every key where it is left out.
    pub key: Option<String>,
    /// Delivery of the content to the pods of a workload.
    #[serde(default)]
    pub delivery: RuleDelivery,
    /// Set if the objects have no namespace, so that they can name a config in any.
    #[serde(default)]
    pub cluster_scoped: bool,
}

/// Kinds that a reference can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum RuleTarget {
    /// A ConfigMap.
    ConfigMap,
    /// A Secret.
    Secret,
}

/// Deliveries of content to pods.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum RuleDelivery {
    /// Read when the pods start.
    Frozen,
    /// Mounted as files that are refreshed.
    Live,
    /// Not delivered: only the name matters.
    #[default]
    None,
}

impl From<RuleDelivery> for Delivery {
    fn from(delivery: RuleDelivery) -> Delivery {
        match delivery {
            RuleDelivery::Frozen => Delivery::Frozen,
            RuleDelivery::Live => Delivery::Live,
            RuleDelivery::None => Delivery::None,
        }
    }
}

impl From<RuleTarget> for ConfigKind {
    fn from(to: RuleTarget) -> ConfigKind {
        match to {
            RuleTarget::ConfigMap => ConfigKind::ConfigMap,
            RuleTarget::Secret => ConfigKind::Secret,
        }
    }
}

/// A path of fields, such as `spec/jobs[]/template`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathPattern(pub FieldPath);

impl<'de> Deserialize<'de> for PathPattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<PathPattern, D::Error> {
        FieldPath::parse(&String::deserialize(deserializer)?).map(PathPattern).map_err(D::Error::custom)
    }
}

/// A path of fields that goes through mappings only, such as `spec/into/name`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPath(pub FieldPath);

impl<'de> Deserialize<'de> for KeyPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<KeyPath, D::Error> {
        let text = String::deserialize(deserializer)?;
        let path = FieldPath::parse(&text).map_err(D::Error::custom)?;
        if !path.is_single_field() {
            return Err(D::Error::custom(format!("`{text}` contains `[]` or `*`; write the path of one field")));
        }
        Ok(KeyPath(path))
    }
}

impl FileRules {
    /// Makes the paths of files mean the same from wherever the tool is started.
    pub fn resolve_in(&mut self, directory: &Path) {
        for path in self.kustomize_name_reference.iter_mut().chain(&mut self.kapp_template_rules) {
            *path = directory.join(&*path);
        }
    }

    /// The files that the rules name, each with its field.
    pub fn named_files(&self) -> impl Iterator<Item = (&'static str, &Path)> {
        let kustomize =
            self.kustomize_name_reference.iter().map(|path| ("rules.kustomizeNameReference", path.as_path()));
        kustomize.chain(self.kapp_template_rules.iter().map(|path| ("rules.kappTemplateRules", path.as_path())))
    }

    /// The rules as the library takes them; the files that they name are read.
    ///
    /// # Errors
    /// A file cannot be read, or is no configuration of kustomize or kapp.
    pub fn to_library(&self) -> Result<Rules, Failure> {
        let mut rules = Rules::default();
        for rule in &self.workloads {
            rules.add_workload(rule.to_library());
        }
        for rule in &self.references {
            rules.add_reference(rule.to_library());
        }
        for rule in &self.producers {
            rules.add_producer(rule.to_library());
        }
        for path in &self.kustomize_name_reference {
            let file = RuleFile::new(path, "kustomize's name references");
            for reference in file.parse(kustomize::parse_name_references)? {
                rules.add_reference(reference);
            }
        }
        for path in &self.kapp_template_rules {
            let file = RuleFile::new(path, "kapp's template rules");
            for reference in file.parse(kapp::parse_template_rules)? {
                rules.add_reference(reference);
            }
        }
        Ok(rules)
    }
}

impl ReferenceRule {
    fn to_library(&self) -> CustomReference {
        let selector = Selector { group: Some(self.group.clone()), version: None, kind: Some(self.kind.clone()) };
        let mut reference = CustomReference::new(selector, self.path.0.clone(), self.to.into());
        reference.cluster_scoped = self.cluster_scoped;
        reference.field.delivery = self.delivery.into();
        reference.field.key = self.key.clone().map(Cow::Owned);
        reference
    }
}
