//! The annotations on configs, producers and workloads that rollstamp itself defines.

use super::settings::{ConfigSettings, ConfigStrategy, SelectedSettings, SettingSource};
use crate::bundle::{Bundle, Object};
use crate::diagnostic::{AnnotationMessage, Diagnostics};
use crate::kinds::annotation;
use crate::yaml::Node;

/// The annotation on a config that takes it out of every digest.
pub const IGNORE: &str = "rollstamp.dev/ignore";

/// The annotation on a renamed config that records the name without the suffix.
pub const BASE_NAME: &str = "rollstamp.dev/base-name";

/// The annotation by which a config keeps its name.
pub const RENAME: &str = "rollstamp.dev/rename";

/// The annotation by which a config chooses its strategy.
pub const STRATEGY: &str = "rollstamp.dev/strategy";

/// The annotation on a workload that says which content counts for it.
pub const ROLL_ON: &str = "rollstamp.dev/roll-on";

/// The annotation on a workload that names more ConfigMaps.
pub const EXTRA_CONFIG_MAPS: &str = "rollstamp.dev/extra-configmaps";

/// The annotation on a workload that names more Secrets.
pub const EXTRA_SECRETS: &str = "rollstamp.dev/extra-secrets";

/// The annotations of a config, or of an object that makes a controller write one.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ConfigAnnotations {
    ignore: Option<bool>,
    rename: Option<bool>,
    strategy: Option<ConfigStrategy>,
}

impl ConfigAnnotations {
    /// Completes what the annotations leave open by what selectors say of the config.
    pub(super) fn complete(self, selected: SelectedSettings) -> ConfigSettings {
        // An annotation that gives the config a part in stamps or names wins over an option that takes it away.
        let has_part = self.ignore == Some(false);
        let of_options = match selected.strategy {
            Some(ConfigStrategy::None) if has_part => None,
            strategy => strategy,
        };
        let is_renamed = self.rename == Some(true) || self.strategy == Some(ConfigStrategy::Rename);
        let name_kept_by = if self.rename == Some(false) {
            Some(SettingSource::Annotation)
        } else {
            (selected.keeps_name && !is_renamed).then_some(SettingSource::Options)
        };
        ConfigSettings {
            ignored: self.ignore == Some(true),
            name_kept_by,
            strategy: self.strategy.or(of_options),
            strategy_source: match self.strategy {
                None if of_options.is_some() => SettingSource::Options,
                _ => SettingSource::Annotation,
            },
        }
    }
}

/// Reads an object's annotations, and diagnoses what is wrong with them.
pub(super) fn read_annotations(bundle: &Bundle, object: &Object) -> (ConfigAnnotations, Diagnostics) {
    let mut problems = Diagnostics::default();
    let opened = bundle.open(object);
    let written = annotation(opened.node(), STRATEGY);
    let strategy = match written.and_then(Node::decoded_text).as_deref() {
        Some("stamp") => Some(ConfigStrategy::Stamp),
        Some("rename") => Some(ConfigStrategy::Rename),
        Some("none") => Some(ConfigStrategy::None),
        _ => None,
    };
    if let (Some(value), None) = (written, strategy) {
        let message =
            AnnotationMessage::UnknownStrategy { written: value.decoded_text().unwrap_or_default().into_owned() };
        problems.report(bundle.place(object, value), object.label(), message);
    }
    let ignore = read_flag(bundle, object, IGNORE, &mut problems);
    let rename = read_flag(bundle, object, RENAME, &mut problems);
    (ConfigAnnotations { ignore, rename, strategy }, problems)
}

/// Reads an annotation whose value is either true or false.
fn read_flag(bundle: &Bundle, object: &Object, key: &'static str, problems: &mut Diagnostics) -> Option<bool> {
    let opened = bundle.open(object);
    let written = annotation(opened.node(), key)?;
    let text = written.decoded_text().unwrap_or_default();
    if matches!(&*text, "true" | "false") {
        return Some(text == "true");
    }
    let message = AnnotationMessage::UnknownFlag { key, written: text.into_owned() };
    problems.report(bundle.place(object, written), object.label(), message);
    None
}
