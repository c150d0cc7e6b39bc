//! Applications that only a rendering of their parent shows.

use rollstamp::repository::{
    Application, Discovery, DiscoveryOptions, IndexedContent, ReasonCode, RenderedManifests, RenderedParents,
    RepositoryFile, RepositoryIndex, StateReason, discover_with,
};

use crate::impact_base::{commit, git, has_git};
use crate::support::apps::{URL, kustomization, sync};
use crate::support::peers::directory_of;
use crate::support::shell::{Dir, Ran};

/// An Application of Argo CD of a path.
fn application(name: &str, path: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}, namespace: argocd}}\nspec:\n  \
         source: {{repoURL: '{URL}', path: {path}}}\n  destination: {{name: in-cluster, namespace: {name}}}\n"
    )
}

const APPS: &str = "\
{{- range .Values.apps }}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: {{ . }}, namespace: argocd}
spec:
  source: {repoURL: 'https://git.example.com/team/fleet', path: {{ . }}}
  destination: {name: in-cluster, namespace: {{ . }}}
{{- end }}
";

const WEB: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: app, image: app, envFrom: [{configMapRef: {name: env}}]}]}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: env}
data: {LEVEL: info}
";

/// Discovers round by round, as renderings are handed in.
struct Rounds {
    index: RepositoryIndex,
    options: DiscoveryOptions,
    rendered: RenderedParents,
}

impl Rounds {
    fn new(files: &[(&str, &str)]) -> Rounds {
        let mut read = Vec::new();
        for (path, text) in files {
            read.push(RepositoryFile { path: (*path).to_owned(), content: IndexedContent::Text((*text).to_owned()) });
        }
        let options = DiscoveryOptions::default().urls(vec![URL.to_owned()]);
        Rounds { index: RepositoryIndex::new(read), options, rendered: RenderedParents::default() }
    }

    fn discover(&self) -> Discovery {
        discover_with(&self.index, &self.options, &self.rendered)
    }

    /// Adds the rendering of a parent.
    fn add(&mut self, parent: &Application, rendering: Result<&str, StateReason>) {
        let texts = rendering.map(|text| vec![RenderedManifests { file: None, text }]);
        self.rendered.add(&self.index, parent, texts);
    }
}

fn names(applications: &[Application]) -> Vec<String> {
    let mut names = Vec::new();
    for application in applications {
        names.push(format!("{application} {}", application.state.as_str()));
    }
    names
}

fn messages(found: &Discovery) -> Vec<String> {
    found.diagnostics.iter().map(|diagnostic| diagnostic.message.to_string()).collect()
}

#[test]
fn a_chart_declares_what_its_rendering_holds_and_so_do_its_children() {
    let root = application("root", "apps");
    let files = [
        ("root.yaml", root.as_str()),
        ("apps/Chart.yaml", "name: apps\nversion: 1.0.0\n"),
        ("apps/templates/apps.yaml", APPS),
        ("more/Chart.yaml", "name: more\nversion: 1.0.0\n"),
        ("more/templates/apps.yaml", APPS),
        ("web/web.yaml", WEB),
    ];
    let mut rounds = Rounds::new(&files);
    let found = rounds.discover();
    assert_eq!(names(&found.parents), ["in-cluster/argocd/root ok", "more ok"]);
    assert!(
        messages(&found)[0].starts_with("in-cluster/argocd/root declares applications that are not listed: only its")
    );
    let text = format!("---\n# Source: apps/templates/apps.yaml\n{}", application("more", "more"));
    rounds.add(&found.parents[0], Ok(&text));
    let found = rounds.discover();
    assert_eq!(names(&found.parents), ["in-cluster/argocd/more ok"]);
    let text = format!("---\n# Source: more/templates/apps.yaml\n{}", application("web", "web"));
    rounds.add(&found.parents[0], Ok(&text));
    let found = rounds.discover();
    assert!(found.parents.is_empty() && found.diagnostics.is_empty(), "{:?}", messages(&found));
    let expected = ["in-cluster/argocd/more ok", "in-cluster/argocd/root ok", "in-cluster/argocd/web ok"];
    assert_eq!(names(&found.applications), expected);
    let web = &found.applications[2];
    let places: Vec<String> = web.chain.iter().map(|declaration| declaration.place.to_string()).collect();
    assert_eq!(places, ["root.yaml:1", "apps/templates/apps.yaml:4", "more/templates/apps.yaml:4"]);
}

#[test]
fn a_chart_that_renders_itself_ends() {
    let root = application("root", "apps");
    let files = [
        ("root.yaml", root.as_str()),
        ("apps/Chart.yaml", "name: apps\nversion: 1.0.0\n"),
        ("apps/templates/apps.yaml", APPS),
    ];
    let mut rounds = Rounds::new(&files);
    for name in ["root", "a", "a"] {
        for parent in rounds.discover().parents {
            let text = format!("---\n# Source: apps/templates/apps.yaml\n{}", application(name, "apps"));
            rounds.add(&parent, Ok(&text));
        }
    }
    assert_eq!(names(&rounds.discover().applications), ["in-cluster/argocd/root ok"]);
}

#[test]
fn what_a_transformer_may_change_is_certain_once_it_is_rendered() {
    let (entry, web) = (sync("clusters/eu"), kustomization("web", "apps/nowhere"));
    let files = [
        ("clusters/eu/kustomization.yaml", "resources: [sync.yaml, web.yaml]\nreplacements: [{path: to.yaml}]\n"),
        ("clusters/eu/to.yaml", "source: {kind: Kustomization, name: web}\ntargets: []\n"),
        ("clusters/eu/sync.yaml", entry.as_str()),
        ("clusters/eu/web.yaml", web.as_str()),
        ("apps/web/web.yaml", WEB),
    ];
    let mut rounds = Rounds::new(&files);
    let found = rounds.discover();
    assert_eq!(names(&found.parents), ["eu/flux-system/flux-system ok"]);
    assert_eq!(names(&found.applications)[1], "eu/flux-system/web unknown");
    let text = format!("{entry}---\n{}", kustomization("web", "apps/web"));
    rounds.add(&found.parents[0], Ok(&text));
    let found = rounds.discover();
    assert_eq!(names(&found.applications), ["eu/flux-system/flux-system ok", "eu/flux-system/web ok"]);
    assert_eq!(found.applications[1].declared_by().unwrap().to_string(), "clusters/eu/web.yaml:1");
}

#[test]
fn a_parent_that_cannot_be_rendered_is_unknown_with_its_reason() {
    let root = application("root", "apps");
    let files = [
        ("root.yaml", root.as_str()),
        ("apps/Chart.yaml", "name: apps\nversion: 1.0.0\n"),
        ("apps/templates/apps.yaml", APPS),
    ];
    let mut rounds = Rounds::new(&files);
    let parent = rounds.discover().parents.remove(0);
    let reason = StateReason { code: ReasonCode::Failed, text: "helm failed: no".to_owned(), place: None };
    rounds.add(&parent, Err(reason));
    let found = rounds.discover();
    assert!(found.parents.is_empty());
    assert_eq!(names(&found.applications), ["in-cluster/argocd/root unknown"]);
    let expected = "in-cluster/argocd/root declares applications that are not listed: helm failed: no";
    assert_eq!(messages(&found), [expected]);
}

/// A repository in which a chart makes one application for each of its values.
fn app_of_apps() -> Option<(Dir, String)> {
    let path = directory_of("helm").filter(|_| has_git())?;
    let dir = Dir::with(&[
        ("root.yaml", &application("root", "apps")),
        ("apps/Chart.yaml", "apiVersion: v2\nname: apps\nversion: 1.0.0\n"),
        ("apps/values.yaml", "apps: [web]\n"),
        ("apps/templates/apps.yaml", APPS),
        ("web/web.yaml", WEB),
        ("db/db.yaml", WEB),
    ]);
    git(&dir, &["init", "--quiet", "--initial-branch=main", "."]);
    git(&dir, &["remote", "add", "origin", URL]);
    commit(&dir, "one");
    Some((dir, path.to_string_lossy().into_owned()))
}

fn run(dir: &Dir, path: &str, args: &str) -> Ran {
    let args: Vec<&str> = args.split(' ').collect();
    let mut command = dir.command(&args);
    let rest = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{path}:{rest}")).env("XDG_CACHE_HOME", dir.path(".git/cache"));
    Ran::of(&mut command)
}

#[test]
fn helm_shows_the_applications_of_both_sides() {
    let Some((dir, path)) = app_of_apps() else { return };
    let listed = run(&dir, &path, "apps");
    let row = "in-cluster  argocd     web   argo  -     ok     web   apps/templates/apps.yaml:4";
    assert!(listed.stdout.contains(row), "{}", listed.stdout);
    dir.put("apps/values.yaml", "apps: [web, db]\n");
    let ran = run(&dir, &path, "impact --apps --base HEAD");
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("db/Deployment/web"), "{}", ran.stdout);
    ran.says("1 is new");
    ran.says("3 applications: 2 touched, 3 rendered; 1 cluster");
    dir.put("apps/values.yaml", "apps: [web]\n");
    dir.put("web/web.yaml", WEB.replace("info", "debug"));
    let ran = run(&dir, &path, "impact --apps --base HEAD");
    ran.says("1 stays stale");
    ran.says("3 applications: 1 touched, 1 rendered, 2 not touched");
    dir.put("apps/values.yaml", "apps: [{web]\n");
    let ran = run(&dir, &path, "impact --apps --base HEAD");
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    ran.says("in-cluster/argocd/root declares applications that are not listed: helm failed");
    assert!(ran.stdout.contains("its parent in-cluster/argocd/root is not known: helm failed"), "{}", ran.stdout);
    ran.says("2 applications are unknown, 0 unaffected");
    assert!(!ran.stdout.contains("gone"), "{}", ran.stdout);
}
