//! The rules of the controllers that replace pods.

use std::fmt;

use super::replicas::read_number;
use super::{RolledPods, Rollout};
use crate::yaml::{Node, Scalar};

/// A number of pods, or a part of all: `IntOrString` of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PodLimit {
    Number(u64),
    Percent(u64),
}

impl PodLimit {
    /// Reads a field; a text that is not a percentage is refused by the API server, and the default stands for it.
    fn read(parent: Option<Node<'_>>, field: &str, default: PodLimit) -> PodLimit {
        let Some(node) = parent.and_then(|parent| parent.get(field)) else { return default };
        match node.scalar() {
            Some(Scalar::Int(number)) => u64::try_from(number).map_or(default, PodLimit::Number),
            Some(Scalar::String(text)) => {
                let percent = text.strip_suffix('%').and_then(|number| number.parse().ok());
                percent.map_or(default, PodLimit::Percent)
            }
            _ => default,
        }
    }

    fn round_down(self, replicas: u64) -> u64 {
        match self {
            PodLimit::Number(number) => number,
            PodLimit::Percent(percent) => replicas.saturating_mul(percent) / 100,
        }
    }

    fn round_up(self, replicas: u64) -> u64 {
        match self {
            PodLimit::Number(number) => number,
            PodLimit::Percent(percent) => replicas.saturating_mul(percent).div_ceil(100),
        }
    }

    fn is_zero(self) -> bool {
        matches!(self, PodLimit::Number(0) | PodLimit::Percent(0))
    }
}

impl fmt::Display for PodLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PodLimit::Number(number) => write!(f, "{number}"),
            PodLimit::Percent(percent) => write!(f, "{percent}%"),
        }
    }
}

/// The limits of a rolling update: pods beyond the number that is wanted, and pods that may be missing.
struct RollingLimits {
    surge: PodLimit,
    unavailable: PodLimit,
}

/// The default of Deployments, DeploymentConfigs and Rollouts for both limits.
const QUARTER: PodLimit = PodLimit::Percent(25);

impl RollingLimits {
    fn read(parent: Option<Node<'_>>) -> RollingLimits {
        RollingLimits {
            surge: PodLimit::read(parent, "maxSurge", QUARTER),
            unavailable: PodLimit::read(parent, "maxUnavailable", QUARTER),
        }
    }

    /// Pods that can be extra, and pods that can be missing, of a number of replicas: the surge is rounded up, what
    /// may be missing down, and where both are 0, one may be missing (`ResolveFenceposts` of
    /// `pkg/controller/deployment/util/deployment_util.go`).
    fn resolve(&self, replicas: u64) -> (u64, u64) {
        let (surge, unavailable) = (self.surge.round_up(replicas), self.unavailable.round_down(replicas));
        let unavailable = if surge == 0 && unavailable == 0 { 1 } else { unavailable };
        (surge, unavailable.min(replicas))
    }

    /// Returns `true` if all pods may be missing at once. Of an open number, the lowest at which pods run decides.
    fn allow_downtime(&self, pods: RolledPods) -> bool {
        let Some(replicas) = lowest_running(pods) else { return false };
        self.resolve(replicas).1 >= replicas
    }

    fn describe(&self, pods: RolledPods) -> String {
        let (surge, unavailable) = match pods {
            RolledPods::Exactly(replicas) => {
                let (surge, unavailable) = self.resolve(replicas);
                (PodLimit::Number(surge), PodLimit::Number(unavailable))
            }
            // Percentages are of a number that is not known here.
            _ => (self.surge, self.unavailable),
        };
        let extra = if surge.is_zero() { "none extra".to_string() } else { format!("up to {surge} extra") };
        let missing =
            if unavailable.is_zero() { "none missing".to_string() } else { format!("up to {unavailable} missing") };
        format!("{extra}, {missing}")
    }
}

/// The lowest number of pods above zero; none if no pods run.
fn lowest_running(pods: RolledPods) -> Option<u64> {
    match pods {
        RolledPods::Exactly(0) | RolledPods::EachNode => None,
        RolledPods::Exactly(count) => Some(count),
        RolledPods::AtLeast(count) => Some(count.max(1)),
    }
}

const NO_PODS: &str = "no pods are running";
const ALL_AT_ONCE: &str = "all pods stop before new ones start";

/// `spec.strategy` of a Deployment: a rolling update by default.
pub(super) fn deployment(spec: Node<'_>, pods: RolledPods) -> Rollout {
    let strategy = spec.get("strategy");
    if read_text(strategy, "type").as_deref() == Some("Recreate") {
        return recreate(pods);
    }
    let limits = RollingLimits::read(strategy.and_then(|strategy| strategy.get("rollingUpdate")));
    rolling("RollingUpdate", &limits, pods).with_ready_time(spec)
}

/// `spec.strategy` of a DeploymentConfig: `Rolling` by default (`pkg/apps/apis/apps/v1/defaults.go` of
/// openshift/openshift-apiserver); a `Custom` one is not known.
pub(super) fn deployment_config(spec: Node<'_>, pods: RolledPods) -> Option<Rollout> {
    let strategy = spec.get("strategy");
    match read_text(strategy, "type").as_deref() {
        Some("Recreate") => Some(recreate(pods)),
        Some("Rolling") | None => {
            let limits = RollingLimits::read(strategy.and_then(|strategy| strategy.get("rollingParams")));
            Some(rolling("Rolling", &limits, pods).with_ready_time(spec))
        }
        Some(_) => None,
    }
}

fn recreate(pods: RolledPods) -> Rollout {
    let runs = lowest_running(pods).is_some();
    let course = if runs { ALL_AT_ONCE } else { NO_PODS };
    Rollout { strategy: "Recreate", pods, downtime: runs, course: course.to_string() }
}

fn rolling(strategy: &'static str, limits: &RollingLimits, pods: RolledPods) -> Rollout {
    let course = if lowest_running(pods).is_none() { NO_PODS.to_string() } else { limits.describe(pods) };
    Rollout { strategy, pods, downtime: limits.allow_downtime(pods), course }
}

/// `spec.updateStrategy` of a StatefulSet that is not `OnDelete`. Pods from the partition on are replaced, from the
/// highest ordinal down; `podManagementPolicy` has no part in it. Of `maxUnavailable` a part is rounded down, though
/// never to 0 (`getStatefulSetMaxUnavailable` of `pkg/controller/statefulset/stateful_set_utils.go`).
pub(super) fn stateful_set(spec: Node<'_>, pods: RolledPods) -> Rollout {
    let rolling = spec.get_path(&["updateStrategy", "rollingUpdate"]);
    let partition = rolling.and_then(|rolling| rolling.get("partition")).and_then(read_number).unwrap_or(0);
    let limit = PodLimit::read(rolling, "maxUnavailable", PodLimit::Number(1));
    let rolled = match pods {
        RolledPods::Exactly(count) => RolledPods::Exactly(count.saturating_sub(partition)),
        RolledPods::AtLeast(count) => RolledPods::AtLeast(count.saturating_sub(partition)),
        RolledPods::EachNode => RolledPods::EachNode,
    };
    let mut downtime = false;
    let mut at_once = 1;
    if let Some(replicas) = lowest_running(pods) {
        at_once = limit.round_down(replicas).clamp(1, replicas);
        downtime = partition == 0 && at_once >= replicas;
    }
    let course = match rolled {
        RolledPods::Exactly(0) if partition > 0 => format!("none: its partition of {partition} holds every pod"),
        RolledPods::Exactly(0) => NO_PODS.to_string(),
        RolledPods::Exactly(1) => "the pod stops before the new one starts".to_string(),
        // A part is of a number that is not known here.
        RolledPods::AtLeast(_) => describe_order(limit),
        _ => describe_order(PodLimit::Number(at_once)),
    };
    Rollout { strategy: "RollingUpdate", pods: rolled, downtime, course }.with_ready_time(spec)
}

fn describe_order(at_once: PodLimit) -> String {
    match at_once {
        PodLimit::Number(1) => "one by one, from the highest ordinal".to_string(),
        limit => format!("up to {limit} at once, from the highest ordinal"),
    }
}

/// `spec.updateStrategy` of a DaemonSet that is not `OnDelete`: without a surge, the pod of a node stops before the
/// next one starts there (`pkg/controller/daemon/update.go`).
pub(super) fn daemon_set(spec: Node<'_>) -> Rollout {
    let rolling = spec.get_path(&["updateStrategy", "rollingUpdate"]);
    let surge = PodLimit::read(rolling, "maxSurge", PodLimit::Number(0));
    let unavailable = PodLimit::read(rolling, "maxUnavailable", PodLimit::Number(1));
    let course = if surge.is_zero() {
        format!("a gap on each node, {} at a time", count_nodes(unavailable))
    } else {
        format!("the new pod of a node starts first, on {} at a time", count_nodes(surge))
    };
    let pods = RolledPods::EachNode;
    Rollout { strategy: "RollingUpdate", pods, downtime: false, course }.with_ready_time(spec)
}

fn count_nodes(limit: PodLimit) -> String {
    match limit {
        PodLimit::Number(1) => "1 node".to_string(),
        PodLimit::Number(number) => format!("{number} nodes"),
        PodLimit::Percent(percent) => format!("{percent}% of the nodes"),
    }
}

/// `spec.strategy` of an Argo Rollout (`utils/defaults/defaults.go` and `utils/replicaset/canary.go` of
/// argoproj/argo-rollouts). With traffic routing, the stable pods stay until the end.
pub(super) fn argo_rollout(spec: Node<'_>, pods: RolledPods) -> Option<Rollout> {
    let strategy = spec.get("strategy")?;
    if let Some(blue_green) = strategy.get("blueGreen") {
        let is_by_hand = blue_green.get("autoPromotionEnabled").and_then(Node::scalar) == Some(Scalar::Bool(false));
        let mut course = "a second set starts, then traffic switches to it".to_string();
        if is_by_hand {
            course.push_str(" when it is promoted by hand");
        }
        return Some(Rollout { strategy: "BlueGreen", pods, downtime: false, course }.with_ready_time(spec));
    }
    let canary = strategy.get("canary")?;
    let mut rollout = rolling("Canary", &RollingLimits::read(Some(canary)), pods);
    if canary.get("trafficRouting").is_some_and(Node::is_mapping) {
        rollout.downtime = false;
    }
    let steps: Vec<Node<'_>> = canary.get("steps").into_iter().flat_map(Node::items).collect();
    if !steps.is_empty() && lowest_running(pods).is_some() {
        rollout.course = describe_steps(&steps);
    }
    Some(rollout.with_ready_time(spec))
}

/// `in 3 steps, 1 of them a pause until it is resumed`.
fn describe_steps(steps: &[Node<'_>]) -> String {
    let mut course = if steps.len() == 1 { "in 1 step".to_string() } else { format!("in {} steps", steps.len()) };
    let mut pauses = 0;
    for step in steps {
        let pause = step.get("pause").filter(|pause| pause.is_mapping());
        if pause.is_some_and(|pause| pause.get("duration").is_none()) {
            pauses += 1;
        }
    }
    match pauses {
        0 => {}
        1 => course.push_str(", with a pause until it is resumed"),
        _ => course.push_str(&format!(", with {pauses} pauses until it is resumed")),
    }
    course
}

impl Rollout {
    /// Adds the seconds for which each new pod must be ready (`spec.minReadySeconds`).
    fn with_ready_time(mut self, spec: Node<'_>) -> Rollout {
        let seconds = spec.get("minReadySeconds").and_then(read_number).unwrap_or(0);
        if seconds > 0 && self.pods.count() != Some(0) {
            self.course.push_str(&format!(", each ready for {seconds} s before it counts"));
        }
        self
    }
}

fn read_text<'a>(parent: Option<Node<'a>>, field: &str) -> Option<std::borrow::Cow<'a, str>> {
    parent?.get(field)?.decoded_text()
}
