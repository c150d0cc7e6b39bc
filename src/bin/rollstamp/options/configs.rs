//! Configs that the options document and flags select: those with other settings than the rest, and those that are made
//! elsewhere.

use rollstamp::{ConfigKind, ConfigPattern, ConfigSelector, ConfigSelectors, ConfigStrategy};
use serde::de::{Deserialize, Deserializer, Error};

/// Settings of the configs that match; the first row of the document that matches a config is used.
#[derive(Debug, PartialEq, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, remote = "Self")]
pub struct ConfigRow {
    /// Kind of the configs.
    pub kind: ConfigRowKind,
    /// Pattern of their names; `*`, `?` and `[…]` stand for characters.
    pub name: String,
    /// Pattern of their namespaces; any if it is left out.
    pub namespace: Option<String>,
    /// Strategy for them; that of the run if it is left out.
    pub strategy: Option<ConfigRowStrategy>,
    /// Let them keep their names.
    #[serde(default)]
    pub keep_name: bool,
}

/// `kind` of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum ConfigRowKind {
    /// A ConfigMap.
    ConfigMap,
    /// A Secret.
    Secret,
    /// A SecretProviderClass, of which only the request is known.
    SecretProviderClass,
    /// A CSISecrets, of which only the request is known.
    #[serde(rename = "CSISecrets")]
    CsiSecrets,
}

/// `strategy` of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ConfigRowStrategy {
    /// Neither stamp workloads for them nor rename them.
    None,
    /// Stamp the workloads that use them.
    Stamp,
    /// Append a content hash to their names.
    Rename,
}

/// Pattern of a config in one string: `Secret/db`, `prod/Secret/*-tls`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigPatternText(pub ConfigPattern);

/// Selectors of flags, which override the rows of the document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConfigFlags {
    /// `--ignore-config`.
    pub ignored: Vec<ConfigPattern>,
    /// `--keep-name`.
    pub keeping_name: Vec<ConfigPattern>,
}

impl<'de> Deserialize<'de> for ConfigPatternText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ConfigPatternText, D::Error> {
        String::deserialize(deserializer)?.parse().map(ConfigPatternText).map_err(D::Error::custom)
    }
}

impl<'de> Deserialize<'de> for ConfigRow {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ConfigRow, D::Error> {
        let row = ConfigRow::deserialize(deserializer)?;
        let name = &row.name;
        match (row.strategy, row.keep_name) {
            (Some(ConfigRowStrategy::Rename), true) => {
                Err(D::Error::custom(format!("{name}: `keepName` contradicts `strategy: rename`; remove one of them")))
            }
            (None, false) => Err(D::Error::custom(format!("{name}: give it a `strategy`, or `keepName: true`"))),
            _ => match row.pattern() {
                Ok(_) => Ok(row),
                Err(problem) => Err(D::Error::custom(problem)),
            },
        }
    }
}

impl From<ConfigRowKind> for ConfigKind {
    fn from(kind: ConfigRowKind) -> ConfigKind {
        match kind {
            ConfigRowKind::ConfigMap => ConfigKind::ConfigMap,
            ConfigRowKind::Secret => ConfigKind::Secret,
            ConfigRowKind::SecretProviderClass => ConfigKind::SecretProviderClass,
            ConfigRowKind::CsiSecrets => ConfigKind::CsiSecrets,
        }
    }
}

impl From<ConfigRowStrategy> for ConfigStrategy {
    fn from(strategy: ConfigRowStrategy) -> ConfigStrategy {
        match strategy {
            ConfigRowStrategy::None => ConfigStrategy::None,
            ConfigRowStrategy::Stamp => ConfigStrategy::Stamp,
            ConfigRowStrategy::Rename => ConfigStrategy::Rename,
        }
    }
}

impl ConfigRow {
    fn pattern(&self) -> Result<ConfigPattern, String> {
        ConfigPattern::new(self.kind.into(), &self.name, self.namespace.as_deref())
    }
}

/// Returns all selectors as the library takes them.
pub fn config_selectors(rows: &[ConfigRow], flags: &ConfigFlags, external: &[ConfigPatternText]) -> ConfigSelectors {
    let mut selectors = ConfigSelectors {
        ignored: flags.ignored.clone(),
        keeping_name: flags.keeping_name.clone(),
        ..ConfigSelectors::default()
    };
    for row in rows {
        // A row with another pattern was refused when the document was read.
        if let Ok(pattern) = row.pattern() {
            let strategy = row.strategy.map(ConfigStrategy::from);
            selectors.rows.push(ConfigSelector { pattern, strategy, keeps_name: row.keep_name });
        }
    }
    for ConfigPatternText(pattern) in external {
        selectors.external.push(pattern.clone());
    }
    selectors
}
