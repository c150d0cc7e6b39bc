//! Options of the read-only commands.

use rollstamp::report::{Format, SourceUrl};
use rollstamp::{RollOn, Rules};

use super::applications::{ApplicationOptions, ShardingOptions, application_options};
use super::baseline::{BaselineOptions, baseline_options};
use super::file::{self, Loaded};
use super::source_url::source_url;
use super::{LinkSettings, custom_rules, input_options, link_settings};
use crate::cli::{ExplainArgs, KindsArgs, LinkFilterArgs, LinksArgs};
use crate::exit::Failure;
use crate::input::InputOptions;
use crate::messages::Messages;
use crate::object_query::ObjectQuery;

/// Options of `rollstamp links`.
pub struct LinksOptions {
    /// Input of manifests.
    pub input: InputOptions,
    /// Applications that are the input instead.
    pub applications: Option<ApplicationOptions>,
    /// Settings of reading and linking.
    pub settings: LinkSettings,
    /// Flags of the part that is listed.
    pub filter: LinkFilterArgs,
    /// Format of the list.
    pub format: Format,
    /// Set if tables have whole lines and all places.
    pub wide: bool,
    /// Most edges of a chart.
    pub max_edges: usize,
    /// Addresses of places.
    pub source_url: Option<SourceUrl>,
    /// Content that the listings of a picture include.
    pub roll_on: RollOn,
    /// Known findings.
    pub baseline: BaselineOptions,
}

/// Options of `rollstamp explain`.
pub struct ExplainOptions {
    /// Input of manifests.
    pub input: InputOptions,
    /// Settings of reading and linking.
    pub settings: LinkSettings,
    /// Workload to explain.
    pub workload: ObjectQuery,
    /// Path of the pod template, if the user chose one.
    pub template: Option<String>,
    /// Content that the digest includes.
    pub roll_on: RollOn,
}

/// Merges the options of `rollstamp links`.
pub fn merge_links_options(args: LinksArgs, messages: &Messages) -> Result<LinksOptions, Failure> {
    let Loaded { path, mut spec } = file::load(&args.input.options_file, messages)?;
    args.override_spec(&mut spec);
    // What any object names is not unused.
    let mut settings = LinkSettings { all_kinds: true, ..link_settings(&spec, messages)? };
    let applications = application_options(
        &args.applications,
        (false, ShardingOptions::default()),
        &args.input.paths,
        &mut spec,
        path.clone(),
    )?;
    if applications.is_some() {
        settings = settings.for_applications();
    }
    let roll_on = spec.roll_on.unwrap_or_default().into();
    let baseline = baseline_options("links", &args.baseline, &spec)?;
    let input = input_options(args.input, &spec, path)?;
    if args.filter != LinkFilterArgs::default() && !matches!(args.format, Format::Text | Format::Json) {
        let format = args.format.as_str();
        return Err(Failure::because(format!(
            "--format {format} has all links; --uses, --workload, --in-namespace, --unresolved and --unused need text \
             or json"
        )));
    }
    Ok(LinksOptions {
        input,
        applications,
        settings,
        filter: args.filter,
        format: args.format,
        wide: args.wide,
        max_edges: args.max_edges.into(),
        source_url: source_url(args.source_url.as_deref(), args.format)?,
        roll_on,
        baseline,
    })
}

/// Merges the options of `rollstamp explain`.
pub fn merge_explain_options(args: ExplainArgs, messages: &Messages) -> Result<ExplainOptions, Failure> {
    let Loaded { path, mut spec } = file::load(&args.input.options_file, messages)?;
    args.override_spec(&mut spec);
    let settings = link_settings(&spec, messages)?;
    let roll_on = spec.roll_on.unwrap_or_default().into();
    let input = input_options(args.input, &spec, path)?;
    Ok(ExplainOptions { input, settings, workload: args.workload, template: args.template, roll_on })
}

/// Options of `rollstamp kinds`.
pub struct KindsOptions {
    /// Custom kinds and reference fields.
    pub rules: Rules,
    /// Format of the tables.
    pub format: Format,
    /// Set if tables have whole lines.
    pub wide: bool,
}

/// Merges the options of `rollstamp kinds`.
pub fn merge_kinds_options(args: &KindsArgs, messages: &Messages) -> Result<KindsOptions, Failure> {
    let Loaded { mut spec, .. } = file::load(&args.options_file, messages)?;
    args.override_spec(&mut spec);
    Ok(KindsOptions { rules: custom_rules(&spec)?, format: args.format, wide: args.wide })
}
