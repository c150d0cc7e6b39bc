//! The kinds that are known, built in and of the user's own rules, as tables.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::text::table;
use crate::kinds::keys;
use crate::kinds::producers::{CONNECTION, GenerationRule, PRODUCERS, ProducerKind, RenamePermission};
use crate::kinds::referrers::{self, ReferenceField};
use crate::kinds::steps::{Step, show};
use crate::kinds::workloads::{self, Effect, PodTemplateSite, WorkloadKind};
use crate::rules::{CustomReference, Rules};

/// The version of the JSON.
const VERSION: u32 = 1;

/// Who says a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    BuiltIn,
    Rules,
}

impl Origin {
    fn as_str(self) -> &'static str {
        match self {
            Origin::BuiltIn => "built-in",
            Origin::Rules => "rules",
        }
    }
}

/// The kinds that describe pods: the user's own first, then the built-in ones that they do not replace.
fn workload_rows(rules: &Rules) -> Vec<(Origin, &'static WorkloadKind)> {
    let own: Vec<&WorkloadKind> = rules.workloads().collect();
    let is_replaced = |row: &WorkloadKind| {
        let same =
            |own: &&&WorkloadKind| own.kind == row.kind && own.groups.iter().any(|group| row.groups.contains(group));
        own.iter().any(|own| same(&own))
    };
    let built_in = workloads::all().filter(|row| !is_replaced(row)).map(|row| (Origin::BuiltIn, row));
    own.iter().map(|row| (Origin::Rules, *row)).chain(built_in).collect()
}

/// A place that names a config, in objects of these kinds.
struct Field {
    origin: Origin,
    groups: String,
    kind: String,
    path: String,
    place: ReferenceField,
}

/// The fields that name configs, beside those of pods: the user's own first.
fn fields(rules: &Rules) -> Vec<Field> {
    let mut fields: Vec<Field> = rules.all_references().map(own_field).collect();
    for row in workloads::all() {
        for pods in row.pods {
            let path = |place: &ReferenceField| show(&[pods.at, place.path].concat());
            fields.extend(pods.names.iter().map(|place| built_in_field(row.groups, row.kind, path(place), place)));
        }
    }
    for row in referrers::all() {
        fields.extend(row.places.iter().map(|place| built_in_field(row.groups, row.kind, show(place.path), place)));
    }
    fields
}

fn own_field(reference: &CustomReference) -> Field {
    let any = |text: &Option<String>| text.clone().unwrap_or_else(|| "*".to_string());
    let group = match &reference.of.group {
        Some(group) => groups_of(&[group]),
        None => "*".to_string(),
    };
    let (path, place) = (show(reference.place.path), reference.place);
    Field { origin: Origin::Rules, groups: group, kind: any(&reference.of.kind), path, place }
}

fn built_in_field(groups: &[&str], kind: &str, path: String, place: &ReferenceField) -> Field {
    let (groups, kind) = (groups_of(groups), kind.to_string());
    Field { origin: Origin::BuiltIn, groups, kind, path, place: *place }
}

fn groups_of(groups: &[&str]) -> String {
    let named: Vec<&str> = groups.iter().map(|group| if group.is_empty() { "core" } else { *group }).collect();
    named.join(", ")
}

/// The kinds that make controllers write configs: the user's own first, then the built-in ones that they do not replace.
fn producer_rows(rules: &Rules) -> Vec<(Origin, &'static ProducerKind)> {
    let own: Vec<&ProducerKind> = rules.producers().collect();
    let replaced = |row: &ProducerKind| own.iter().any(|own| (own.group, own.kind) == (row.group, row.kind));
    let built_in = PRODUCERS.iter().chain([&CONNECTION]).filter(|row| !replaced(row));
    own.iter().map(|row| (Origin::Rules, *row)).chain(built_in.map(|row| (Origin::BuiltIn, row))).collect()
}

/// The kind and the group of a row; `*` is any.
fn producer_name(row: &ProducerKind) -> [String; 2] {
    [row.kind.to_string(), groups_of(&[row.group.unwrap_or("*")])]
}

/// The fields that can name a product, the first that is there counts.
fn named_by(production: &GenerationRule) -> String {
    let names = production.name.iter().map(|path| [production.each, path].concat().join("/"));
    names.collect::<Vec<_>>().join(", else ")
}

/// Whether `rename` gives a product another name.
fn may_rename(production: &GenerationRule) -> &'static str {
    match production.rename {
        RenamePermission::Always => "yes",
        RenamePermission::Never(_) => "no",
        RenamePermission::If(..) | RenamePermission::Unless(..) => "depends",
    }
}

/// Where the annotation is written, from the object.
fn stamped_at(pods: &PodTemplateSite) -> Option<String> {
    let keys: Vec<Step> = pods.annotations?.iter().map(|key| Step::Key(key)).collect();
    Some(show(&[pods.at, &keys].concat()))
}

/// The pod templates of a kind; where there are none, the annotations that become those of its pods.
fn spots(row: &WorkloadKind) -> Vec<String> {
    let has_template =
        |pods: &PodTemplateSite| pods.annotations == Some(keys!("metadata" / "annotations")) && !pods.at.is_empty();
    let spot = |pods: &PodTemplateSite| if has_template(pods) { Some(show(pods.at)) } else { stamped_at(pods) };
    row.pods.iter().filter(|_| !matches!(row.effect, Effect::NothingToRoll(_))).filter_map(spot).collect()
}

/// What a change does, and what it does where an exception holds.
fn changes(row: &WorkloadKind, say: fn(Effect) -> String) -> impl Iterator<Item = String> {
    let exceptions = row.exceptions.iter().map(move |(condition, effect)| format!("if {condition}: {}", say(*effect)));
    std::iter::once(say(row.effect)).chain(exceptions)
}

/// The effective tables for people: what is stamped and what that does, and which fields are rewritten by `rename`.
pub fn kinds_text(rules: &Rules) -> String {
    let mut rows = vec![["KIND", "GROUP", "FROM", "STAMPED AT", "A CHANGED STAMP"].map(str::to_string)];
    for (origin, row) in workload_rows(rules) {
        let (mut spots, mut changes) = (spots(row).into_iter(), changes(row, word));
        let mut head = [row.kind.to_string(), groups_of(row.groups), origin.as_str().to_string()];
        let mut first = true;
        loop {
            let (spot, change) = (spots.next(), changes.next());
            if spot.is_none() && change.is_none() {
                break;
            }
            let spot = spot.unwrap_or_else(|| if first { "-".to_string() } else { String::new() });
            let [kind, groups, from] = std::mem::take(&mut head);
            rows.push([kind, groups, from, spot, change.unwrap_or_default()]);
            first = false;
        }
    }
    let mut out = table(&rows);
    out.push_str("\nFields that name a config, beside those of a pod spec:\n");
    let mut rows = vec![["KIND", "GROUP", "FROM", "FIELD", "NAMES"].map(str::to_string)];
    rows.extend(fields(rules).into_iter().map(|field| {
        let names = match field.place.rename_blocked_by {
            Some(_) => format!("{} (keeps its name)", field.place.target),
            None => field.place.target.to_string(),
        };
        [field.kind, field.groups, field.origin.as_str().to_string(), field.path, names]
    }));
    out.push_str(&table(&rows));
    out.push_str("\nKinds that make a controller write a config:\n");
    let mut rows = vec![["KIND", "GROUP", "FROM", "MAKES", "NAMED BY", "RENAMED"].map(str::to_string)];
    for (origin, row) in producer_rows(rules) {
        for production in row.products {
            let [kind, group] = producer_name(row);
            let makes = production.makes.to_string();
            let (by, renamed) = (named_by(production), may_rename(production).to_string());
            rows.push([kind, group, origin.as_str().to_string(), makes, by, renamed]);
        }
    }
    out.push_str(&table(&rows));
    out
}

fn word(effect: Effect) -> String {
    match effect {
        Effect::Rolls => "rolls",
        Effect::NextRun => "next run",
        Effect::WhileSuspended => "annotations may change",
        Effect::RefreshesOnly => "refreshes volumes only",
        Effect::NoEffect(_) | Effect::InPlace(_) | Effect::InPlaceOnly(_) => "no effect (warns)",
        Effect::Partly(_) => "rolls some pods (warns)",
        Effect::NothingToRoll(_) => "nothing to roll",
        Effect::Refused(_) => "refused (not stamped)",
        Effect::Harmful(_) => "harmful (not stamped)",
    }
    .to_string()
}

/// The same for programs.
pub fn kinds_json(rules: &Rules) -> String {
    let effect = |effect: Effect| json!({"onChange": effect.as_str(), "reason": effect.reason()});
    let workload = |(origin, row): (Origin, &WorkloadKind)| {
        let exceptions: Vec<Value> = row
            .exceptions
            .iter()
            .map(|&(condition, of)| {
                let mut exception = effect(of);
                exception["when"] = json!(condition.to_string());
                exception
            })
            .collect();
        let pods = row.pods.iter().map(|pods| json!({"at": show(pods.at), "annotations": stamped_at(pods)}));
        let mut value = json!({
            "groups": row.groups,
            "kind": row.kind,
            "from": origin.as_str(),
            "clusterScoped": row.cluster_scoped,
            "pods": pods.collect::<Vec<_>>(),
        });
        value["onChange"] = json!(row.effect.as_str());
        value["reason"] = json!(row.effect.reason());
        value["exceptions"] = json!(exceptions);
        value
    };
    let field = |field: Field| {
        json!({
            "group": field.groups,
            "kind": field.kind,
            "from": field.origin.as_str(),
            "path": field.path,
            "names": field.place.target.as_str(),
            "keepsName": field.place.rename_blocked_by,
        })
    };
    let producer = |(origin, row): (Origin, &'static ProducerKind)| {
        let [kind, group] = producer_name(row);
        row.products.iter().map(move |production| {
            json!({
                "group": group,
                "kind": kind,
                "from": origin.as_str(),
                "makes": production.makes.as_str(),
                "namedBy": named_by(production),
                "renamed": may_rename(production),
            })
        })
    };
    super::json::print(&json!({
        "version": VERSION,
        "workloads": workload_rows(rules).into_iter().map(workload).collect::<Vec<_>>(),
        "references": fields(rules).into_iter().map(field).collect::<Vec<_>>(),
        "producers": producer_rows(rules).into_iter().flat_map(producer).collect::<Vec<_>>(),
    }))
}

/// Kinds that describe pods as a table of Markdown.
pub fn kinds_markdown(kinds: &[WorkloadKind]) -> String {
    let mut out = "| kind | group | stamped at | a changed stamp |\n|---|---|---|---|\n".to_string();
    for row in kinds {
        let spots: Vec<String> = spots(row).iter().map(|spot| format!("`{spot}`")).collect();
        let spots = if spots.is_empty() { "–".to_string() } else { spots.join("<br>") };
        let changes: Vec<String> = changes(row, sentence).collect();
        let change = changes.join("<br>");
        // Writing to a String cannot fail.
        let _ = writeln!(out, "| {} | {} | {spots} | {change} |", row.kind, groups_of(row.groups));
    }
    out
}

/// The built-in fields that name configs, beside those of pod specs, as a table of Markdown.
pub fn fields_markdown() -> String {
    let mut out = "| kind | group | field | names |\n|---|---|---|---|\n".to_string();
    for field in fields(&Rules::default()) {
        let Field { kind, groups, path, place, .. } = field;
        let keeps = place.rename_blocked_by.map_or_else(String::new, |why| format!(", which keeps its name: {why}"));
        let _ = writeln!(out, "| {kind} | {groups} | `{path}` | {}{keeps} |", place.target);
    }
    out
}

/// The built-in kinds that make controllers write configs, as a table of Markdown.
pub fn producers_markdown() -> String {
    let mut out = "| kind | group | makes | named by | renamed |\n|---|---|---|---|---|\n".to_string();
    for (_, row) in producer_rows(&Rules::default()) {
        for production in row.products {
            let ([kind, group], by) = (producer_name(row), named_by(production));
            let renamed = match production.rename {
                RenamePermission::Always => "yes".to_string(),
                RenamePermission::Never(reason) => format!("no: {reason}"),
                RenamePermission::If(_, reason) | RenamePermission::Unless(_, reason) => {
                    format!("not always: {reason}")
                }
            };
            let _ = writeln!(out, "| {kind} | {group} | {} | `{by}` | {renamed} |", production.makes);
        }
    }
    out
}

/// An effect with its reason.
fn sentence(effect: Effect) -> String {
    match effect.reason() {
        Some(reason) => format!("{}: {reason}", word(effect)),
        None => word(effect),
    }
}
