//! Argo Rollouts (`pkg/apis/rollouts/v1alpha1/types.go`, `rollout/templateref.go`) and Argo Workflows
//! (`pkg/apis/workflow/v1alpha1/workflow_types.go`).

use super::{
    Condition, Effect, PodPart, PodTemplateSite, SPEC_TEMPLATE, WorkloadKind, container, kind, overlay, template,
};
use crate::kinds::keys;
use crate::kinds::referrers::{ReferenceField, config_map, secret};
use crate::kinds::steps::{Steps, steps};

const GROUP: &[&str] = &["argoproj.io"];
const RUNS_ONCE: Effect = Effect::NothingToRoll("it runs once");
const READ_BY_THE_NEXT_RUN: Effect = Effect::NothingToRoll("the next run reads what is there then");

/// A metric can be the outcome of a Job, and arguments come from Secrets.
const ANALYSIS: &[PodTemplateSite] = &[
    PodTemplateSite {
        at: steps!("spec"),
        annotations: None,
        parts: &[],
        names: &[secret(steps!("args" / [] / "valueFrom" / "secretKeyRef" / "name"))],
    },
    PodTemplateSite {
        annotations: None,
        parts: &[overlay(steps!("spec"))],
        ..template(steps!("spec" / "metrics" / [] / "provider" / "job" / "spec" / "template"))
    },
];

const WORKFLOW_PARTS: &[PodPart] = &[
    overlay(steps!()),
    overlay(steps!("templates" / [])),
    container(steps!("templates" / [] / "container"), "main"),
    container(steps!("templates" / [] / "script"), "main"),
    container(steps!("templates" / [] / "containerSet" / "containers" / []), "main"),
    container(steps!("templates" / [] / "sidecars" / []), "sidecar"),
    overlay(steps!("templateDefaults")),
    container(steps!("templateDefaults" / "container"), "main"),
    container(steps!("templateDefaults" / "script"), "main"),
    container(steps!("templateDefaults" / "containerSet" / "containers" / []), "main"),
    container(steps!("templateDefaults" / "sidecars" / []), "sidecar"),
];

const WORKFLOW_NAMES: &[ReferenceField] = &[
    config_map(steps!("arguments" / "parameters" / [] / "valueFrom" / "configMapKeyRef" / "name")),
    config_map(steps!("templates" / [] / "inputs" / "parameters" / [] / "valueFrom" / "configMapKeyRef" / "name")),
    config_map(steps!("synchronization" / "semaphore" / "configMapKeyRef" / "name")),
    config_map(steps!("synchronization" / "semaphores" / [] / "configMapKeyRef" / "name")),
    config_map(steps!("templates" / [] / "synchronization" / "semaphore" / "configMapKeyRef" / "name")),
    config_map(steps!("templates" / [] / "synchronization" / "semaphores" / [] / "configMapKeyRef" / "name")),
    config_map(steps!("artifactRepositoryRef" / "configMap")),
];

const fn workflow(at: Steps) -> PodTemplateSite {
    PodTemplateSite {
        at,
        annotations: Some(keys!("podMetadata" / "annotations")),
        parts: WORKFLOW_PARTS,
        names: WORKFLOW_NAMES,
    }
}

const WORKFLOW: &[PodTemplateSite] = &[workflow(steps!("spec"))];

pub(super) static KINDS: [WorkloadKind; 8] = [
    WorkloadKind {
        borrows: Some(keys!("spec" / "workloadRef")),
        exceptions: &[(
            Condition::True(steps!("spec" / "paused")),
            Effect::NoEffect("it is paused: nothing rolls until it is resumed"),
        )],
        ..kind(GROUP, "Rollout", SPEC_TEMPLATE, Effect::Rolls)
    },
    kind(GROUP, "Experiment", &[template(steps!("spec" / "templates" / [] / "template"))], RUNS_ONCE),
    kind(GROUP, "AnalysisTemplate", ANALYSIS, READ_BY_THE_NEXT_RUN),
    WorkloadKind { cluster_scoped: true, ..kind(GROUP, "ClusterAnalysisTemplate", ANALYSIS, READ_BY_THE_NEXT_RUN) },
    kind(GROUP, "Workflow", WORKFLOW, RUNS_ONCE),
    kind(GROUP, "CronWorkflow", &[workflow(steps!("spec" / "workflowSpec"))], READ_BY_THE_NEXT_RUN),
    kind(GROUP, "WorkflowTemplate", WORKFLOW, READ_BY_THE_NEXT_RUN),
    WorkloadKind { cluster_scoped: true, ..kind(GROUP, "ClusterWorkflowTemplate", WORKFLOW, READ_BY_THE_NEXT_RUN) },
];
