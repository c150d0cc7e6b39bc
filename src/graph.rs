//! Links from workloads to configs: the keys that are consumed, how they are delivered, and what is missing.

mod annotations;
mod borrow;
mod config;
mod controllers;
mod draft;
mod extra;
mod generated;
pub mod kustomize;
mod link;
mod listing;
mod mentions;
mod metadata;
mod model;
mod mounts;
mod pod_spec;
mod pod_templates;
mod references;
mod requests;
mod resolve;
mod selectors;
mod settings;
mod shapes;
mod unrewritten;

pub use crate::kinds::Delivery;
pub use annotations::{BASE_NAME, EXTRA_CONFIG_MAPS, EXTRA_SECRETS, IGNORE, RENAME, ROLL_ON, STRATEGY};
pub(crate) use config::is_base_of;
pub use config::{Config, ConfigId};
pub use generated::{GeneratedConfig, GeneratedId};
pub use link::link;
pub use listing::ListingPart;
pub(crate) use listing::PartContent;
pub(crate) use mentions::is_note;
pub use mentions::{Mention, Mentions};
pub use model::{Container, KeySelection, Link, LinkId, Mechanism, Resolution, UnrewrittenName};
pub use pod_templates::PodTemplate;
pub use selectors::{ConfigPattern, ConfigSelector, ConfigSelectors};
pub use settings::{ConfigSettings, ConfigStrategy, SettingSource};

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::bundle::{Bundle, Identity, Object, ObjectId, OpenObject, Role};
use crate::content::{ConfigKey, SecretKey};
use crate::diagnostic::Diagnostics;
use crate::index::{Id, IdVec};
use crate::kinds::controllers::Controller;
use crate::kinds::workloads::{Effect, WorkloadKind};
use crate::setters::setters;

/// Options of [`link`].
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct LinkOptions {
    /// The objects among which a reference finds its definition.
    pub scope: Scope,
    /// The key for the hashes of Secret values.
    pub secret_key: Option<SecretKey>,
    /// The content that is included in the digests of workloads.
    pub digest_policy: DigestPolicy,
    /// Set if Flux is known to apply the result, and may replace variables in it. A Flux Kustomization with `postBuild`
    /// in the input has the same effect.
    pub flux: bool,
    /// Settings of configs from outside of the manifests.
    pub selectors: ConfigSelectors,
    /// Set if configs that choose no strategy will get new names, and references with them.
    pub renames: bool,
    /// Set in the middle of a build of kustomize if the rules hold every field that the kustomization tells it to
    /// rewrite: then references that it will not rewrite are known.
    pub checks_kustomize_references: bool,
    /// Set if a missing config is reported once for each application that refers to it, and not once for all.
    pub separates_applications: bool,
}

setters! {
    LinkOptions {
        scope: Scope,
        secret_key: Option<SecretKey>,
        digest_policy: DigestPolicy,
        selectors: ConfigSelectors,
        flux: bool,
        renames: bool,
        checks_kustomize_references: bool,
        separates_applications: bool,
    }
}

/// The content that is included in the digests of workloads whose own annotations do not decide.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct DigestPolicy {
    /// Includes the requests for configs that controllers write.
    pub producers: bool,
    /// The controllers whose annotations mean the same here.
    pub honor: Vec<Controller>,
    /// Includes only workloads that opt in by an annotation.
    pub only_annotated: bool,
}

setters! {
    DigestPolicy { producers: bool, honor: Vec<Controller>, only_annotated: bool }
}

/// The objects among which a reference finds its definition.
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
    /// The bundle that was linked.
    pub bundle: &'b Bundle,
    /// Every config, in input order.
    pub configs: IdVec<Config>,
    /// Every config that a controller will make, in input order of what asks for it.
    pub generated: IdVec<GeneratedConfig>,
    /// The content that is included in the digests of workloads.
    pub digest_policy: DigestPolicy,
    /// Settings of configs from outside of the manifests.
    pub selectors: ConfigSelectors,
    /// Every workload, in input order.
    pub workloads: IdVec<Workload>,
    /// Every link, by workload and position.
    pub links: IdVec<Link>,
    /// The links of objects of the context, by object and position.
    pub context_links: Vec<Link>,
    /// Set if a document or config was left out because it cannot be read.
    pub has_skipped_documents: bool,
    /// The configs that missing ones most likely mean, by what references name.
    pub similar_configs: BTreeMap<Identity, Identity>,
    /// Diagnostics of the links.
    pub diagnostics: Diagnostics,
    /// Set if the hashes of Secrets are made with a key, so that a short value cannot be guessed from its hash.
    pub secrets_keyed: bool,
}

/// The index of a workload in its graph.
pub type WorkloadId = Id<Workload>;

/// A workload and its links.
#[derive(Clone, Debug)]
pub struct Workload {
    /// Its object.
    pub object: ObjectId,
    /// The row of its kind.
    pub kind: Arc<WorkloadKind>,
    /// Its pod templates, by position.
    pub templates: Vec<PodTemplate>,
    /// An object that uses its template instead of a template of its own.
    pub borrower: Option<ObjectId>,
    /// Its links.
    pub links: Range<LinkId>,
    /// Those of them that are outside of its pod templates and concern all of its pods.
    pub(crate) shared: Vec<LinkId>,
}

impl Graph<'_> {
    /// The object of a workload.
    pub fn object(&self, workload: &Workload) -> &Object {
        &self.bundle.objects[workload.object]
    }

    /// Opens the object of a workload.
    pub fn open_workload(&self, workload: &Workload) -> OpenObject<'_> {
        self.bundle.open(self.object(workload))
    }

    /// Opens the object of a config.
    pub fn open_config(&self, config: &Config) -> OpenObject<'_> {
        self.bundle.open(&self.bundle.objects[config.object])
    }

    /// Returns the effect of changed annotations of a workload's pods. Where another object uses its template, the
    /// effect on that object's pods decides.
    pub fn effect_on(&self, workload: &Workload) -> Effect {
        let object = match workload.borrower {
            Some(borrower) => &self.bundle.objects[borrower],
            None => self.object(workload),
        };
        let kind = match &object.role {
            Role::Workload(kind) => kind,
            _ => &workload.kind,
        };
        kind.effect_on(self.bundle.open(object).node())
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
        link.keys.select(&config.content.keys)
    }

    /// Returns `true` if a config is listed as one that nothing refers to. One of the context never is.
    pub fn is_unused(&self, config: &Config) -> bool {
        !config.used && !config.used_by_context && !self.is_context(config)
    }

    /// Returns `true` if a config is context: it is read for links, and nothing is done to it.
    pub fn is_context(&self, config: &Config) -> bool {
        self.bundle.is_context(&self.bundle.objects[config.object])
    }
}
