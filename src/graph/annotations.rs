//! The annotations on configs, producers and workloads that rollstamp itself defines.

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

/// The annotations of a config, or of an object that makes a controller write one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ConfigAnnotations {
    /// Set if it is left out of stamps and keeps its name.
    pub ignored: bool,
    /// Set if the config keeps its name.
    pub keeps_name: bool,
    /// The strategy that it chooses.
    pub strategy: Option<ConfigStrategy>,
}

impl ConfigAnnotations {
    /// Returns `true` if a config takes part in a strategy, where `default` is that of configs that do not choose.
    pub fn selects(&self, strategy: ConfigStrategy, default: ConfigStrategy) -> bool {
        !self.ignored && self.strategy.unwrap_or(default) == strategy
    }
}

/// Reads an object's annotations, and diagnoses what is wrong with them.
pub(super) fn read_annotations(bundle: &Bundle, object: &Object) -> (ConfigAnnotations, Diagnostics) {
    let mut problems = Diagnostics::default();
    let written = annotation(bundle.node(object), STRATEGY);
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
    let ignored = read_flag(bundle, object, IGNORE, &mut problems) == Some(true);
    let keeps_name = read_flag(bundle, object, RENAME, &mut problems) == Some(false);
    (ConfigAnnotations { ignored, keeps_name, strategy }, problems)
}

/// Reads an annotation whose value is either true or false.
fn read_flag(bundle: &Bundle, object: &Object, key: &'static str, problems: &mut Diagnostics) -> Option<bool> {
    let written = annotation(bundle.node(object), key)?;
    let text = written.decoded_text().unwrap_or_default();
    if matches!(&*text, "true" | "false") {
        return Some(text == "true");
    }
    let message = AnnotationMessage::UnknownFlag { key, written: text.into_owned() };
    problems.report(bundle.place(object, written), object.label(), message);
    None
}
