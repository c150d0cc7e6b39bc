//! Rules for kinds that make controllers write ConfigMaps and Secrets.

use rollstamp::kinds::ConfigKind;
use rollstamp::kinds::producers::{GenerationRule, KeySource, ProducerKind, RenamePermission, RequestPart, SECRET};

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
    /// What the controller writes.
    pub makes: RuleTarget,
    /// The field that names it; `metadata/name` where it is left out, or where the object leaves it out.
    #[serde(default)]
    pub name: Option<KeyPath>,
    /// Its keys, where they are always these.
    pub keys: Option<Vec<String>>,
    /// The fields that are the request for its content: what counts with `producers`.
    #[serde(default)]
    pub request: Vec<KeyPath>,
    /// Whether `rename` may give it another name, by writing `name`.
    #[serde(default)]
    pub rename: bool,
}

impl<'de> Deserialize<'de> for ProducerRule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ProducerRule, D::Error> {
        let rule = ProducerRule::deserialize(deserializer)?;
        if rule.rename && rule.name.is_none() {
            let ProducerRule { group, kind, .. } = rule;
            let what = "`rename` writes the field of `name`; give that";
            return Err(D::Error::custom(format!("{kind} of group \"{group}\": {what}")));
        }
        Ok(rule)
    }
}

impl ProducerRule {
    /// The row of this rule.
    pub(super) fn for_library(&self) -> ProducerKind {
        let names: Vec<_> = self.name.iter().map(|path| path.0).chain(SECRET.name_paths.iter().copied()).collect();
        let request: Vec<RequestPart> = self.request.iter().map(|path| RequestPart::Field(path.0)).collect();
        let production = GenerationRule {
            target: ConfigKind::from(self.makes),
            name_paths: names.leak(),
            keys: self.keys.as_deref().map(certain),
            request: request.leak(),
            rename: match self.rename {
                true => RenamePermission::Always,
                false => RenamePermission::Never("the rule for its kind does not say `rename: true`"),
            },
            ..SECRET
        };
        ProducerKind {
            group: Some(self.group.clone().leak()),
            kind: self.kind.clone().leak(),
            generates: vec![production].leak(),
        }
    }
}

fn certain(keys: &[String]) -> &'static [KeySource] {
    let keys: Vec<&str> = keys.iter().map(|key| &*key.clone().leak()).collect();
    vec![KeySource::These(keys.leak())].leak()
}
