//! References that look the same to people, as one line.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::graph::{Container, Delivery, Graph, KeySelection, Link, Mechanism, Resolution};
use crate::hash_map::HashMap;
use crate::kinds::references::ContainerType;

/// A line of the table: a reference, or several.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct LinkLine<'g> {
    pub(super) object: String,
    /// The application of the object, where there are some.
    pub(super) application: Option<&'g str>,
    /// The containers that refer to the same keys in the same way.
    pub(super) containers: Vec<Cow<'g, str>>,
    pub(super) mechanism: &'static str,
    pub(super) config: String,
    /// The keys that are consumed in the same way.
    pub(super) keys: Vec<Cow<'g, str>>,
    pub(super) delivery: LineDelivery,
    pub(super) status: Cow<'static, str>,
    pub(super) verdict: LineVerdict,
}

/// The delivery of content, and why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum LineDelivery {
    Frozen,
    Live,
    /// No container mounts the volume.
    Unmounted,
    /// A later variable has the same name.
    Overridden,
    None,
}

/// The part of a status that a color can repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum LineVerdict {
    /// Nothing is wrong.
    Fine,
    /// A config or a key is missing.
    Missing,
    /// A config is defined more than once.
    Ambiguous,
}

/// A line, and the number of times that each reference in it occurs.
type CountedLine<'g> = (LinkLine<'g>, usize);

/// The lines of links. Keys, and then containers, of one object that differ in nothing else are on one line; equal lines
/// are one, in the place of the first.
pub(super) fn fold_links<'g>(graph: &'g Graph<'_>, links: &[&'g Link]) -> Vec<CountedLine<'g>> {
    let mut lines = Vec::new();
    for of_object in links.chunk_by(|one, other| one.object == other.object) {
        let mut joined = Vec::new();
        for link in of_object {
            joined.push((LinkLine::of(graph, link), 1));
        }
        if joined.len() > 1 {
            joined = join_names(count_equal(joined), |line| &mut line.keys);
            joined = join_names(joined, |line| &mut line.containers);
        }
        lines.append(&mut joined);
    }
    count_equal(lines)
}

/// The names of a line that are joined: its keys or its containers.
type NamesOf<'g> = for<'l> fn(&'l mut LinkLine<'g>) -> &'l mut Vec<Cow<'g, str>>;

/// Joins the names of lines that differ in nothing else.
fn join_names<'g>(lines: Vec<CountedLine<'g>>, names_of: NamesOf<'g>) -> Vec<CountedLine<'g>> {
    let mut joined: Vec<CountedLine<'g>> = Vec::new();
    let mut known: BTreeMap<CountedLine<'g>, usize> = BTreeMap::new();
    for (mut line, number) in lines {
        let mut rest = line.clone();
        // All keys, and none, are no names.
        if !matches!(&names_of(&mut rest)[..], [name] if matches!(&**name, "*" | "-")) {
            names_of(&mut rest).clear();
        }
        match known.entry((rest, number)) {
            Entry::Occupied(index) => {
                let names = std::mem::take(names_of(&mut line));
                names_of(&mut joined[*index.get()].0).extend(names);
            }
            Entry::Vacant(entry) => {
                entry.insert(joined.len());
                joined.push((line, number));
            }
        }
    }
    joined
}

/// Makes one of equal lines.
fn count_equal(lines: Vec<CountedLine<'_>>) -> Vec<CountedLine<'_>> {
    let mut numbers: Vec<usize> = vec![0; lines.len()];
    let mut first_of: HashMap<&LinkLine<'_>, usize> =
        HashMap::with_capacity_and_hasher(lines.len(), Default::default());
    for (index, (line, number)) in lines.iter().enumerate() {
        let first = *first_of.entry(line).or_insert(index);
        numbers[first] += number;
    }
    drop(first_of);
    let mut counted = Vec::new();
    for ((line, _), number) in lines.into_iter().zip(numbers) {
        if number > 0 {
            counted.push((line, number));
        }
    }
    counted
}

impl<'g> LinkLine<'g> {
    /// The line of one link.
    pub(super) fn of(graph: &'g Graph<'_>, link: &'g Link) -> LinkLine<'g> {
        LinkLine {
            object: graph.bundle.objects[link.object].label(),
            application: application_name(graph, link),
            containers: vec![describe_container(link.container.as_deref())],
            mechanism: link.mechanism.as_str(),
            config: format!("{}/{}", link.target.kind, link.target.name.name),
            keys: describe_keys(link),
            delivery: LineDelivery::of(link),
            status: describe_status(graph, link),
            verdict: LineVerdict::of(graph, link),
        }
    }
}

fn application_name<'g>(graph: &'g Graph<'_>, link: &Link) -> Option<&'g str> {
    let source = graph.bundle.source_of(&graph.bundle.objects[link.object]);
    graph.bundle.sources[source].application().map(|application| application.id.as_str())
}

fn describe_container(container: Option<&Container>) -> Cow<'_, str> {
    match container {
        None => Cow::Borrowed("-"),
        // Knative lets the only container go without a name.
        Some(container) if container.name.is_empty() => Cow::Borrowed("-"),
        Some(container) if container.container_type == ContainerType::Container => Cow::Borrowed(&container.name),
        Some(container) => Cow::Owned(format!("{} ({})", container.name, container.container_type.as_str())),
    }
}

fn describe_keys(link: &Link) -> Vec<Cow<'_, str>> {
    let mut keys: Vec<Cow<'_, str>> = match &link.keys {
        KeySelection::All | KeySelection::Data => vec![Cow::Borrowed("*")],
        KeySelection::These(keys) if keys.is_empty() => vec![Cow::Borrowed("-")],
        KeySelection::These(keys) => keys.iter().map(|key| Cow::Borrowed(key.as_str())).collect(),
    };
    if !link.variables.is_empty() {
        let variables: Vec<String> = link.variables.iter().map(|name| format!("$({name})")).collect();
        keys = vec![Cow::Owned(format!("{} as {} in command", keys.join(", "), variables.join(", ")))];
    }
    keys
}

impl LineDelivery {
    fn of(link: &Link) -> LineDelivery {
        match link.container {
            None if matches!(link.mechanism, Mechanism::Volume | Mechanism::Projected | Mechanism::Csi) => {
                LineDelivery::Unmounted
            }
            Some(_) if link.mechanism == Mechanism::Env && link.delivery == Delivery::None => LineDelivery::Overridden,
            _ => match link.delivery {
                Delivery::Frozen => LineDelivery::Frozen,
                Delivery::Live => LineDelivery::Live,
                Delivery::None => LineDelivery::None,
            },
        }
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            LineDelivery::Frozen => Delivery::Frozen.as_str(),
            LineDelivery::Live => Delivery::Live.as_str(),
            LineDelivery::Unmounted => "unmounted",
            LineDelivery::Overridden => "overridden",
            LineDelivery::None => Delivery::None.as_str(),
        }
    }
}

impl LineVerdict {
    fn of(graph: &Graph<'_>, link: &Link) -> LineVerdict {
        match link.resolution {
            Resolution::Ambiguous => LineVerdict::Ambiguous,
            _ if link.optional => LineVerdict::Fine,
            Resolution::Missing if graph.bundle.find_generator(&link.target).is_some() => LineVerdict::Fine,
            Resolution::Missing => LineVerdict::Missing,
            Resolution::Config(_) | Resolution::Generated if !link.missing.is_empty() => LineVerdict::Missing,
            _ => LineVerdict::Fine,
        }
    }
}

fn describe_status(graph: &Graph<'_>, link: &Link) -> Cow<'static, str> {
    let optional = if link.optional { " (optional)" } else { "" };
    match link.resolution {
        Resolution::Config(_) if link.missing.is_empty() && !link.optional => "resolved".into(),
        Resolution::Config(_) if link.missing.is_empty() => "resolved (optional)".into(),
        Resolution::Config(_) => format!("no key {}{optional}", link.missing.join(", ")).into(),
        Resolution::Generated if !link.missing.is_empty() => {
            format!("no key {} of {}{optional}", link.missing.join(", "), list_producers(graph, link)).into()
        }
        Resolution::Generated if link.target.kind.is_fetched() => "fetched by its driver".into(),
        Resolution::Generated => format!("generated by {}{optional}", list_producers(graph, link)).into(),
        Resolution::RunTime => "at run time".into(),
        Resolution::External => "made elsewhere".into(),
        Resolution::Missing => {
            match (graph.bundle.find_generator(&link.target), graph.similar_configs.get(&link.target)) {
                (Some((kustomization, _)), _) => format!("built by {kustomization}{optional}").into(),
                (None, Some(similar)) => format!("not in the input{optional}; did you mean {similar}?").into(),
                (None, None) => format!("not in the input{optional}").into(),
            }
        }
        Resolution::Ambiguous => match link.definitions.len().max(link.generated.len()) {
            0 | 1 => "ambiguous".into(),
            number => format!("ambiguous ({number} definitions)").into(),
        },
    }
}

/// `ExternalSecret/db`: what makes a controller write a config.
fn list_producers(graph: &Graph<'_>, link: &Link) -> String {
    let mut labels: Vec<String> =
        graph.generated_of(link).map(|generated| graph.bundle.objects[generated.object].label()).collect();
    labels.dedup();
    labels.join(", ")
}
