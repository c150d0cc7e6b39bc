//! `rollstamp stamp` and `rollstamp rename`.

use rollstamp::source::Source;
use rollstamp::{Bundle, Graph, Plan, Strategy, report};

use super::{diagnostics, link_options, print, read, say};
use crate::cli::ChangeFormat;
use crate::exit::{Failure, Outcome};
use crate::generations;
use crate::input::Trail;
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
    let (bundle, trail) = read(&options.input, &options.meaning, may_rename, messages)?;
    let graph = rollstamp::link(&bundle, &link_options(&options.meaning));
    let plan = rollstamp::plan(&graph, &options.strategy);
    let said = diagnostics(&graph, Some(&plan), options.meaning.strict, messages);
    if options.mode == Mode::Check(ChangeFormat::Json) {
        print(&report::plan_json(&graph, &plan, &said))?;
    }
    let found = say(&said, &bundle, &options.meaning, messages)?;
    let after = rollstamp::apply(&bundle, &plan).map_err(|wrong| {
        messages.diagnostics(&wrong, &bundle);
        Failure::Said
    })?;
    let after = host(after)?;
    let kept = generations::earlier(options, &after)?;
    deliver(options, &bundle, &trail, &plan, &after, messages)?;
    generations::write(options, &trail, kept)?;
    let only_looks = matches!(options.mode, Mode::Check(_) | Mode::Diff);
    report_changes(&graph, &plan, options, messages)?;
    Ok(if found == Outcome::Found || (only_looks && !plan.is_empty()) { Outcome::Found } else { Outcome::Done })
}

fn deliver(
    options: &ChangeOptions,
    bundle: &Bundle,
    trail: &Trail,
    plan: &Plan,
    after: &[Source],
    messages: &Messages,
) -> Result<(), Failure> {
    let product = Product { before: &bundle.sources, trail, after, edits: &plan.edits, secrets: &bundle.secret_spans };
    if options.mode == Mode::Stdout {
        output::caveats(after).iter().for_each(|caveat| messages.warning(caveat));
    }
    output::deliver(&options.mode, &product, &options.input.exclude, messages.colors_stdout()).map_err(Failure::all)
}

/// The report of `--check` goes to stdout, it is the product; elsewhere it is talk.
fn report_changes(graph: &Graph<'_>, plan: &Plan, options: &ChangeOptions, messages: &Messages) -> Result<(), Failure> {
    let done = !matches!(options.mode, Mode::Check(_) | Mode::Diff);
    let lines = report::plan_lines(graph, plan, done);
    match options.mode {
        Mode::Check(ChangeFormat::Json) => {}
        Mode::Check(ChangeFormat::Text) => print(&lines.iter().map(|line| format!("{line}\n")).collect::<String>())?,
        _ => lines.iter().for_each(|line| messages.detail(line)),
    }
    messages.summary(&report::plan_summary(plan, &options.strategy, done));
    Ok(())
}
