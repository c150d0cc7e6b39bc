//! `rollstamp apps`.

use std::path::Path;

use rollstamp::report::{AppsReport, Report, apps_summary};
use rollstamp::repository::{Application, Discovery, ReasonCode, RepositoryIndex, discover};

use crate::exit::{Failure, Outcome};
use crate::files;
use crate::messages::Messages;
use crate::options::AppsOptions;
use crate::output;
use crate::repository::{WorkTree, read_work_tree};

/// Lists the applications of the repository, or explains one.
pub fn list_applications(options: &AppsOptions, messages: &Messages) -> Result<Outcome, Failure> {
    let progress = messages.progress("reading the repository");
    let WorkTree { root, files, urls, tags, commit } = read_work_tree(&options.path)?;
    let file_count = files.len();
    let index = RepositoryIndex::new(files);
    let discovery_options = options.repository.to_discovery_options(&root, options.options_file.as_deref());
    let urls = [discovery_options.urls.clone(), urls].concat();
    let Discovery { applications, diagnostics } =
        discover(&index, &discovery_options.urls(urls).tags(tags).commit(commit));
    drop(progress);
    let part = locate_part(&root, &options.path);
    let mut listed: Vec<&Application> =
        applications.iter().filter(|application| belongs_to(application, &part)).collect();
    for diagnostic in &diagnostics {
        messages.report(diagnostic);
    }
    if listed.is_empty() {
        return Err(Failure::because(format!(
            "no application in {} ({file_count} files of the repository read): no Kustomization of Flux, Application or \
             ApplicationSet of Argo CD, kustomization, chart or manifest; declare applications under \
             `repository.applications` in the options file",
            options.path.display()
        )));
    }
    if let Some(query) = &options.explained {
        listed = vec![select_application(&listed, query)?];
    }
    let is_explained = options.explained.is_some();
    let report = AppsReport { applications: &listed, diagnostics: &diagnostics, is_explained };
    output::write_report(&Report::Apps(report), options.format, &output::text_options(messages).wide(options.wide))?;
    if !is_explained {
        messages.summary(&apps_summary(&listed));
    }
    let is_missing =
        |application: &&Application| application.reasons.iter().any(|reason| reason.code == ReasonCode::PathMissing);
    let has_finding =
        listed.iter().any(is_missing) || diagnostics.iter().any(|diagnostic| diagnostic.message.is_finding());
    Ok(if options.strict && has_finding { Outcome::Found } else { Outcome::Done })
}

/// The path from the root of the repository.
fn locate_part(root: &Path, path: &Path) -> String {
    let (root, path) = (files::real_path(root), files::real_path(path));
    let part = path.strip_prefix(root).unwrap_or(Path::new(""));
    part.to_string_lossy().replace('\\', "/")
}

/// Returns `true` if an application has a path in a part of the repository, or is declared there.
fn belongs_to(application: &Application, part: &str) -> bool {
    let part = Path::new(part);
    application.paths.iter().any(|path| Path::new(path).starts_with(part))
        || application.declared_by().is_some_and(|place| Path::new(&place.file).starts_with(part))
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
