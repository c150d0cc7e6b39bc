//! Applications that a change does not touch and that may use what it changes, or define what it refers to: found by the
//! names in their files, so that little is rendered besides the touched ones.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use rollstamp::Graph;
use rollstamp::bundle::ObjectId;
use rollstamp::graph::Resolution;
use rollstamp::repository::{Application, IndexedContent, RenderStep};

use super::side::RepositorySide;

/// The names to look for in the applications of a scope.
#[derive(Default)]
pub struct SearchNames {
    /// Names of configs that change, or of which several definitions differ.
    configs: BTreeSet<String>,
    /// Names of configs that something refers to and nothing defines, or nothing of its own application.
    missing: BTreeSet<String>,
    /// Names of workloads, to which autoscalers of other applications may refer.
    workloads: BTreeSet<String>,
}

/// With more names than this, every application of the scope is taken.
const MANY: usize = 200;

/// Words that stand in every application with an autoscaler.
const AUTOSCALERS: [&str; 2] = ["HorizontalPodAutoscaler", "ScaledObject"];

/// The names, by scope, of what differs between two trees and of what is not found in one of them.
pub fn collect_search_names(base: &Graph<'_>, head: &Graph<'_>) -> BTreeMap<String, SearchNames> {
    let mut searched: BTreeMap<String, SearchNames> = BTreeMap::new();
    for graph in [base, head] {
        for link in &graph.links {
            let (scope, name) = (link.target.name.scope.as_deref(), &link.target.name.name);
            match link.resolution {
                Resolution::Ambiguous => add(&mut searched, scope, name),
                Resolution::Missing => {
                    if let Some(scope) = scope {
                        searched.entry(scope.to_owned()).or_default().missing.insert(name.clone());
                    }
                }
                // What is found in another application may be defined differently in a third one.
                Resolution::Config(config)
                    if application_of(graph, graph.configs[config].object) != application_of(graph, link.object) =>
                {
                    if let Some(scope) = scope {
                        searched.entry(scope.to_owned()).or_default().missing.insert(name.clone());
                    }
                }
                _ => {}
            }
        }
        for generated in &graph.generated {
            add(&mut searched, generated.identity.name.scope.as_deref(), &generated.identity.name.name);
        }
        for workload in &graph.workloads {
            let name = &graph.object(workload).name;
            if let Some(scope) = &name.scope {
                searched.entry(scope.to_string()).or_default().workloads.insert(name.name.clone());
            }
        }
    }
    let (before, after) = (texts_of_configs(base), texts_of_configs(head));
    for (one, other) in [(&before, &after), (&after, &before)] {
        for (key, texts) in one {
            if other.get(key) != Some(texts) {
                add(&mut searched, key.0.as_deref(), &key.1);
            }
        }
    }
    searched
}

/// The application that an object is part of.
fn application_of<'g>(graph: &'g Graph<'_>, object: ObjectId) -> Option<&'g str> {
    let bundle = graph.bundle;
    let source = &bundle.sources[bundle.documents[bundle.objects[object].document].source];
    source.application().map(|application| application.id.as_str())
}

fn add(searched: &mut BTreeMap<String, SearchNames>, scope: Option<&str>, name: &str) {
    if let Some(scope) = scope {
        searched.entry(scope.to_owned()).or_default().configs.insert(name.to_owned());
    }
}

/// The scope and the name of a config.
type ConfigName = (Option<String>, String);

/// The texts of the configs of a name, sorted.
fn texts_of_configs(graph: &Graph<'_>) -> BTreeMap<ConfigName, Vec<String>> {
    let mut texts: BTreeMap<ConfigName, Vec<String>> = BTreeMap::new();
    for config in &graph.configs {
        let name = &config.identity.name;
        let object = &graph.bundle.objects[config.object];
        let key = (name.scope.as_deref().map(str::to_owned), name.name.clone());
        texts.entry(key).or_default().push(graph.bundle.open(object).node().raw().to_owned());
    }
    for found in texts.values_mut() {
        found.sort_unstable();
    }
    texts
}

/// Kinds of objects that are configs or make them, and fields that generate them.
const DEFINITIONS: [&str; 5] = ["kind: ConfigMap", "kind: Secret", "Generator", "Secret\n", "kind: Certificate"];

/// The relation of an application to what changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// A possible user of what changes.
    Uses,
    /// A possible definition of what something refers to.
    Defines,
}

/// Finds out whether the files of an application hold one of the names. Where names are put together when it is rendered,
/// the parts of a name are enough.
pub fn find_relation(side: &RepositorySide, application: &Application, searched: &SearchNames) -> Option<Relation> {
    if searched.configs.len() > MANY {
        return Some(Relation::Uses);
    }
    let mut texts: Vec<Cow<'_, str>> = vec![Cow::Owned(application.to_string())];
    let mut unread = BTreeSet::new();
    for path in &application.inputs {
        match side.index.content(path) {
            Some(IndexedContent::Text(text)) => texts.push(Cow::Borrowed(text)),
            _ => drop(unread.insert(path.as_str())),
        }
    }
    let Ok(read) = side.read_files(&unread) else { return Some(Relation::Uses) };
    for bytes in read.into_values() {
        texts.push(Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()));
    }
    for step in &application.recipe.steps {
        texts.extend(step.generated_files().into_iter().map(|(_, text)| Cow::Borrowed(text)));
    }
    let holds = |word: &str| texts.iter().any(|text| text.contains(word));
    let composes = composes_names(application) || ["replacements", "vars:", "transformers"].into_iter().any(holds);
    let is_mentioned = |name: &String| {
        texts.iter().any(|text| holds_name(text, name)) || (composes && name.split(['-', '.']).all(holds))
    };
    let scales = || AUTOSCALERS.into_iter().any(holds) && searched.workloads.iter().any(|name| composes || holds(name));
    if searched.configs.iter().any(is_mentioned) || scales() {
        return Some(Relation::Uses);
    }
    let may_define = || DEFINITIONS.into_iter().any(holds);
    (may_define() && searched.missing.iter().any(is_mentioned)).then_some(Relation::Defines)
}

/// Returns `true` if a name stands in a text as a whole.
fn holds_name(text: &str, name: &str) -> bool {
    let is_of_name = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.');
    text.match_indices(name)
        .any(|(at, _)| !text[..at].ends_with(is_of_name) && !text[at + name.len()..].starts_with(is_of_name))
}

/// Returns `true` if names in what is rendered need not stand in its files.
fn composes_names(application: &Application) -> bool {
    let is_composed = |step: &RenderStep| match step {
        RenderStep::Files(_) => false,
        RenderStep::Kustomize(step) => step.inflates_charts,
        RenderStep::Helm(_) | RenderStep::Command(_) => true,
    };
    !application.recipe.variables.is_empty() || application.recipe.steps.iter().any(is_composed)
}
