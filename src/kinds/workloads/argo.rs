//! Argo Rollouts (`pkg/apis/rollouts/v1alpha1/types.go`, `rollout/templateref.go`) and Argo Workflows
//! (`pkg/apis/workflow/v1alpha1/workflow_types.go`).

use super::{
    Condition, Effect, PodPart, PodTemplateSite, WorkloadKind, container, kind, overlay, reason, spec_template,
    template,
};
use crate::kinds::path::{FieldPath, field};
use crate::kinds::referrers::{ReferenceField, config_map, secret};
use crate::kinds::table::{Table, rows};

const GROUP: &[&str] = &["argoproj.io"];
const RUNS_ONCE: Effect = Effect::NothingToRoll(reason("it runs once"));
const READ_BY_THE_NEXT_RUN: Effect = Effect::NothingToRoll(reason("the next run reads the current content"));

/// A metric can be the outcome of a Job, and arguments come from Secrets.
fn analysis() -> Vec<PodTemplateSite> {
    vec![
        PodTemplateSite {
            path: field!("spec"),
            annotations: None,
            parts: vec![],
            references: vec![secret(field!("args" / [] / "valueFrom" / "secretKeyRef" / "name"))],
        },
        PodTemplateSite {
            annotations: None,
            parts: vec![overlay(field!("spec"))],
            ..template(field!("spec" / "metrics" / [] / "provider" / "job" / "spec" / "template"))
        },
    ]
}

fn workflow_parts() -> Vec<PodPart> {
    vec![
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
    ]
}

fn workflow_references() -> Vec<ReferenceField> {
    vec![
        config_map(field!("arguments" / "parameters" / [] / "valueFrom" / "configMapKeyRef" / "name")),
        config_map(field!("templates" / [] / "inputs" / "parameters" / [] / "valueFrom" / "configMapKeyRef" / "name")),
        config_map(field!("synchronization" / "semaphore" / "configMapKeyRef" / "name")),
        config_map(field!("synchronization" / "semaphores" / [] / "configMapKeyRef" / "name")),
        config_map(field!("templates" / [] / "synchronization" / "semaphore" / "configMapKeyRef" / "name")),
        config_map(field!("templates" / [] / "synchronization" / "semaphores" / [] / "configMapKeyRef" / "name")),
        config_map(field!("artifactRepositoryRef" / "configMap")),
    ]
}

fn workflow(path: FieldPath) -> PodTemplateSite {
    PodTemplateSite {
        path,
        annotations: Some(field!("podMetadata" / "annotations")),
        parts: workflow_parts(),
        references: workflow_references(),
    }
}

fn spec_workflow() -> Vec<PodTemplateSite> {
    vec![workflow(field!("spec"))]
}

pub(super) static KINDS: Table<WorkloadKind> = Table::new(|| {
    rows([
        kind(GROUP, "Rollout", spec_template(), Effect::Rolls)
            .borrowing_template(field!("spec" / "workloadRef"))
            .with_exception(
                Condition::True(field!("spec" / "paused")),
                Effect::NoEffect(reason("it is paused: nothing rolls until it is resumed")),
            ),
        kind(GROUP, "Experiment", vec![template(field!("spec" / "templates" / [] / "template"))], RUNS_ONCE),
        kind(GROUP, "AnalysisTemplate", analysis(), READ_BY_THE_NEXT_RUN),
        kind(GROUP, "ClusterAnalysisTemplate", analysis(), READ_BY_THE_NEXT_RUN).in_cluster_scope(),
        kind(GROUP, "Workflow", spec_workflow(), RUNS_ONCE),
        kind(GROUP, "CronWorkflow", vec![workflow(field!("spec" / "workflowSpec"))], READ_BY_THE_NEXT_RUN),
        kind(GROUP, "WorkflowTemplate", spec_workflow(), READ_BY_THE_NEXT_RUN),
        kind(GROUP, "ClusterWorkflowTemplate", spec_workflow(), READ_BY_THE_NEXT_RUN).in_cluster_scope(),
    ])
});
