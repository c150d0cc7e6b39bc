//! `rollstamp stamp --apps` and `rollstamp rename --apps`: the rendered manifests of a repository, changed, one file for each
//! application.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use rollstamp::Bundle;
use rollstamp::report::{compared_apps_summary, plan_summary};
use rollstamp::repository::{ApplicationStatus, ReportedApplication};
use rollstamp::source::Source;
use rollstamp::stream::join_texts;

use crate::exit::{Failure, Outcome};
use crate::messages::Messages;
use crate::options::{ApplicationOptions, ChangeOptions, Mode};
use crate::output::{self, ApplicationFile, ApplicationFiles, application_path, cluster_directory};
use crate::run::baseline::{RunFindings, apply_baseline};
use crate::run::diagnostics::{outcome_of, print_diagnostics, print_diagnostics_of_change};
use crate::run::pipeline::plan_changes;
use crate::run::plan_report::{explain_hashes, print_details, write_plan_report};
use crate::run::repository::{ParsedApplications, check_tools, parse_applications, report_random, report_unknown};

/// Renders the applications, plans the changes, reports them, and writes the result.
pub fn change_applications(
    options: &ChangeOptions,
    applications: &ApplicationOptions,
    messages: &Messages,
) -> Result<Outcome, Failure> {
    let parsed = parse_applications(applications, &options.settings, Some(&options.strategy), messages)?;
    let ParsedApplications { bundle, provenance, applications: reported, root, places, has_findings } = parsed;
    let progress = messages.progress("linking");
    let mut run = plan_changes(&bundle, &options.strategy, &options.settings, messages, &progress);
    drop(progress);
    run.diagnostics.extend(report_random(&reported, true));
    places.locate(&mut run.diagnostics, &bundle);
    let findings = RunFindings { diagnostics: &mut run.diagnostics, impact: None };
    apply_baseline(&options.baseline, findings, &bundle.sources, &provenance, messages)?;
    let outcome = outcome_of(&run.diagnostics, options.settings.strict);
    let mut not_written = Vec::new();
    if let (Mode::OutputDir(directory), true) = (&options.mode, run.is_applicable) {
        let kept = find_unwritable(&bundle, &reported);
        let after: Vec<Source> = run.edited_sources().map(|edited| edited.to_source()).collect();
        let files = collect_files(&after, &reported, &kept);
        write_files(directory, files, &reported, (applications, &root), messages)?;
        not_written.extend(kept);
    }
    if let Some(format) = options.report {
        write_plan_report(options, &run, format, &provenance, messages)?;
    }
    if options.is_done() {
        print_diagnostics_of_change(&run.diagnostics, &bundle, "nothing was written", messages);
    } else {
        print_diagnostics(&run.diagnostics, &bundle, messages);
    }
    if options.report.is_none() {
        print_details(&run, options.is_done(), messages);
    }
    explain_hashes(&run, messages);
    report_unknown(&reported, messages);
    messages.summary(&plan_summary(&run.plan, &options.strategy, options.is_done()));
    let found_changes = !options.is_done() && !run.plan.is_empty();
    let outcome = outcome?;
    check_tools(&reported)?;
    if !not_written.is_empty() {
        let reasons = not_written.iter().map(|(id, why)| format!("{id} is not written: {why}"));
        return Err(Failure::because_of_all(reasons));
    }
    Ok(if found_changes || has_findings { Outcome::Found } else { outcome })
}

/// The applications that should be written and are not, each with the reason. What is suspended or pinned is none of
/// them.
fn find_unwritable(bundle: &Bundle, applications: &[ReportedApplication]) -> BTreeMap<String, String> {
    let mut kept = BTreeMap::new();
    let mut encrypted: BTreeSet<&str> = BTreeSet::new();
    for source in &bundle.sources {
        if let Some(part) = source.application()
            && source.text().contains("ENC[AES256_GCM,")
        {
            encrypted.insert(&part.id);
        }
    }
    for one in applications {
        let id = one.application.to_string();
        let why = match one.status {
            ApplicationStatus::Rendered if encrypted.contains(id.as_str()) => "it holds encrypted values".to_owned(),
            ApplicationStatus::Rendered if one.application.recipe.variables.has_unknown_values() => {
                "the values of its variables are not all in the repository".to_owned()
            }
            ApplicationStatus::Rendered | ApplicationStatus::Suspended | ApplicationStatus::Pinned => continue,
            status => {
                let reason = one.reason.as_ref().map_or(String::new(), |reason| format!(": {}", reason.text));
                format!("it is {}{reason}", status.as_str())
            }
        };
        kept.insert(id, why);
    }
    kept
}

/// The text of each application that is written whole.
fn collect_files(
    after: &[Source],
    applications: &[ReportedApplication],
    kept: &BTreeMap<String, String>,
) -> Vec<ApplicationFile> {
    let mut texts: BTreeMap<&str, Vec<Source>> = BTreeMap::new();
    for source in after {
        if let Some(part) = source.application() {
            texts.entry(&part.id).or_default().push(source.clone());
        }
    }
    let mut files = Vec::new();
    for one in applications {
        let id = one.application.to_string();
        if one.status == ApplicationStatus::Rendered && !kept.contains_key(&id) {
            let parts = texts.remove(id.as_str()).unwrap_or_default();
            let text = join_texts(&parts).text;
            files.push(ApplicationFile { path: application_path(&one.application), text });
        }
    }
    files
}

fn write_files(
    directory: &Path,
    files: Vec<ApplicationFile>,
    applications: &[ReportedApplication],
    (options, root): (&ApplicationOptions, &Path),
    messages: &Messages,
) -> Result<(), Failure> {
    let known = applications.iter().map(|one| application_path(&one.application)).collect();
    let is_whole = options.path == Path::new(".") || crate::files::real_path(&options.path) == root;
    let is_complete = |cluster: &str| {
        let is_certain = |one: &ReportedApplication| {
            matches!(one.status, ApplicationStatus::Rendered | ApplicationStatus::Suspended | ApplicationStatus::Pinned)
        };
        let of_cluster = |one: &&ReportedApplication| cluster_directory(&one.application) == cluster;
        is_whole && applications.iter().filter(of_cluster).all(is_certain)
    };
    // New files get the permissions of a file of the repository.
    let mut inputs = applications.iter().flat_map(|one| &one.application.inputs);
    let Some(like) = inputs.find_map(|input| fs::metadata(root.join(input)).ok().filter(fs::Metadata::is_file)) else {
        return Err(Failure::because("no file of the repository can be read any more"));
    };
    let count = files.len();
    let output = ApplicationFiles { files, known, is_complete: &is_complete, like };
    let removed = output::write_applications(directory, &output).map_err(Failure::all)?;
    let removed = if removed > 0 { format!(", {removed} removed") } else { String::new() };
    messages.summary(&format!("{count} files of applications in {}{removed}", directory.display()));
    messages.summary(&compared_apps_summary(applications));
    Ok(())
}
