//! A request to its answer: links, the planned changes, their diff, listings, and the impact of two sides.

use rollstamp::diagnostic::{Diagnostic, Message, ReferenceMessage, has_errors};
use rollstamp::report::template_listings;
use rollstamp::{
    Bundle, ComparedTree, DiffLineKind, EditedText, Format, Graph, ImpactOptions, ImpactReport, LinkOptions,
    LinkSelection, LinksReport, ParseOptions, Plan, PlanReport, Rename, RenderOptions, Rendered, Report, RollOn,
    Source, Stamp, Strategy, render,
};
use serde_json::{Value, json};

/// The answer as JSON; where the request cannot be read, an object with an `error`.
pub fn answer_request(request: &[u8]) -> String {
    let answer = match serde_json::from_slice::<Value>(request) {
        Ok(request) => answer(&request),
        Err(error) => json!({"error": error.to_string()}),
    };
    answer.to_string()
}

fn answer(request: &Value) -> Value {
    let strategy = match request["strategy"].as_str() {
        Some("rename") => Strategy::Rename(Rename::default()),
        _ => Strategy::Stamp(Stamp::default()),
    };
    let head = parse_text("manifests.yaml", &request["text"]);
    let graph = link_bundle(&head, &strategy);
    let plan = rollstamp::plan(&graph, &strategy);
    let mut diagnostics = collect_diagnostics(&graph, &plan);
    let edited = if has_errors(&diagnostics) { Err(Vec::new()) } else { apply_plan(&head, &plan) };
    let (diff, result) = match edited {
        Ok(after) => (diff_lines(&head, &plan, &after), Some(after.text().to_owned())),
        Err(failed) => {
            diagnostics.extend(failed);
            (Vec::new(), None)
        }
    };
    let report = PlanReport {
        graph: &graph,
        plan: &plan,
        strategy: &strategy,
        diagnostics: &diagnostics,
        done: false,
        output_dir: None,
    };
    json!({
        "links": links_json(&graph),
        "plan": render_json(&Report::Plan(report)),
        "diff": diff,
        "result": result,
        "listings": listings(&graph),
        "impact": impact_json(request, &graph, &strategy),
    })
}

fn parse_text(name: &str, text: &Value) -> Bundle {
    let source = Source::new(name, text.as_str().unwrap_or_default());
    // A new name has to reach every object that has the old one.
    rollstamp::parse(vec![source], &ParseOptions::default().keep_all(true))
}

fn link_bundle<'b>(bundle: &'b Bundle, strategy: &Strategy) -> Graph<'b> {
    rollstamp::link(bundle, &LinkOptions::default().renames(matches!(strategy, Strategy::Rename(_))))
}

/// All diagnostics in the order of the input. What an unreadable document may define is not reported as missing.
fn collect_diagnostics(graph: &Graph<'_>, plan: &Plan) -> Vec<Diagnostic> {
    let has_unread = graph.bundle.has_errors();
    let mut diagnostics = graph.bundle.diagnostics.to_vec();
    for diagnostic in graph.diagnostics.iter() {
        let is_shown = match &diagnostic.message {
            Message::Reference(ReferenceMessage::Unresolved { .. }) => !has_unread,
            // The plan reports it too, as an error.
            Message::Reference(ReferenceMessage::Ambiguous { .. }) => false,
            _ => true,
        };
        if is_shown {
            diagnostics.push(diagnostic.clone());
        }
    }
    diagnostics.extend_from_slice(&plan.diagnostics);
    diagnostics.sort_by_key(|diagnostic| {
        let start = diagnostic.place().map(|place| (place.source, place.span.start));
        (start.is_none(), start)
    });
    diagnostics
}

/// The one source with the changes made.
fn apply_plan(bundle: &Bundle, plan: &Plan) -> Result<Source, Vec<Diagnostic>> {
    match rollstamp::apply(bundle, plan) {
        Ok(mut sources) => sources.pop().ok_or_else(Vec::new),
        Err(failed) => Err(failed.to_vec()),
    }
}

/// The lines of the diff, each with its kind.
fn diff_lines(bundle: &Bundle, plan: &Plan, after: &Source) -> Vec<[String; 2]> {
    let mut lines = Vec::new();
    for (id, before) in bundle.sources.entries() {
        let (edits, secrets) = (&plan.edits[id], &bundle.secret_spans[id][..]);
        for line in rollstamp::unified_diff(&EditedText { name: before.name(), before, after, edits, secrets }) {
            let kind = match line.kind {
                DiffLineKind::Added => "added",
                DiffLineKind::Removed => "removed",
                DiffLineKind::HunkHeader => "hunk",
                DiffLineKind::Header => "header",
                _ => "context",
            };
            lines.push([kind.to_owned(), line.text.into_owned()]);
        }
    }
    lines
}

fn links_json(graph: &Graph<'_>) -> String {
    render_json(&Report::Links(LinksReport {
        graph,
        diagnostics: &[],
        roll_on: RollOn::Any,
        selection: &LinkSelection::ALL,
        applications: &[],
    }))
}

fn render_json(report: &Report<'_>) -> String {
    match render(report, Format::Json, &RenderOptions::default()) {
        Rendered::Text(text) => text,
        Rendered::Step(_) => String::new(),
    }
}

/// The lines behind each stamp.
fn listings(graph: &Graph<'_>) -> Vec<Value> {
    let mut listings = Vec::new();
    for workload in &graph.workloads {
        for (template, listing) in template_listings(graph, workload, RollOn::Any) {
            let label = graph.object(workload).label();
            listings.push(json!({"workload": label, "template": template, "listing": listing}));
        }
    }
    listings
}

/// The impact of the text after another one, both as they are, or as they are when the strategy is applied to both.
fn impact_json(request: &Value, head: &Graph<'_>, strategy: &Strategy) -> Option<String> {
    request["base"].as_str()?;
    let base = parse_text("before.yaml", &request["base"]);
    let base = link_bundle(&base, strategy);
    let is_assumed = request["assume"].as_bool() == Some(true);
    let apply = |graph: &Graph<'_>| is_assumed.then(|| apply_to_bundle(graph, strategy)).flatten();
    let (before, after) = (apply(&base), apply(head));
    let trees = [
        ComparedTree { graph: &base, applied: before.as_ref() },
        ComparedTree { graph: head, applied: after.as_ref() },
    ];
    let impact = rollstamp::impact(&trees[0], &trees[1], &ImpactOptions::default().diff(true));
    let mut diagnostics = base.bundle.diagnostics.to_vec();
    diagnostics.extend_from_slice(&impact.diagnostics);
    let report = ImpactReport { impact: &impact, head, diagnostics: &diagnostics, roll_on: RollOn::Any };
    Some(render_json(&Report::Impact(report)))
}

fn apply_to_bundle(graph: &Graph<'_>, strategy: &Strategy) -> Option<Bundle> {
    let plan = rollstamp::plan(graph, strategy);
    let sources = rollstamp::apply(graph.bundle, &plan).ok()?;
    Some(rollstamp::parse(sources, &ParseOptions::default().keep_all(true)))
}
