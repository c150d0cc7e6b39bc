//! Flags override the options document: each flag replaces the field of its name in the document's `spec`, so that
//! everything after this reads merged values from one place.

use std::path::PathBuf;

use super::configs::ConfigPatternText;
use super::document::OptionsSpec;
use crate::cli::{
    AppsArgs, BaselineArgs, ExplainArgs, FunctionArgs, ImpactArgs, InputArgs, KindsArgs, LimitArgs, LinksArgs,
    PruneLastArgs, RenameArgs, RenamingArgs, RollOnArgs, RulesArgs, SelectorArgs, SettingsArgs, StampArgs,
    StampingArgs,
};

/// The environment variable behind `--secret-key-file`. It wins over the document and loses against the flags.
const SECRET_KEY_FILE: &str = "ROLLSTAMP_SECRET_KEY_FILE";

/// Replaces a field if its flag is given.
fn override_field<T>(field: &mut T, flag: Option<impl Into<T>>) {
    if let Some(value) = flag {
        *field = value.into();
    }
}

impl StampArgs {
    pub(super) fn override_spec(&self, spec: &mut OptionsSpec) {
        self.input.override_spec(spec);
        self.baseline.override_spec(spec);
        self.settings.override_spec(spec);
        self.stamping.override_spec(spec);
        self.applied_by.override_spec(spec);
    }
}

impl RenameArgs {
    pub(super) fn override_spec(&self, spec: &mut OptionsSpec) {
        self.input.override_spec(spec);
        self.baseline.override_spec(spec);
        self.settings.override_spec(spec);
        self.stamping.override_spec(spec);
        self.renaming.override_spec(spec);
        override_field(&mut spec.keep, self.keep);
    }
}

impl LinksArgs {
    pub(super) fn override_spec(&self, spec: &mut OptionsSpec) {
        self.input.override_spec(spec);
        self.baseline.override_spec(spec);
        self.settings.override_spec(spec);
        self.content.override_spec(spec);
        self.applied_by.override_spec(spec);
    }
}

impl ExplainArgs {
    pub(super) fn override_spec(&self, spec: &mut OptionsSpec) {
        self.input.override_spec(spec);
        self.settings.override_spec(spec);
        self.content.override_spec(spec);
        self.applied_by.override_spec(spec);
    }
}

impl ImpactArgs {
    pub(super) fn override_spec(&self, spec: &mut OptionsSpec) {
        self.input.override_spec(spec);
        if !self.fail_on.is_empty() {
            spec.fail_on.clone_from(&self.fail_on);
        }
        self.baseline.override_spec(spec);
        self.settings.override_spec(spec);
        self.stamping.override_spec(spec);
        self.renaming.override_spec(spec);
    }
}

impl KindsArgs {
    pub(super) fn override_spec(&self, spec: &mut OptionsSpec) {
        self.options_file.rules.override_spec(spec);
    }
}

impl AppsArgs {
    pub(super) fn override_spec(&self, spec: &mut OptionsSpec) {
        override_field(&mut spec.strict, self.strict.value());
        if self.no_repository {
            spec.repository = None;
        }
        self.options_file.rules.override_spec(spec);
    }
}

impl FunctionArgs {
    pub(super) fn override_spec(&self, spec: &mut OptionsSpec) {
        override_field(&mut spec.strategy, self.strategy);
        override_field(&mut spec.check, self.check.value());
        override_field(&mut spec.skip_invalid, self.skip_invalid.value());
        self.limits.override_spec(spec);
        self.rules.override_spec(spec);
        self.settings.override_spec(spec);
        self.stamping.override_spec(spec);
        self.renaming.override_spec(spec);
        override_field(&mut spec.keep, self.keep);
    }
}

impl InputArgs {
    fn override_spec(&self, spec: &mut OptionsSpec) {
        if self.no_exclude {
            spec.exclude.clear();
        }
        spec.exclude.extend(self.exclude.iter().cloned());
        if self.no_context {
            spec.context.clear();
        }
        spec.context.extend(self.context.iter().cloned());
        override_field(&mut spec.skip_invalid, self.skip_invalid.value());
        override_field(&mut spec.allow_empty, self.allow_empty.value());
        self.limits.override_spec(spec);
        self.options_file.rules.override_spec(spec);
    }
}

impl BaselineArgs {
    fn override_spec(&self, spec: &mut OptionsSpec) {
        if self.no_baseline {
            spec.baseline = None;
        } else if let Some(path) = &self.baseline {
            spec.baseline = Some(path.clone());
        }
    }
}

impl LimitArgs {
    fn override_spec(&self, spec: &mut OptionsSpec) {
        override_field(&mut spec.max_file_size, self.max_file_size);
        override_field(&mut spec.max_stream_size, self.max_stream_size);
        override_field(&mut spec.max_depth, self.max_depth);
    }
}

impl RulesArgs {
    fn override_spec(&self, spec: &mut OptionsSpec) {
        if self.no_rules {
            spec.rules = None;
        }
    }
}

impl SettingsArgs {
    pub(super) fn override_spec(&self, spec: &mut OptionsSpec) {
        if self.no_namespace {
            spec.namespace = None;
        }
        override_field(&mut spec.namespace, self.namespace.clone());
        override_field(&mut spec.scope, self.scope);
        override_field(&mut spec.strict, self.strict.value());
        if !self.honor.is_empty() {
            spec.honor.clone_from(&self.honor);
        }
        override_field(&mut spec.only_annotated, self.only_annotated.value());
        if self.no_secret_key_file {
            spec.secret_key_file = None;
        } else {
            override_field(&mut spec.secret_key_file, self.secret_key_file.clone().or_else(secret_key_file_variable));
        }
        override_field(&mut spec.producers, self.producers.value());
        self.selectors.override_spec(spec);
    }
}

impl SelectorArgs {
    fn override_spec(&self, spec: &mut OptionsSpec) {
        if self.no_configs {
            spec.configs.clear();
        }
        if self.no_external {
            spec.external.clear();
        }
        spec.config_flags.ignored.extend(self.ignore_config.iter().cloned());
        spec.external.extend(self.external.iter().cloned().map(ConfigPatternText));
    }
}

impl RollOnArgs {
    fn override_spec(&self, spec: &mut OptionsSpec) {
        override_field(&mut spec.roll_on, self.roll_on);
    }
}

impl StampingArgs {
    fn override_spec(&self, spec: &mut OptionsSpec) {
        self.content.override_spec(spec);
        override_field(&mut spec.annotation, self.annotation.clone());
        override_field(&mut spec.exclude_from_reloader, self.exclude_from_reloader.value());
    }
}

impl RenamingArgs {
    fn override_spec(&self, spec: &mut OptionsSpec) {
        override_field(&mut spec.immutable, self.immutable.value());
        override_field(&mut spec.rename_jobs, self.rename_jobs.value());
        spec.config_flags.keeping_name.extend(self.keep_name.iter().cloned());
        self.prune_last.override_spec(spec);
    }
}

impl PruneLastArgs {
    fn override_spec(&self, spec: &mut OptionsSpec) {
        override_field(&mut spec.prune_last, self.prune_last);
    }
}

fn secret_key_file_variable() -> Option<PathBuf> {
    std::env::var_os(SECRET_KEY_FILE).filter(|value| !value.is_empty()).map(PathBuf::from)
}
