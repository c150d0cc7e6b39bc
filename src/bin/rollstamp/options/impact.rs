//! The options of `rollstamp impact`.

use rollstamp::Strategy;

use super::change::{rename_of, stamp_of};
use super::file::{self, Loaded};
use super::{LinkSettings, input, merge_settings};
use crate::cli::{ImpactArgs, ImpactFormat, RollOn, StrategyName};
use crate::exit::Failure;
use crate::input::{Base, InputOptions, InputSource, Renderer};
use crate::messages::Messages;

/// Everything that `rollstamp impact` was asked for.
pub struct ImpactOptions {
    /// Where the manifests come from that are to be applied.
    pub input: InputOptions,
    /// Where those come from that are applied now.
    pub base: Base,
    /// How both are understood.
    pub settings: LinkSettings,
    /// What is done to both on their way to the cluster, where something is.
    pub assume: Option<Strategy>,
    /// The annotation that holds the stamp.
    pub annotation: String,
    /// Whether the changes of ConfigMaps are shown.
    pub diff: bool,
    /// The format of the report.
    pub format: ImpactFormat,
    /// Which content counts in the listings of a page.
    pub roll_on: RollOn,
}

/// The options of `rollstamp impact`.
pub fn impact(args: ImpactArgs, messages: &Messages) -> Result<ImpactOptions, Failure> {
    let Loaded { path, options: file } = file::load(&args.input, messages)?;
    let settings = merge_settings(args.settings, &args.input, &file)?;
    let base = match (args.base, args.base_command) {
        (_, Some(command)) => Base::Renderer(Renderer::new(command.program, command.args)),
        (base, None) => Base::Named(base.unwrap_or_default()),
    };
    let roll_on = args.roll_on.or(file.roll_on).unwrap_or(RollOn::Any);
    let stamp = stamp_of(args.annotation, args.roll_on, &file);
    let annotation = stamp.annotation.clone();
    let assume = args.assume.map(|strategy| match strategy {
        StrategyName::Stamp => Strategy::Stamp(stamp),
        StrategyName::Rename => Strategy::Rename(rename_of(&file)),
    });
    let format = args.format.unwrap_or(ImpactFormat::Text);
    let input = input(args.input, file, path)?;
    if matches!((&base, &input.from), (Base::Named(name), InputSource::Stdin) if name == "-") {
        return Err(Failure::because("standard input (`-`) cannot be both sides; give --base something else"));
    }
    Ok(ImpactOptions { input, base, settings, assume, annotation, diff: args.diff, format, roll_on })
}
