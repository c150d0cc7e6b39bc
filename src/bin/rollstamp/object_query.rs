//! Objects as they are named on the command line, in the way of kubectl.

use std::fmt;
use std::str::FromStr;

use rollstamp::ObjectName;

use crate::exit::Failure;

/// The short and plural names of kinds that kubectl knows (`kubectl api-resources` of Kubernetes 1.34).
const KIND_NAMES: [(&str, &[&str]); 12] = [
    ("ConfigMap", &["cm", "configmaps"]),
    ("Secret", &["secrets"]),
    ("Deployment", &["deploy", "deployments"]),
    ("StatefulSet", &["sts", "statefulsets"]),
    ("DaemonSet", &["ds", "daemonsets"]),
    ("ReplicaSet", &["rs", "replicasets"]),
    ("ReplicationController", &["rc", "replicationcontrollers"]),
    ("CronJob", &["cj", "cronjobs"]),
    ("Job", &["jobs"]),
    ("Pod", &["po", "pods"]),
    ("Ingress", &["ing", "ingresses"]),
    ("ServiceAccount", &["sa", "serviceaccounts"]),
];

/// A name on the command line: `Deployment/web`, `deploy/web`, `prod/Deployment/web`, or `web`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectQuery {
    namespace: Option<String>,
    kind: Option<String>,
    name: String,
}

impl ObjectQuery {
    /// Returns `true` if an object is meant. An object without a namespace is in any.
    pub fn matches(&self, kind: &str, name: &ObjectName) -> bool {
        let is_of_kind = self.kind.as_deref().is_none_or(|wanted| is_kind_name(wanted, kind));
        let is_in_namespace = self.namespace.is_none() || self.namespace == name.namespace;
        is_of_kind && is_in_namespace && self.name == name.name
    }

    /// Returns the error for a name that nothing in the input has. `what` are the objects that were searched, and
    /// `known` their labels.
    pub fn not_found(&self, what: &str, known: &[String]) -> Failure {
        let distance = |label: &&String| {
            let name = label.rsplit('/').next().unwrap_or_default();
            strsim::damerau_levenshtein(name, &self.name)
        };
        // One slip in a short name, more in a long one.
        let most = 1 + self.name.len() / 6;
        let nearest = known.iter().min_by_key(distance).filter(|label| distance(label) <= most);
        let number = known.len();
        let hint = match nearest {
            Some(label) => format!("did you mean {label}?"),
            None if number == 0 => "found none".to_owned(),
            None if number <= 10 => format!("found: {}", known.join(", ")),
            None => format!("found {number}, for example {}", known[..10].join(", ")),
        };
        Failure::because(format!("no {what} {self} in the input; {hint}"))
    }
}

/// Returns `true` if a word is a name of a kind: the kind itself, in any case, or its plural or short name.
fn is_kind_name(word: &str, kind: &str) -> bool {
    let names = KIND_NAMES.iter().find(|(known, _)| *known == kind).map_or(&[][..], |(_, names)| names);
    word.eq_ignore_ascii_case(kind) || names.iter().any(|name| word.eq_ignore_ascii_case(name))
}

impl fmt::Display for ObjectQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in self.namespace.iter().chain(&self.kind) {
            write!(f, "{part}/")?;
        }
        f.write_str(&self.name)
    }
}

impl FromStr for ObjectQuery {
    type Err = String;

    fn from_str(text: &str) -> Result<ObjectQuery, String> {
        let parts: Vec<&str> = text.split('/').collect();
        let (namespace, kind, name) = match parts[..] {
            [name] => (None, None, name),
            [kind, name] => (None, Some(kind), name),
            [namespace, kind, name] => (Some(namespace), Some(kind), name),
            _ => return Err("write NAME, KIND/NAME or NAMESPACE/KIND/NAME, for example deploy/web".to_owned()),
        };
        if parts.contains(&"") {
            return Err("empty part; write NAME, KIND/NAME or NAMESPACE/KIND/NAME, for example deploy/web".to_owned());
        }
        Ok(ObjectQuery {
            namespace: namespace.map(str::to_owned),
            kind: kind.map(str::to_owned),
            name: name.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(query: &str, kind: &str, namespace: Option<&str>, name: &str) -> bool {
        let name = ObjectName { namespace: namespace.map(str::to_owned), name: name.to_owned() };
        query.parse::<ObjectQuery>().unwrap().matches(kind, &name)
    }

    #[test]
    fn objects_are_named_as_for_kubectl() {
        for query in ["web", "Deployment/web", "deployment/web", "deploy/web", "deployments/web", "prod/deploy/web"] {
            assert!(matches(query, "Deployment", Some("prod"), "web"), "{query}");
        }
        for query in ["api", "sts/web", "test/deploy/web", "deploymen/web"] {
            assert!(!matches(query, "Deployment", Some("prod"), "web"), "{query}");
        }
        assert!(matches("kafka/events", "Kafka", None, "events"));
    }

    #[test]
    fn names_with_empty_parts_are_refused() {
        for bad in ["Deployment/", "/web", "a/b/c/d", ""] {
            assert!(bad.parse::<ObjectQuery>().is_err(), "{bad}");
        }
    }
}
