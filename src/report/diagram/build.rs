//! From the graph to the diagram.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::{
    ConfigNode, Diagram, DrawnListing, DrawnListingLine, Edge, EdgeDelivery, EdgeUse, KeyNode, NodeName, Presence,
    WorkloadNode,
};
use crate::bundle::{Identity, Object, ObjectId, Role};
use crate::content::ConfigKey;
use crate::diagnostic::{Message, ReferenceMessage};
use crate::digest;
use crate::graph::{Config, ConfigId, Delivery, Graph, KeySelection, Link, Mechanism, Resolution, Workload};
use crate::index::{Id, IdVec};
use crate::plan::{RollOn, stamp};
use crate::report::location;
use crate::source::FileLine;

impl Diagram {
    /// Everything that a graph holds, where `roll_on` says which content counts in the listing of a workload that
    /// does not say so itself.
    pub fn from_graph(graph: &Graph<'_>, roll_on: RollOn) -> Diagram {
        DiagramNodes::from_graph(graph, roll_on).diagram
    }
}

/// A diagram, and which of its nodes is whose.
pub(in crate::report) struct DiagramNodes {
    pub(in crate::report) diagram: Diagram,
    /// The node of each config of the graph.
    pub(in crate::report) config_nodes: IdVec<Config, Id<ConfigNode>>,
    /// The node of each object that refers, by its index in the bundle.
    pub(in crate::report) workload_nodes: BTreeMap<ObjectId, Id<WorkloadNode>>,
}

impl DiagramNodes {
    /// The diagram of a graph.
    pub(in crate::report) fn from_graph(graph: &Graph<'_>, roll_on: RollOn) -> DiagramNodes {
        let mut configs = ConfigNodes::from_graph(graph);
        let users = number_workload_nodes(graph);
        let edges = build_edges(graph, &mut configs, &users);
        let workloads: HashMap<ObjectId, &Workload> = graph.workloads.iter().map(|one| (one.object, one)).collect();
        let node = |(&object, _): (&ObjectId, _)| match workloads.get(&object) {
            Some(workload) => workload_node(graph, workload, roll_on, &configs),
            None => referrer_node(graph, object),
        };
        let workloads = users.iter().map(node).collect();
        let diagram = Diagram { configs: configs.nodes, workloads, edges };
        DiagramNodes { diagram, config_nodes: configs.of_config, workload_nodes: users }
    }
}

/// The nodes of configs, and which is whose.
struct ConfigNodes<'g> {
    graph: &'g Graph<'g>,
    nodes: IdVec<ConfigNode>,
    /// The node of each config of the graph.
    of_config: IdVec<Config, Id<ConfigNode>>,
    /// The node of each thing that is not there.
    of_absent: HashMap<(&'g Identity, &'static str), Id<ConfigNode>>,
}

impl<'g> ConfigNodes<'g> {
    /// Nodes for all that the graph holds. What is defined again with the same content has one.
    fn from_graph(graph: &'g Graph<'_>) -> ConfigNodes<'g> {
        let linked: BTreeSet<ConfigId> = graph.links.iter().filter_map(config_id).collect();
        let mut by_identity: HashMap<&Identity, Vec<ConfigId>> = HashMap::new();
        let mut configs =
            ConfigNodes { graph, nodes: IdVec::new(), of_config: IdVec::new(), of_absent: HashMap::new() };
        for (id, config) in graph.configs.entries() {
            let earlier = by_identity.entry(&config.identity).or_default();
            let is_same = |other: &&ConfigId| graph.configs[**other].has_content_of(graph.bundle, config, graph.bundle);
            let is_candidate = config.used && !linked.contains(&id);
            let same = if is_candidate { earlier.iter().find(is_same) } else { None };
            if graph.is_context(config) && !linked.contains(&id) {
                // Never asked for: no link leads to it.
                configs.of_config.push(configs.nodes.next_id());
                continue;
            }
            let node = match same {
                Some(&other) => {
                    let node = configs.of_config[other];
                    configs.nodes[node].places.push(location_of(graph, &graph.bundle.objects[config.object]));
                    node
                }
                None => configs.nodes.push(config_node(graph, config)),
            };
            earlier.push(id);
            configs.of_config.push(node);
        }
        configs
    }

    /// The node that a link leads to.
    fn node_of(&mut self, link: &'g Link) -> Id<ConfigNode> {
        let presence = match link.resolution {
            Resolution::Config(index) => return self.of_config[index],
            Resolution::RunTime | Resolution::External | Resolution::Generated => Presence::RunTime,
            Resolution::Missing if self.graph.bundle.find_generator(&link.target).is_some() => Presence::Built,
            Resolution::Missing => Presence::Missing,
            Resolution::Ambiguous => Presence::Ambiguous,
        };
        let graph = self.graph;
        let mut places = Vec::new();
        if let Some((file, line)) = graph.bundle.find_generator(&link.target).filter(|_| presence == Presence::Built) {
            places.push(FileLine { file: file.to_string(), line });
        }
        for &id in &link.definitions {
            places.push(location_of(graph, &graph.bundle.objects[graph.configs[id].object]));
        }
        *self.of_absent.entry((&link.target, presence.as_str())).or_insert_with(|| {
            self.nodes.push(ConfigNode {
                name: node_name(&link.target),
                presence,
                places,
                keys: IdVec::new(),
                immutable: false,
                application: None,
                cluster: None,
                mark: None,
            })
        })
    }
}

fn config_id(link: &Link) -> Option<ConfigId> {
    match link.resolution {
        Resolution::Config(index) => Some(index),
        _ => None,
    }
}

fn config_node(graph: &Graph<'_>, config: &Config) -> ConfigNode {
    let object = &graph.bundle.objects[config.object];
    let source = &graph.bundle.sources[graph.bundle.source_of(object)];
    let opened = graph.bundle.open(object);
    let lines: HashMap<String, usize> = ["data", "binaryData", "stringData"]
        .into_iter()
        .filter_map(|field| opened.node().get(field))
        .flat_map(|map| map.entries())
        .map(|(key, node, _)| (key.into_owned(), source.position(node.span().start).line))
        .collect();
    let may_show = graph.secrets_keyed || !config.identity.kind.is_secret();
    let key = |(key, entry): (&str, &ConfigKey)| KeyNode {
        key: key.to_string(),
        line: lines.get(key).copied(),
        hash: may_show.then(|| hex::encode(config.hash_of_key(graph.bundle, entry))),
        mark: None,
        was: None,
        diff: None,
    };
    let application = source.application();
    ConfigNode {
        name: node_name(&config.identity),
        presence: Presence::Here,
        places: vec![location_of(graph, object)],
        keys: config.content.keys.iter().map(key).collect(),
        immutable: config.immutable,
        application: application.map(|application| application.id.clone()),
        cluster: application.and_then(|application| application.cluster.clone()),
        mark: None,
    }
}

/// The objects that refer to configs or could, in the order of the input, each with the id of its node.
fn number_workload_nodes(graph: &Graph<'_>) -> BTreeMap<ObjectId, Id<WorkloadNode>> {
    let workloads = graph.workloads.iter().map(|workload| workload.object);
    let objects: BTreeSet<ObjectId> = workloads.chain(graph.links.iter().map(|link| link.object)).collect();
    objects.into_iter().zip((0..).map(Id::new)).collect()
}

fn workload_node(graph: &Graph<'_>, workload: &Workload, roll_on: RollOn, configs: &ConfigNodes<'_>) -> WorkloadNode {
    let mut known = HashMap::new();
    for link in &graph.links[workload.links.clone()] {
        let Some(index) = config_id(link) else { continue };
        let node = configs.of_config[index];
        for (key, _) in graph.consumed(link) {
            let path = digest::path_of_key(link.target.kind, &link.target.name.name, key);
            let keys = &configs.nodes[node].keys;
            if let Ok(number) = keys.binary_search_by(|other| other.key.as_str().cmp(key)) {
                known.insert(path, (node, Id::new(number)));
            }
        }
    }
    let mut listings = Vec::new();
    for (template, lines) in stamp::template_lines(graph, workload, roll_on) {
        let template = workload.has_several_templates().then(|| template.path.clone());
        listings.push(draw_listing(template, &lines, &known, configs));
    }
    WorkloadNode { listings, has_pods: true, ..node_of_object(graph, graph.object(workload)) }
}

/// Draws the lines of a listing whose keys are `known`, by their paths.
fn draw_listing(
    template: Option<String>,
    listing: &BTreeSet<digest::ListingLine>,
    known: &HashMap<String, (Id<ConfigNode>, Id<KeyNode>)>,
    configs: &ConfigNodes<'_>,
) -> DrawnListing {
    let mut lines = Vec::new();
    for line in listing {
        let Some(&(config, key)) = known.get(&line.path) else { continue };
        lines.push(DrawnListingLine { path: line.path.clone(), config, key });
    }
    let is_shown = |line: &DrawnListingLine| configs.nodes[line.config].keys[line.key].hash.is_some();
    let digest = lines.iter().all(is_shown).then(|| digest::compute_digest(listing));
    DrawnListing { template, lines, digest }
}

fn referrer_node(graph: &Graph<'_>, object: ObjectId) -> WorkloadNode {
    node_of_object(graph, &graph.bundle.objects[object])
}

fn node_of_object(graph: &Graph<'_>, object: &Object) -> WorkloadNode {
    let application = graph.bundle.sources[graph.bundle.source_of(object)].application();
    WorkloadNode {
        name: NodeName {
            kind: object.kind.clone(),
            namespace: object.name.namespace.clone(),
            name: object.name.name.clone(),
        },
        place: location_of(graph, object),
        has_pods: false,
        was: None,
        application: application.map(|application| application.id.clone()),
        cluster: application.and_then(|application| application.cluster.clone()),
        causes: Vec::new(),
        listings: Vec::new(),
        mark: None,
    }
}

fn build_edges<'g>(
    graph: &'g Graph<'_>,
    configs: &mut ConfigNodes<'g>,
    users: &BTreeMap<ObjectId, Id<WorkloadNode>>,
) -> IdVec<Edge> {
    let mut ids: HashMap<(Id<ConfigNode>, Id<WorkloadNode>, EdgeDelivery), Id<Edge>> = HashMap::new();
    let mut edges: IdVec<Edge> = IdVec::new();
    for link in &graph.links {
        let (config, workload, reach) = (configs.node_of(link), users[&link.object], edge_delivery(link));
        let id = *ids.entry((config, workload, reach)).or_insert_with(|| {
            edges.push(Edge { config, workload, reach, unresolved: false, uses: Vec::new(), mark: None })
        });
        let one = edge_use(graph, link);
        // What an object without pods names may come from anywhere: an Ingress waits for its certificate.
        edges[id].unresolved |= !one.problems.is_empty() && !one.optional && has_pods(graph, link);
        edges[id].uses.push(one);
    }
    edges
}

fn edge_delivery(link: &Link) -> EdgeDelivery {
    match link.delivery {
        Delivery::Frozen => EdgeDelivery::Frozen,
        Delivery::Live => EdgeDelivery::Live,
        Delivery::None if matches!(link.mechanism, Mechanism::Name | Mechanism::Template) => EdgeDelivery::Named,
        Delivery::None => EdgeDelivery::Unmounted,
    }
}

fn has_pods(graph: &Graph<'_>, link: &Link) -> bool {
    matches!(graph.bundle.objects[link.object].role, Role::Workload(_))
}

/// The problems with a link, which diagnostics report once for all links like it.
fn find_problems(graph: &Graph<'_>, link: &Link) -> Vec<Message> {
    let target = link.target.to_string();
    let problem = match link.resolution {
        Resolution::Missing if graph.bundle.find_generator(&link.target).is_some() => return Vec::new(),
        Resolution::Missing => {
            let similar = graph.similar_configs.get(&link.target).map(ToString::to_string);
            ReferenceMessage::Unresolved { target, elsewhere: None, similar, other_users: Vec::new(), otherwise: "" }
        }
        Resolution::Ambiguous => ReferenceMessage::AmbiguousName { target },
        Resolution::RunTime | Resolution::External => return Vec::new(),
        Resolution::Config(_) | Resolution::Generated => {
            let missing_key = |key: &String| ReferenceMessage::MissingKey {
                target: target.clone(),
                key: key.clone(),
                has: Arc::default(),
            };
            return link.missing.iter().map(|key| missing_key(key).into()).collect();
        }
    };
    vec![problem.into()]
}

fn edge_use(graph: &Graph<'_>, link: &Link) -> EdgeUse {
    let source = &graph.bundle.sources[link.place.source];
    EdgeUse {
        container: link.container.as_ref().map(|container| container.name.clone()),
        container_type: link.container.as_ref().map(|container| container.container_type.as_str()),
        mechanism: link.mechanism.as_str(),
        keys: match &link.keys {
            KeySelection::All | KeySelection::Data => None,
            KeySelection::These(keys) => Some(keys.clone()),
        },
        missing: link.missing.to_vec(),
        variables: link.variables.to_vec(),
        optional: link.optional,
        problems: find_problems(graph, link),
        place: FileLine { file: source.name().to_string(), line: source.position(link.place.span.start).line },
    }
}

fn node_name(identity: &Identity) -> NodeName {
    NodeName {
        kind: identity.kind.to_string(),
        namespace: identity.name.namespace.clone(),
        name: identity.name.name.clone(),
    }
}

fn location_of(graph: &Graph<'_>, object: &Object) -> FileLine {
    let (file, position) = location(graph, object);
    FileLine { file: file.to_string(), line: position.line }
}
