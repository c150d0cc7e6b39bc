//! The order in which Flux applies applications: each waits until those that its `dependsOn` names are ready
//! (`kustomize-controller api/v1/kustomization_types.go`).

use std::collections::{HashMap, VecDeque};

use super::application::Application;
use super::fields;
use crate::yaml::Value;

/// The names of a cluster: namespace and name, joined by `/`.
type ClusterName<'a> = (Option<&'a str>, String);

/// The applications that a Kustomization waits for, as `namespace/name`.
pub(super) fn read_dependencies(kustomization: &Value, namespace: &str) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fields::items(kustomization, &["spec", "dependsOn"]) {
        let Some(name) = fields::text(entry, &["name"]) else { continue };
        let namespace = fields::text(entry, &["namespace"]).unwrap_or(namespace);
        names.push(format!("{namespace}/{name}"));
    }
    names.sort();
    names.dedup();
    names
}

/// Gives each application its stage: 0 if it waits for none, else one more than the latest of those that it waits for.
/// What waits for itself is never applied, and stays at 0.
pub(super) fn number_stages(applications: &mut [Application]) {
    let (waiting, counts) = find_waiting(applications);
    let mut pending = counts;
    let mut ready: VecDeque<usize> = (0..pending.len()).filter(|&one| pending[one] == 0).collect();
    while let Some(one) = ready.pop_front() {
        for &next in &waiting[one] {
            applications[next].stage = applications[next].stage.max(applications[one].stage + 1);
            pending[next] -= 1;
            if pending[next] == 0 {
                ready.push_back(next);
            }
        }
    }
    for (application, pending) in applications.iter_mut().zip(pending) {
        if pending > 0 {
            application.stage = 0;
        }
    }
}

/// For each application those that wait for it, and the number of those that it waits for.
fn find_waiting(applications: &[Application]) -> (Vec<Vec<usize>>, Vec<usize>) {
    let mut numbers: HashMap<ClusterName<'_>, usize> = HashMap::new();
    for (number, application) in applications.iter().enumerate() {
        if let Some(namespace) = &application.namespace {
            let kind = if application.release.is_some() { "HelmRelease/" } else { "" };
            let name = format!("{kind}{namespace}/{}", application.name);
            numbers.insert((application.cluster.as_deref(), name), number);
        }
    }
    let mut waiting = vec![Vec::new(); applications.len()];
    let mut counts = vec![0; applications.len()];
    for (number, application) in applications.iter().enumerate() {
        for name in &application.depends_on {
            if let Some(&first) = numbers.get(&(application.cluster.as_deref(), name.clone())) {
                waiting[first].push(number);
                counts[number] += 1;
            }
        }
    }
    (waiting, counts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::ApplicationKind;

    fn stages(declared: &[(&str, &str)]) -> Vec<u32> {
        let mut applications = Vec::new();
        for (name, depends_on) in declared {
            applications.push(Application {
                namespace: Some("flux".to_owned()),
                depends_on: depends_on.split_whitespace().map(|name| format!("flux/{name}")).collect(),
                ..Application::new(ApplicationKind::Flux, name, Vec::new())
            });
        }
        number_stages(&mut applications);
        applications.iter().map(|application| application.stage).collect()
    }

    #[test]
    fn applications_wait_for_the_latest_of_others() {
        assert_eq!(stages(&[("app", "database secrets"), ("database", "secrets"), ("secrets", "")]), [2, 1, 0]);
        // What is not here is not waited for.
        assert_eq!(stages(&[("app", "elsewhere")]), [0]);
        // Nothing in a circle, or behind one, is ever applied.
        assert_eq!(stages(&[("a", "b c"), ("b", "a"), ("c", ""), ("d", "a")]), [0, 0, 0, 0]);
        assert_eq!(stages(&[("a", "a")]), [0]);
    }
}
