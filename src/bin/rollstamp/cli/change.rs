//! The arguments of the verbs that change manifests.

use clap::Args;

use super::{ChangeFormat, InputArgs, OutputArgs, PruneLast, RollOn, SettingsArgs};
use crate::options::value::AnnotationKey;

/// `rollstamp stamp`.
#[derive(Debug, Args)]
pub struct StampArgs {
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub output: OutputArgs,
    #[command(flatten)]
    pub settings: SettingsArgs,
    /// Annotation that holds the digest [default: rollstamp.dev/checksum]
    ///
    /// Any annotation key will do, for example checksum/config, to take over stamps that a chart writes today.
    #[arg(long, value_name = "KEY", help_heading = "What counts")]
    pub annotation: Option<AnnotationKey>,
    /// Content that rolls pods: any, or only what is frozen at start [default: any]
    ///
    /// With `any`, every key that a container consumes counts. With `frozen`, content in mounted volumes, which the
    /// kubelet refreshes in running pods, does not: for applications that watch their files. A single workload is
    /// set by the annotation rollstamp.dev/roll-on: any|frozen|never.
    #[arg(long, value_name = "WHAT", value_enum, hide_possible_values = true, help_heading = "What counts")]
    pub roll_on: Option<RollOn>,
    /// Tell Stakater Reloader to leave out what is stamped
    ///
    /// Adds the names of the ConfigMaps and Secrets that a workload is stamped for to its annotations
    /// configmaps.exclude.reloader.stakater.com/reload and secrets.exclude.reloader.stakater.com/reload, so that it does
    /// not roll twice. With --remove, takes them out again.
    #[arg(long, overrides_with = "no_exclude_from_reloader", help_heading = "What counts")]
    pub exclude_from_reloader: bool,
    #[arg(long, hide = true, overrides_with = "exclude_from_reloader")]
    pub no_exclude_from_reloader: bool,
    /// Remove the stamps instead of writing them
    #[arg(long, help_heading = "What counts")]
    pub remove: bool,
    /// Format of the report: text, json, github, sarif or gitlab [default: text]
    ///
    /// Of --check, and of what --write and --output-dir did. github: annotations for a workflow, its summary and outputs.
    /// sarif: SARIF 2.1.0. gitlab: code quality.
    #[arg(long, value_name = "FORMAT", value_enum, hide_possible_values = true, help_heading = "Output")]
    pub format: Option<ChangeFormat>,
}

/// `rollstamp rename`.
#[derive(Debug, Args)]
pub struct RenameArgs {
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub output: OutputArgs,
    #[command(flatten)]
    pub settings: SettingsArgs,
    /// Make renamed configs immutable too
    ///
    /// Kubernetes then refuses changes of their content, and the kubelet stops watching them.
    #[arg(long, help_heading = "What counts")]
    pub immutable: bool,
    /// Give Jobs that refer to a renamed config a new name too
    ///
    /// The template of a Job cannot change, so such a Job cannot be applied over its old self. Its suffix is a hash
    /// of the content that it consumes.
    #[arg(long, help_heading = "What counts")]
    pub rename_jobs: bool,
    /// Mark renamed configs so that this applier prunes old ones late or never: argocd, flux or helm
    ///
    /// argocd: sync option PruneLast=true. flux: kustomize.toolkit.fluxcd.io/prune: disabled. helm:
    /// helm.sh/resource-policy: keep. Without it, an old config can be gone while old pods still need it.
    #[arg(long, value_name = "APPLIER", value_enum, hide_possible_values = true, help_heading = "What counts")]
    pub prune_last: Option<PruneLast>,
    /// With --output-dir, keep N earlier generations of each config in it
    ///
    /// They are taken from what DIR holds from the last run and written to DIR/rollstamp-kept.yaml.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..), help_heading = "Output")]
    pub keep: Option<u16>,
    /// Format of the report: text, json, github, sarif or gitlab [default: text]
    ///
    /// Of --check, and of what --write and --output-dir did. github: annotations for a workflow, its summary and outputs.
    /// sarif: SARIF 2.1.0. gitlab: code quality.
    #[arg(long, value_name = "FORMAT", value_enum, hide_possible_values = true, help_heading = "Output")]
    pub format: Option<ChangeFormat>,
}
