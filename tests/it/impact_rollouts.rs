//! The rollouts of workloads that roll: pods, strategies and downtime, by the rules of their controllers.

use rollstamp::Impact;
use rollstamp::impact::{ImpactClass, RolledPods, Rollout};

use crate::impact_classes::between;

/// The impact of a new image on a workload, with other objects of its tree.
fn impact_of_image(api_version: &str, kind: &str, spec: &str, others: &str) -> Impact {
    let tree = |image: &str| {
        format!(
            "apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: web, namespace: prod}}\nspec:\n  \
             template: {{spec: {{containers: [{{name: app, image: 'app:{image}'}}]}}}}\n{spec}---\n{others}"
        )
    };
    between(&tree("1"), &tree("2"), None)
}

/// The rollout of a workload with a new image.
fn roll(api_version: &str, kind: &str, spec: &str, others: &str) -> Option<Rollout> {
    let impact = impact_of_image(api_version, kind, spec, others);
    assert_eq!(impact.workloads[0].class, ImpactClass::Rolls, "{spec}");
    impact.workloads[0].rollout.clone()
}

/// Asserts the pods, the downtime and the course of a rollout.
#[track_caller]
fn check(rollout: Option<Rollout>, pods: RolledPods, downtime: bool, course: &str) {
    let rollout = rollout.expect("the kind is known");
    assert_eq!((rollout.pods, rollout.downtime, rollout.course.as_str()), (pods, downtime, course));
}

use RolledPods::{AtLeast, EachNode, Exactly};

#[test]
fn deployments_round_the_surge_up_and_missing_pods_down() {
    for (spec, pods, downtime, course) in [
        ("replicas: 1", Exactly(1), false, "up to 1 extra, none missing"),
        ("replicas: 3", Exactly(3), false, "up to 1 extra, none missing"),
        ("replicas: 4", Exactly(4), false, "up to 1 extra, up to 1 missing"),
        ("replicas: 10", Exactly(10), false, "up to 3 extra, up to 2 missing"),
        ("replicas: 0", Exactly(0), false, "no pods are running"),
        ("paused: false", AtLeast(1), false, "up to 25% extra, up to 25% missing"),
        ("replicas: null", AtLeast(1), false, "up to 25% extra, up to 25% missing"),
        (
            "replicas: 3, strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}",
            Exactly(3),
            false,
            "none extra, up to 1 missing",
        ),
        (
            "replicas: 1, strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}",
            Exactly(1),
            true,
            "none extra, up to 1 missing",
        ),
        // Both are 0 once they are rounded: one may be missing.
        (
            "replicas: 1, strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1%}}",
            Exactly(1),
            true,
            "none extra, up to 1 missing",
        ),
        (
            "replicas: 2, strategy: {rollingUpdate: {maxSurge: 0%, maxUnavailable: 25%}}",
            Exactly(2),
            false,
            "none extra, up to 1 missing",
        ),
        (
            "replicas: 2, strategy: {rollingUpdate: {maxSurge: 1%, maxUnavailable: 0}}",
            Exactly(2),
            false,
            "up to 1 extra, none missing",
        ),
        (
            "replicas: 2, strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 100%}}",
            Exactly(2),
            true,
            "up to 1 extra, up to 2 missing",
        ),
        (
            "replicas: 2, strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 5}}",
            Exactly(2),
            true,
            "up to 1 extra, up to 2 missing",
        ),
        ("replicas: 2, strategy: {type: Recreate}", Exactly(2), true, "all pods stop before new ones start"),
        ("replicas: 0, strategy: {type: Recreate}", Exactly(0), false, "no pods are running"),
        (
            "replicas: 2, minReadySeconds: 30",
            Exactly(2),
            false,
            "up to 1 extra, none missing, each ready for 30 s before it counts",
        ),
    ] {
        let spec: String = split_fields(spec);
        check(roll("apps/v1", "Deployment", &spec, ""), pods, downtime, course);
    }
}

/// The fields of a flow mapping as lines of a block mapping.
fn split_fields(fields: &str) -> String {
    let mut lines = String::new();
    let mut depth = 0;
    let mut line = String::from("  ");
    for character in fields.chars() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if character == ',' && depth == 0 {
            lines.push_str(&line);
            lines.push('\n');
            line = String::from(" ");
        } else {
            line.push(character);
        }
    }
    lines + &line + "\n"
}

#[test]
fn stateful_sets_replace_from_the_highest_ordinal() {
    let one_by_one = "one by one, from the highest ordinal";
    for (spec, pods, downtime, course) in [
        ("replicas: 3", Exactly(3), false, one_by_one),
        ("replicas: 3, podManagementPolicy: Parallel", Exactly(3), false, one_by_one),
        ("replicas: 1", Exactly(1), true, "the pod stops before the new one starts"),
        ("serviceName: web", AtLeast(1), true, one_by_one),
        (
            "replicas: 5, updateStrategy: {rollingUpdate: {maxUnavailable: 2}}",
            Exactly(5),
            false,
            "up to 2 at once, from the highest ordinal",
        ),
        // 1.5 pods are one, and none is one as well.
        ("replicas: 3, updateStrategy: {rollingUpdate: {maxUnavailable: 50%}}", Exactly(3), false, one_by_one),
        ("replicas: 3, updateStrategy: {rollingUpdate: {maxUnavailable: 10%}}", Exactly(3), false, one_by_one),
        (
            "replicas: 4, updateStrategy: {rollingUpdate: {maxUnavailable: 100%}}",
            Exactly(4),
            true,
            "up to 4 at once, from the highest ordinal",
        ),
        ("replicas: 5, updateStrategy: {rollingUpdate: {partition: 3}}", Exactly(2), false, one_by_one),
        (
            "replicas: 3, updateStrategy: {rollingUpdate: {partition: 2, maxUnavailable: 3}}",
            Exactly(1),
            false,
            "the pod stops before the new one starts",
        ),
        (
            "replicas: 1, updateStrategy: {rollingUpdate: {partition: 1}}",
            Exactly(0),
            false,
            "none: its partition of 1 holds every pod",
        ),
    ] {
        check(roll("apps/v1", "StatefulSet", &split_fields(spec), ""), pods, downtime, course);
    }
}

#[test]
fn daemon_sets_leave_a_gap_unless_they_surge() {
    for (spec, course) in [
        ("minReadySeconds: 0", "a gap on each node, 1 node at a time"),
        ("updateStrategy: {rollingUpdate: {maxUnavailable: 3}}", "a gap on each node, 3 nodes at a time"),
        (
            "updateStrategy: {rollingUpdate: {maxUnavailable: 10%, maxSurge: 0%}}",
            "a gap on each node, 10% of the nodes at a time",
        ),
        (
            "updateStrategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 1}}",
            "the new pod of a node starts first, on 1 node at a time",
        ),
    ] {
        check(roll("apps/v1", "DaemonSet", &split_fields(spec), ""), EachNode, false, course);
    }
}

#[test]
fn rollouts_follow_their_canary_or_blue_green_strategy() {
    for (spec, strategy, downtime, course) in [
        ("strategy: {canary: {}}", "Canary", false, "up to 25% extra, up to 25% missing"),
        (
            "replicas: 1, strategy: {canary: {maxUnavailable: 1, maxSurge: 0}}",
            "Canary",
            true,
            "none extra, up to 1 missing",
        ),
        (
            "replicas: 1, strategy: {canary: {maxUnavailable: 1, maxSurge: 0, trafficRouting: {istio: {}}}}",
            "Canary",
            false,
            "none extra, up to 1 missing",
        ),
        (
            "replicas: 5, strategy: {canary: {steps: [{setWeight: 20}, {pause: {}}, {pause: {duration: 10}}]}}",
            "Canary",
            false,
            "in 3 steps, with a pause until it is resumed",
        ),
        (
            "strategy: {blueGreen: {activeService: a}}",
            "BlueGreen",
            false,
            "a second set starts, then traffic switches to it",
        ),
        (
            "strategy: {blueGreen: {autoPromotionEnabled: false}}",
            "BlueGreen",
            false,
            "a second set starts, then traffic switches to it when it is promoted by hand",
        ),
    ] {
        let rollout = roll("argoproj.io/v1alpha1", "Rollout", &split_fields(spec), "").unwrap();
        assert_eq!((rollout.strategy, rollout.downtime, rollout.course.as_str()), (strategy, downtime, course));
    }
}

#[test]
fn deployment_configs_roll_by_their_own_field_names() {
    let version = "apps.openshift.io/v1";
    let spec = split_fields("replicas: 1, strategy: {rollingParams: {maxSurge: 0, maxUnavailable: 1}}");
    check(roll(version, "DeploymentConfig", &spec, ""), Exactly(1), true, "none extra, up to 1 missing");
    let spec = split_fields("replicas: 4, strategy: {type: Recreate}");
    check(roll(version, "DeploymentConfig", &spec, ""), Exactly(4), true, "all pods stop before new ones start");
    for spec in ["replicas: 4, strategy: {type: Custom}", "strategy: {type: Rolling}"] {
        assert_eq!(roll(version, "DeploymentConfig", &split_fields(spec), ""), None);
    }
}

#[test]
fn autoscalers_give_the_least_number_of_pods() {
    let horizontal = |spec: &str| {
        format!(
            "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {{name: web, namespace: prod}}\n\
             spec: {{scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: web}}, maxReplicas: 9{spec}}}\n"
        )
    };
    let keda = |head: &str, spec: &str| {
        format!(
            "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {{name: web, namespace: prod{head}}}\n\
             spec: {{scaleTargetRef: {{name: web}}{spec}}}\n"
        )
    };
    let paused = ", annotations: {autoscaling.keda.sh/paused-replicas: '4'}";
    for (replicas, others, pods) in [
        ("  replicas: 2\n", horizontal(", minReplicas: 5"), AtLeast(5)),
        ("", horizontal(", minReplicas: 5"), AtLeast(5)),
        ("", horizontal(""), AtLeast(1)),
        // A HorizontalPodAutoscaler is off while there are no replicas; KEDA is not.
        ("  replicas: 0\n", horizontal(""), Exactly(0)),
        ("  replicas: 0\n", keda("", ", minReplicaCount: 2"), AtLeast(2)),
        ("  replicas: 2\n", keda("", ""), AtLeast(0)),
        ("", keda("", ", minReplicaCount: 3"), AtLeast(3)),
        ("", keda("", ", minReplicaCount: 3, idleReplicaCount: 0"), AtLeast(0)),
        ("", keda(paused, ", minReplicaCount: 3"), AtLeast(4)),
        (
            "  replicas: 2\n",
            horizontal("").replace("name: web, namespace: prod", "name: web, namespace: dev"),
            Exactly(2),
        ),
        ("  replicas: 2\n", horizontal("").replace("kind: Deployment", "kind: StatefulSet"), Exactly(2)),
    ] {
        let rollout = roll("apps/v1", "Deployment", replicas, &others).unwrap();
        assert_eq!(rollout.pods, pods, "{replicas}{others}");
    }
    // At the least number above zero, the only pod is missing.
    let spec = split_fields("strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}");
    assert!(roll("apps/v1", "Deployment", &spec, &keda("", "")).unwrap().downtime);
}

#[test]
fn nothing_rolls_while_its_spec_holds_it() {
    for (kind, spec) in [
        ("Deployment", "replicas: 1, paused: true"),
        ("Deployment", "paused: true, strategy: {type: Recreate}"),
        ("StatefulSet", "replicas: 1, updateStrategy: {type: OnDelete}"),
        ("DaemonSet", "updateStrategy: {type: OnDelete}"),
    ] {
        let impact = impact_of_image("apps/v1", kind, &split_fields(spec), "");
        for workload in &impact.workloads {
            assert_eq!((workload.class == ImpactClass::Rolls, &workload.rollout), (false, &None), "{kind}: {spec}");
        }
        assert_eq!(impact.count_downtimes(), 0, "{kind}: {spec}");
    }
}

#[test]
fn pods_count_once_they_are_ready_for_some_time() {
    let ready = "each ready for 10 s before it counts";
    for (api_version, kind, spec, is_said) in [
        ("apps/v1", "Deployment", "replicas: 2", true),
        ("apps/v1", "Deployment", "replicas: 0", false),
        ("apps/v1", "StatefulSet", "replicas: 2", true),
        ("apps/v1", "DaemonSet", "updateStrategy: {type: RollingUpdate}", true),
        ("argoproj.io/v1alpha1", "Rollout", "replicas: 2, strategy: {canary: {}}", true),
        ("argoproj.io/v1alpha1", "Rollout", "replicas: 2, strategy: {blueGreen: {activeService: a}}", true),
    ] {
        let spec = split_fields(&format!("{spec}, minReadySeconds: 10"));
        let course = roll(api_version, kind, &spec, "").unwrap().course;
        assert_eq!(course.contains(ready), is_said, "{kind}: {course}");
    }
}

/// It holds back evictions, and no controller asks it when it replaces pods.
#[test]
fn a_disruption_budget_changes_nothing() {
    let budget = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web, namespace: prod}\n\
                  spec: {minAvailable: 100%, selector: {matchLabels: {app: web}}}\n";
    for (kind, spec) in [
        ("Deployment", "replicas: 3"),
        ("Deployment", "replicas: 1, strategy: {type: Recreate}"),
        ("StatefulSet", "replicas: 1"),
        ("DaemonSet", "minReadySeconds: 0"),
    ] {
        let spec = split_fields(spec);
        assert_eq!(roll("apps/v1", kind, &spec, budget), roll("apps/v1", kind, &spec, ""), "{kind}: {spec}");
    }
}

/// `3 roll (at least 42 pods and 2 DaemonSets, 1 with downtime)`.
#[test]
fn the_summary_adds_up_what_rolls() {
    let workload = |kind: &str, name: &str, spec: &str, image: &str| {
        format!(
            "apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec:\n  \
             template: {{spec: {{containers: [{{name: app, image: 'app:{image}'}}]}}}}\n{}---\n",
            split_fields(spec)
        )
    };
    let tree = |image: &str| {
        [
            workload("Deployment", "counted", "replicas: 40", image),
            workload("Deployment", "recreated", "strategy: {type: Recreate}", image),
            workload("StatefulSet", "held", "replicas: 3, updateStrategy: {rollingUpdate: {partition: 2}}", image),
            workload("DaemonSet", "one", "minReadySeconds: 0", image),
            workload("DaemonSet", "two", "minReadySeconds: 0", image),
        ]
        .concat()
    };
    let impact = between(&tree("1"), &tree("2"), None);
    let summary = "5 roll (at least 42 pods and 2 DaemonSets, 1 with downtime), 0 unaffected";
    assert_eq!(rollstamp::report::impact_summary(&impact), summary);
}

#[test]
fn nothing_is_claimed_of_other_controllers() {
    assert_eq!(roll("apps.kruise.io/v1alpha1", "CloneSet", "  replicas: 2\n", ""), None);
}
