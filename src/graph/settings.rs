//! Settings of single configs.

/// The strategy that a config chooses by an annotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfigStrategy {
    /// Its content is included in the stamps of the workloads that use it.
    Stamp,
    /// Its name gets a suffix.
    Rename,
    /// Neither.
    None,
}

/// The settings of a config, or of what makes a controller write one: those of its annotations, else of selectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConfigSettings {
    /// Set if it is left out of stamps and keeps its name.
    pub ignored: bool,
    /// The source of the setting that the config keeps its name, if there is one.
    pub name_kept_by: Option<SettingSource>,
    /// The strategy that is chosen for it.
    pub strategy: Option<ConfigStrategy>,
    /// The source of that strategy.
    pub strategy_source: SettingSource,
}

/// A source of settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingSource {
    /// An annotation.
    Annotation,
    /// A flag, or the options document.
    Options,
}

impl ConfigSettings {
    /// Returns `true` if a config takes part in a strategy, where `default` is that of configs without one.
    pub fn selects(&self, strategy: ConfigStrategy, default: ConfigStrategy) -> bool {
        !self.ignored && self.strategy.unwrap_or(default) == strategy
    }

    /// Returns `true` if its content is not left out wherever content is included.
    pub(super) fn is_included(&self) -> bool {
        !self.ignored && self.strategy != Some(ConfigStrategy::None)
    }

    /// Returns the reason why the config keeps its name, if its settings are one; `annotated` is the
    /// object that has its annotations.
    pub fn reason_to_keep_name(&self, annotated: &str) -> Option<String> {
        Some(match self.name_kept_by? {
            SettingSource::Annotation => format!("{annotated} is annotated rollstamp.dev/rename: \"false\""),
            SettingSource::Options => "an option keeps its name (`configs`, `--keep-name`)".to_string(),
        })
    }
}

/// The settings of one config by selectors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct SelectedSettings {
    pub(super) strategy: Option<ConfigStrategy>,
    pub(super) keeps_name: bool,
}
