//! `rollstamp apps`.

use rollstamp::report::{AppsReport, Report, apps_summary};
use rollstamp::repository::{Application, Discovery};

use crate::exit::{Failure, Outcome};
use crate::messages::Messages;
use crate::options::AppsOptions;
use crate::output;
use crate::repository::{ComparedRepositories, Session, belongs_to, find_base};

/// Lists the applications of the repository, or explains one.
pub fn list_applications(options: &AppsOptions, messages: &Messages) -> Result<Outcome, Failure> {
    let session = Session::open(&options.applications, messages)?;
    let Discovery { applications, diagnostics, .. } = &session.head.discovery;
    let mut listed: Vec<&Application> =
        applications.iter().filter(|application| belongs_to(application, &session.part)).collect();
    for diagnostic in diagnostics {
        messages.report(diagnostic);
    }
    if let Some(base) = &options.base {
        let revision = find_base(&session, base)?;
        let compared = ComparedRepositories::open(&session, revision, false, messages)?;
        if let Some(most) = options.matrix {
            output::print(&matrix_text(compared.count_renderable(), most))?;
            return Ok(Outcome::Done);
        }
        let touched = compared.touched_names();
        listed.retain(|application| touched.contains(&application.to_string()));
    }
    if let Some(query) = &options.explained {
        listed = vec![select_application(&listed, query)?];
    }
    let is_explained = options.explained.is_some();
    let renderers = if is_explained { list_renderers(&session, &listed) } else { Vec::new() };
    let report = AppsReport { applications: &listed, diagnostics, is_explained, renderers: &renderers };
    output::write_report(&Report::Apps(report), options.format, &output::text_options(messages).wide(options.wide))?;
    if !is_explained {
        messages.summary(&apps_summary(&listed));
    }
    let has_finding = session.has_findings() || session.missing_paths().next().is_some();
    Ok(if options.strict && has_finding { Outcome::Found } else { Outcome::Done })
}

/// The renderers of applications, each with its version in one line.
fn list_renderers(session: &Session, applications: &[&Application]) -> Vec<String> {
    let mut renderers: Vec<String> = Vec::new();
    for step in applications.iter().flat_map(|application| &application.recipe.steps) {
        let version = session.programs.version_of(step, session.limits.timeout);
        let version = version.map(|version| version.lines().collect::<Vec<_>>().join(", "));
        renderers.extend(version.filter(|version| !renderers.contains(version)));
    }
    renderers
}

/// The shards of a number of applications, for the matrix of a CI job.
fn matrix_text(applications: usize, most: u16) -> String {
    let count = applications.min(usize::from(most));
    let mut rows = Vec::new();
    for number in 0..count {
        // The first shards have one more.
        let size = applications / count + usize::from(number < applications % count);
        rows.push(serde_json::json!({ "shard": format!("{}/{count}", number + 1), "applications": size }));
    }
    format!("{}\n", serde_json::json!({ "include": rows }))
}

/// The one application of a name, with the parts before it that are given.
fn select_application<'a>(applications: &[&'a Application], query: &str) -> Result<&'a Application, Failure> {
    let mut found = Vec::new();
    for application in applications {
        let identity = application.to_string();
        if identity == query {
            found.insert(0, *application);
        } else if identity.strip_suffix(query).is_some_and(|rest| rest.ends_with('/')) {
            found.push(*application);
        }
    }
    let is_exact = found.first().is_some_and(|first| first.to_string() == query);
    match &found[..] {
        [] => Err(Failure::because(format!("no application is named {query}; `rollstamp apps` lists them"))),
        [one] => Ok(one),
        [first, second, ..] if is_exact && second.to_string() != query => Ok(first),
        _ => {
            let mut names: Vec<String> = found.iter().map(ToString::to_string).collect();
            names.truncate(5);
            Err(Failure::because(format!("several applications are named {query}: {}", names.join(", "))))
        }
    }
}
