//! The exec plugin of kustomize, and what sets it up.
//!
//! kustomize calls the file `<plugin home>/rollstamp.dev/v1/rollstamp/Rollstamp` with the path of its configuration,
//! gives it all objects on standard input, and takes what it prints in their place. An empty output deletes them all.

mod configurations;
mod setup;

use std::io;
use std::path::Path;

pub use configurations::add_configurations;
pub use setup::{install_plugin, print_plugin_config, uninstall_plugin};

use super::function::run_function;
use crate::cli::PluginArgs;
use crate::exit::{Failure, Outcome};
use crate::files;
use crate::files::describe_error;
use crate::input;
use crate::messages::Messages;
use crate::options;
use crate::options::document::{OptionsSpec, parse};
use crate::options::parse_error::MAX_BYTES;
use crate::output::print_text;

/// No kustomization is longer.
const MAX_KUSTOMIZATION: u64 = 64 << 20;

/// The names that the file of a kustomization can have.
const KUSTOMIZATION_NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Runs as a kustomize plugin: changes the objects of a build. As a validator it prints nothing.
pub fn run_plugin(args: PluginArgs, messages: &Messages) -> Result<Outcome, Failure> {
    let mut options = options::merge_function_options(&args.function, read_configuration(&args.config)?, messages)?;
    add_configurations(&mut options);
    if options.check {
        refuse_to_transform()?;
    }
    let text = input::read_text(io::stdin().lock(), "-", options.max_input_size)?;
    let output = run_function(text, &options, true, messages);
    output.print_messages(&options, messages);
    if output.is_changed && !options.check {
        print_text(&output.edited_text())?;
    }
    output.end
}

fn read_configuration(path: &Path) -> Result<OptionsSpec, Failure> {
    let text = match files::read_text(path, MAX_BYTES) {
        Ok(text) => text,
        Err(error) => {
            let (path, reason) = (path.display(), describe_error(&error));
            return Err(Failure::because(format!("{path}: cannot read the configuration: {reason}")));
        }
    };
    // kustomize writes the configuration anew, so a place in it would tell its author nothing.
    parse(&text).map_err(|wrong| Failure::because(format!("the configuration of the plugin: {}", wrong.sentence)))
}

/// Refuses a check where kustomize runs it as a transformer: a check prints nothing, as a validator should, and of a
/// transformer that would delete everything. kustomize starts plugins in the directory of the kustomization that lists
/// them.
fn refuse_to_transform() -> Result<(), Failure> {
    let Some(text) =
        KUSTOMIZATION_NAMES.iter().find_map(|name| files::read_text(name.as_ref(), MAX_KUSTOMIZATION).ok())
    else {
        return Ok(());
    };
    if text.contains("validators") {
        return Ok(());
    }
    Err(Failure::because(
        "a check prints no objects, so kustomize would drop them all; list it under validators, not transformers",
    ))
}
