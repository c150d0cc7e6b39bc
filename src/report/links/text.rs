//! Links as a table for people.

use super::fold::{LineDelivery, LineVerdict, LinkLine, fold_links};
use crate::bundle::ObjectId;
use crate::escape::escape;
use crate::graph::{Graph, Link, Mention, Resolution};
use crate::report::format::palette::{AMBIGUOUS, FROZEN, LIVE, PaletteColor, UNMOUNTED, UNRESOLVED};
use crate::report::format::styled::StyledText;
use crate::report::format::table::{Cell, Column, TextTable};
use crate::report::location;
use crate::report::model::RenderOptions;
use crate::report::selection::LinkSelection;

/// The columns before the status.
const COLUMNS: [Column; 6] = [
    Column::of_objects("WORKLOAD", 8),
    Column::of_names("CONTAINER", 3),
    Column::of_words("MECHANISM"),
    Column::of_objects("CONFIG", 8),
    Column::of_names("KEYS", 3),
    Column::of_words("DELIVERY"),
];

const STATUS: Column = Column::of_sentences("STATUS", 16);

/// The most objects that are listed for a config that they name.
const NAMED: usize = 3;

/// The links as a table, and the configs that nothing refers to.
pub fn links_text(graph: &Graph<'_>, selection: &LinkSelection, options: &RenderOptions) -> String {
    let mut links = Vec::new();
    for (id, link) in graph.links.entries() {
        if selection.shows_link(id) {
            links.push(link);
        }
    }
    let mut out = StyledText::new(options.color);
    if options.wide {
        wide_table(graph, &links).print(&mut out, None);
    } else {
        folded_table(fold_links(graph, &links)).print(&mut out, options.width);
    }
    push_unused(graph, selection, options, &mut out);
    out.into_string()
}

/// The links in lines that are folded; their number is there only if one stands for several.
fn folded_table(lines: Vec<(LinkLine<'_>, usize)>) -> TextTable<'_> {
    let has_applications = lines.iter().any(|(line, _)| line.application.is_some());
    let mut columns = columns_of(has_applications);
    let has_counts = lines.iter().any(|&(_, number)| number > 1);
    if has_counts {
        columns.push(Column::of_words("TIMES"));
    }
    columns.push(STATUS);
    let mut table = TextTable::new(columns);
    for (line, number) in lines {
        let times = if number > 1 { format!("×{number}") } else { String::new() };
        let times = if has_counts { Some(Cell::new(times)) } else { None };
        let application = application_cell(&line, has_applications);
        let (cells, status) = line_cells(line);
        table.push_row(application.into_iter().chain(cells).chain(times).chain([status]));
    }
    table
}

/// Each link in a line of its own, with its place and those of the definitions.
fn wide_table<'g>(graph: &'g Graph<'_>, links: &[&'g Link]) -> TextTable<'g> {
    let places = [STATUS, Column::of_names("FILE:LINE", 2), Column::of_names("DEFINED AT", 2)];
    let lines: Vec<LinkLine<'_>> = links.iter().map(|link| LinkLine::of(graph, link)).collect();
    let has_applications = lines.iter().any(|line| line.application.is_some());
    let mut table = TextTable::new([&columns_of(has_applications)[..], &places].concat());
    for (line, link) in lines.into_iter().zip(links) {
        let source = &graph.bundle.sources[link.place.source];
        let place = format!("{}:{}", source.name(), source.position(link.place.span.start).line);
        let application = application_cell(&line, has_applications);
        let (cells, status) = line_cells(line);
        let defined_at = Cell::new(list_definitions(graph, link));
        table.push_row(application.into_iter().chain(cells).chain([status, Cell::new(place), defined_at]));
    }
    table
}

/// The columns before the status, with one for applications if there are some.
fn columns_of(has_applications: bool) -> Vec<Column> {
    let application = has_applications.then_some(Column::of_names("APPLICATION", 4));
    application.into_iter().chain(COLUMNS).collect()
}

fn application_cell<'g>(line: &LinkLine<'g>, has_applications: bool) -> Option<Cell<'g>> {
    has_applications.then(|| Cell::new(line.application.unwrap_or("-")))
}

/// The cells of a line, and that of its status.
fn line_cells(line: LinkLine<'_>) -> ([Cell<'_>; 6], Cell<'_>) {
    let join = |mut names: Vec<_>| match names.len() {
        1 => names.remove(0),
        _ => names.join(", ").into(),
    };
    let cells = [
        Cell::new(line.object),
        Cell::new(join(line.containers)),
        Cell::new(line.mechanism),
        Cell::new(line.config),
        Cell::new(join(line.keys)),
        Cell::colored(line.delivery.as_str(), Some(color_of_delivery(line.delivery))),
    ];
    (cells, Cell::colored(line.status, color_of_verdict(line.verdict)))
}

fn color_of_delivery(delivery: LineDelivery) -> PaletteColor {
    match delivery {
        LineDelivery::Frozen => FROZEN,
        LineDelivery::Live => LIVE,
        LineDelivery::Unmounted | LineDelivery::Overridden | LineDelivery::None => UNMOUNTED,
    }
}

fn color_of_verdict(verdict: LineVerdict) -> Option<PaletteColor> {
    match verdict {
        LineVerdict::Fine => None,
        LineVerdict::Missing => Some(UNRESOLVED),
        LineVerdict::Ambiguous => Some(AMBIGUOUS),
    }
}

/// The places of the definitions that a reference can mean, or of what makes controllers write them.
fn list_definitions(graph: &Graph<'_>, link: &Link) -> String {
    let mut objects: Vec<ObjectId> = Vec::new();
    match link.resolution {
        Resolution::Config(config) => objects.push(graph.configs[config].object),
        _ => objects.extend(link.definitions.iter().map(|&config| graph.configs[config].object)),
    }
    if objects.is_empty() {
        objects.extend(graph.generated_of(link).map(|generated| generated.object));
    }
    let mut places: Vec<String> = objects.into_iter().map(|object| describe_start(graph, object)).collect();
    if link.resolution == Resolution::Missing
        && let Some((kustomization, line)) = graph.bundle.find_generator(&link.target)
    {
        places.push(format!("{kustomization}:{line}"));
    }
    if places.is_empty() { "-".to_string() } else { places.join(", ") }
}

/// `app.yaml:7`, the start of an object.
fn describe_start(graph: &Graph<'_>, object: ObjectId) -> String {
    let (file, position) = location(graph, &graph.bundle.objects[object]);
    format!("{file}:{}", position.line)
}

/// Adds the configs that no reference resolves to: first those that nothing names, then those that something names in a
/// field that no table knows.
fn push_unused(graph: &Graph<'_>, selection: &LinkSelection, options: &RenderOptions, out: &mut StyledText) {
    let columns = [Column::of_objects("CONFIG", 2), Column::of_names("FILE:LINE", 2)];
    let mentions = graph.find_mentions();
    let mut unnamed = TextTable::list(columns);
    let mut named = TextTable::list([&columns[..], &[Column::of_sentences("NAMED BY", 24)]].concat());
    for (id, config) in graph.configs.entries() {
        if !graph.is_unused(config) || !selection.shows_unused(id) {
            continue;
        }
        let cells = [Cell::new(config.identity.to_string()), Cell::new(describe_start(graph, config.object))];
        match mentions.get(&id) {
            None => unnamed.push_row(cells),
            Some(mentions) => {
                let most = if options.wide { mentions.len() } else { NAMED };
                let places: Vec<String> = mentions.iter().take(most).map(|one| describe_mention(graph, one)).collect();
                let more = mentions.len().saturating_sub(most);
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                let named_by = Cell::new(format!("named by {}{more}", places.join(", ")));
                named.push_row(cells.into_iter().chain([named_by]));
            }
        }
    }
    let width = if options.wide { None } else { options.width };
    for (heading, table) in [
        ("Nothing in the input refers to:", unnamed),
        ("Named only in fields that are not known to be references:", named),
    ] {
        if !table.is_empty() {
            out.push(if out.is_empty() { "" } else { "\n" });
            out.push(heading);
            out.push("\n");
            table.print(out, width);
        }
    }
}

/// `GitRepository/app (git.yaml:7)`.
fn describe_mention(graph: &Graph<'_>, mention: &Mention) -> String {
    let source = &graph.bundle.sources[mention.place.source];
    let line = source.position(mention.place.span.start).line;
    format!("{} ({}:{line})", graph.bundle.objects[mention.object].label(), escape(source.name()))
}
