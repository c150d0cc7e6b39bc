//! Rules for kinds that make controllers write ConfigMaps and Secrets.

use rollstamp::Rules;
use rollstamp::kinds::ConfigKind;
use rollstamp::kinds::producers::{KeysAt, MayRename, ProducerKind, Production, Request, SECRET};

use super::workloads::keys;
use super::{FieldPath, To};
use crate::exit::Failure;

/// A kind whose objects make a controller write a ConfigMap or Secret.
#[derive(Debug, PartialEq, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProducerRule {
    /// The API group of the objects; "" for the core group.
    pub group: String,
    /// Their kind.
    pub kind: String,
    /// What the controller writes.
    pub makes: To,
    /// The field that names it; `metadata/name` where it is left out, or where the object leaves it out.
    pub name: Option<FieldPath>,
    /// Its keys, where they are always these.
    pub keys: Option<Vec<String>>,
    /// The fields that are the request for its content: what counts with `producers`.
    #[serde(default)]
    pub request: Vec<FieldPath>,
    /// Whether `rename` may give it another name, by writing `name`.
    #[serde(default)]
    pub rename: bool,
}

impl ProducerRule {
    /// Adds the row of this rule.
    ///
    /// # Errors
    /// A path goes where names or requests cannot stand.
    pub(super) fn add_to(&self, rules: &mut Rules) -> Result<(), Failure> {
        let wrong = |what: &str| {
            let ProducerRule { group, kind, .. } = self;
            Failure::because(format!("rules.producers: {kind} of group \"{group}\": {what}"))
        };
        if self.rename && self.name.is_none() {
            return Err(wrong("`rename` writes the field of `name`; give that"));
        }
        let mut names = Vec::new();
        if let Some(path) = self.name {
            names.push(keys(path.0).ok_or_else(|| wrong("the path of `name` has no lists and no `*`"))?);
        }
        names.extend(SECRET.name);
        let request = self.request.iter().map(|path| match keys(path.0) {
            Some(path) => Ok(Request::Field(path)),
            None => Err(wrong("a path of `request` has no lists and no `*`; name the field that holds them")),
        });
        let production = Production {
            makes: ConfigKind::from(self.makes),
            name: names.leak(),
            keys: self.keys.as_deref().map(certain),
            request: request.collect::<Result<Vec<_>, _>>()?.leak(),
            rename: match self.rename {
                true => MayRename::Always,
                false => MayRename::Never("the rule for its kind does not say `rename: true`"),
            },
            ..SECRET
        };
        rules.add_producer(ProducerKind {
            group: Some(self.group.clone().leak()),
            kind: self.kind.clone().leak(),
            products: vec![production].leak(),
        });
        Ok(())
    }
}

fn certain(keys: &[String]) -> &'static [KeysAt] {
    let keys: Vec<&str> = keys.iter().map(|key| &*key.clone().leak()).collect();
    vec![KeysAt::These(keys.leak())].leak()
}
