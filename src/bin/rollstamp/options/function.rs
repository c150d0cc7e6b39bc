//! The options of the KRM function and the kustomize plugin.

use rollstamp::{Rename, Strategy};

use super::change::{applier, rename_of, stamp_of};
use super::document::FileOptions;
use super::{LinkSettings, merge_settings};
use crate::cli::{FunctionArgs, InputArgs, Scope, StrategyName};
use crate::exit::Failure;

/// Everything that a function is asked for, by its configuration and by flags.
pub struct FunctionOptions {
    /// How the objects are understood.
    pub settings: LinkSettings,
    /// What is to be changed.
    pub strategy: Strategy,
    /// Whether nothing is to be changed, and a change to be made is a failure.
    pub check: bool,
}

/// The options of a function; flags win.
pub fn function(args: FunctionArgs, file: &FileOptions) -> Result<FunctionOptions, Failure> {
    refuse_what_has_no_meaning(file)?;
    let input = InputArgs { skip_invalid: args.skip_invalid, max_depth: args.max_depth, ..InputArgs::default() };
    let settings = merge_settings(args.settings, &input, file)?;
    if settings.scope != Scope::Run {
        return Err(Failure::because("--scope has no meaning for a function: it is given the objects of one cluster"));
    }
    let stamp = stamp_of(args.annotation, args.roll_on, file);
    let strategy = match args.strategy.or(file.strategy).unwrap_or_default() {
        StrategyName::Stamp => Strategy::Stamp(stamp),
        StrategyName::Rename => {
            let asked = rename_of(file);
            Strategy::Rename(Rename {
                immutable: args.immutable || asked.immutable,
                jobs: args.rename_jobs || asked.jobs,
                prune_last: args.prune_last.map(applier).or(asked.prune_last),
                stamp,
            })
        }
    };
    Ok(FunctionOptions { settings, strategy, check: args.check || file.check })
}

/// Fields that would be expected to change what is done, and cannot: the host chooses the objects and keeps the files.
fn refuse_what_has_no_meaning(file: &FileOptions) -> Result<(), Failure> {
    let refused = [
        (!file.exclude.is_empty(), "exclude", "the host chooses the objects"),
        (file.keep.is_some(), "keep", "the host keeps the files"),
        (file.scope.is_some_and(|scope| scope != Scope::Run), "scope", "it is given the objects of one cluster"),
    ];
    match refused.into_iter().find(|(is_set, ..)| *is_set) {
        Some((_, field, why)) => {
            Err(Failure::because(format!("spec.{field} has no meaning for a function: {why}; leave it out")))
        }
        None => Ok(()),
    }
}
