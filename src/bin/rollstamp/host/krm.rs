//! `rollstamp krm`: a function in the sense of the KRM Functions Specification, for kustomize and kpt.
//!
//! A ResourceList comes on standard input and goes to standard output, with the objects changed and with results. The
//! host replaces what it has by what we print, so an empty output would delete everything.

mod config;
mod list;
mod results;

use std::io;

use rollstamp::source::Source;
use rollstamp::yaml::Limits;

use self::list::ResourceList;
use super::function::{self, Worked};
use crate::cli::FunctionArgs;
use crate::exit::{Failure, Outcome};
use crate::input;
use crate::messages::Messages;
use crate::options::{self, FunctionOptions};
use crate::output;

/// Works on the objects of a ResourceList.
pub fn krm(args: FunctionArgs, messages: &Messages) -> Result<Outcome, Failure> {
    let limits = Limits { depth: args.max_depth.map_or(1000, |depth| depth as usize), ..Limits::default() };
    let text = input::read_text(io::stdin().lock(), "-", args.max_file_size.unwrap_or_default())?;
    let list = ResourceList::read(&text, &limits).map_err(Failure::because)?;
    let inside_kustomize = list.is_from_kustomize();
    let options = match config::read(list.function_config()).and_then(|file| options::function(args, &file)) {
        Ok(options) => options,
        Err(failure) => {
            print(&list.with_results(&text, &results::of_failure(&failure)))?;
            return Err(failure);
        }
    };
    let worked = function::work(Source::new(text.name(), text.text()), &options, inside_kustomize, messages);
    if worked.end != Ok(Outcome::Done) || inside_kustomize {
        // kustomize shows no results, kpt shows them beside what is said.
        worked.say(&options, messages);
    }
    // A validator of kustomize must print nothing, and any other function must print the list.
    if !(inside_kustomize && options.check) {
        print(&answer(&text, &worked, &options, &limits)?)?;
    }
    worked.end
}

/// The list as it is to be, with results.
fn answer(before: &Source, worked: &Worked, options: &FunctionOptions, limits: &Limits) -> Result<String, Failure> {
    let text = worked.after.as_ref().unwrap_or(before);
    let list = ResourceList::read(text, limits).map_err(Failure::because)?;
    Ok(list.with_results(text, &results::of(worked, options.check)))
}

fn print(text: &str) -> Result<(), Failure> {
    output::print(text).map_err(Failure::all)
}
