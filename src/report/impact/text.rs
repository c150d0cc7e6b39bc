//! The impact as tables for people: what happens to workloads, and the keys that changed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::applications::{fold_workloads, has_applications, unknown_table};
use super::rollouts::describe_rollout;
use super::{default_reason, describe_changes, format_locations, group_reasons, shorten_digest, shorten_registry};
use crate::impact::{ConfigImpact, Impact, ImpactClass, KeyImpact, WorkloadImpact};
use crate::report::format::palette::{ADDED, HUNK, REMOVED, color_of_class};
use crate::report::format::styled::StyledText;
use crate::report::format::table::{Cell, Column, TextTable};
use crate::report::model::RenderOptions;
use crate::source::FileLine;

const WORKLOADS: [Column; 4] = [
    Column::of_words("IMPACT"),
    Column::of_objects("WORKLOAD", 1),
    Column::of_places("FILE:LINE"),
    Column::of_sentences("WHY", 24),
];

/// The clusters, where workloads are of applications.
const ON: Column = Column::of_names("ON", 2);

const KEYS: [Column; 4] = [
    Column::of_words("CHANGE"),
    Column::of_objects("CONFIG", 2),
    Column::of_names("KEY", 2),
    Column::of_sentences("FILE:LINE", 30),
];

/// The most keys of one config that are named for a workload; the rest is counted.
const NAMED: usize = 10;

/// The most changes of one template that are named; the rest is counted.
const CHANGES: usize = 5;

/// The lines about workloads, and about keys, that fit on a terminal; the rest is counted.
const SCREEN: [usize; 2] = [36, 18];

/// The workloads that something happens to, what needs attention first, with a line for each reason; the keys that
/// changed; and the diffs of keys that were compared line by line.
pub(crate) fn impact_text(impact: &Impact, options: &RenderOptions) -> String {
    let width = if options.wide { None } else { options.width };
    let mut out = StyledText::new(options.color);
    list_workloads(impact, options).print(&mut out, width);
    let unknown = unknown_table(impact, options.wide);
    if !unknown.is_empty() {
        out.push(if out.is_empty() { "" } else { "\n" });
        unknown.print(&mut out, width);
    }
    let keys = list_keys(impact, options);
    if !keys.is_empty() {
        out.push("\n");
        keys.print(&mut out, width);
    }
    push_diffs(impact, &mut out);
    out.into_string()
}

/// The lines about a workload, or about several that are alike in all but their files.
struct WorkloadBlock<'a> {
    workload: &'a WorkloadImpact,
    /// The clusters, where the trees are made of applications.
    on: Option<String>,
    lines: Vec<String>,
    times: usize,
}

fn list_workloads(impact: &Impact, options: &RenderOptions) -> TextTable<'static> {
    let is_screen = options.width.is_some() && !options.wide;
    let image_name = if is_screen { shorten_registry } else { shorten_digest };
    let has_applications = has_applications(impact);
    let mut blocks = Vec::new();
    let describe = |workload: &WorkloadImpact| reason_lines(impact, workload, true, image_name).join("\n");
    for folded in fold_workloads(impact, describe) {
        let on = if has_applications { Some(folded.clusters_in_words(options.wide)) } else { None };
        let lines = reason_lines(impact, folded.workload, options.wide, image_name);
        blocks.push(WorkloadBlock { workload: folded.workload, on, lines, times: 1 });
    }
    if is_screen {
        blocks = fold_blocks(blocks);
    }
    let has_times = blocks.iter().any(|block| block.times > 1);
    let mut columns = WORKLOADS.to_vec();
    for (is_there, column) in [(has_times, Column::of_words("TIMES")), (has_applications, ON)] {
        if is_there {
            columns.insert(2, column);
        }
    }
    let mut list = BlockList { table: TextTable::new(columns), has_applications, has_times };
    if is_screen {
        list.push_screen(blocks);
    } else {
        for block in &blocks {
            for line in &block.lines {
                list.push_line(Some(block), line);
            }
        }
    }
    list.table
}

/// Blocks that are equal become one.
fn fold_blocks(blocks: Vec<WorkloadBlock<'_>>) -> Vec<WorkloadBlock<'_>> {
    let mut folded: Vec<WorkloadBlock<'_>> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for block in blocks {
        let object = [block.workload.class_label(), &block.workload.label(), block.on.as_deref().unwrap_or_default()];
        let key = format!("{}\n{}", object.join("\n"), block.lines.join("\n"));
        let next = folded.len();
        let number = *known.entry(key).or_insert(next);
        if number == next {
            folded.push(block);
        } else {
            folded[number].times += 1;
        }
    }
    folded
}

/// The table of workloads.
struct BlockList {
    table: TextTable<'static>,
    has_applications: bool,
    has_times: bool,
}

impl BlockList {
    /// Adds a line; without a block, one that goes on with the block before it.
    fn push_line(&mut self, block: Option<&WorkloadBlock<'_>>, line: &str) {
        let Some(WorkloadBlock { workload, on, times, .. }) = block else {
            return self.push_cells([Cell::new(""), Cell::new("")], None, 1, ["", line]);
        };
        let location = workload.head_location.as_ref().or(workload.base_location.as_ref());
        let place = location.map(ToString::to_string).unwrap_or_default();
        let color = Some(color_of_class(workload.class.as_str()));
        let object = [Cell::colored(workload.class_label(), color), Cell::new(workload.label())];
        self.push_cells(object, on.clone(), *times, [&place, line]);
    }

    fn push_cells(&mut self, object: [Cell<'static>; 2], on: Option<String>, times: usize, rest: [&str; 2]) {
        let mut row = Vec::from(object);
        if self.has_applications {
            row.push(Cell::new(on.unwrap_or_default()));
        }
        if self.has_times {
            row.push(Cell::new(if times > 1 { format!("×{times}") } else { String::new() }));
        }
        row.extend(rest.map(|text| Cell::new(text.to_string())));
        self.table.push_row(row);
    }

    /// Adds blocks for one screen: a line does not repeat what the line before it says, and what has no room is counted.
    fn push_screen(&mut self, blocks: Vec<WorkloadBlock<'_>>) {
        let (mut lines, mut left_out) = (0, BTreeMap::new());
        for block in blocks {
            if lines > 0 && lines + block.lines.len() > SCREEN[0] {
                *left_out.entry((block.workload.class, block.workload.class_label())).or_insert(0) += block.times;
                // What comes later is less important, however short it is.
                lines = SCREEN[0];
                continue;
            }
            lines += block.lines.len();
            for (number, line) in block.lines.iter().enumerate() {
                self.push_line(Some(&block).filter(|_| number == 0), line);
            }
        }
        for ((class, label), number) in left_out {
            let color = Some(color_of_class(class.as_str()));
            let object = [Cell::colored(label, color), Cell::new(format!("{number} more"))];
            self.push_cells(object, None, 1, ["", "--wide lists all"]);
        }
    }
}

fn reason_lines(impact: &Impact, workload: &WorkloadImpact, all: bool, image_name: fn(&str) -> String) -> Vec<String> {
    let most = |number: usize| if all { usize::MAX } else { number };
    let mut lines = Vec::new();
    for (config, routes, reasons) in group_reasons(workload) {
        let config = &impact.configs[config];
        let mut keys: Vec<String> = reasons.iter().take(most(NAMED)).map(|reason| reason.key.clone()).collect();
        keys.extend(count_rest(reasons.len(), most(NAMED)));
        lines.push(format!("{}/{} ({}) by {}", config.kind, config.name, keys.join(", "), routes.join(", ")));
    }
    let changes = describe_changes(workload, image_name);
    lines.extend(changes.iter().take(most(CHANGES)).cloned());
    lines.extend(count_rest(changes.len(), most(CHANGES)));
    if let Some(sentence) = &workload.sentence {
        lines.push(format!("→ {sentence}"));
    }
    if let Some(rollout) = describe_rollout(workload) {
        lines.push(format!("→ {rollout}"));
    }
    if let Some(refresh) = workload.refresh
        && workload.class == ImpactClass::Refreshes
    {
        lines.push(format!("→ {}", refresh.explanation()));
    }
    if lines.is_empty() {
        lines.push(default_reason(workload.class).to_string());
    }
    lines
}

fn count_rest(count: usize, shown: usize) -> Option<String> {
    if count > shown { Some(format!("and {} more", count - shown)) } else { None }
}

fn list_keys<'a>(impact: &'a Impact, options: &RenderOptions) -> TextTable<'a> {
    let most = if options.width.is_some() && !options.wide { SCREEN[1] } else { usize::MAX };
    let (mut table, mut known) = (TextTable::new(KEYS), BTreeSet::new());
    let (mut shown, mut left_out) = (0, 0);
    for config in &impact.configs {
        for key in &config.keys {
            let place = format_locations(key.base_location.as_ref(), key.head_location.as_ref());
            // The same file makes the configs of several clusters.
            if config.application.is_some() && !known.insert((config.label(), &key.key, place.clone())) {
                continue;
            }
            if shown == most {
                left_out += 1;
                continue;
            }
            shown += 1;
            table.push_row([
                Cell::new(key.change.as_str()),
                Cell::new(config.label()),
                Cell::new(key.key.as_str()),
                Cell::new(place),
            ]);
        }
    }
    if left_out > 0 {
        let rest = format!("{left_out} more");
        table.push_row([Cell::new(""), Cell::new(rest), Cell::new(""), Cell::new("--wide lists all")]);
    }
    table
}

/// Adds the changes of ConfigMaps, as a unified diff for each key. Secrets are not in it.
fn push_diffs(impact: &Impact, out: &mut StyledText) {
    for config in &impact.configs {
        for key in &config.keys {
            let Some(diff) = &key.diff else { continue };
            let base = name_in_diff(config, key, key.base_location.as_ref());
            let head = name_in_diff(config, key, key.head_location.as_ref());
            out.push_bold(&format!("--- {base}"));
            out.push("\n");
            out.push_bold(&format!("+++ {head}"));
            out.push("\n");
            for line in diff.split_inclusive('\n') {
                let text = line.trim_end_matches('\n');
                let color = match line.as_bytes() {
                    [b'@', ..] => Some(HUNK),
                    [b'-', ..] => Some(REMOVED),
                    [b'+', ..] => Some(ADDED),
                    _ => None,
                };
                out.push_colored(text, color);
                out.push(&line[text.len()..]);
            }
        }
    }
}

fn name_in_diff(config: &ConfigImpact, key: &KeyImpact, location: Option<&FileLine>) -> String {
    match location {
        Some(location) => format!("{location}\t{} {}", config.label(), key.key),
        None => "/dev/null".to_string(),
    }
}
