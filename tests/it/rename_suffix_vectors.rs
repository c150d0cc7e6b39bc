//! The suffix, against names that real kustomize gave.

use std::path::Path;

use rollstamp::diagnostic::Severity;
use rollstamp::{LinkOptions, ParseOptions, Rename, Source, Strategy, link, parse, plan};
use serde::Deserialize;

use crate::support::vectors;

#[derive(Deserialize)]
struct File {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    id: String,
    input: String,
    name: String,
}

/// Inputs that kustomize hashes and Kubernetes refuses, with what is wrong with them.
const REFUSED: [(&str, &str); 20] = [
    ("data-empty-string", "data must be a mapping"),
    ("data-list", "data must be a mapping"),
    ("list-val", "is a list"),
    ("float-int", "is a number"),
    ("exp", "is a number"),
    ("bigint", "is a number"),
    ("int53", "is a number"),
    ("small", "is a number"),
    ("octal", "is a number"),
    ("octal2", "is a number"),
    ("hex", "is a number"),
    ("plus", "is a number"),
    ("neg0", "is a number"),
    ("yes", "is a boolean"),
    ("on", "is a boolean"),
    ("y", "is a boolean"),
    ("True", "is a boolean"),
    ("htmlkey", "invalid key `a<b`"),
    ("empty-key", "invalid key ``"),
    // What the tag decodes to is bytes, not base64 any more.
    ("bin-tag", "is not base64"),
];

#[test]
fn every_config_that_kubernetes_accepts_gets_the_name_that_kustomize_gives_it() {
    let mut seen = 0;
    for path in vectors::files("kustomize-hash.yaml") {
        seen += check(&path);
    }
    assert!(seen >= 90, "the vectors are not there");
}

fn check(path: &Path) -> usize {
    let file: File = serde_yaml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut wrong = Vec::new();
    for vector in &file.vectors {
        let came = name_of(vector);
        let refused = REFUSED.iter().find(|(id, _)| *id == vector.id);
        let right = match (&came, refused) {
            (Err(problem), Some((_, why))) => problem.contains(why),
            (Ok(name), None) => *name == vector.name,
            _ => false,
        };
        if !right {
            wrong.push(format!("{}: {came:?}, not {}", vector.id, vector.name));
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", path.display(), wrong.join("\n"));
    file.vectors.len()
}

/// The name that the config of a vector gets once a pod uses it; or what is wrong with it.
fn name_of(vector: &Vector) -> Result<String, String> {
    let config = || Source::new("v.yaml", vector.input.as_str());
    let alone = parse(vec![config()], &ParseOptions::default());
    let object = alone.objects.first().unwrap();
    let (field, name) = if object.kind == "Secret" { ("secretRef", "Secret") } else { ("configMapRef", "ConfigMap") };
    let namespace = object.name.namespace.as_ref().map(|namespace| format!(", namespace: {namespace}"));
    assert_eq!(object.kind, name, "{}", vector.id);
    let pod = format!(
        "{{apiVersion: v1, kind: Pod, metadata: {{name: p{}}}, spec: {{containers: [{{name: c, image: i, \
         envFrom: [{{{field}: {{name: {}}}}}]}}]}}}}\n",
        namespace.unwrap_or_default(),
        object.name.name,
    );
    let bundle = parse(vec![config(), Source::new("p.yaml", pod)], &ParseOptions::default());
    let graph = link(&bundle, &LinkOptions::default());
    let plan = plan(&graph, &Strategy::Rename(Rename::default()));
    let all = bundle.diagnostics.iter().chain(&graph.diagnostics).chain(&plan.diagnostics);
    let mut errors = all.filter(|diagnostic| diagnostic.severity == Severity::Error);
    match errors.next() {
        Some(error) => Err(error.line(&bundle.sources)),
        None => Ok(plan.renames.first().map(|renamed| renamed.new.clone()).unwrap_or_default()),
    }
}
