//! Which workload consumes which keys of which config, how the content reaches it, and what is not there.

mod borrow;
mod config;
mod controllers;
mod extra;
mod generated;
pub mod kustomize;
mod model;
mod mounts;
mod pod_spec;
mod references;
mod resolve;

pub use extra::{EXTRA_CONFIG_MAPS, EXTRA_SECRETS};
pub use generated::{GeneratedConfig, GeneratedId};
pub use model::{Container, KeySelection, Link, LinkId, Mechanism, Resolution};

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use crate::index::{Id, IdVec};
use rayon::prelude::*;

pub(crate) use self::config::is_base_of;
use self::resolve::Resolver;
use crate::bundle::{Bundle, Object, ObjectId, Role};
use crate::content::{ConfigKey, SecretKey};
use crate::diagnostic::{ContentMessage, Diagnostic, Diagnostics, ReferenceMessage, Severity, StampMessage};
pub use crate::kinds::Delivery;
use crate::kinds::controllers::Controller;
use crate::kinds::path::FieldPath;
use crate::kinds::stamps;
use crate::kinds::workloads::{Effect, WorkloadKind};
use crate::yaml::NodeId;
pub use config::{Config, ConfigAnnotations, ConfigId};

/// The annotation on a config that takes it out of every digest.
pub const IGNORE: &str = "rollstamp.dev/ignore";

/// The annotation on a renamed config that records the name without the suffix.
pub const BASE_NAME: &str = "rollstamp.dev/base-name";

/// The annotation by which a config keeps its name.
pub const RENAME: &str = "rollstamp.dev/rename";

/// The annotation by which a config chooses its strategy.
pub const STRATEGY: &str = "rollstamp.dev/strategy";

/// The annotation on a workload that says which content counts for it.
pub const ROLL_ON: &str = "rollstamp.dev/roll-on";

/// What a config asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfigStrategy {
    /// It counts in the stamps of the workloads that use it.
    Stamp,
    /// Its name gets a suffix.
    Rename,
    /// Neither.
    None,
}

/// How to link.
#[derive(Clone, Default)]
pub struct LinkOptions {
    /// Where a reference finds its definition.
    pub scope: Scope,
    /// The key for the hashes of Secret values.
    pub secret_key: Option<SecretKey>,
    /// What counts for which workload.
    pub digest_policy: DigestPolicy,
    /// Whether Flux is known to apply the result, and may replace variables in it. A Flux Kustomization with `postBuild`
    /// in the input says so too.
    pub flux: bool,
}

/// What counts for which workload, beside what its own annotations say.
#[derive(Clone, Debug, Default)]
pub struct DigestPolicy {
    /// Whether the requests for configs that controllers make count.
    pub producers: bool,
    /// The controllers whose annotations mean the same here.
    pub honor: Vec<Controller>,
    /// Whether only workloads count that ask for it.
    pub only_annotated: bool,
}

/// Where a reference finds its definition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// Anywhere in the input: one run is one cluster's content.
    #[default]
    Run,
    /// In its own directory, else in the nearest directory above that has one.
    Directory,
    /// In its own file.
    File,
}

/// The links of a bundle.
pub struct Graph<'b> {
    /// What was linked.
    pub bundle: &'b Bundle,
    /// Every config, in input order.
    pub configs: IdVec<Config>,
    /// Every config that a controller will make, in input order of what asks for it.
    pub generated: IdVec<GeneratedConfig>,
    /// What counts for which workload.
    pub digest_policy: DigestPolicy,
    /// Every workload, in input order.
    pub workloads: IdVec<Workload>,
    /// Every link, by workload and position.
    pub links: IdVec<Link>,
    /// What is to be said about the links.
    pub diagnostics: Diagnostics,
    /// Whether the hashes of Secrets are made with a key, so that a short value cannot be guessed from its hash.
    pub secrets_keyed: bool,
}

/// The index of a workload in its graph.
pub type WorkloadId = Id<Workload>;

/// A workload and its links.
#[derive(Clone, Debug)]
pub struct Workload {
    /// Its object.
    pub object: ObjectId,
    /// What its kind is known for.
    pub kind: Arc<WorkloadKind>,
    /// Where it describes pods, by position.
    pub templates: Vec<PodTemplate>,
    /// An object that uses its template instead of a template of its own.
    pub borrower: Option<ObjectId>,
    /// Its links.
    pub links: Range<LinkId>,
}

/// A place where a workload describes pods.
#[derive(Clone, Debug)]
pub struct PodTemplate {
    /// The mapping that describes them, as written: it can be an alias.
    pub node: NodeId,
    /// From there to the annotations of the pods; none where nothing could be written.
    pub annotations: Option<FieldPath>,
    /// The links that are its own.
    pub links: Range<LinkId>,
}

impl Graph<'_> {
    /// The object of a workload.
    pub fn object(&self, workload: &Workload) -> &Object {
        &self.bundle.objects[workload.object]
    }

    /// What changed annotations of a workload's pods do. Where another object uses its template, that one's pods count.
    pub fn effect_on(&self, workload: &Workload) -> Effect {
        let object = match workload.borrower {
            Some(borrower) => &self.bundle.objects[borrower],
            None => self.object(workload),
        };
        let kind = match &object.role {
            Role::Workload(kind) => kind,
            _ => &workload.kind,
        };
        kind.effect_on(self.bundle.node(object))
    }

    /// The config that a link resolved to.
    pub fn config_of(&self, link: &Link) -> Option<&Config> {
        match link.resolution {
            Resolution::Config(index) => Some(&self.configs[index]),
            _ => None,
        }
    }

    /// The keys of its config that a link consumes, of those that exist.
    pub fn consumed<'g>(&'g self, link: &Link) -> Vec<(&'g str, &'g ConfigKey)> {
        let Some(config) = self.config_of(link) else { return Vec::new() };
        let keys = &config.content.keys;
        let named = |(key, entry): (&'g String, &'g ConfigKey)| (key.as_str(), entry);
        match &link.keys {
            KeySelection::These(wanted) => wanted.iter().filter_map(|key| keys.get_key_value(key)).map(named).collect(),
            all => keys.iter().filter(|(key, entry)| all.includes(key, entry)).map(named).collect(),
        }
    }

    /// The configs that nothing in the input refers to.
    pub fn unused(&self) -> impl Iterator<Item = &Config> {
        self.configs.iter().filter(|config| !config.used)
    }
}

/// Below this many configs threads cost more than they save.
const PARALLEL_FROM: usize = 500;

/// Links every workload to the configs that it uses.
///
/// ```
/// use rollstamp::{LinkOptions, ParseOptions, Resolution, Source, link, parse};
///
/// let text = "\
/// {apiVersion: v1, kind: ConfigMap, metadata: {name: app-env}, data: {LOG_LEVEL: INFO}}
/// ---
/// apiVersion: v1
/// kind: Pod
/// metadata: {name: web}
/// spec:
///   containers:
///   - {name: app, image: app, envFrom: [{configMapRef: {name: app-env}}, {secretRef: {name: missing}}]}
/// ";
/// let bundle = parse(vec![Source::new("app.yaml", text)], &ParseOptions::default());
/// let graph = link(&bundle, &LinkOptions::default());
/// let resolutions: Vec<_> = graph.links.iter().map(|link| link.resolution).collect();
/// assert!(matches!(resolutions[..], [Resolution::Config(_), Resolution::Missing]));
/// ```
pub fn link<'b>(bundle: &'b Bundle, options: &LinkOptions) -> Graph<'b> {
    let objects: Vec<ObjectId> =
        bundle.objects.ids().filter(|&id| matches!(bundle.objects[id].role, Role::Config(_))).collect();
    let read = |&id: &ObjectId| config::read_config(bundle, id, options.secret_key.as_ref());
    let mut configs: IdVec<Config> = if objects.len() < PARALLEL_FROM {
        objects.iter().filter_map(read).collect()
    } else {
        objects.par_iter().filter_map(read).collect::<Vec<Config>>().into()
    };
    if options.flux || bundle.flux_substitutes {
        configs.iter_mut().for_each(|config| config.content.raise_substitution_warnings());
    }
    let (products, problems): (Vec<_>, Vec<_>) =
        bundle.objects.ids().map(|id| generated::find_generated(bundle, id)).unzip();
    let products = products.into_iter().flatten().collect();
    let mut resolver = Resolver::new(bundle, configs, products, options.scope, options.digest_policy.producers);
    resolver.diagnostics.extend(problems.into_iter().flatten());
    let mut workloads = IdVec::new();
    let mut links = IdVec::new();
    for (id, object) in bundle.objects.entries() {
        let first = links.next_id();
        let mut templates = Vec::new();
        match &object.role {
            Role::Config(_) | Role::Producer(_) | Role::Other => {}
            Role::Workload(kind) => {
                for described in pod_spec::read_pod_templates(bundle, object, kind, &mut resolver.diagnostics) {
                    let own = links.next_id();
                    links.extend(described.drafts.into_iter().map(|draft| resolver.resolve(id, draft)));
                    let (node, annotations) = (described.node, described.annotations);
                    templates.push(PodTemplate { node, annotations, links: own..links.next_id() });
                }
                report_foreign_stamps(bundle, object, kind, &mut resolver.diagnostics);
                let mut extras = extra::find_annotated(bundle, object, &mut resolver);
                let honor = &options.digest_policy.honor;
                if !honor.is_empty() {
                    let asking = controllers::controller_view(bundle, object, kind);
                    extras.append(&mut extra::find_honored(bundle, object, asking, honor, &mut resolver));
                }
                links.extend(extras.into_iter().map(|extra| resolver.resolve(id, extra)));
            }
            Role::Referrer(kind) => {
                let named = references::find_references(bundle, object, &kind.fields, kind.cluster_scoped);
                links.extend(named.into_iter().map(|name| resolver.name(id, name)));
            }
        }
        let named = references::find_custom_references(bundle, object);
        if !named.is_empty() {
            let known: HashSet<NodeId> = links[first..links.next_id()].iter().map(|link| link.node).collect();
            let named = named.into_iter().filter(|name| !known.contains(&name.node));
            links.extend(named.map(|name| resolver.name(id, name)));
        }
        if let Role::Workload(kind) = &object.role {
            workloads.push(Workload {
                object: id,
                kind: kind.clone(),
                templates,
                borrower: None,
                links: first..links.next_id(),
            });
        }
    }
    borrow::link_template_borrowers(bundle, &mut workloads, &mut resolver.diagnostics);
    resolver.finish(workloads, links, options)
}

/// Reports what other tools wrote into a pod template to roll it.
fn report_foreign_stamps(bundle: &Bundle, object: &Object, kind: &WorkloadKind, diagnostics: &mut Diagnostics) {
    let template = kind.find_first_template(bundle.node(object));
    for (node, what) in template.map(stamps::find_foreign_stamps).unwrap_or_default() {
        diagnostics.report(bundle.place(object, node), object.label(), StampMessage::ForeignStamp { what });
    }
}

impl<'b> Resolver<'b> {
    /// Puts the graph together, with what is to be said about whole configs.
    fn finish(mut self, workloads: IdVec<Workload>, links: IdVec<Link>, options: &LinkOptions) -> Graph<'b> {
        let mut unused = 0;
        for config in &self.configs {
            if config.used {
                self.diagnostics.extend(config.content.problems.iter().cloned());
                continue;
            }
            unused += usize::from(!config.content.problems.is_empty());
            let details = config.content.problems.iter().cloned();
            self.diagnostics.extend(details.map(|problem| Diagnostic { severity: Severity::Detail, ..problem }));
        }
        if unused > 0 {
            self.diagnostics.report_summary(ContentMessage::UnusedInvalid { count: unused });
        }
        self.report_inferred_namespaces();
        if self.missing_secrets > 0 {
            self.diagnostics.report_summary(ReferenceMessage::SecretsUnresolved { count: self.missing_secrets });
        }
        let Self { bundle, configs, products, diagnostics, .. } = self;
        let (counting, secrets_keyed) = (options.digest_policy.clone(), options.secret_key.is_some());
        let mut graph = Graph {
            bundle,
            configs,
            generated: products,
            digest_policy: counting,
            workloads,
            links,
            diagnostics,
            secrets_keyed,
        };
        generated::finalize(&mut graph);
        graph
    }
}
