//! kapp's own list of fields that name versioned objects (`templateRules` of its Config), read as it is
//! (`carvel-dev/kapp pkg/kapp/config/config.go`, `TemplateRule`).

use std::collections::BTreeMap;
use std::path::Path;

use rollstamp::kinds::ConfigKind;
use rollstamp::kinds::path::{FieldPath, PathStep};
use rollstamp::kinds::referrers::ReferenceFilter;
use rollstamp::rules::{CustomReference, Selector};
use serde::Deserialize;

use super::file::RuleFile;
use crate::exit::Failure;

/// A Config of kapp. Its other lists are about other things than names.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "a document is a mapping")]
struct Config {
    api_version: Option<String>,
    kind: Option<String>,
    template_rules: Option<Vec<TemplateRule>>,
}

/// Kinds that are named, and where.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "a rule is a mapping")]
struct TemplateRule {
    resource_matchers: Vec<Matcher>,
    #[serde(default)]
    affected_resources: Affected,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "`affectedResources` is a mapping")]
struct Affected {
    #[serde(default)]
    object_references: Vec<ObjectReference>,
}

/// The way to a mapping whose `nameKey` names, in objects that match.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "a reference is a mapping")]
struct ObjectReference {
    path: Vec<Part>,
    resource_matchers: Vec<Matcher>,
    #[serde(default)]
    name_key: String,
}

/// A part of a path.
#[derive(Deserialize)]
#[serde(untagged, expecting = "a part of a path is a field or `{allIndexes: true}`")]
enum Part {
    Field(String),
    Items(AllItems),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AllItems {
    #[serde(rename = "allIndexes")]
    _all_indexes: True,
}

/// `true`, which is all that can stand there.
#[derive(Deserialize)]
#[serde(try_from = "bool")]
struct True;

impl TryFrom<bool> for True {
    type Error = &'static str;

    fn try_from(value: bool) -> Result<True, &'static str> {
        if value { Ok(True) } else { Err("it can only be `true`") }
    }
}

/// Which objects are meant: one of these.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "a matcher is a mapping")]
struct Matcher {
    api_version_kind_matcher: Option<VersionKind>,
    api_group_kind_matcher: Option<GroupKind>,
    any_matcher: Option<Several>,
    #[serde(flatten)]
    other: BTreeMap<String, serde_yaml::Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct VersionKind {
    api_version: String,
    kind: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GroupKind {
    #[serde(default)]
    api_group: String,
    kind: String,
}

/// kapp's other matchers.
const MATCHERS: [&str; 7] = [
    "allMatcher",
    "andMatcher",
    "customResourceMatcher",
    "hasAnnotationMatcher",
    "hasNamespaceMatcher",
    "kindNamespaceNameMatcher",
    "notMatcher",
];

#[derive(Deserialize)]
struct Several {
    matchers: Vec<Matcher>,
}

/// The fields of a file that name ConfigMaps and Secrets.
pub(super) fn read(path: &Path) -> Result<Vec<CustomReference>, Failure> {
    let file = RuleFile::new(path, "kapp's template rules");
    let text = file.read()?;
    let mut references = Vec::new();
    let mut configs = 0;
    for document in serde_yaml::Deserializer::from_str(&text) {
        let config = Option::<Config>::deserialize(document).map_err(|error| file.wrong(&error))?;
        let Some(config) = config.filter(Config::is_of_kapp) else { continue };
        let Some(rules) = config.template_rules else { continue };
        configs += 1;
        for rule in &rules {
            references.extend(of_rule(rule).map_err(|matcher| {
                // A name that is not one of kapp's is text of the file, and is not shown.
                let known = MATCHERS.iter().find(|known| **known == matcher);
                let matcher = known.map_or("a matcher".to_owned(), |known| format!("`{known}`"));
                file.cannot(format!("{matcher} is not understood; list these fields under `references` instead"))
            })?);
        }
    }
    match configs {
        0 => Err(file.cannot("it holds no Config of kapp.k14s.io/v1alpha1 with `templateRules`")),
        _ => Ok(references),
    }
}

impl Config {
    fn is_of_kapp(&self) -> bool {
        self.api_version.as_deref() == Some("kapp.k14s.io/v1alpha1") && self.kind.as_deref() == Some("Config")
    }
}

/// The references of a rule; an error is the name of a matcher that is not understood.
fn of_rule(rule: &TemplateRule) -> Result<Vec<CustomReference>, &str> {
    let is_core = |of: &Selector| of.group.as_deref() == Some("") && of.version.as_deref().is_none_or(|v| v == "v1");
    let targets = selectors(&rule.resource_matchers)?.into_iter().filter(is_core);
    let kinds: Vec<ConfigKind> = targets.filter_map(|of| ConfigKind::of("v1", of.kind.as_deref()?)).collect();
    let mut references = Vec::new();
    for reference in &rule.affected_resources.object_references {
        let path = reference.field_path();
        for of in selectors(&reference.resource_matchers)? {
            for kind in &kinds {
                let mut reference = CustomReference::new(of.clone(), path.clone(), *kind);
                reference.field.filter = ReferenceFilter::Any;
                references.push(reference);
            }
        }
    }
    Ok(references)
}

impl ObjectReference {
    fn field_path(&self) -> FieldPath {
        let mut steps = Vec::new();
        for part in &self.path {
            steps.push(match part {
                Part::Field(name) => PathStep::Key(name.clone().into()),
                Part::Items(_) => PathStep::Item,
            });
        }
        let name = if self.name_key.is_empty() { "name" } else { &self.name_key };
        steps.push(PathStep::Key(name.to_owned().into()));
        FieldPath::new(steps)
    }
}

fn selectors(matchers: &[Matcher]) -> Result<Vec<Selector>, &str> {
    let mut found = Vec::new();
    for matcher in matchers {
        if let Some(name) = matcher.other.keys().next() {
            return Err(name);
        }
        if let Some(VersionKind { api_version, kind }) = &matcher.api_version_kind_matcher {
            let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
            let (group, version) = (Some(group.to_owned()), Some(version.to_owned()));
            found.push(Selector { group, version, kind: Some(kind.clone()) });
        }
        if let Some(GroupKind { api_group, kind }) = &matcher.api_group_kind_matcher {
            found.push(Selector { group: Some(api_group.clone()), version: None, kind: Some(kind.clone()) });
        }
        if let Some(Several { matchers }) = &matcher.any_matcher {
            found.append(&mut selectors(matchers)?);
        }
    }
    Ok(found)
}
