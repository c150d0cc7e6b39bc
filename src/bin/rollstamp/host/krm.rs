//! `rollstamp krm`: a function in the sense of the KRM Functions Specification, for kustomize and kpt.
//!
//! A ResourceList comes on standard input and goes to standard output, with the objects changed and with results. The
//! host replaces what it has by what we print, so an empty output would delete everything.

mod config;

use std::io;

use rollstamp::EditedSource;
use rollstamp::diagnostic::Severity;
use rollstamp::hosts::krm::{FunctionResult, ListEdit, ResourceList};
use rollstamp::source::Source;
use rollstamp::yaml::Limits;

use super::function::{FunctionOutput, run_function};
use super::kustomize::add_configurations;
use crate::cli::FunctionArgs;
use crate::exit::{Failure, Outcome};
use crate::input;
use crate::messages::Messages;
use crate::options::{self, FunctionOptions};
use crate::output::{print, print_text};
use crate::values::Size;

/// Runs as a KRM function: changes the objects of a ResourceList.
pub fn run_krm_function(args: FunctionArgs, messages: &Messages) -> Result<Outcome, Failure> {
    let limits = Limits::default().depth(args.limits.max_depth.unwrap_or(options::DEFAULT_DEPTH) as usize);
    let text = input::read_text(io::stdin().lock(), "-", args.limits.max_stream_size.unwrap_or(Size::STREAM))?;
    // Its tree is as large as the text and is not needed while the objects are changed.
    let (mut options, inside_kustomize) = {
        let list = read_list(&text, &limits)?;
        match read_options(&list, &args, messages) {
            Ok(options) => (options, list.is_from_kustomize()),
            Err(failure) => {
                print(&list.with_results(&text, results_of_failure(&failure)))?;
                return Err(failure);
            }
        }
    };
    if inside_kustomize {
        add_configurations(&mut options);
    }
    let output = run_function(text, &options, inside_kustomize, messages);
    if output.end != Ok(Outcome::Done) || inside_kustomize {
        // kustomize does not show results; kpt shows them next to stderr.
        output.print_messages(&options, messages);
    }
    // A validator of kustomize must print nothing, and any other function must print the list.
    if !(inside_kustomize && options.check) {
        print_list(&output, &options, &limits)?;
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

/// Prints the list that the function returns, with its results.
fn print_list(output: &FunctionOutput, options: &FunctionOptions, limits: &Limits) -> Result<(), Failure> {
    let mut results = results_of(output, options.check).peekable();
    if results.peek().is_none() {
        return print_text(&output.edited_text());
    }
    let text = output.text();
    let list = match output.bundle.documents.first() {
        Some(document) => ResourceList::of_document(text, document),
        None => read_list(text, limits)?,
    };
    let ListEdit { edit, keeps_padding } = list.results_edit(text, results);
    let mut edits = output.edits();
    match edits.insert(edit) {
        Ok(()) => print_text(&EditedSource::new(text.clone(), &edits, keeps_padding)),
        Err(_) => {
            let text = output.edited_text().to_source();
            print(&read_list(&text, limits)?.with_results(&text, results_of(output, options.check)))
        }
    }
}

/// Returns a result for every diagnostic and every change.
fn results_of(output: &FunctionOutput, check: bool) -> impl Iterator<Item = FunctionResult> {
    let bundle = &output.bundle;
    let shown = output.diagnostics.iter().filter(|diagnostic| diagnostic.severity < Severity::Detail);
    let changes = if output.is_changed || check { &output.changes[..] } else { &[] };
    let of_changes = changes.iter().map(|(object, change)| FunctionResult::of_change(bundle, *object, change));
    shown.map(|diagnostic| FunctionResult::of_diagnostic(diagnostic, bundle)).chain(of_changes)
}

/// Returns the results of a run that could not start.
fn results_of_failure(failure: &Failure) -> Vec<FunctionResult> {
    match failure {
        Failure::Errors(reasons) => reasons.iter().map(FunctionResult::of_error).collect(),
        Failure::AlreadyReported => Vec::new(),
    }
}
