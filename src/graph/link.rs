//! Linking: every workload, and every other object that names configs, to the configs of a bundle.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::config::{self, Config};
use super::model::{Link, LinkId, Mechanism, Resolution};
use super::resolve::Resolver;
use super::shapes::{ShapeProblem, find_name_problems};
use super::{Graph, LinkOptions, PodTemplate, Workload};
use super::{borrow, controllers, extra, generated, metadata, pod_spec, references, requests};
use crate::bundle::{Bundle, Identity, Object, ObjectId, Role};
use crate::diagnostic::{
    ContentMessage, Diagnostics, OptionMessage, ReferenceMessage, Severity, StampMessage, has_errors,
};
use crate::hash_map::HashSet;
use crate::index::IdVec;
use crate::kinds::controllers::ControllerView;
use crate::kinds::workloads::WorkloadKind;
use crate::kinds::{stamps, unknown};
use crate::yaml::NodeId;

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
    let (configs, has_unread_configs) = read_configs(bundle, options);
    let mut generated = IdVec::new();
    let mut problems = Vec::new();
    for id in bundle.objects.ids() {
        let (configs, found) = generated::find_generated(bundle, id, &options.selectors);
        generated.extend(configs);
        if !bundle.is_context(&bundle.objects[id]) {
            problems.extend(found);
        }
    }
    let mut resolver = Resolver::new(bundle, configs, generated, options);
    resolver.diagnostics.extend(problems);
    let mut linker =
        Linker { bundle, options, resolver, has_unread_configs, workloads: IdVec::new(), links: IdVec::new() };
    for (id, object) in bundle.objects.entries().filter(|(_, object)| !bundle.is_context(object)) {
        linker.link_object(id, object);
    }
    linker.report_unrewritten_fields();
    let context_links = linker.link_context();
    borrow::link_template_borrowers(bundle, &mut linker.workloads, &mut linker.resolver.diagnostics);
    linker.report_configs();
    linker.report_selectors_without_match();
    linker.into_graph(context_links)
}

/// Reads every config, and hashes its content. One of the context that cannot be read is left out, for which there is
/// `true` beside the others.
fn read_configs(bundle: &Bundle, options: &LinkOptions) -> (IdVec<Config>, bool) {
    let objects: Vec<ObjectId> =
        bundle.objects.ids().filter(|&id| matches!(bundle.objects[id].role, Role::Config(_))).collect();
    let read = |&id: &ObjectId| config::read_config(bundle, id, options);
    let mut configs: Vec<Config> = if objects.len() < PARALLEL_FROM {
        objects.iter().filter_map(read).collect()
    } else {
        objects.par_iter().filter_map(read).collect()
    };
    for config in &mut configs {
        let document = bundle.objects[config.object].document;
        let application = bundle.sources[bundle.documents[document].source].application();
        let substitutes = application.map(|application| application.substitutes);
        config.content.judge_variables(substitutes, options.flux || bundle.flux_substitutes);
    }
    let is_readable =
        |config: &Config| !bundle.is_context(&bundle.objects[config.object]) || !has_errors(&config.content.problems);
    let count = configs.len();
    configs.retain(is_readable);
    configs.shrink_to_fit();
    let has_unread = configs.len() < count;
    (configs.into(), has_unread)
}

/// Collects the links of one object after the other.
pub(super) struct Linker<'b, 'o> {
    pub(super) bundle: &'b Bundle,
    options: &'o LinkOptions,
    pub(super) resolver: Resolver<'b>,
    has_unread_configs: bool,
    workloads: IdVec<Workload>,
    links: IdVec<Link>,
}

impl<'b> Linker<'b, '_> {
    fn link_object(&mut self, id: ObjectId, object: &'b Object) {
        let first = self.links.next_id();
        match &object.role {
            Role::Config(_) | Role::Producer(_) | Role::Other => self.link_custom_references(first, id, object),
            Role::Referrer(kind) => {
                let opened = self.bundle.open(object);
                for ShapeProblem { node, message } in find_name_problems(opened.node(), &kind.fields) {
                    let place = self.bundle.place(object, node);
                    self.resolver.diagnostics.report(place, object.label(), message);
                }
                for draft in references::find_references(self.bundle, object, kind) {
                    self.links.push(self.resolver.resolve(id, draft));
                }
                self.link_custom_references(first, id, object);
            }
            Role::Unknown(kind) => self.link_unknown_kind(first, id, object, kind),
            Role::Workload(kind) => {
                self.resolver.diagnostics.extend(metadata::check_workload(self.bundle, object, kind));
                let templates = self.link_workload(id, object, kind);
                self.link_custom_references(first, id, object);
                let links = first..self.links.next_id();
                let kind = kind.clone();
                let mut workload = Workload { object: id, kind, templates, borrower: None, links, shared: Vec::new() };
                workload.assign_other_links(self.bundle.open(object).node(), &self.links);
                self.workloads.push(workload);
            }
        }
    }

    /// Links the objects of the context, apart from the others: what they refer to matters only for new names and for
    /// the content of requests, and nothing of it is reported.
    fn link_context(&mut self) -> Vec<Link> {
        let bundle = self.bundle;
        let mut context = bundle.objects.entries().filter(|(_, object)| bundle.is_context(object)).peekable();
        if context.peek().is_none() {
            return Vec::new();
        }
        let (links, workloads) = (std::mem::take(&mut self.links), std::mem::take(&mut self.workloads));
        let reported = self.resolver.start_context();
        for (id, object) in context {
            self.link_object(id, object);
        }
        self.resolver.end_context(reported);
        self.workloads = workloads;
        std::mem::replace(&mut self.links, links).into_iter().collect()
    }

    /// Links the pod specs in an object of a kind that no table knows, and reports what rolls nothing there.
    fn link_unknown_kind(&mut self, first: LinkId, id: ObjectId, object: &'b Object, kind: &WorkloadKind) {
        // What is wrong with a name there is for its controller to say.
        let mut ignored = Diagnostics::default();
        let drafts = pod_spec::read_pod_templates(self.bundle, object, kind, &mut ignored);
        let templates = drafts.templates.into_iter().flat_map(|template| template.drafts);
        for mut draft in templates.chain(drafts.others) {
            draft.flags.rename_blocked_by = Some("its kind is not known");
            self.links.push(self.resolver.resolve(id, draft));
        }
        let links = &self.links[first..self.links.next_id()];
        let mut targets = BTreeSet::new();
        for link in links.iter().filter(|link| link.mechanism != Mechanism::Name) {
            if matches!(link.resolution, Resolution::Config(_) | Resolution::Generated | Resolution::Ambiguous) {
                targets.insert(link.target.to_string());
            }
        }
        if let Some(link) = links.first()
            && !targets.is_empty()
        {
            let targets = targets.into_iter().collect();
            let message = OptionMessage::UnknownKind { targets, rule: unknown::print_rule(kind) };
            self.resolver.diagnostics.report(link.place.clone(), object.label(), message);
        }
    }

    /// Links the references in the pod templates of a workload, then those in its annotations.
    fn link_workload(&mut self, id: ObjectId, object: &'b Object, kind: &WorkloadKind) -> Vec<PodTemplate> {
        let drafts = pod_spec::read_pod_templates(self.bundle, object, kind, &mut self.resolver.diagnostics);
        let mut templates = Vec::with_capacity(drafts.templates.len());
        for template in drafts.templates {
            let first = self.links.next_id();
            for draft in template.drafts {
                self.links.push(self.resolver.resolve(id, draft));
            }
            let links = first..self.links.next_id();
            templates.push(PodTemplate::new(template.node, template.path, template.annotations, links));
        }
        for draft in drafts.others {
            self.links.push(self.resolver.resolve(id, draft));
        }
        self.report_foreign_stamps(object, kind);
        let mut extras = extra::find_annotated(self.bundle, object, &mut self.resolver);
        let honor = &self.options.digest_policy.honor;
        if !honor.is_empty() {
            let opened = self.bundle.open(object);
            let view = controllers::controller_view(&opened, object, kind);
            let view = ControllerView { is_of_any_kind: true, ..view };
            extras.append(&mut extra::find_honored(self.bundle, object, view, honor, &mut self.resolver));
        }
        for draft in extras {
            self.links.push(self.resolver.resolve(id, draft));
        }
        templates
    }

    /// Links the references that only the user's rules know, and that no built-in row has found since `first`.
    fn link_custom_references(&mut self, first: LinkId, id: ObjectId, object: &Object) {
        let drafts = references::find_custom_references(self.bundle, object);
        if drafts.is_empty() {
            return;
        }
        let known: HashSet<NodeId> = self.links[first..self.links.next_id()].iter().map(|link| link.node).collect();
        for draft in drafts {
            if !known.contains(&draft.site.node) {
                self.links.push(self.resolver.resolve(id, draft));
            }
        }
    }

    /// Reports what other tools wrote into a pod template to roll it.
    fn report_foreign_stamps(&mut self, object: &Object, kind: &WorkloadKind) {
        let opened = self.bundle.open(object);
        let template = kind.find_first_template(opened.node());
        for (node, what) in template.map(stamps::find_foreign_stamps).unwrap_or_default() {
            let place = self.bundle.place(object, node);
            self.resolver.diagnostics.report(place, object.label(), StampMessage::ForeignStamp { what });
        }
    }

    /// Reports what is wrong about whole configs: of those that nothing uses in one sentence, with details for `-v`.
    fn report_configs(&mut self) {
        let Resolver { configs, diagnostics, .. } = &mut self.resolver;
        let mut unused = 0;
        for config in configs.iter().filter(|config| !self.bundle.is_context(&self.bundle.objects[config.object])) {
            let problems = config.content.problems.iter().cloned();
            if config.used {
                diagnostics.extend(problems);
            } else {
                unused += usize::from(!config.content.problems.is_empty());
                diagnostics.extend(problems.map(|problem| problem.with_severity(Severity::Detail)));
            }
        }
        if unused > 0 {
            diagnostics.report_summary(ContentMessage::UnusedInvalid { count: unused });
        }
        self.report_patched_configs();
        if self.bundle.inside_kustomize {
            self.report_variable_names();
        }
        self.resolver.report_missing_configs();
        self.resolver.report_inferred_namespaces();
        let Resolver { diagnostics, missing_secrets, repeated_keys, .. } = &mut self.resolver;
        if *repeated_keys > 0 {
            diagnostics.report_summary(ReferenceMessage::MissingKeysAgain { count: *repeated_keys });
        }
        if *missing_secrets > 0 {
            diagnostics.report_summary(ReferenceMessage::SecretsUnresolved { count: *missing_secrets });
        }
    }

    /// Reports configs in use whose content a patch changes: their digest is not that of the build.
    fn report_patched_configs(&mut self) {
        let Resolver { configs, diagnostics, .. } = &mut self.resolver;
        for config in configs.iter().filter(|config| config.used) {
            let object = &self.bundle.objects[config.object];
            if let Some(patch) = self.bundle.find_patch(&config.identity)
                && !self.bundle.is_context(object)
            {
                diagnostics.report(self.bundle.start_of(object), object.label(), ContentMessage::Patched { patch });
            }
        }
    }

    /// Reports configs whose name kustomize completes later and that nothing here refers to by it. References report it
    /// themselves.
    fn report_variable_names(&mut self) {
        let Resolver { configs, diagnostics, .. } = &mut self.resolver;
        for config in configs.iter().filter(|config| !config.used && config.identity.name.name.contains("$(")) {
            let object = &self.bundle.objects[config.object];
            let message = ReferenceMessage::VariableName { target: config.identity.to_string(), is_used: false };
            diagnostics.report(self.bundle.start_of(object), object.label(), message);
        }
    }

    /// Reports selectors that match nothing: a misspelt one has no effect.
    fn report_selectors_without_match(&mut self) {
        let options = self.options.selectors.options();
        if options.is_empty() {
            return;
        }
        let mut identities: Vec<Identity> = self.links.iter().map(|link| Identity::clone(&link.target)).collect();
        for config in self.resolver.configs.iter() {
            identities.extend(config.identities());
        }
        identities.extend(self.resolver.generated.iter().map(|config| Identity::clone(&config.identity)));
        for (option, pattern) in options {
            let option_name = option.as_str();
            if !identities.iter().any(|identity| pattern.matches(identity)) {
                let severity = option.severity_without_match();
                // An options file can list thousands that this input does not have.
                let similar = if severity == Severity::Detail { None } else { pattern.find_similar(&identities) };
                let pattern = pattern.to_string();
                let message = OptionMessage::NothingSelected { option: option_name, pattern, similar };
                self.resolver.diagnostics.report_as(severity, None, None, message);
            } else if let Some(configs) = pattern.list_of_several_kinds(&identities) {
                let message = OptionMessage::KindMissing { option: option_name, pattern: pattern.to_string(), configs };
                self.resolver.diagnostics.report_summary(message);
            }
        }
    }

    fn into_graph(self, context_links: Vec<Link>) -> Graph<'b> {
        let Linker { bundle, options, resolver, has_unread_configs, mut workloads, mut links } = self;
        workloads.shrink_to_fit();
        links.shrink_to_fit();
        let mut graph = Graph {
            bundle,
            configs: resolver.configs,
            generated: resolver.generated,
            digest_policy: options.digest_policy.clone(),
            selectors: options.selectors.clone(),
            workloads,
            links,
            context_links,
            similar_configs: resolver.similar_configs,
            has_skipped_documents: bundle.has_skipped_documents || has_unread_configs,
            diagnostics: resolver.diagnostics,
            secrets_keyed: options.secret_key.is_some(),
        };
        requests::finalize(&mut graph);
        graph
    }
}
