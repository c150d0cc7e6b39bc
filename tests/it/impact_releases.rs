//! Helm releases of Flux: what they install changes, and the chart that decides what rolls is not in the input.

use rollstamp::impact::ImpactClass;

use super::impact_classes::between;
use crate::support::shell::Dir;

const SOURCE: &str = "\
apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata: {name: app, namespace: flux}
spec: {interval: 1h, url: oci://charts.example/app, ref: {tag: 1.0.0}}
";

const RELEASE: &str = "\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web, namespace: prod}
spec:
  interval: 1h
  chartRef: {kind: OCIRepository, name: app, namespace: flux}
  values:
    replicas: 2
";

fn tree(release: &str, source: &str) -> String {
    format!("{release}---\n{source}")
}

/// The changed paths of the one row, or none where nothing changes.
fn changed_paths(before: &str, after: &str) -> Vec<String> {
    let impact = between(before, after, None);
    let Some(row) = impact.workloads.first() else { return Vec::new() };
    assert_eq!(impact.workloads.len(), 1);
    assert_eq!((row.class, row.kind.as_str()), (ImpactClass::Unknown, "HelmRelease"));
    let mut paths = Vec::new();
    for change in &row.template {
        paths.push(format!("{}:{}", change.template.as_deref().unwrap_or_default(), change.path));
    }
    paths
}

#[test]
fn fields_that_decide_what_is_installed_are_compared() {
    let before = tree(RELEASE, SOURCE);
    for (from, to, expected) in [
        ("replicas: 2", "replicas: 3", vec![":spec.values.replicas"]),
        ("replicas: 2", "replicas: 2 # pods", vec![]),
        ("interval: 1h\n", "interval: 2h\n", vec![]),
        ("tag: 1.0.0", "tag: 1.1.0", vec!["OCIRepository/app:spec.ref.tag"]),
        ("interval: 1h,", "interval: 9h,", vec![]),
        ("  values:\n", "  releaseName: x\n  values:\n", vec![":spec.releaseName"]),
        ("  values:\n", "  timeout: 5m\n  values:\n", vec![]),
        // Another source of that name is not the one that the release names.
        ("name: app, namespace: flux}\nspec", "name: app, namespace: other}\nspec", vec!["OCIRepository/app:"]),
    ] {
        assert_eq!(changed_paths(&before, &before.replace(from, to)), expected, "{from} to {to}");
    }
}

#[test]
fn the_chart_of_a_release_is_followed_to_its_repository() {
    let release = RELEASE.replace(
        "chartRef: {kind: OCIRepository, name: app, namespace: flux}",
        "chart: {spec: {chart: app, version: 1.0.0, sourceRef: {kind: HelmRepository, name: charts}}}",
    );
    let source = "\
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {name: charts, namespace: prod}
spec: {url: https://charts.example}
";
    let before = tree(&release, source);
    assert_eq!(
        changed_paths(&before, &before.replace("version: 1.0.0", "version: 1.1.0")),
        [":spec.chart.spec.version"]
    );
    assert_eq!(
        changed_paths(&before, &before.replace("https://charts.example", "https://mirror.example")),
        ["HelmRepository/charts:spec.url"]
    );
}

#[test]
fn versions_are_shown_and_other_values_are_not() {
    let before = tree(&RELEASE.replace("replicas: 2", "image: {tag: v1, pullSecret: hunter2}"), SOURCE);
    let after = before.replace("tag: v1", "tag: v2").replace("hunter2", "hunter3").replace("tag: 1.0.0", "tag: 1.1.0");
    let dir = Dir::with(&[("old/a.yaml", &before), ("new/a.yaml", &after)]);
    for format in ["text", "markdown", "json", "html", "github"] {
        let ran = dir.run(&format!("impact --format {format} --base old new"));
        assert!(!ran.stdout.contains("hunter"), "{format}: {}", ran.stdout);
        assert!(ran.stdout.contains("1.1.0") && ran.stdout.contains("v2"), "{format}: {}", ran.stdout);
    }
    let text = dir.run("impact --base old new").stdout;
    assert!(text.contains("spec.values.image.tag: v1 → v2"), "{text}");
    assert!(text.contains("OCIRepository/app.spec.ref.tag: 1.0.0 → 1.1.0"), "{text}");
}

#[test]
fn releases_come_and_go() {
    for (before, after, class) in [(SOURCE, RELEASE, ImpactClass::New), (RELEASE, SOURCE, ImpactClass::Gone)] {
        let impact = between(before, after, None);
        assert_eq!(impact.workloads.len(), 1);
        assert_eq!((impact.workloads[0].class, impact.workloads[0].name.as_str()), (class, "web"));
    }
}

#[test]
fn a_suspended_release_waits() {
    let suspended = RELEASE.replace("  values:\n", "  suspend: true\n  values:\n");
    let impact = between(&suspended, &suspended.replace("replicas: 2", "replicas: 3"), None);
    let sentence = impact.workloads[0].sentence.as_deref();
    assert_eq!(sentence, Some("it is suspended: nothing changes until it is resumed"));
}

#[test]
fn a_run_can_fail_on_releases() {
    let dir = Dir::with(&[("old/a.yaml", RELEASE), ("new/a.yaml", &RELEASE.replace("replicas: 2", "replicas: 3"))]);
    let ran = dir.run("impact --base old new");
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("1 release is unknown, 0 unaffected"), "{}", ran.stderr);
    let row = ran.stdout.lines().find(|line| line.contains("HelmRelease/web")).expect("a row");
    assert!(row.contains("spec.values.replicas changed"), "{row}");
    assert!(ran.stdout.contains("its chart decides which workloads roll"), "{}", ran.stdout);
    assert_eq!(dir.run("impact --fail-on unknown --base old new").status, 1);
    assert_eq!(dir.run("impact --fail-on unknown --base new new").status, 0);
    let json = dir.run("impact --format json --base old new").stdout;
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["summary"]["unknown"], 1);
    assert_eq!(json["workloads"][0]["impact"], "unknown");
}
