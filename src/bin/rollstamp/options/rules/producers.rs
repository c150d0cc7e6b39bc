//! Rules for kinds that make controllers write ConfigMaps and Secrets.

use std::borrow::Cow;
use std::sync::Arc;

use rollstamp::kinds::ConfigKind;
use rollstamp::kinds::producers::{GenerationRule, KeySource, ProducerKind, RenamePermission, RequestPart};

use serde::de::{Deserialize, Deserializer, Error};

use super::{KeyPath, RuleTarget};

/// A kind whose objects make a controller write a ConfigMap or Secret.
#[derive(Debug, PartialEq, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, remote = "Self")]
pub struct ProducerRule {
    /// The API group of the objects; "" for the core group.
    pub group: String,
    /// Their kind.
    pub kind: String,
    /// Kind that the controller writes.
    pub makes: RuleTarget,
    /// The field that names it; `metadata/name` where it is left out, or where the object leaves it out.
    #[serde(default)]
    pub name: Option<KeyPath>,
    /// Its keys, where they are always these.
    pub keys: Option<Vec<String>>,
    /// The fields that are the request for its content: what counts with `producers`.
    #[serde(default)]
    pub request: Vec<KeyPath>,
    /// Lets `rename` give it another name, by writing `name`.
    #[serde(default)]
    pub rename: bool,
}

impl<'de> Deserialize<'de> for ProducerRule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ProducerRule, D::Error> {
        let rule = ProducerRule::deserialize(deserializer)?;
        if rule.rename && rule.name.is_none() {
            let ProducerRule { group, kind, .. } = rule;
            let what = "`rename` needs `name`, the field that it writes";
            return Err(D::Error::custom(format!("{kind} of group \"{group}\": {what}")));
        }
        Ok(rule)
    }
}

impl ProducerRule {
    /// Makes the row of this rule.
    pub(super) fn to_library(&self) -> ProducerKind {
        let mut rule = GenerationRule::secret();
        rule.target = ConfigKind::from(self.makes);
        if let Some(path) = &self.name {
            rule.name_paths.insert(0, path.0.clone());
        }
        rule.keys = self.keys.clone().map(|keys| vec![KeySource::These(keys.into_iter().map(Cow::Owned).collect())]);
        rule.request = self.request.iter().map(|path| RequestPart::Field(path.0.clone())).collect();
        rule.rename = if self.rename {
            RenamePermission::Always
        } else {
            RenamePermission::Never("the rule for its kind does not have `rename: true`")
        };
        ProducerKind {
            group: Some(self.group.clone().into()),
            kind: self.kind.clone().into(),
            generates: vec![Arc::new(rule)],
        }
    }
}
