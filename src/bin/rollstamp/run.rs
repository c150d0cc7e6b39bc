//! One function a verb: read, ask the library, write.

use rollstamp::diagnostic::{Diagnostic, Message, Severity};
use rollstamp::graph::{STRATEGY, Workload};
use rollstamp::kinds::workloads::Effect;
use rollstamp::source::Source;
use rollstamp::{Bundle, Graph, LinkOptions, ParseOptions, Plan, Strategy, report};

use crate::cli::{self, Format};
use crate::exit::{Failure, Outcome};
use crate::generations;
use crate::input::{self, InputOptions, Trail};
use crate::messages::{Messages, Said};
use crate::options::value::WorkloadName;
use crate::options::{ChangeOptions, ExplainOptions, LinksOptions, Meaning, Mode};
use crate::output::{self, Product};

/// `rollstamp stamp` and `rollstamp rename`.
pub fn change(options: &ChangeOptions, messages: &Messages) -> Result<Outcome, Failure> {
    let may_rename = matches!(options.strategy, Strategy::Rename(_));
    let (bundle, trail) = read(&options.input, &options.meaning, may_rename, messages)?;
    let graph = rollstamp::link(&bundle, &link_options(&options.meaning));
    let plan = rollstamp::plan(&graph, &options.strategy);
    let said = diagnostics(&graph, Some(&plan), options.meaning.strict, messages);
    if options.mode == Mode::Check(Format::Json) {
        print(&report::plan_json(&graph, &plan, &said))?;
    }
    let found = say(&said, &bundle, &options.meaning, messages)?;
    let after = rollstamp::apply(&bundle, &plan).map_err(|wrong| {
        messages.diagnostics(&wrong, &bundle);
        Failure::Said
    })?;
    let kept = generations::earlier(options, &after)?;
    deliver(options, &bundle, &trail, &plan, &after, messages)?;
    generations::write(options, &trail, kept)?;
    let only_looks = matches!(options.mode, Mode::Check(_) | Mode::Diff);
    report_changes(&graph, &plan, options, messages)?;
    Ok(if found == Outcome::Found || (only_looks && !plan.is_empty()) { Outcome::Found } else { Outcome::Done })
}

/// `rollstamp links`.
pub fn links(options: &LinksOptions, messages: &Messages) -> Result<Outcome, Failure> {
    let (bundle, _) = read(&options.input, &options.meaning, false, messages)?;
    let graph = rollstamp::link(&bundle, &link_options(&options.meaning));
    let said = diagnostics(&graph, None, options.meaning.strict, messages);
    let found = say(&said, &bundle, &options.meaning, messages)?;
    print(&match options.format {
        Format::Text => report::links_text(&graph),
        Format::Json => report::links_json(&graph),
    })?;
    if graph.links.is_empty() && graph.configs.is_empty() {
        messages.note(&Said::general("there is no ConfigMap or Secret here, and nothing that refers to one"));
    }
    Ok(found)
}

/// `rollstamp explain`.
pub fn explain(options: &ExplainOptions, messages: &Messages) -> Result<Outcome, Failure> {
    let (bundle, _) = read(&options.input, &options.meaning, false, messages)?;
    let graph = rollstamp::link(&bundle, &link_options(&options.meaning));
    let said = diagnostics(&graph, None, options.meaning.strict, messages);
    let found = say(&said, &bundle, &options.meaning, messages)?;
    let workload = find(&graph, &options.workload)?;
    let object = graph.object(workload);
    let note = |words: &str| messages.note(&Said::general(format!("{} {words}", object.label())));
    let Some(listing) = report::listing(&graph, workload, options.roll_on.into()) else {
        note("consumes no config that counts, so it gets no stamp");
        return Ok(found);
    };
    print(&listing)?;
    if let Effect::Refused(reason) = workload.kind.effect_on(bundle.node(object)) {
        note(&format!("is not stamped: {reason}"));
    }
    Ok(found)
}

fn read(
    options: &InputOptions,
    meaning: &Meaning,
    may_rename: bool,
    messages: &Messages,
) -> Result<(Bundle, Trail), Failure> {
    let input = input::read_all(options, rollstamp::bundle::could_matter).map_err(Failure::all)?;
    input.notes.iter().for_each(|note| messages.note(&note.into()));
    let mut parse_options = ParseOptions {
        namespace: meaning.namespace.clone(),
        skip_invalid: meaning.skip_invalid,
        // Whoever renames must know who else says a name.
        keep_all: may_rename || input.sources.iter().any(|source| source.text().contains(STRATEGY)),
        ..ParseOptions::default()
    };
    parse_options.limits.depth = meaning.max_depth as usize;
    Ok((rollstamp::parse(input.sources, &parse_options), input.trail))
}

fn link_options(meaning: &Meaning) -> LinkOptions {
    let scope = match meaning.scope {
        cli::Scope::Run => rollstamp::Scope::Run,
        cli::Scope::Dir => rollstamp::Scope::Directory,
        cli::Scope::File => rollstamp::Scope::File,
    };
    LinkOptions { scope, secret_key: meaning.secret_key.as_ref().map(|key| key.for_library()) }
}

/// Everything that is to be said about the input, in its order; what concerns all of it comes last.
fn diagnostics(graph: &Graph<'_>, plan: Option<&Plan>, strict: bool, messages: &Messages) -> Vec<Diagnostic> {
    let planned = plan.map(|plan| plan.diagnostics.as_slice()).unwrap_or_default();
    let all = graph.bundle.diagnostics.iter().chain(&graph.diagnostics).chain(planned);
    let unread = graph.bundle.has_errors();
    let is_said = |message: &Message| match message {
        // What could not be read may define what seems to be missing.
        Message::Unresolved { .. } => !unread,
        // Nobody needs a sum of what is listed.
        Message::SecretsUnresolved { .. } => !unread && !strict && !messages.lists_details(),
        Message::UnusedInvalid { .. } => !messages.lists_details(),
        _ => true,
    };
    let mut said: Vec<Diagnostic> = all.filter(|diagnostic| is_said(&diagnostic.message)).cloned().collect();
    if strict {
        // What fails a run is to be seen in it.
        for finding in said.iter_mut().filter(|diagnostic| diagnostic.message.is_finding()) {
            finding.severity = finding.severity.min(Severity::Warning);
        }
    }
    said.sort_by_key(|diagnostic| match &diagnostic.place {
        Some(place) => (place.source, place.span.start),
        None => (usize::MAX, 0),
    });
    said
}

/// Says it all. Errors end the run; findings are an outcome under `--strict`.
fn say(said: &[Diagnostic], bundle: &Bundle, meaning: &Meaning, messages: &Messages) -> Result<Outcome, Failure> {
    messages.diagnostics(said, bundle);
    let errors = said.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
    if errors > 0 {
        let word = if errors == 1 { "error" } else { "errors" };
        messages.summary(&format!("{errors} {word}: nothing was written"));
        return Err(Failure::Said);
    }
    let found = meaning.strict && said.iter().any(|diagnostic| diagnostic.message.is_finding());
    Ok(if found { Outcome::Found } else { Outcome::Done })
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
        Mode::Check(Format::Json) => {}
        Mode::Check(Format::Text) => print(&lines.iter().map(|line| format!("{line}\n")).collect::<String>())?,
        _ => lines.iter().for_each(|line| messages.detail(line)),
    }
    messages.summary(&report::plan_summary(plan, &options.strategy, done));
    Ok(())
}

fn print(text: &str) -> Result<(), Failure> {
    output::print(text).map_err(Failure::all)
}

/// The workload of that name; without a namespace in it, that of any namespace if there is only one.
fn find<'g>(graph: &'g Graph<'_>, name: &WorkloadName) -> Result<&'g Workload, Failure> {
    let label = |workload: &&Workload| graph.object(workload).label();
    let named = |workload: &&Workload| {
        let object = graph.object(workload);
        let namespace = name.namespace.is_none() || name.namespace == object.name.namespace;
        namespace && object.kind.eq_ignore_ascii_case(&name.kind) && object.name.name == name.name
    };
    let found: Vec<&Workload> = graph.workloads.iter().filter(named).collect();
    match found[..] {
        [workload] => Ok(workload),
        [] => {
            let known: Vec<String> = graph.workloads.iter().take(10).map(|workload| label(&workload)).collect();
            let known = match graph.workloads.len() {
                0 => "there are none".to_owned(),
                1..=10 => format!("there are {}", known.join(", ")),
                more => format!("there are {more}, for example {}", known.join(", ")),
            };
            Err(Failure::because(format!("no workload {name} in the input; {known}")))
        }
        _ => {
            let places: Vec<String> = found.iter().map(|workload| report::place(graph, workload)).collect();
            Err(Failure::because(format!(
                "{name} is in the input more than once: {}; name its namespace, or pass one file",
                places.join(", ")
            )))
        }
    }
}
