//! Applications that are found in made repositories.

use rollstamp::repository::{
    Application, Discovery, DiscoveryOptions, IndexedContent, RepositoryFile, RepositoryIndex, discover,
};

/// The address of the made repositories.
pub const URL: &str = "https://git.example.com/team/fleet";

/// What was found in a repository.
pub struct Found(pub Discovery);

/// Finds the applications of a repository of these files.
pub fn apps(files: &[(&str, &str)]) -> Found {
    apps_with(files, DiscoveryOptions::default())
}

/// As [`apps`], with options.
pub fn apps_with(files: &[(&str, &str)], options: DiscoveryOptions) -> Found {
    let mut read = Vec::new();
    for (path, text) in files {
        read.push(RepositoryFile { path: (*path).to_owned(), content: IndexedContent::Text((*text).to_owned()) });
    }
    let urls = if options.urls.is_empty() { vec![URL.to_owned()] } else { options.urls.clone() };
    Found(discover(&RepositoryIndex::new(read), &options.urls(urls)))
}

impl Found {
    /// Compares each application as `identity kind state paths codes`, a loose one with `loose ` before it.
    #[track_caller]
    pub fn are(&self, expected: &[&str]) {
        let lines: Vec<String> = self.0.applications.iter().map(line_of).collect();
        assert_eq!(lines, expected, "\n{}", lines.join("\n"));
    }

    /// Compares those that something declares.
    #[track_caller]
    pub fn declared_are(&self, expected: &[&str]) {
        let declared = self.0.applications.iter().filter(|application| !application.is_loose);
        let lines: Vec<String> = declared.map(line_of).collect();
        assert_eq!(lines, expected, "\n{}", lines.join("\n"));
    }

    /// Compares the first.
    #[track_caller]
    pub fn start_with(&self, expected: &str) {
        assert_eq!(line_of(&self.0.applications[0]), expected);
    }

    /// The messages.
    pub fn messages(&self) -> Vec<String> {
        self.0.diagnostics.iter().map(|diagnostic| diagnostic.message.to_string()).collect()
    }

    /// The application of a name.
    pub fn named(&self, name: &str) -> &Application {
        self.0.applications.iter().find(|application| application.name == name).unwrap()
    }
}

fn line_of(application: &Application) -> String {
    let loose = if application.is_loose { "loose " } else { "" };
    let mut paths = Vec::new();
    for path in &application.paths {
        paths.push(if path.is_empty() { "." } else { path });
    }
    let paths = if paths.is_empty() { "-".to_owned() } else { paths.join(",") };
    let mut line = format!("{loose}{application} {} {} {paths}", application.kind.as_str(), application.state.as_str());
    for reason in &application.reasons {
        line.push(' ');
        line.push_str(reason.code.as_str());
    }
    line
}

/// The source of the repository itself, and the Kustomization by which a cluster synchronises itself.
pub fn sync(path: &str) -> String {
    format!(
        "{}---\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n\
         metadata: {{name: flux-system, namespace: flux-system}}\n\
         spec: {{path: ./{path}, sourceRef: {{kind: GitRepository, name: flux-system}}}}\n",
        source("GitRepository", "flux-system", URL)
    )
}

/// A Kustomization of Flux of a path of the repository.
pub fn kustomization(name: &str, path: &str) -> String {
    format!(
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n\
         metadata: {{name: {name}, namespace: flux-system}}\n\
         spec: {{path: ./{path}, sourceRef: {{kind: GitRepository, name: flux-system}}}}\n"
    )
}

/// A source of Flux.
pub fn source(kind: &str, name: &str, url: &str) -> String {
    format!(
        "---\napiVersion: source.toolkit.fluxcd.io/v1\nkind: {kind}\n\
         metadata: {{name: {name}, namespace: flux-system}}\nspec:\n  url: {url}\n"
    )
}
