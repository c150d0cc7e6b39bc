//! `rollstamp stamp` and `rollstamp rename`.

use rollstamp::source::Source;
use rollstamp::{Bundle, Plan, Strategy};

use super::{diagnostics, link_options, read, report, say};
use crate::exit::{Failure, Outcome};
use crate::generations;
use crate::input::Provenance;
use crate::messages::Messages;
use crate::options::{ChangeOptions, Mode};
use crate::output::{self, Product};

/// Plans the changes, says them, and writes what they lead to.
pub fn change(options: &ChangeOptions, messages: &Messages) -> Result<Outcome, Failure> {
    change_for(options, messages, Ok)
}

/// The same for a host that has a say in what is written: it may refuse the result, or lay it out for its reader.
pub fn change_for(
    options: &ChangeOptions,
    messages: &Messages,
    host: impl FnOnce(Vec<Source>) -> Result<Vec<Source>, Failure>,
) -> Result<Outcome, Failure> {
    let may_rename = matches!(options.strategy, Strategy::Rename(_));
    let (bundle, provenance) = read(&options.input, &options.settings, may_rename, messages)?;
    let working = messages.progress("linking");
    let graph = rollstamp::link(&bundle, &link_options(&options.settings));
    working.now("planning");
    let plan = rollstamp::plan(&graph, &options.strategy);
    drop(working);
    let said = diagnostics(&graph, Some(&plan), options.settings.strict, messages);
    let tell = || match options.report {
        Some(format) => report::changes(format, &graph, &plan, &said, options, &provenance),
        None => Ok(()),
    };
    let found = match say(&said, &bundle, &options.settings, messages) {
        Ok(found) => found,
        Err(failure) => {
            tell()?;
            return Err(failure);
        }
    };
    let after = rollstamp::apply(&bundle, &plan).map_err(|wrong| {
        messages.diagnostics(&wrong, &bundle);
        Failure::Said
    })?;
    let after = host(after)?;
    let kept = generations::earlier(options, &after)?;
    deliver(options, &bundle, &provenance, &plan, &after, messages)?;
    generations::write(options, &provenance, kept)?;
    tell()?;
    if options.report.is_none() {
        rollstamp::report::plan_lines(&graph, &plan, options.is_done()).iter().for_each(|line| messages.detail(line));
    }
    messages.summary(&rollstamp::report::plan_summary(&plan, &options.strategy, options.is_done()));
    let to_do = !options.is_done() && !plan.is_empty();
    Ok(if found == Outcome::Found || to_do { Outcome::Found } else { Outcome::Done })
}

fn deliver(
    options: &ChangeOptions,
    bundle: &Bundle,
    provenance: &Provenance,
    plan: &Plan,
    after: &[Source],
    messages: &Messages,
) -> Result<(), Failure> {
    let product =
        Product { before: &bundle.sources, provenance, after, edits: &plan.edits, secrets: &bundle.secret_spans };
    if options.mode == Mode::Stdout {
        output::caveats(after).iter().for_each(|caveat| messages.warning(caveat));
    }
    output::deliver(&options.mode, &product, &options.input.exclude, messages.colors_stdout()).map_err(Failure::all)
}
