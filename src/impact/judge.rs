//! What happens to a workload, from what changed of it.

use super::configs::Configs;
use super::content::{self, Consumption};
use super::controllers::{self, Roller};
use super::side::{Named, Sides};
use super::template::{self, Part, TemplateChange};
use super::{Class, ImpactOptions, Reason, Refresh, WorkloadImpact};
use crate::graph::{ConfigStrategy, Delivery};
use crate::kinds::annotation;
use crate::kinds::workloads::Effect;
use crate::plan::{RollOn, stamp};
use crate::yaml::{Node, Value};

mod rejected;

/// A class, and what is to be said about it.
struct Verdict {
    class: Class,
    sentence: Option<String>,
    finding: bool,
}

impl Verdict {
    fn of(class: Class) -> Option<Verdict> {
        Some(Verdict { class, sentence: None, finding: false })
    }

    fn because(class: Class, sentence: impl Into<String>) -> Option<Verdict> {
        Some(Verdict { class, sentence: Some(sentence.into()), finding: false })
    }

    fn finding(class: Class, sentence: impl Into<String>) -> Option<Verdict> {
        Some(Verdict { class, sentence: Some(sentence.into()), finding: true })
    }
}

/// A workload that both trees have; none where nothing happens to it.
pub(super) fn workload(
    sides: &Sides<'_>,
    base: usize,
    head: usize,
    configs: &mut Configs<'_, '_>,
    changed: &[(usize, bool)],
    options: &ImpactOptions,
) -> Option<WorkloadImpact> {
    let Consumption { reasons, renamed } = content::compare(sides, base, head, configs);
    let (before, after) = (sides.base.template(base), sides.head.template(head));
    let case = Case {
        sides,
        base,
        head,
        configs,
        annotation: &options.annotation,
        template: if before == after {
            Vec::new()
        } else {
            template::changes(&before, &after, &options.annotation, &renamed)
        },
        reasons,
    };
    let asked = controllers::rollers(sides, head, changed);
    let mut verdict = case.verdict();
    let mut rolled_by = Vec::new();
    if verdict.as_ref().is_some_and(|verdict| verdict.class == Class::Rolls) {
        rolled_by.push(Roller::Template);
    }
    if !asked.is_empty() && case.can_be_restarted(verdict.as_ref()) {
        if rolled_by.is_empty() {
            verdict =
                Verdict::because(Class::Rolls, format!("{} is asked to restart it in the cluster", names(&asked)));
        }
        rolled_by.extend(asked);
    }
    if rolled_by.len() > 1 {
        verdict = Verdict::because(Class::Rolls, twice(&rolled_by));
    }
    let verdict = verdict?;
    let refresh = case.refresh(&verdict);
    let Case { reasons, template, .. } = case;
    Some(WorkloadImpact {
        class: verdict.class,
        sentence: verdict.sentence,
        finding: verdict.finding,
        rolled_by,
        refresh,
        reasons,
        template,
        ..on_one_side(sides, Some(base), Some(head))
    })
}

/// Why a workload rolls twice, of which the first is its own controller.
pub(super) fn twice(rolled_by: &[Roller]) -> String {
    format!("its pod template changes, and {} is asked to restart it as well", names(&rolled_by[1..]))
}

fn names(rollers: &[Roller]) -> String {
    rollers.iter().map(|roller| roller.name()).collect::<Vec<_>>().join(" and ")
}

/// A workload that only one tree has: new, or gone.
pub(super) fn on_one_side(sides: &Sides<'_>, base: Option<usize>, head: Option<usize>) -> WorkloadImpact {
    let object = match (base, head) {
        (_, Some(head)) => Some(sides.head.object(head)),
        (Some(base), None) => Some(sides.base.object(base)),
        (None, None) => None,
    };
    let text = |of: fn(&crate::bundle::Object) -> &str| object.map(|object| of(object).to_string()).unwrap_or_default();
    let spot =
        |side: &Named<'_>, workload: Option<usize>| workload.map(|index| side.spot_of(side.workload(index).object));
    WorkloadImpact {
        api_version: text(|object| &object.api_version),
        kind: text(|object| &object.kind),
        namespace: object.and_then(|object| object.name.namespace.clone()),
        name: text(|object| &object.name.name),
        base,
        head,
        base_spot: spot(&sides.base, base),
        head_spot: spot(&sides.head, head),
        class: if head.is_some() { Class::New } else { Class::Gone },
        sentence: None,
        finding: false,
        rolled_by: Vec::new(),
        refresh: None,
        reasons: Vec::new(),
        template: Vec::new(),
        requests: Vec::new(),
    }
}

/// What changed of one workload.
struct Case<'c, 's, 'a> {
    sides: &'c Sides<'a>,
    base: usize,
    head: usize,
    configs: &'c Configs<'s, 'a>,
    annotation: &'c str,
    template: Vec<TemplateChange>,
    reasons: Vec<Reason>,
}

impl Case<'_, '_, '_> {
    fn node(&self) -> Node<'_> {
        self.sides.head.node(self.head)
    }

    fn effect(&self) -> Effect {
        self.sides.head.graph.effect_on(self.sides.head.workload(self.head))
    }

    fn is_kind(&self, kind: &str) -> bool {
        self.sides.head.workload(self.head).kind.kind == kind
    }

    fn frozen(&self) -> impl Iterator<Item = &Reason> {
        self.reasons.iter().filter(|reason| reason.frozen)
    }

    fn verdict(&self) -> Option<Verdict> {
        if let Some(rejected) = self.rejected() {
            return Verdict::finding(Class::Refused, rejected);
        }
        if self.template.is_empty() { self.without_a_new_template() } else { self.with_a_new_template() }
    }

    fn with_a_new_template(&self) -> Option<Verdict> {
        let frozen = self.frozen().next().is_some();
        match self.effect() {
            Effect::Rolls => Verdict::of(Class::Rolls),
            Effect::Partly(reason) => Verdict::because(Class::Rolls, reason),
            Effect::NextRun if self.is_replaced() => Verdict::because(Class::NextRun, "its applier replaces it"),
            Effect::NextRun => Verdict::of(Class::NextRun),
            Effect::WhileSuspended => Verdict::because(Class::NextRun, "its pods start when it is resumed"),
            Effect::NoEffect(reason) => Verdict::finding(Class::Stale, reason),
            // Only another spec makes new pods.
            Effect::InPlace(_) if self.template.iter().any(|change| !is_metadata(&change.path)) => {
                Verdict::of(Class::Rolls)
            }
            Effect::InPlace(reason) | Effect::InPlaceOnly(reason) => Verdict::finding(Class::Stale, reason),
            Effect::NothingToRoll(reason) => Verdict::because(Class::NextRun, reason),
            Effect::Harmful(reason) => Verdict::because(Class::Rolls, reason),
            Effect::RefreshesOnly if self.template.iter().any(|change| change.part == Part::Image) => {
                Verdict::because(Class::Rolls, "the kubelet restarts the container in the same pod")
            }
            Effect::RefreshesOnly if frozen => Verdict::finding(Class::Stale, NO_PARENT),
            Effect::RefreshesOnly if self.reasons.is_empty() => None,
            Effect::RefreshesOnly => Verdict::of(Class::Refreshes),
            // What is refused has been seen to before.
            Effect::Refused(reason) => Verdict::finding(Class::Refused, reason),
        }
    }

    fn without_a_new_template(&self) -> Option<Verdict> {
        if self.reasons.is_empty() {
            return None;
        }
        if self.frozen().next().is_none() {
            return Verdict::of(Class::Refreshes);
        }
        match self.effect() {
            Effect::NextRun if !self.is_replaced() => Verdict::because(Class::NextRun, "every run starts new pods"),
            Effect::WhileSuspended => Verdict::because(Class::NextRun, "its pods start when it is resumed"),
            Effect::NothingToRoll(reason) => Verdict::because(Class::NextRun, reason),
            effect => self.stale(effect),
        }
    }

    /// Why pods go on with what they have, and what would change that.
    fn stale(&self, effect: Effect) -> Option<Verdict> {
        if let Some(asked_for) = self.asked_for() {
            return Verdict::because(Class::Stale, asked_for);
        }
        Verdict::finding(
            Class::Stale,
            match effect {
                Effect::NoEffect(reason)
                | Effect::InPlace(reason)
                | Effect::InPlaceOnly(reason)
                | Effect::Harmful(reason) => reason,
                Effect::RefreshesOnly => NO_PARENT,
                _ if self.is_kind("Job") => {
                    "a Job does not run again because its config changed: delete it first, or give it a new name (`rollstamp rename --rename-jobs`)"
                }
                _ if self.has_stamp() => "its stamp was not renewed: run `rollstamp stamp` again",
                _ if self.has_suffix() => {
                    "its config has a new content under its old name: run `rollstamp rename` again"
                }
                _ => "nothing in its pod template changes: `rollstamp stamp` would make it roll",
            },
        )
    }

    /// Whether the manifests say in so many words that it is to stay as it is.
    fn asked_for(&self) -> Option<&'static str> {
        if stamp::roll_on(self.sides.head.graph, self.sides.head.workload(self.head)) == Some(RollOn::Never) {
            return Some("its annotation rollstamp.dev/roll-on: never says so");
        }
        let config = |reason: &Reason| {
            let head = self.configs.get(reason.config).head;
            head.map(|head| &self.sides.head.graph.configs[head])
        };
        let all = |holds: &dyn Fn(&crate::graph::Config) -> bool| {
            self.frozen().all(|reason| config(reason).is_some_and(holds))
        };
        if all(&|config| config.annotations.ignored) {
            return Some("its config is annotated rollstamp.dev/ignore: \"true\"");
        }
        let none = |config: &crate::graph::Config| {
            config.annotations.ignored || config.annotations.strategy == Some(ConfigStrategy::None)
        };
        all(&none).then_some("its config is annotated rollstamp.dev/strategy: none")
    }

    fn has_stamp(&self) -> bool {
        let template = self.sides.head.template(self.head);
        let metadata = |of: &Value, key: &str| match of {
            Value::Map(entries) => entries.get(key).cloned(),
            _ => None,
        };
        let path = ["metadata", "annotations", self.annotation];
        path.iter().try_fold(template, |of, key| of.map(|of| metadata(&of, key))).flatten().is_some()
    }

    fn has_suffix(&self) -> bool {
        self.frozen().any(|reason| {
            let head = self.configs.get(reason.config).head;
            head.is_some_and(|head| self.sides.head.graph.configs[head].base.is_some())
        })
    }

    /// Whether it is a Job that is applied again only because it changed.
    fn is_replaced(&self) -> bool {
        let has = |key: &str| annotation(self.node(), key).is_some();
        let generated = self.node().get("metadata").is_some_and(|metadata| metadata.get("name").is_none());
        self.is_kind("Job") && !generated && !has("helm.sh/hook") && !has("argocd.argoproj.io/hook")
    }

    /// Whether a controller in the cluster that is asked to restart it can do so.
    fn can_be_restarted(&self, verdict: Option<&Verdict>) -> bool {
        let fits = matches!(self.effect(), Effect::Rolls | Effect::Partly(_) | Effect::NextRun);
        fits && verdict.is_none_or(|verdict| verdict.class != Class::Refused)
    }

    /// How fresh files arrive, where that is all that happens.
    fn refresh(&self, verdict: &Verdict) -> Option<Refresh> {
        let live = self.reasons.iter().any(|reason| reason.ways.iter().any(|way| way.delivery == Delivery::Live));
        match verdict.class {
            Class::Refreshes if !live => Some(Refresh::Starts),
            Class::Refreshes | Class::Stale if live && self.is_kind("Pod") && !self.template.is_empty() => {
                Some(Refresh::AtOnce)
            }
            Class::Refreshes | Class::Stale if live => Some(Refresh::KubeletSync),
            _ => None,
        }
    }
}

/// Whether a way from a template leads into its metadata.
fn is_metadata(path: &str) -> bool {
    path == "metadata" || path.starts_with("metadata.")
}

const NO_PARENT: &str = "nothing replaces a Pod that has no controller: delete it and create it again";
