//! The report of `rollstamp stamp` and `rollstamp rename`.

use rollstamp::report::{Format, PlanReport, Report, plan_lines};

use crate::exit::Failure;
use crate::input::Provenance;
use crate::messages::Messages;
use crate::options::{ChangeOptions, Mode};
use crate::output;
use crate::run::pipeline::Run;

/// Writes the report of planned changes to stdout.
pub fn write_plan_report(
    options: &ChangeOptions,
    run: &Run<'_>,
    format: Format,
    provenance: &Provenance,
    messages: &Messages,
) -> Result<(), Failure> {
    let output_dir = match &options.mode {
        // The files of applications have names of their own there.
        Mode::OutputDir(directory) if options.applications.is_none() => Some(directory.to_string_lossy()),
        _ => None,
    };
    let report = Report::Plan(PlanReport {
        graph: &run.graph,
        plan: &run.plan,
        strategy: &options.strategy,
        diagnostics: &run.diagnostics,
        done: options.is_done(),
        output_dir: output_dir.as_deref(),
    });
    output::write_report(
        &report,
        format,
        &output::render_options(provenance, format, options.settings.strict, messages),
    )
}

/// Prints what each change is made of for `-v`: that is much to put into words where large configs have many users.
pub fn print_details(run: &Run<'_>, done: bool, messages: &Messages) {
    if messages.is_verbose() {
        for line in plan_lines(&run.graph, &run.plan, done) {
            messages.detail(&line);
        }
    }
}

/// Tells what a stamp gives away that is made of a Secret without a key.
const PLAIN_HASHES: &str = "the stamps contain plain hashes of Secrets: whoever reads the manifests can find a short value \
                            by trying many; `--secret-key-file` hashes them with a key";

/// Says with `-v` what the stamps give away.
pub fn explain_hashes(run: &Run<'_>, messages: &Messages) {
    if messages.is_verbose() && has_plain_hashes(run) {
        messages.detail(PLAIN_HASHES);
    }
}

/// Returns `true` if a new stamp is made of a Secret without a key.
fn has_plain_hashes(run: &Run<'_>) -> bool {
    if run.graph.secrets_keyed {
        return false;
    }
    for stamp in run.plan.stamps.iter().filter(|stamp| stamp.new.is_some()) {
        let lines = run.graph.listing(&stamp.listing);
        if lines.iter().any(|line| line.path.starts_with("Secret/")) {
            return true;
        }
    }
    false
}
