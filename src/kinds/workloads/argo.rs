//! Argo Rollouts (`pkg/apis/rollouts/v1alpha1/types.go`, `rollout/templateref.go`) and Argo Workflows
//! (`pkg/apis/workflow/v1alpha1/workflow_types.go`).

use super::{
    Condition, Effect, PodPart, PodTemplateSite, SPEC_TEMPLATE, WorkloadKind, container, kind, overlay, template,
};
use crate::kinds::path::{FieldPath, field};
use crate::kinds::referrers::{ReferenceField, config_map, secret};

const GROUP: &[&str] = &["argoproj.io"];
const RUNS_ONCE: Effect = Effect::NothingToRoll("it runs once");
const READ_BY_THE_NEXT_RUN: Effect = Effect::NothingToRoll("the next run reads what is there then");

/// A metric can be the outcome of a Job, and arguments come from Secrets.
const ANALYSIS: &[PodTemplateSite] = &[
    PodTemplateSite {
        path: field!("spec"),
        annotations: None,
        parts: &[],
        references: &[secret(field!("args" / [] / "valueFrom" / "secretKeyRef" / "name"))],
    },
    PodTemplateSite {
        annotations: None,
        parts: &[overlay(field!("spec"))],
        ..template(field!("spec" / "metrics" / [] / "provider" / "job" / "spec" / "template"))
    },
];

const WORKFLOW_PARTS: &[PodPart] = &[
    overlay(field!()),
    overlay(field!("templates" / [])),
    container(field!("templates" / [] / "container"), "main"),
    container(field!("templates" / [] / "script"), "main"),
    container(field!("templates" / [] / "containerSet" / "containers" / []), "main"),
    container(field!("templates" / [] / "sidecars" / []), "sidecar"),
    overlay(field!("templateDefaults")),
    container(field!("templateDefaults" / "container"), "main"),
    container(field!("templateDefaults" / "script"), "main"),
    container(field!("templateDefaults" / "containerSet" / "containers" / []), "main"),
    container(field!("templateDefaults" / "sidecars" / []), "sidecar"),
];

const WORKFLOW_NAMES: &[ReferenceField] = &[
    config_map(field!("arguments" / "parameters" / [] / "valueFrom" / "configMapKeyRef" / "name")),
    config_map(field!("templates" / [] / "inputs" / "parameters" / [] / "valueFrom" / "configMapKeyRef" / "name")),
    config_map(field!("synchronization" / "semaphore" / "configMapKeyRef" / "name")),
    config_map(field!("synchronization" / "semaphores" / [] / "configMapKeyRef" / "name")),
    config_map(field!("templates" / [] / "synchronization" / "semaphore" / "configMapKeyRef" / "name")),
    config_map(field!("templates" / [] / "synchronization" / "semaphores" / [] / "configMapKeyRef" / "name")),
    config_map(field!("artifactRepositoryRef" / "configMap")),
];

const fn workflow(at: FieldPath) -> PodTemplateSite {
    PodTemplateSite {
        path: at,
        annotations: Some(field!("podMetadata" / "annotations")),
        parts: WORKFLOW_PARTS,
        references: WORKFLOW_NAMES,
    }
}

const WORKFLOW: &[PodTemplateSite] = &[workflow(field!("spec"))];

pub(super) static KINDS: [WorkloadKind; 8] = [
    WorkloadKind {
        borrows_template: Some(field!("spec" / "workloadRef")),
        exceptions: &[(
            Condition::True(field!("spec" / "paused")),
            Effect::NoEffect("it is paused: nothing rolls until it is resumed"),
        )],
        ..kind(GROUP, "Rollout", SPEC_TEMPLATE, Effect::Rolls)
    },
    kind(GROUP, "Experiment", &[template(field!("spec" / "templates" / [] / "template"))], RUNS_ONCE),
    kind(GROUP, "AnalysisTemplate", ANALYSIS, READ_BY_THE_NEXT_RUN),
    WorkloadKind { cluster_scoped: true, ..kind(GROUP, "ClusterAnalysisTemplate", ANALYSIS, READ_BY_THE_NEXT_RUN) },
    kind(GROUP, "Workflow", WORKFLOW, RUNS_ONCE),
    kind(GROUP, "CronWorkflow", &[workflow(field!("spec" / "workflowSpec"))], READ_BY_THE_NEXT_RUN),
    kind(GROUP, "WorkflowTemplate", WORKFLOW, READ_BY_THE_NEXT_RUN),
    WorkloadKind { cluster_scoped: true, ..kind(GROUP, "ClusterWorkflowTemplate", WORKFLOW, READ_BY_THE_NEXT_RUN) },
];
