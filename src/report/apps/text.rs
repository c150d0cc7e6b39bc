//! Applications as tables for a terminal.

use super::{path_words, tool_words};
use crate::report::format::styled::StyledText;
use crate::report::format::table::{Cell, Column, TextTable};
use crate::report::model::RenderOptions;
use crate::repository::{Application, ApplicationState, StateReason};

const COLUMNS: [Column; 9] = [
    Column::of_names("CLUSTER", 2),
    Column::of_names("NAMESPACE", 2),
    Column::of_names("NAME", 4),
    Column::of_words("KIND"),
    Column::of_words("TOOL"),
    Column::of_words("STATE"),
    Column::of_names("PATH", 4),
    Column::of_names("DECLARED BY", 4),
    Column::of_words("REASON"),
];

/// The applications as a table, and those that nothing in the repository applies as another.
pub(in crate::report) fn apps_text(applications: &[&Application], options: &RenderOptions) -> String {
    let (mut applied, mut loose) = (TextTable::new(COLUMNS), TextTable::new(COLUMNS));
    for application in applications {
        let table = if application.is_loose { &mut loose } else { &mut applied };
        table.push_row(application_row(application).map(Cell::new));
    }
    let width = if options.wide { None } else { options.width };
    let mut out = StyledText::new(options.color);
    if !loose.is_empty() {
        let gap = if applied.is_empty() { "" } else { "\n" };
        applied.print(&mut out, width);
        out.push(&format!("{gap}Not applied by anything in this repository:\n"));
        loose.print(&mut out, width);
    } else {
        applied.print(&mut out, width);
    }
    out.into_string()
}

fn application_row(application: &Application) -> [String; 9] {
    let or_dash = |part: &Option<String>| part.clone().unwrap_or_else(|| "-".to_owned());
    let paths = path_words(application);
    [
        or_dash(&application.cluster),
        or_dash(&application.namespace),
        application.name.clone(),
        application.kind.as_str().to_owned(),
        tool_words(application),
        application.state.as_str().to_owned(),
        if paths.is_empty() { "-".to_owned() } else { paths.join(", ") },
        application.declared_by().map_or_else(|| "-".to_owned(), ToString::to_string),
        describe_reasons(application),
    ]
}

/// The first reason, and the number of the others. The suspension of an application says itself.
fn describe_reasons(application: &Application) -> String {
    let reasons = &application.reasons;
    let Some(first) = reasons.first() else { return String::new() };
    if application.state == ApplicationState::Suspended && reasons.len() == 1 {
        return String::new();
    }
    let more = if reasons.len() > 1 { format!(" and {} more", reasons.len() - 1) } else { String::new() };
    format!("{}{more}", describe_reason(first, application))
}

/// A reason with its place, unless that is the declaration itself.
pub(super) fn describe_reason(reason: &StateReason, application: &Application) -> String {
    match &reason.place {
        Some(place) if application.declared_by() != Some(place) => format!("{} ({place})", reason.text),
        _ => reason.text.clone(),
    }
}
