//! Addresses of lines of files: by the flag, or by what the CI says of the repository.

use std::path::PathBuf;

use rollstamp::report::{Format, SourceUrl, SourceUrlError};

use crate::environment::text_variable;
use crate::exit::Failure;
use crate::git::{GitError, Repository};

/// Formats in which a place can be a link.
const LINKED: [Format; 3] = [Format::Html, Format::Markdown, Format::Github];

/// Reads the template of addresses for a format; without one, that of the CI.
pub fn source_url(template: Option<&str>, format: Format) -> Result<Option<SourceUrl>, Failure> {
    if !LINKED.contains(&format) {
        return Ok(None);
    }
    let Some(template) = template else { return Ok(ci_source_url()) };
    let refused = |error: SourceUrlError| Failure::because(format!("--source-url {template}: {error}"));
    let commit = if template.contains("{rev}") { find_commit() } else { None };
    SourceUrl::parse(template, commit.as_deref()).map(Some).map_err(refused)
}

/// The address by the variables of GitHub Actions, and of those who copy it, or of GitLab CI.
fn ci_source_url() -> Option<SourceUrl> {
    let commit = ci_commit()?;
    let template = if let Some(project) = text_variable("CI_PROJECT_URL") {
        format!("{project}/-/blob/{{rev}}/{{path}}#L{{line}}")
    } else {
        let (server, repository) = (text_variable("GITHUB_SERVER_URL")?, text_variable("GITHUB_REPOSITORY")?);
        format!("{server}/{repository}/blob/{{rev}}/{{path}}#L{{line}}")
    };
    SourceUrl::parse(&template, Some(&commit)).ok()
}

fn ci_commit() -> Option<String> {
    text_variable("GITHUB_SHA").or_else(|| text_variable("CI_COMMIT_SHA"))
}

/// The commit that is checked out, as far as it is known.
fn find_commit() -> Option<String> {
    let checked_out =
        || -> Result<String, GitError> { Ok(Repository::open(&[PathBuf::from(".")])?.find_revision("HEAD")?.commit) };
    ci_commit().or_else(|| checked_out().ok())
}
