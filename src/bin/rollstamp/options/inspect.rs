//! Options of the read-only commands.

use rollstamp::Rules;

use super::file::{self, Loaded};
use super::value::WorkloadName;
use super::{LinkSettings, input, merge_settings, rules};
use crate::cli::{ExplainArgs, InputArgs, KindsArgs, KindsFormat, LinksArgs, LinksFormat, RollOn};
use crate::exit::Failure;
use crate::input::InputOptions;
use crate::messages::Messages;

/// Everything that `rollstamp links` was asked for.
pub struct LinksOptions {
    /// Where manifests come from.
    pub input: InputOptions,
    /// How they are understood.
    pub settings: LinkSettings,
    /// The format of the list.
    pub format: LinksFormat,
    /// Which content counts in the listings of a picture.
    pub roll_on: RollOn,
}

/// Everything that `rollstamp explain` was asked for.
pub struct ExplainOptions {
    /// Where manifests come from.
    pub input: InputOptions,
    /// How they are understood.
    pub settings: LinkSettings,
    /// The workload to explain.
    pub workload: WorkloadName,
    /// Which content counts.
    pub roll_on: RollOn,
}

/// The options of `rollstamp links`.
pub fn links(args: LinksArgs, messages: &Messages) -> Result<LinksOptions, Failure> {
    let Loaded { path, options: file } = file::load(&args.input, messages)?;
    let settings = merge_settings(args.settings, &args.input, &file)?;
    let roll_on = file.roll_on.unwrap_or(RollOn::Any);
    Ok(LinksOptions {
        input: input(args.input, file, path)?,
        settings,
        format: args.format.unwrap_or(LinksFormat::Text),
        roll_on,
    })
}

/// The options of `rollstamp explain`.
pub fn explain(args: ExplainArgs, messages: &Messages) -> Result<ExplainOptions, Failure> {
    let Loaded { path, options: file } = file::load(&args.input, messages)?;
    let settings = merge_settings(args.settings, &args.input, &file)?;
    let roll_on = args.roll_on.or(file.roll_on).unwrap_or(RollOn::Any);
    Ok(ExplainOptions { input: input(args.input, file, path)?, settings, workload: args.workload, roll_on })
}

/// Everything that `rollstamp kinds` was asked for.
pub struct KindsOptions {
    /// The user's own rows.
    pub rules: Rules,
    /// The format of the tables.
    pub format: KindsFormat,
}

/// The options of `rollstamp kinds`.
pub fn kinds(args: KindsArgs, messages: &Messages) -> Result<KindsOptions, Failure> {
    let of = InputArgs { config: args.config, no_config: args.no_config, ..InputArgs::default() };
    let Loaded { options, .. } = file::load(&of, messages)?;
    Ok(KindsOptions { rules: rules(&options)?, format: args.format.unwrap_or(KindsFormat::Text) })
}
