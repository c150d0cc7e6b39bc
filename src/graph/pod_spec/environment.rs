//! The environment variables of a container, as the kubelet makes them (`makeEnvironmentVariables`): those of `envFrom`,
//! then the entries of `env` in their order, each of which can use the values of earlier ones as `$(NAME)`.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use super::{PodTemplateReader, WrittenName};
use crate::graph::draft::{
    Absence, Draft, DraftKeys, DraftTarget, NamespaceChoice, Overrides, Replacement, VariableNames, Variables,
};
use crate::graph::model::{Container, KeySelection, Mechanism};
use crate::hash_map::HashSet;
use crate::kinds::Delivery;
use crate::kinds::references::{ENV, ENV_FROM};
use crate::yaml::Node;

/// The most later entries of one name that are looked at: of more, each is taken to be used.
const MAX_REPLACEMENTS: usize = 16;

/// The entries of a container's `env`, where some name is repeated.
#[derive(Default)]
struct EnvEntries {
    entries: Vec<EnvEntry>,
    /// The names that are there more than once.
    repeated: HashSet<String>,
}

/// An entry of `env`, as far as it decides whether another entry is used.
struct EnvEntry {
    name: String,
    /// The variables that its value uses.
    uses: BTreeSet<String>,
    /// The condition under which it replaces an earlier entry of its name; none if that cannot be known.
    replacement: Option<Replacement>,
}

impl PodTemplateReader<'_, '_> {
    pub(super) fn read_environment(&mut self, node: Node<'_>, container: &Arc<Container>) {
        let used = Rc::new(command_variables(node));
        let entries: Vec<Node<'_>> = node.get("env").into_iter().flat_map(Node::items).collect();
        let repeated = self.read_repeated_entries(&entries);
        let mut defined = BTreeSet::new();
        for (number, &entry) in entries.iter().enumerate() {
            let variable = variable_name(entry);
            for row in ENV {
                let Some(name) = self.read_name(row, entry) else { continue };
                let Some(key) = name.source.get("key").and_then(Node::decoded_text) else { continue };
                let selection = KeySelection::These(vec![key.into_owned()]);
                let variables = Variables { used: used.clone(), names: VariableNames::One(variable.clone()) };
                let overrides = find_replacements(&repeated, number, &variable);
                let keys = DraftKeys { variables, overrides, ..selection.into() };
                self.add_variables(&name, container, Mechanism::Env, keys);
            }
            defined.insert(variable);
        }
        // An `env` variable hides those of `envFrom`.
        let open = Rc::new(used.difference(&defined).cloned().collect::<BTreeSet<_>>());
        for entry in node.get("envFrom").into_iter().flat_map(Node::items) {
            let prefix = entry.get("prefix").and_then(Node::decoded_text).unwrap_or_default().into_owned();
            for row in ENV_FROM {
                let Some(name) = self.read_name(row, entry) else { continue };
                let variables = Variables { used: open.clone(), names: VariableNames::Prefix(prefix.clone()) };
                let keys = DraftKeys { variables, ..KeySelection::Data.into() };
                self.add_variables(&name, container, Mechanism::EnvFrom, keys);
            }
        }
    }

    fn add_variables(&mut self, name: &WrittenName<'_>, of: &Arc<Container>, mechanism: Mechanism, keys: DraftKeys) {
        let draft = self.draft(name, mechanism, KeySelection::none(), Delivery::Frozen);
        self.drafts.push(Draft { site: draft.site.in_container(Some(of)), keys, ..draft });
    }

    /// Reads every entry if some name is there more than once; as a rule none is.
    fn read_repeated_entries(&mut self, entries: &[Node<'_>]) -> EnvEntries {
        let mut names = HashSet::default();
        let mut repeated = HashSet::default();
        for &entry in entries {
            let name = variable_name(entry);
            if !names.insert(name.clone()) {
                repeated.insert(name);
            }
        }
        if repeated.is_empty() {
            return EnvEntries::default();
        }
        let mut read = Vec::new();
        for &entry in entries {
            let mut uses = BTreeSet::new();
            let value = entry.get("value").and_then(Node::decoded_text).unwrap_or_default();
            collect_variables(&value, &mut uses);
            let replacement = self.read_replacement(entry, &value);
            read.push(EnvEntry { name: variable_name(entry), uses, replacement });
        }
        EnvEntries { entries: read, repeated }
    }

    fn read_replacement(&mut self, entry: Node<'_>, value: &str) -> Option<Replacement> {
        if !value.is_empty() {
            return Some(Replacement::Certain);
        }
        for row in ENV {
            let Some(source) = row.path.first(entry) else { continue };
            if Absence::of_source(source) != Absence::Optional {
                return Some(Replacement::Certain);
            }
            let text = |field: &str| source.get(field).and_then(Node::as_str);
            let (name, key) = (text("name")?.into_owned(), text("key")?.into_owned());
            let namespace = NamespaceChoice::new(None, self.is_cluster_scoped);
            return Some(Replacement::IfPresent(DraftTarget { kind: row.target, name, namespace }, key));
        }
        let file = entry.get("valueFrom").and_then(|source| source.get("fileKeyRef"));
        file.is_none_or(|file| Absence::of_source(file) != Absence::Optional).then_some(Replacement::Certain)
    }
}

/// Finds the later entries that take the place of an entry before another one uses its value.
fn find_replacements(entries: &EnvEntries, number: usize, name: &str) -> Overrides {
    if !entries.repeated.contains(name) {
        return Overrides::None;
    }
    let mut replacements = Vec::new();
    for entry in entries.entries.iter().skip(number + 1) {
        // An entry is expanded before it takes the place of an earlier one.
        if entry.uses.contains(name) || replacements.len() == MAX_REPLACEMENTS {
            break;
        }
        if entry.name == name {
            replacements.extend(entry.replacement.clone());
            if matches!(entry.replacement, Some(Replacement::Certain)) {
                break;
            }
        }
    }
    if replacements.is_empty() { Overrides::None } else { Overrides::Variable(replacements) }
}

fn variable_name(entry: Node<'_>) -> String {
    entry.get("name").and_then(Node::decoded_text).unwrap_or_default().into_owned()
}

/// The variables that a container's `command` and `args` use.
fn command_variables(container: Node<'_>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for word in ["command", "args"].into_iter().filter_map(|field| container.get(field)).flat_map(Node::items) {
        collect_variables(&word.decoded_text().unwrap_or_default(), &mut found);
    }
    found
}

/// Collects the variables written as `$(NAME)`; `$$(NAME)` is an escape.
fn collect_variables(text: &str, found: &mut BTreeSet<String>) {
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            rest = after;
        } else if let Some((name, after)) = rest.strip_prefix('(').and_then(|inner| inner.split_once(')')) {
            found.insert(name.to_string());
            rest = after;
        }
    }
}
