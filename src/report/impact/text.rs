//! The impact as a table for a terminal, whole at any width: long words are broken, never cut off.

use std::fmt::Write as _;

use super::rollouts::{describe_rollout, sort_workloads};
use super::{default_reason, describe_template_changes, format_locations, group_reasons};
use crate::impact::{ConfigImpact, Impact, ImpactClass, KeyImpact, WorkloadImpact};
use crate::source::FileLine;

const WORKLOADS: [&str; 3] = ["IMPACT", "WORKLOAD", "WHY"];

const KEYS: [&str; 3] = ["CHANGE", "KEY", "WHERE"];

/// The blanks between two columns.
const GAP: usize = 2;

/// The most keys of one config that are named for a workload; the rest is counted.
const NAMED: usize = 10;

/// The most changes of one template that are named; the rest is counted.
const CHANGES: usize = 5;

/// The lines of each of the three cells of a row.
type WrappedRow = [Vec<String>; 3];

/// The workloads that something happens to, what needs attention first, and the keys that changed, as tables in lines
/// of at most `width` columns; and the diffs of keys that were compared line by line.
pub(crate) fn impact_text(impact: &Impact, width: usize) -> String {
    format_tables(impact, width) + &format_diffs(impact)
}

fn format_tables(impact: &Impact, width: usize) -> String {
    let rows: Vec<WrappedRow> = sort_workloads(impact).iter().map(|workload| workload_row(impact, workload)).collect();
    let mut out = format_table(&WORKLOADS, &rows, width);
    let mut key_rows = Vec::new();
    for config in &impact.configs {
        for key in &config.keys {
            key_rows.push(key_row(config, key));
        }
    }
    let keys = format_table(&KEYS, &key_rows, width);
    if !keys.is_empty() {
        out.push('\n');
    }
    out + &keys
}

/// The changes of ConfigMaps, as a unified diff for each key. Secrets are not in it.
fn format_diffs(impact: &Impact) -> String {
    let mut out = String::new();
    for config in &impact.configs {
        for key in &config.keys {
            let Some(diff) = &key.diff else { continue };
            let base = name_in_diff(config, key, key.base_location.as_ref());
            let head = name_in_diff(config, key, key.head_location.as_ref());
            // Writing to a String cannot fail.
            let _ = write!(out, "--- {base}\n+++ {head}\n{diff}");
        }
    }
    out
}

fn name_in_diff(config: &ConfigImpact, key: &KeyImpact, location: Option<&FileLine>) -> String {
    match location {
        Some(location) => format!("{location}\t{} {}", config.label(), key.key),
        None => "/dev/null".to_string(),
    }
}

fn workload_row(impact: &Impact, workload: &WorkloadImpact) -> [Vec<String>; 3] {
    let mut place = vec![workload.label()];
    place.extend(workload.head_location.as_ref().or(workload.base_location.as_ref()).map(ToString::to_string));
    [vec![workload.class_label().to_string()], place, reason_lines(impact, workload)]
}

fn reason_lines(impact: &Impact, workload: &WorkloadImpact) -> Vec<String> {
    let mut lines = Vec::new();
    for (config, routes, reasons) in group_reasons(workload) {
        let config = &impact.configs[config];
        let mut keys: Vec<String> = reasons.iter().take(NAMED).map(|reason| reason.key.clone()).collect();
        keys.extend(count_rest(reasons.len(), NAMED));
        lines.push(format!("{}/{} ({}) by {}", config.kind, config.name, keys.join(", "), routes.join(", ")));
    }
    let changes = describe_template_changes(workload);
    lines.extend(changes.iter().take(CHANGES).cloned());
    lines.extend(count_rest(changes.len(), CHANGES));
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

fn key_row(config: &ConfigImpact, key: &KeyImpact) -> WrappedRow {
    let place = format_locations(key.base_location.as_ref(), key.head_location.as_ref());
    [vec![key.change.as_str().to_string()], vec![format!("{} {}", config.label(), key.key)], vec![place]]
}

fn count_rest(count: usize, shown: usize) -> Option<String> {
    if count > shown { Some(format!("and {} more", count - shown)) } else { None }
}

/// Rows under their headings, each cell broken into lines of its column's width.
fn format_table(headings: &[&str; 3], rows: &[WrappedRow], width: usize) -> String {
    let mut out = String::new();
    if rows.is_empty() {
        return out;
    }
    let widths = column_widths(headings, rows, width);
    push_row(&mut out, headings, &widths);
    for row in rows {
        let mut columns: [Vec<String>; 3] = Default::default();
        for (column, lines) in row.iter().enumerate() {
            for line in lines {
                columns[column].extend(wrap_line(line, widths[column]));
            }
        }
        for number in 0..columns.iter().map(Vec::len).max().unwrap_or(0) {
            let cells = columns.each_ref().map(|column| column.get(number).map_or("", String::as_str));
            push_row(&mut out, &cells, &widths);
        }
    }
    out
}

/// The widths of the columns: the first two get what they need within reason, the last one gets the rest.
fn column_widths(headings: &[&str; 3], rows: &[WrappedRow], width: usize) -> [usize; 3] {
    let mut longest = headings.map(str::len);
    for row in rows {
        for (column, lines) in row.iter().enumerate() {
            for line in lines {
                longest[column] = longest[column].max(line.chars().count());
            }
        }
    }
    let first = longest[0];
    let rest = width.saturating_sub(first + 2 * GAP);
    let second = longest[1].min(rest * 2 / 5).max(8);
    [first, second, rest.saturating_sub(second).max(20)]
}

fn push_row(out: &mut String, cells: &[&str; 3], widths: &[usize; 3]) {
    let padded: Vec<String> = cells.iter().zip(widths).map(|(cell, &width)| format!("{cell:width$}")).collect();
    out.push_str(padded.join(&" ".repeat(GAP)).trim_end());
    out.push('\n');
}

/// A line in pieces of at most `width` characters. The second and later pieces are indented a little further.
fn wrap_line(line: &str, width: usize) -> Vec<String> {
    let indent = line.len() - line.trim_start().len();
    let mut pieces: Vec<String> = Vec::new();
    let mut piece = " ".repeat(indent);
    let mut is_empty = true;
    for word in line.split_whitespace() {
        for (number, part) in break_word(word, width.saturating_sub(indent + 2).max(8)).into_iter().enumerate() {
            let gap = usize::from(!is_empty && number == 0);
            if !is_empty && piece.chars().count() + gap + part.chars().count() > width {
                pieces.push(std::mem::replace(&mut piece, " ".repeat(indent + 2)));
            } else if gap == 1 {
                piece.push(' ');
            }
            piece.push_str(part);
            is_empty = false;
        }
    }
    pieces.push(piece);
    pieces
}

/// The offset behind the last of some signs, unless that is too far at the front.
fn find_break(line: &str, signs: &[char]) -> Option<usize> {
    let at = line.rfind(signs)? + 1;
    if at > line.len() / 3 { Some(at) } else { None }
}

/// A word that is too long in pieces: broken behind a `/` if there is one in a good place, else behind another sign.
fn break_word(word: &str, width: usize) -> Vec<&str> {
    let mut rest = word;
    let mut pieces = Vec::new();
    while rest.chars().count() > width {
        let end = match rest.char_indices().nth(width) {
            Some((end, _)) => end,
            None => rest.len(),
        };
        let line = &rest[..end];
        let at = find_break(line, &['/']).or_else(|| find_break(line, &['-', '_', '.', ':'])).unwrap_or(end);
        let (piece, after) = rest.split_at(at);
        pieces.push(piece);
        rest = after;
    }
    pieces.push(rest);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_in_narrow_columns() {
        for (line, width) in [
            ("  LOG_LEVEL changed: apps/web/base/app.yaml:7, was origin/main:apps/web/base/app.yaml:6", 30),
            ("prod-eu-west-1/Deployment/a-very-long-name-of-a-workload-that-nobody-should-have-given", 20),
            ("éééééééééééééééééééééééé ü", 10),
            ("short", 40),
        ] {
            let pieces = wrap_line(line, width);
            assert!(pieces.iter().all(|piece| piece.chars().count() <= width), "{pieces:?}");
            let letters = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>();
            assert_eq!(letters(&pieces.concat()), letters(line));
        }
    }
}
