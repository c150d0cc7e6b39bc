//! Objects as they are named on the command line, in the way of kubectl.

use std::fmt;
use std::str::FromStr;

use rollstamp::kinds::written::WrittenObject;
use rollstamp::suggest::nearest_name;
use rollstamp::{Identity, Object};

use crate::exit::Failure;

/// The most objects that an error lists.
const LISTED: usize = 10;

/// A name on the command line: `Deployment/web`, `deploy/web`, `deployment.apps/web`, `prod/Deployment/web`, or `web`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectQuery(WrittenObject);

impl ObjectQuery {
    /// Returns `true` if an object is meant.
    pub fn matches_object(&self, object: &Object) -> bool {
        let written = self.0.kind.as_ref();
        self.0.name == object.name.name
            && self.0.is_in(object.name.namespace.as_deref())
            && written.is_none_or(|written| written.matches(&object.api_version, &object.kind))
    }

    /// Returns `true` if a config is meant.
    pub fn matches_config(&self, config: &Identity) -> bool {
        let written = self.0.kind.as_ref();
        self.0.name == config.name.name
            && self.0.is_in(config.name.namespace.as_deref())
            && written.is_none_or(|written| written.matches(config.kind.api_version(), config.kind.as_str()))
    }

    /// Returns the error for a name that nothing in the input has. `what` are the objects that were searched, and
    /// `known` their labels.
    pub fn not_found(&self, what: &str, known: &[String]) -> Failure {
        let number = known.len();
        let hint = match self.find_similar(known) {
            Some(label) => format!("did you mean {label}?"),
            None if number == 0 => "found none".to_owned(),
            None if number <= LISTED => format!("found: {}", known.join(", ")),
            None => format!("found {number}, for example {}", known[..LISTED].join(", ")),
        };
        Failure::because(format!("no {what} {self} in the input; {hint}"))
    }

    /// Finds the label that is most likely meant: one with this name, else one with a similar name, of the kind that is
    /// written if there is one.
    fn find_similar<'k>(&self, known: &'k [String]) -> Option<&'k String> {
        let named = |name: &str| known.iter().filter(move |label| name_in(label) == name).collect::<Vec<_>>();
        let mut similar = named(&self.0.name);
        if similar.is_empty() {
            similar = named(nearest_name(&self.0.name, known.iter().map(|label| name_in(label)))?);
        }
        let kind = self.0.kind.as_ref().map(|written| written.word.as_str());
        let of_kind = kind.and_then(|word| {
            let is_kind = |label: &&&String| rollstamp::kinds::short_names::is_name_of_kind(word, kind_in(label));
            let nearest = nearest_name(word, similar.iter().map(|label| kind_in(label)));
            similar.iter().find(is_kind).or_else(|| similar.iter().find(|label| Some(kind_in(label)) == nearest))
        });
        of_kind.or(similar.first()).copied()
    }
}

/// `web` of `prod/Deployment/web`.
fn name_in(label: &str) -> &str {
    label.rsplit('/').next().unwrap_or_default()
}

/// `Deployment` of `prod/Deployment/web`.
fn kind_in(label: &str) -> &str {
    label.rsplit('/').nth(1).unwrap_or_default()
}

impl fmt::Display for ObjectQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for ObjectQuery {
    type Err = String;

    fn from_str(text: &str) -> Result<ObjectQuery, String> {
        WrittenObject::parse(text).map(ObjectQuery)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_object_that_is_most_likely_meant_is_suggested() {
        let known = ["ConfigMap/app", "prod/Deployment/web", "prod/Secret/app", "StatefulSet/worker"];
        let known = known.map(str::to_owned);
        for (query, similar) in [
            ("deploy/wbe", Some("prod/Deployment/web")),
            ("dev/deploy/web", Some("prod/Deployment/web")),
            ("statefulset/web", Some("prod/Deployment/web")),
            ("secrt/app", Some("prod/Secret/app")),
            ("secret/ap-p", Some("prod/Secret/app")),
            ("wroker", Some("StatefulSet/worker")),
            ("deploy/nothing", None),
        ] {
            let query: ObjectQuery = query.parse().unwrap();
            assert_eq!(query.find_similar(&known).map(String::as_str), similar, "{query}");
        }
    }
}
