//! `rollstamp krm`: a function in the sense of the KRM Functions Specification, for kustomize and kpt.
//!
//! A ResourceList comes on standard input and goes to standard output, with the objects changed and with results. The
//! host replaces what it has by what we print, so an empty output would delete everything.

mod config;

use std::io;

use rollstamp::diagnostic::Severity;
use rollstamp::hosts::krm::{FunctionResult, ResourceList};
use rollstamp::source::Source;
use rollstamp::yaml::Limits;

use super::function::{FunctionOutput, run_function};
use super::kustomize::add_configurations;
use crate::cli::FunctionArgs;
use crate::exit::{Failure, Outcome};
use crate::input;
use crate::messages::Messages;
use crate::options::{self, FunctionOptions};
use crate::output::print;
use crate::values::Size;

/// Runs as a KRM function: changes the objects of a ResourceList.
pub fn run_krm_function(args: FunctionArgs, messages: &Messages) -> Result<Outcome, Failure> {
    let limits = Limits::default().depth(args.limits.max_depth.unwrap_or(options::DEFAULT_DEPTH) as usize);
    let text = input::read_text(io::stdin().lock(), "-", args.limits.max_stream_size.unwrap_or(Size::STREAM))?;
    let list = read_list(&text, &limits)?;
    let inside_kustomize = list.is_from_kustomize();
    let mut options = match read_options(&list, &args, messages) {
        Ok(options) => options,
        Err(failure) => {
            print(&list.with_results(&text, &results_of_failure(&failure)))?;
            return Err(failure);
        }
    };
    if inside_kustomize {
        add_configurations(&mut options);
    }
    let output = run_function(Source::new(text.name(), text.text()), &options, inside_kustomize, messages);
    if output.end != Ok(Outcome::Done) || inside_kustomize {
        // kustomize does not show results; kpt shows them next to stderr.
        output.print_messages(&options, messages);
    }
    // A validator of kustomize must print nothing, and any other function must print the list.
    if !(inside_kustomize && options.check) {
        print(&list_with_results(&text, &output, &options, &limits)?)?;
    }
    output.end
}

fn read_list<'s>(text: &'s Source, limits: &Limits) -> Result<ResourceList<'s>, Failure> {
    match ResourceList::read(text, limits) {
        Ok(list) => Ok(list),
        Err(error) => Err(Failure::from_error(*error)),
    }
}

fn read_options(list: &ResourceList<'_>, args: &FunctionArgs, messages: &Messages) -> Result<FunctionOptions, Failure> {
    let spec = config::read(list.function_config())?;
    options::merge_function_options(args, spec, messages)
}

/// Adds the results to the list that the function returns.
fn list_with_results(
    before: &Source,
    output: &FunctionOutput,
    options: &FunctionOptions,
    limits: &Limits,
) -> Result<String, Failure> {
    let text = output.after.as_ref().unwrap_or(before);
    let list = read_list(text, limits)?;
    Ok(list.with_results(text, &results_of(output, options.check)))
}

/// Returns a result for every diagnostic and every change.
fn results_of(output: &FunctionOutput, check: bool) -> Vec<FunctionResult> {
    let bundle = &output.bundle;
    let mut results = Vec::new();
    for diagnostic in &output.diagnostics {
        if diagnostic.severity < Severity::Detail {
            results.push(FunctionResult::of_diagnostic(diagnostic, bundle));
        }
    }
    if output.after.is_some() || check {
        for (object, change) in &output.changes {
            results.push(FunctionResult::of_change(bundle, *object, change));
        }
    }
    results
}

/// Returns the results of a run that could not start.
fn results_of_failure(failure: &Failure) -> Vec<FunctionResult> {
    match failure {
        Failure::Errors(reasons) => reasons.iter().map(FunctionResult::of_error).collect(),
        Failure::AlreadyReported => Vec::new(),
    }
}
