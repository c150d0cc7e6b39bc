//! `rollstamp stamp` and `rollstamp rename`.

use std::io::{self, IsTerminal};

use rollstamp::diagnostic::Diagnostic;
use rollstamp::report::plan_summary;
use rollstamp::source::Source;
use rollstamp::stream::find_json_escapes;
use rollstamp::{Bundle, EditedSource};

use crate::exit::{Failure, Outcome};
use crate::generations;
use crate::input::{InputSource, Provenance};
use crate::messages::Messages;
use crate::options::{ChangeOptions, Mode};
use crate::output::{self, EditedSources};
use crate::run::baseline::{RunFindings, apply_baseline};
use crate::run::change_apps::change_applications;
use crate::run::diagnostics::{is_ambiguous, outcome_of, print_diagnostics, print_diagnostics_of_change};
use crate::run::left_out::keep_manifests;
use crate::run::pipeline::{Run, plan_changes, read_bundle};
use crate::run::plan_report::{explain_hashes, print_details, write_plan_report};

/// Plans the changes of a strategy, reports them, and writes the result.
pub fn change_manifests(options: &ChangeOptions, messages: &Messages) -> Result<Outcome, Failure> {
    if let Some(applications) = &options.applications {
        return change_applications(options, applications, messages);
    }
    refuse_to_flood_terminal(options)?;
    change_and_write(options, messages, None)
}

/// The last step of a host: it may refuse the new texts, or lay them out for their reader.
type HostStep<'h> = &'h dyn Fn(Vec<Source>) -> Result<Source, Failure>;

/// Does the same for a host that has a last step of its own.
pub fn change_manifests_for_host(
    options: &ChangeOptions,
    messages: &Messages,
    finish: HostStep<'_>,
) -> Result<Outcome, Failure> {
    change_and_write(options, messages, Some(finish))
}

fn change_and_write(
    options: &ChangeOptions,
    messages: &Messages,
    finish: Option<HostStep<'_>>,
) -> Result<Outcome, Failure> {
    let (bundle, provenance) = read_bundle(&options.input, &options.settings, Some(&options.strategy), messages)?;
    let progress = messages.progress("linking");
    let mut run = plan_changes(&bundle, &options.strategy, &options.settings, messages, &progress);
    drop(progress);
    let findings = RunFindings { diagnostics: &mut run.diagnostics, impact: None };
    apply_baseline(&options.baseline, findings, &bundle.sources, &provenance, messages)?;
    let outcome = outcome_of(&run.diagnostics, options.settings.strict);
    if options.is_done() {
        let consequence = consequence_of_errors(&bundle, &run.diagnostics);
        print_diagnostics_of_change(&run.diagnostics, &bundle, &consequence, messages);
    }
    // A diff shows what could be planned; the errors follow.
    let shows_part = options.mode == Mode::Diff && !run.is_applicable;
    if run.is_applicable || shows_part && rollstamp::verify_edits(&bundle, &run.plan).is_ok() {
        let mut after: Vec<EditedSource<'_>> = Vec::with_capacity(bundle.sources.len());
        after.extend(run.edited_sources());
        if options.mode == Mode::Stdout {
            let (kept, left_out) = keep_manifests(&bundle, &run.plan, &provenance, after, options.input.allow_empty)?;
            left_out.report(messages);
            after = kept;
        }
        if let Some(finish) = finish {
            after = vec![finish(after.iter().map(EditedSource::to_source).collect())?.into()];
        }
        let kept = generations::collect_earlier(options, &after)?;
        hold_texts(options, &bundle, &run, messages);
        write_result(options, &bundle, &run, &after, &provenance, messages)?;
        generations::write_kept(options, &provenance, kept)?;
    }
    if let Some(format) = options.report {
        write_plan_report(options, &run, format, &provenance, messages)?;
    }
    if options.is_done() {
        outcome.as_ref().map_err(|_| Failure::AlreadyReported)?;
    }
    if options.report.is_none() {
        print_details(&run, options.is_done(), messages);
    }
    if !options.is_done() {
        print_diagnostics(&run.diagnostics, &bundle, messages);
    }
    explain_hashes(&run, messages);
    messages.summary(&plan_summary(&run.plan, &options.strategy, options.is_done()));
    let found_changes = !options.is_done() && !run.plan.is_empty();
    match outcome? {
        _ if found_changes => Ok(Outcome::Found),
        outcome => Ok(outcome),
    }
}

/// Holds the texts that must not be read again once something is written: a stream has no half, so all of one; and the
/// edited ones, for reports that come after the files have other texts.
fn hold_texts(options: &ChangeOptions, bundle: &Bundle, run: &Run<'_>, messages: &Messages) {
    let is_stream = options.mode == Mode::Stdout;
    if !is_stream && !(options.mode == Mode::Write && (options.report.is_some() || messages.is_verbose())) {
        return;
    }
    for (id, edits) in run.plan.edits.entries() {
        if is_stream || !edits.is_empty() {
            bundle.sources[id].padded();
        }
    }
}

/// Refuses to print all manifests of a directory on a terminal: nobody wants to read them there, and who expects the
/// files to be changed would not notice that they are not.
fn refuse_to_flood_terminal(options: &ChangeOptions) -> Result<(), Failure> {
    let InputSource::Paths(paths) = &options.input.from else { return Ok(()) };
    let Some(directory) = paths.iter().find(|path| path.is_dir()) else { return Ok(()) };
    if options.mode != Mode::Stdout || !io::stdout().is_terminal() {
        return Ok(());
    }
    Err(Failure::because(format!(
        "{} is a directory, and stdout is a terminal; choose where the manifests go: `--diff` or `--check` shows what \
         would change, `--write` changes the files, `--output-dir DIR` writes a copy, and a pipe such as \
         `| kubectl apply -f -` takes them",
        directory.display(),
    )))
}

/// Describes the consequence of errors for a run that writes, and how to go on where that is possible.
fn consequence_of_errors(bundle: &Bundle, diagnostics: &[Diagnostic]) -> String {
    let mut consequence = "nothing was written".to_string();
    if bundle.has_errors() || diagnostics.iter().any(|diagnostic| is_ambiguous(&diagnostic.message)) {
        consequence.push_str("; `--skip-invalid` leaves alone what cannot be read or decided");
    }
    consequence
}

fn write_result(
    options: &ChangeOptions,
    bundle: &Bundle,
    run: &Run<'_>,
    after: &[EditedSource<'_>],
    provenance: &Provenance,
    messages: &Messages,
) -> Result<(), Failure> {
    let edits = &run.plan.edits;
    let secret_spans = &bundle.secret_spans;
    let sources = EditedSources { before: &bundle.sources, provenance, after, edits, secret_spans };
    if options.mode == Mode::Stdout {
        for warning in find_json_escapes(after.iter().cloned()) {
            messages.warning(&warning);
        }
    }
    output::write_result(&options.mode, &sources, &options.input.exclude, messages.colors_stdout())
        .map_err(Failure::all)
}
