//! Configs that are selected from outside of the manifests, by patterns of namespace, kind and name.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use glob::Pattern;

use super::settings::{ConfigStrategy, SelectedSettings};
use crate::bundle::Identity;
use crate::diagnostic::Severity;
use crate::kinds::ConfigKind;
use crate::kinds::written::{WrittenKind, WrittenObject};
use crate::suggest::nearest_name;

/// A pattern of configs: `Secret/db`, `prod/Secret/*-tls`. `*`, `?` and `[…]` stand for characters of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigPattern {
    /// Any kind where it is left out.
    kind: Option<ConfigKind>,
    name: PartPattern,
    /// Any namespace where it is left out.
    namespace: Option<PartPattern>,
}

/// A pattern of one part of an identity. Most are plain names, of which an options file can list thousands.
#[derive(Clone, Debug, PartialEq, Eq)]
struct PartPattern {
    pattern: Pattern,
    is_literal: bool,
}

impl PartPattern {
    fn matches(&self, name: &str) -> bool {
        if self.is_literal { self.pattern.as_str() == name } else { self.pattern.matches(name) }
    }
}

impl ConfigPattern {
    /// A pattern of its parts.
    ///
    /// # Errors
    /// A part is empty, or not a pattern.
    pub fn new(kind: ConfigKind, name: &str, namespace: Option<&str>) -> Result<ConfigPattern, String> {
        let namespace = namespace.map(compile_pattern).transpose()?;
        Ok(ConfigPattern { kind: Some(kind), name: compile_pattern(name)?, namespace })
    }

    /// Returns `true` if a config of this identity is meant. A missing namespace and `default` are one.
    pub fn matches(&self, identity: &Identity) -> bool {
        let namespace = identity.name.namespace.as_deref().unwrap_or("default");
        self.kind.is_none_or(|kind| kind == identity.kind)
            && self.name.matches(&identity.name.name)
            && self.namespace.as_ref().is_none_or(|pattern| pattern.matches(namespace))
    }

    /// Lists the configs of a name without a kind, if they are of several kinds.
    pub(super) fn list_of_several_kinds(&self, identities: &[Identity]) -> Option<Vec<String>> {
        if self.kind.is_some() || !self.name.is_literal {
            return None;
        }
        let matches: BTreeSet<&Identity> = identities.iter().filter(|identity| self.matches(identity)).collect();
        let kinds: BTreeSet<ConfigKind> = matches.iter().map(|identity| identity.kind).collect();
        if kinds.len() < 2 { None } else { Some(matches.into_iter().map(ToString::to_string).collect()) }
    }

    /// Finds the config that a pattern without a match most likely means.
    pub(super) fn find_similar(&self, identities: &[Identity]) -> Option<String> {
        let name = self.name.pattern.as_str();
        let of_kind: Vec<&Identity> =
            identities.iter().filter(|identity| self.kind.is_none_or(|kind| kind == identity.kind)).collect();
        // The namespace of one with this name is another.
        let same = of_kind.iter().find(|identity| identity.name.name == name);
        let near = nearest_name(name, of_kind.iter().map(|identity| identity.name.name.as_str()));
        let found = same.or_else(|| of_kind.iter().find(|identity| Some(&*identity.name.name) == near))?;
        Some(found.to_string())
    }

    fn matches_any(&self, identities: &[Identity]) -> bool {
        identities.iter().any(|identity| self.matches(identity))
    }
}

/// `NAME`, `KIND/NAME` or `NAMESPACE/KIND/NAME`, as for kubectl.
impl FromStr for ConfigPattern {
    type Err = String;

    fn from_str(text: &str) -> Result<ConfigPattern, String> {
        let WrittenObject { namespace, kind, name } = WrittenObject::parse(text)?;
        let namespace = namespace.as_deref().map(compile_pattern).transpose()?;
        let kind = kind.as_ref().map(find_kind).transpose()?;
        Ok(ConfigPattern { kind, name: compile_pattern(&name)?, namespace })
    }
}

/// `prod/Secret/*-tls`, as it is parsed.
impl fmt::Display for ConfigPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(namespace) = &self.namespace {
            write!(f, "{}/", namespace.pattern)?;
        }
        if let Some(kind) = self.kind {
            write!(f, "{kind}/")?;
        }
        write!(f, "{}", self.name.pattern)
    }
}

/// The kind of config that a word means.
fn find_kind(written: &WrittenKind) -> Result<ConfigKind, String> {
    let known = ConfigKind::ALL.into_iter().find(|kind| written.matches(kind.api_version(), kind.as_str()));
    let names = ConfigKind::ALL.map(ConfigKind::as_str);
    known.ok_or_else(|| match nearest_name(&written.word, names) {
        Some(near) => format!("`{written}` is not a kind of config; did you mean {near}?"),
        None => format!("`{written}` is not a kind of config; use one of {}", names.join(", ")),
    })
}

fn compile_pattern(text: &str) -> Result<PartPattern, String> {
    if text.is_empty() {
        return Err("a part of it is empty; write NAME or KIND/NAME, for example Secret/db".to_string());
    }
    match Pattern::new(text) {
        Ok(pattern) => Ok(PartPattern { pattern, is_literal: !text.contains(['*', '?', '[', ']']) }),
        Err(error) => Err(format!("`{text}` is not a pattern: {}", error.msg.to_lowercase())),
    }
}

/// Configs of a pattern, and what their annotations could say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigSelector {
    /// The configs.
    pub pattern: ConfigPattern,
    /// Their strategy; that of the run where it is left out.
    pub strategy: Option<ConfigStrategy>,
    /// Set if they keep their names.
    pub keeps_name: bool,
}

/// An option that selects configs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SelectorOption {
    IgnoreConfig,
    KeepName,
    Configs,
    External,
}

impl SelectorOption {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            SelectorOption::IgnoreConfig => "--ignore-config",
            SelectorOption::KeepName => "--keep-name",
            SelectorOption::Configs => "configs",
            SelectorOption::External => "external",
        }
    }

    /// The severity of the message that nothing matches: a document serves many runs, a flag only this one.
    pub(super) fn severity_without_match(self) -> Severity {
        match self {
            SelectorOption::IgnoreConfig | SelectorOption::KeepName => Severity::Note,
            SelectorOption::Configs | SelectorOption::External => Severity::Detail,
        }
    }
}

/// Everything that is said about configs from outside of the manifests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfigSelectors {
    /// Configs that are neither stamped nor renamed, whatever `rows` says.
    pub ignored: Vec<ConfigPattern>,
    /// Configs that keep their names, whatever `rows` says.
    pub keeping_name: Vec<ConfigPattern>,
    /// Selectors, of which the first that matches a config is used.
    pub rows: Vec<ConfigSelector>,
    /// Configs that are made elsewhere: their absence is in order.
    pub external: Vec<ConfigPattern>,
}

impl ConfigSelectors {
    /// Returns the settings of a config that goes by one of these identities: its own, and those that it had earlier.
    pub(super) fn settings_of(&self, identities: &[Identity]) -> SelectedSettings {
        let mut settings = SelectedSettings { strategy: None, keeps_name: false };
        if let Some(row) = self.rows.iter().find(|row| row.pattern.matches_any(identities)) {
            settings.strategy = row.strategy;
            settings.keeps_name = row.keeps_name;
        }
        if self.ignored.iter().any(|pattern| pattern.matches_any(identities)) {
            settings.strategy = Some(ConfigStrategy::None);
        }
        settings.keeps_name |= self.keeping_name.iter().any(|pattern| pattern.matches_any(identities));
        settings
    }

    /// Returns `true` if selectors leave a config of this identity out of every stamp.
    pub(crate) fn ignores(&self, identity: &Identity) -> bool {
        self.settings_of(std::slice::from_ref(identity)).strategy == Some(ConfigStrategy::None)
    }

    /// Returns `true` if a config of this identity is made elsewhere.
    pub(super) fn is_external(&self, identity: &Identity) -> bool {
        self.external.iter().any(|pattern| pattern.matches(identity))
    }

    /// Lists every pattern with the option that it comes from.
    pub(super) fn options(&self) -> Vec<(SelectorOption, &ConfigPattern)> {
        let mut options = Vec::new();
        options.extend(self.ignored.iter().map(|pattern| (SelectorOption::IgnoreConfig, pattern)));
        options.extend(self.keeping_name.iter().map(|pattern| (SelectorOption::KeepName, pattern)));
        options.extend(self.rows.iter().map(|row| (SelectorOption::Configs, &row.pattern)));
        options.extend(self.external.iter().map(|pattern| (SelectorOption::External, pattern)));
        options
    }

    /// Returns `true` if one of the selectors gives configs new names.
    pub fn chooses_rename(&self) -> bool {
        self.rows.iter().any(|row| row.strategy == Some(ConfigStrategy::Rename))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::ObjectName;

    fn identity(namespace: Option<&str>, kind: ConfigKind, name: &str) -> Identity {
        Identity {
            kind,
            name: ObjectName { namespace: namespace.map(str::to_string), name: name.to_string(), scope: None },
        }
    }

    #[test]
    fn patterns_match_names_of_their_kind() {
        let secret = |namespace, name| identity(namespace, ConfigKind::Secret, name);
        for (pattern, config, expected) in [
            ("Secret/db", secret(None, "db"), true),
            ("Secret/db", secret(Some("prod"), "db"), true),
            ("Secret/db", secret(None, "db2"), false),
            ("Secret/db", identity(None, ConfigKind::ConfigMap, "db"), false),
            ("Secret/reg-*", secret(None, "reg-secret"), true),
            ("Secret/reg-*", secret(None, "my-reg-secret"), false),
            ("Secret/db-[0-9]", secret(None, "db-1"), true),
            ("prod/Secret/*-tls", secret(Some("prod"), "web-tls"), true),
            ("prod/Secret/*-tls", secret(Some("dev"), "web-tls"), false),
            ("prod*/Secret/db", secret(Some("prod-eu"), "db"), true),
            ("default/Secret/db", secret(None, "db"), true),
            ("prod/Secret/db", secret(None, "db"), false),
        ] {
            let parsed = pattern.parse::<ConfigPattern>().unwrap();
            assert_eq!(parsed.matches(&config), expected, "{pattern} {config}");
            assert_eq!(parsed.to_string(), pattern);
        }
        for (pattern, printed) in
            [("cm/app", "ConfigMap/app"), ("prod/secrets.v1/db", "prod/Secret/db"), ("app", "app")]
        {
            assert_eq!(pattern.parse::<ConfigPattern>().unwrap().to_string(), printed);
        }
    }

    #[test]
    fn patterns_of_another_form_are_refused() {
        for (text, problem) in [
            ("a/b/Secret/db", "write NAME, KIND/NAME"),
            ("Secret/", "a part of it is empty"),
            ("/Secret/db", "a part of it is empty"),
            ("Deployment/web", "`Deployment` is not a kind of config"),
            ("secrt/db", "`secrt` is not a kind of config; did you mean Secret?"),
            ("Secret/a[", "`a[` is not a pattern"),
        ] {
            let error = text.parse::<ConfigPattern>().unwrap_err();
            assert!(error.starts_with(problem), "{text}: {error}");
        }
    }

    #[test]
    fn flags_override_the_first_row_that_matches() {
        let pattern = |text: &str| text.parse::<ConfigPattern>().unwrap();
        let row = |text: &str, strategy, keeps_name| ConfigSelector { pattern: pattern(text), strategy, keeps_name };
        let mut selectors = ConfigSelectors {
            rows: vec![
                row("Secret/a", Some(ConfigStrategy::Stamp), false),
                row("Secret/*", Some(ConfigStrategy::None), true),
            ],
            ..ConfigSelectors::default()
        };
        let settings = |selectors: &ConfigSelectors, name| {
            let SelectedSettings { strategy, keeps_name } =
                selectors.settings_of(&[identity(None, ConfigKind::Secret, name)]);
            (strategy, keeps_name)
        };
        assert_eq!(settings(&selectors, "a"), (Some(ConfigStrategy::Stamp), false));
        assert_eq!(settings(&selectors, "b"), (Some(ConfigStrategy::None), true));
        selectors.keeping_name.push(pattern("Secret/a"));
        assert_eq!(settings(&selectors, "a"), (Some(ConfigStrategy::Stamp), true));
        selectors.ignored.push(pattern("Secret/a"));
        assert_eq!(settings(&selectors, "a"), (Some(ConfigStrategy::None), true));
    }
}
