//! Template source: what is recognized and skipped, and what is not.

use crate::support::shell::{APP, Dir};

const STAMPED: &str = "rollstamp.dev/checksum";

/// A ConfigMap and the Deployment that uses it, both named by a Helm expression.
const NAMED_BY_HELM: &str = "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: tunnel-{{ .Values.name }}
data:
  conf.yml: |
    {{- .Values.conf | nindent 4 }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
      - name: c
        image: \"c:{{ .Values.tag }}\"
        envFrom:
        - configMapRef:
            name: tunnel-{{ .Values.name }}
";

#[test]
fn helm_source_that_parses_is_skipped_by_its_names() {
    let dir = Dir::with(&[("a.yaml", NAMED_BY_HELM)]);
    for verb in ["stamp", "rename"] {
        let ran = dir.run(&format!("{verb} --diff a.yaml"));
        assert_eq!((ran.status, ran.stdout.as_str()), (0, ""), "{}", ran.stderr);
        ran.says("1 template file skipped (first: a.yaml)").says("helm template CHART");
    }
}

#[test]
fn every_manifest_of_a_chart_with_braces_is_skipped() {
    let chart = "apiVersion: v2\nname: web\nversion: 0.1.0\n";
    let braces = APP.replace("LEVEL: info", "LEVEL: \"{{ .Values.level }}\"");
    let files = [
        ("c/Chart.yaml", chart),
        ("c/templates/deep/web.yaml", &braces),
        ("c/templates/plain.yaml", &APP.replace("name: web\n", "name: plain\n")),
        ("other/templates/web.yaml", &braces.replace("name: web\n", "name: other\n")),
    ];
    let dir = Dir::with(&files);
    for paths in ["c other", "c/templates other/templates", "c/templates/deep/web.yaml c/templates/plain.yaml other"] {
        let ran = dir.run(&format!("stamp --check --scope file {paths}"));
        assert_eq!(ran.status, 1, "{}", ran.stderr);
        assert!(ran.stdout.contains("Deployment/plain") && ran.stdout.contains("Deployment/other"), "{}", ran.stdout);
        assert!(!ran.stdout.contains("Deployment/web"), "{paths}: {}", ran.stdout);
        ran.says("1 template file skipped (first: c/templates/deep/web.yaml)");
    }
}

#[test]
fn braces_in_content_mean_nothing() {
    let text = APP.replace("LEVEL: info", "RULE: \"{{ $labels.instance }} down\"");
    let ran = Dir::with(&[("a.yaml", &text)]).run("stamp a.yaml");
    assert!(ran.stdout.contains(STAMPED), "{}", ran.stderr);
}

#[test]
fn a_typo_beside_braces_is_an_error() {
    let braces =
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: alerts}\ndata:\n  r: |\n    {{ $labels.x }} down\n---\n";
    let typo = APP.replace("  LEVEL: info\n", "  LEVEL: info\n\tX: y\n");
    let same_document =
        APP.replace("  LEVEL: info\n", "  A: '{{ x }}' # {{ y }}\n  B: |\n    {{ z }}\n\tX: y\n  C: >-\n    {{ z }}\n");
    for text in [format!("{braces}{typo}"), same_document] {
        let dir = Dir::with(&[("a.yaml", &text)]);
        dir.run("stamp --write a.yaml").fails("a.yaml:");
        assert_eq!(dir.get("a.yaml"), text);
    }
}

#[test]
fn source_that_does_not_parse_is_skipped_by_its_marks() {
    for broken in [
        "  LEVEL: {{ .Values.level }}\n",
        "  {{- range .Values.list }}\n  LEVEL: info\n",
        "  LEVEL: \"{{ include \"a.b\" . }}\"\n",
        "  {% if x %}\n  LEVEL: info\n",
        "  %{ for x in y ~}\n  LEVEL: info\n",
        "  LEVEL: %LEVEL%\n",
    ] {
        let text = APP.replace("  LEVEL: info\n", broken);
        let ran = Dir::with(&[("a.yaml", &text)]).run("stamp --check a.yaml");
        assert_eq!(ran.status, 0, "{broken}: {}", ran.stderr);
        ran.says("1 template file skipped");
    }
}

#[test]
fn a_stray_line_beside_quoted_braces_is_a_warning() {
    let text = APP.replace("  LEVEL: info\n", "  T: '{{ x }}'\n...\n\"labels\":\n");
    let ran = Dir::with(&[("a.yaml", &text)]).run("stamp --check a.yaml");
    assert!(ran.status == 1 && ran.stdout.contains("Deployment/web"), "{ran:?}");
    ran.says("kubectl ignores everything from here");
}

#[test]
fn ytt_source_is_skipped_by_its_comments() {
    let directives = "#@ load(\"@ytt:data\", \"data\")\n---\n";
    let value = APP.replace("LEVEL: info", "LEVEL: #@ data.values.level");
    let dir = Dir::with(&[("config.yml", &format!("{directives}{value}"))]);
    let ran = dir.run("stamp --diff config.yml");
    ran.says("1 template file of ytt skipped (first: config.yml)").says("rollstamp stamp -- ytt -f DIR");
    // The Deployment has no directive of its own, and its ConfigMap is not in the input any more.
    assert_eq!(ran.stdout, "");
    let in_a_block = APP.replace("LEVEL: info", "LEVEL: |\n    #@ not a comment");
    assert!(Dir::with(&[("a.yaml", &in_a_block)]).run("stamp a.yaml").stdout.contains(STAMPED));
}

#[test]
fn an_openshift_template_is_named_with_the_way_to_process_it() {
    let text = "apiVersion: template.openshift.io/v1\nkind: Template\nmetadata: {name: app}\nobjects:\n\
                - apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: app-conf}\n  data: {A: \"1\"}\n";
    let ran = Dir::with(&[("a.yaml", text)]).run("stamp --check a.yaml");
    ran.says("1 file with OpenShift templates skipped (first: a.yaml)").says("oc process -f FILE --local -o yaml");
    // A Template of another API is none of it.
    let other = text.replace("template.openshift.io/v1", "example.com/v1");
    let ran = Dir::with(&[("a.yaml", &other)]).run("stamp --check a.yaml");
    assert!(!ran.stderr.contains("OpenShift"), "{}", ran.stderr);
}

#[test]
fn json_with_comments_that_is_not_a_manifest_does_not_stop_a_run() {
    let settings = "{\n  // which kind to show\n  \"kind\": \"ConfigMap\"\n}\n";
    let dir = Dir::with(&[("app.yaml", APP), ("settings.json", settings)]);
    let ran = dir.run("stamp --check .");
    assert!(ran.status == 1 && ran.stdout.contains("Deployment/web"), "{ran:?}");
    ran.says("settings.json:3:9: note:");
    let manifest = settings.replace("\"kind\"", "\"apiVersion\": \"v1\", \"kind\"");
    dir.put("settings.json", manifest);
    assert_eq!(dir.run("stamp --check .").status, 2);
}

#[test]
fn links_do_not_deny_what_was_skipped() {
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\ndata: {A: b}\n";
    let dir = Dir::with(&[("app.yaml", template), ("other.yaml", "kind: Service\n")]);
    dir.run("links app.yaml").says("note: what could be read has no ConfigMap or Secret and no reference to one");
    dir.run("links other.yaml").says("note: the input has no ConfigMap or Secret and no reference to one");
}

#[test]
fn names_text_that_is_no_manifest_as_skipped() {
    let dir = Dir::with(&[("app.yaml", APP), ("settings.json", "{\n  \"a\": [}\n")]);
    let ran = dir.run("links .");
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    ran.says("settings.json:2:9: note: skipped, as it is neither a manifest nor valid YAML: ");
}

#[test]
fn takes_builtin_generators_for_source_of_kustomize() {
    let generator = "apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: web}\nname: web\n\
                     valuesInline: {template: {spec: {containers: [{name: a, image: a, envFrom: [{configMapRef: {name: env}}]}]}}}\n";
    let dir = Dir::with(&[("app.yaml", APP), ("generator.yaml", generator)]);
    let ran = dir.run("links .");
    ran.says("1 kustomization read without being built (first: generator.yaml)");
    assert!(!ran.stderr.contains("its kind is not known"), "{}", ran.stderr);
}

#[test]
fn html_page_names_what_was_not_read() {
    let dir = Dir::with(&[("a.yaml", "kind: ConfigMap\nmetadata: {name: {{ .Values.name }}}\n"), ("b.yaml", "a: b\n")]);
    let page = dir.run("links --format html .").stdout;
    assert!(page.contains("\"unread\":[\"1 template file skipped (first: a.yaml); render it first"), "{page}");
    dir.put("a.yaml", "a: b\n");
    assert!(dir.run("links --format html .").stdout.contains("\"unread\":[]"));
}
