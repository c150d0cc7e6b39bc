//! Options of the KRM function and the kustomize plugin.

use std::path::Path;

use rollstamp::{Scope, Strategy};

use super::change::{KEEP_NEEDS_EARLIER_OUTPUT, strategy_of};
use super::confine::Root;
use super::document::OptionsSpec;
use super::{LinkSettings, link_settings};
use crate::cli::FunctionArgs;
use crate::exit::Failure;
use crate::messages::Messages;
use crate::values::Size;

/// Options of a function, from its configuration and from flags.
pub struct FunctionOptions {
    /// Largest input that is read.
    pub max_input_size: Size,
    /// Settings of reading and linking.
    pub settings: LinkSettings,
    /// Changes to plan.
    pub strategy: Strategy,
    /// Makes a change that is needed a failure, instead of making it.
    pub check: bool,
}

/// Merges the options of a function; flags win.
pub fn merge_function_options(
    args: &FunctionArgs,
    mut spec: OptionsSpec,
    messages: &Messages,
) -> Result<FunctionOptions, Failure> {
    refuse_key_file(args, &spec)?;
    Root::around(Path::new(".")).check("the configuration", &spec, "")?;
    args.override_spec(&mut spec);
    refuse_fields_without_effect(&spec)?;
    Ok(FunctionOptions {
        max_input_size: spec.max_stream_size.unwrap_or(Size::STREAM),
        settings: link_settings(&spec, messages)?,
        strategy: strategy_of(&spec),
        check: spec.check,
    })
}

/// Refuses to have the configuration choose the key: its author is not the administrator, and is the author of the flags
/// too, which kustomize takes from `argsOneLiner`.
fn refuse_key_file(args: &FunctionArgs, spec: &OptionsSpec) -> Result<(), Failure> {
    let flags = &args.settings;
    if spec.secret_key_file.is_some() || flags.secret_key_file.is_some() || flags.no_secret_key_file {
        return Err(Failure::because(
            "secretKeyFile cannot be set for a function; remove it and its flags, and set ROLLSTAMP_SECRET_KEY_FILE \
             where the function runs",
        ));
    }
    Ok(())
}

/// Refuses fields that would be expected to change the result, and cannot: the host chooses the objects and keeps the
/// files.
fn refuse_fields_without_effect(spec: &OptionsSpec) -> Result<(), Failure> {
    let is_scoped = spec.scope.is_some_and(|scope| Scope::from(scope) != Scope::Run);
    let (field, reason) = if !spec.exclude.is_empty() {
        ("spec.exclude", "the host chooses the objects")
    } else if !spec.context.is_empty() {
        ("spec.context", "the host chooses the objects")
    } else if spec.repository.is_some() {
        ("spec.repository", "the host chooses the objects")
    } else if spec.baseline.is_some() {
        ("spec.baseline", "a function reads no other files")
    } else if spec.keep.is_some_and(|keep| keep > 0) {
        return Err(Failure::because(format!("spec.keep has no effect in a function, {KEEP_NEEDS_EARLIER_OUTPUT}")));
    } else if is_scoped {
        ("scope", "its objects are those of one cluster")
    } else {
        return Ok(());
    };
    Err(Failure::because(format!("{field} has no effect in a function: {reason}; remove it")))
}
