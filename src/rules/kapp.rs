//! kapp's own list of fields that name versioned objects (`templateRules` of its Config), read as it is
//! (`carvel-dev/kapp pkg/kapp/config/config.go`, `TemplateRule`).

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{CustomReference, RuleFileError, Selector, find_excessive_nesting, nesting_problem};
use crate::kinds::ConfigKind;
use crate::kinds::path::{FieldPath, PathStep};
use crate::kinds::referrers::ReferenceFilter;

/// A Config of kapp. Its other lists are about other things than names.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "a mapping")]
struct KappConfig {
    api_version: Option<String>,
    kind: Option<String>,
    template_rules: Option<Vec<TemplateRule>>,
}

/// Kinds that are named, and where.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "a mapping")]
struct TemplateRule {
    resource_matchers: Vec<Matcher>,
    #[serde(default)]
    affected_resources: Affected,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "a mapping")]
struct Affected {
    #[serde(default)]
    object_references: Vec<ObjectReference>,
}

/// The way to a mapping whose `nameKey` names, in objects that match.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "a mapping")]
struct ObjectReference {
    path: Vec<Part>,
    resource_matchers: Vec<Matcher>,
    #[serde(default)]
    name_key: String,
}

/// A part of a path.
#[derive(Deserialize)]
#[serde(untagged, expecting = "a part of a path must be a field or `{allIndexes: true}`")]
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

/// The objects that a rule is for: those with one of these.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "a mapping")]
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

/// Reads the fields that name ConfigMaps and Secrets from the Configs of kapp in a text.
///
/// # Errors
/// The text is not YAML, has no Config with `templateRules`, or one of these has a matcher that is not known here.
pub fn parse_template_rules(text: &str) -> Result<Vec<CustomReference>, RuleFileError> {
    if find_excessive_nesting(text).is_some() {
        return Err(RuleFileError::Content(nesting_problem()));
    }
    let mut references = Vec::new();
    let mut has_rules = false;
    for document in serde_yaml::Deserializer::from_str(text) {
        let Some(config) = Option::<KappConfig>::deserialize(document)? else { continue };
        if !config.is_of_kapp() {
            continue;
        }
        for rule in config.template_rules.iter().flatten() {
            references.extend(rule_references(rule)?);
        }
        has_rules |= config.template_rules.is_some();
    }
    if has_rules {
        return Ok(references);
    }
    let problem = "it contains no Config of kapp.k14s.io/v1alpha1 with `templateRules`";
    Err(RuleFileError::Content(problem.to_owned()))
}

impl KappConfig {
    fn is_of_kapp(&self) -> bool {
        self.api_version.as_deref() == Some("kapp.k14s.io/v1alpha1") && self.kind.as_deref() == Some("Config")
    }
}

/// Makes the references of a rule: every field for every kind of config that the rule is about.
fn rule_references(rule: &TemplateRule) -> Result<Vec<CustomReference>, RuleFileError> {
    let mut kinds = Vec::new();
    for selector in selectors(&rule.resource_matchers)? {
        let is_core = selector.group.as_deref() == Some("") && matches!(selector.version.as_deref(), None | Some("v1"));
        if is_core && let Some(kind) = &selector.kind {
            kinds.extend(ConfigKind::of("v1", kind));
        }
    }
    let mut references = Vec::new();
    for reference in &rule.affected_resources.object_references {
        let path = reference.field_path();
        for selector in selectors(&reference.resource_matchers)? {
            for kind in &kinds {
                let mut reference = CustomReference::new(selector.clone(), path.clone(), *kind);
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

fn selectors(matchers: &[Matcher]) -> Result<Vec<Selector>, RuleFileError> {
    let mut found = Vec::new();
    for matcher in matchers {
        if let Some(name) = matcher.other.keys().next() {
            return Err(unknown_matcher(name));
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

fn unknown_matcher(name: &str) -> RuleFileError {
    // A name that is not one of kapp's is text of the file, and is not shown.
    let matcher = if MATCHERS.contains(&name) { format!(" `{name}`") } else { String::new() };
    RuleFileError::Content(format!("unsupported matcher{matcher}; list these fields under `references` instead"))
}
