//! Options of `rollstamp impact`.

use rollstamp::report::{Format, SourceUrl};
use rollstamp::{RollOn, Strategy};

use super::applications::{ApplicationOptions, ShardingOptions, application_options};
use super::baseline::{BaselineOptions, baseline_options};
use super::change::{rename_strategy, stamp_strategy};
use super::file::{self, Loaded};
use super::source_url::source_url;
use super::{LinkSettings, input_options, link_settings};
use crate::cli::{FailOn, ImpactArgs, StrategyName};
use crate::exit::Failure;
use crate::input::{Base, InputOptions, InputSource, Renderer};
use crate::messages::Messages;

/// Options of `rollstamp impact`.
pub struct ImpactSettings {
    /// Input of the manifests that are to be applied.
    pub input: InputOptions,
    /// Applications that are the input instead.
    pub applications: Option<ApplicationOptions>,
    /// Input of those that are applied now.
    pub base: Base,
    /// Settings of reading and linking both.
    pub settings: LinkSettings,
    /// Strategy that is applied to both on their way to the cluster.
    pub assume: Option<Strategy>,
    /// Annotation that holds the stamp.
    pub annotation: String,
    /// Shows the changed text of ConfigMaps.
    pub diff: bool,
    /// Format of the report.
    pub format: Format,
    /// Set if tables have whole lines.
    pub wide: bool,
    /// Most edges of a chart.
    pub max_edges: usize,
    /// Addresses of places.
    pub source_url: Option<SourceUrl>,
    /// Content that the listings of a page include.
    pub roll_on: RollOn,
    /// Effects on which the run fails.
    pub fail_on: Vec<FailOn>,
    /// Known findings.
    pub baseline: BaselineOptions,
}

/// Merges the options of `rollstamp impact`.
pub fn merge_impact_options(args: ImpactArgs, messages: &Messages) -> Result<ImpactSettings, Failure> {
    let Loaded { path, mut spec } = file::load(&args.input.options_file, messages)?;
    args.override_spec(&mut spec);
    // What the API server refuses can be of a kind that names no config.
    let mut settings = LinkSettings { all_kinds: true, ..link_settings(&spec, messages)? };
    let sharding = ShardingOptions { shard: args.shard, parts: args.parts };
    let applications =
        application_options(&args.applications, (args.all, sharding), &args.input.paths, &mut spec, path.clone())?;
    if applications.is_some() {
        settings = settings.for_applications();
    }
    let base = match (args.base.base, args.base.base_command) {
        (_, Some(command)) => Base::Renderer(Renderer::new(command.program, command.args)),
        (base, None) => Base::Named(base.unwrap_or_default()),
    };
    let stamp = stamp_strategy(&spec);
    let (annotation, roll_on) = (stamp.annotation.clone(), stamp.roll_on);
    let assume = args.assume.map(|strategy| match strategy {
        StrategyName::Stamp => Strategy::Stamp(stamp),
        StrategyName::Rename => Strategy::Rename(rename_strategy(&spec)),
    });
    if spec.fail_on.contains(&FailOn::None) && spec.fail_on.len() > 1 {
        return Err(Failure::because("--fail-on none cannot be combined with effects"));
    }
    let baseline = baseline_options("impact", &args.baseline, &spec)?;
    let input = input_options(args.input, &spec, path)?;
    if matches!((&base, &input.from), (Base::Named(name), InputSource::Stdin) if name == "-") {
        return Err(Failure::because(
            "standard input (`-`) cannot be both the base and the manifests; use another --base",
        ));
    }
    Ok(ImpactSettings {
        input,
        applications,
        base,
        settings,
        assume,
        annotation,
        diff: args.diff,
        format: args.format,
        wide: args.wide,
        max_edges: args.max_edges.into(),
        source_url: source_url(args.source_url.as_deref(), args.format)?,
        roll_on,
        fail_on: spec.fail_on,
        baseline,
    })
}
