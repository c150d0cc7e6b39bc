//! Objects as people write them for kubectl: `web`, `deploy/web`, `deployments.apps/web`, `prod/Deployment/web`.

use std::fmt;

use super::api_group;
use super::short_names::is_name_of_kind;

/// A written name of an object, in its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenObject {
    /// The namespace; any if it is left out.
    pub namespace: Option<String>,
    /// The kind; any if it is left out.
    pub kind: Option<WrittenKind>,
    /// The name.
    pub name: String,
}

/// A written kind: a word for it, and the group or version that follows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenKind {
    /// The kind, its plural or its short name.
    pub word: String,
    /// `apps` or `v1.apps`; any if it is left out.
    pub group: Option<String>,
}

impl WrittenObject {
    /// Takes a text apart.
    ///
    /// # Errors
    /// A part is empty, or there are too many.
    pub fn parse(text: &str) -> Result<WrittenObject, String> {
        let parts: Vec<&str> = text.split('/').collect();
        let (namespace, kind, name) = match parts[..] {
            [name] => (None, None, name),
            [kind, name] => (None, Some(kind), name),
            [namespace, kind, name] => (Some(namespace), Some(kind), name),
            _ => return Err("write NAME, KIND/NAME or NAMESPACE/KIND/NAME, for example deploy/web".to_string()),
        };
        if parts.contains(&"") {
            let problem = "a part of it is empty; write NAME, KIND/NAME or NAMESPACE/KIND/NAME, for example deploy/web";
            return Err(problem.to_string());
        }
        Ok(WrittenObject {
            namespace: namespace.map(str::to_string),
            kind: kind.map(WrittenKind::new),
            name: name.to_string(),
        })
    }

    /// Returns `true` for a namespace that may be meant. A missing namespace and `default` are one.
    pub fn is_in(&self, namespace: Option<&str>) -> bool {
        match &self.namespace {
            Some(written) => written == namespace.unwrap_or("default"),
            None => true,
        }
    }
}

impl WrittenKind {
    fn new(text: &str) -> WrittenKind {
        match text.split_once('.') {
            Some((word, group)) => WrittenKind { word: word.to_string(), group: Some(group.to_string()) },
            None => WrittenKind { word: text.to_string(), group: None },
        }
    }

    /// Returns `true` if a kind is meant.
    pub fn matches(&self, api_version: &str, kind: &str) -> bool {
        is_name_of_kind(&self.word, kind) && self.group.as_deref().is_none_or(|group| is_group(group, api_version))
    }
}

/// Returns `true` for the group of an API version, or its version and its group, as they follow the name of a kind.
fn is_group(written: &str, api_version: &str) -> bool {
    let group = api_group(api_version);
    let version = api_version.rsplit('/').next().unwrap_or_default();
    let after_version = written.strip_prefix(version).map(|rest| rest.strip_prefix('.').unwrap_or(rest));
    written == group || after_version == Some(group)
}

impl fmt::Display for WrittenKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.word)?;
        match &self.group {
            Some(group) => write!(f, ".{group}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for WrittenObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(namespace) = &self.namespace {
            write!(f, "{namespace}/")?;
        }
        if let Some(kind) = &self.kind {
            write!(f, "{kind}/")?;
        }
        f.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_meant(text: &str, api_version: &str, kind: &str, namespace: Option<&str>) -> bool {
        let written = WrittenObject::parse(text).unwrap();
        assert_eq!(written.to_string(), text);
        let is_of_kind = written.kind.as_ref().is_none_or(|written| written.matches(api_version, kind));
        is_of_kind && written.is_in(namespace) && written.name == "web"
    }

    #[test]
    fn objects_are_written_as_for_kubectl() {
        for text in [
            "web",
            "Deployment/web",
            "deployment/web",
            "deploy/web",
            "deployments/web",
            "deployment.apps/web",
            "deployments.v1.apps/web",
            "prod/deploy/web",
            "prod/Deployment.apps/web",
        ] {
            assert!(is_meant(text, "apps/v1", "Deployment", Some("prod")), "{text}");
        }
        for text in ["sts/web", "test/deploy/web", "deploymen/web", "deploy.example.com/web", "deploy.v2.apps/web"] {
            assert!(!is_meant(text, "apps/v1", "Deployment", Some("prod")), "{text}");
        }
        for text in ["cm/web", "configmaps.v1/web", "configmaps.v1./web", "default/cm/web"] {
            assert!(is_meant(text, "v1", "ConfigMap", None), "{text}");
        }
        assert!(is_meant("kafkas.kafka.strimzi.io/web", "kafka.strimzi.io/v1beta2", "Kafka", None));
    }

    #[test]
    fn names_with_empty_parts_are_refused() {
        for bad in ["Deployment/", "/web", "a/b/c/d", "", "//", "a//b"] {
            assert!(WrittenObject::parse(bad).is_err(), "{bad}");
        }
    }
}
