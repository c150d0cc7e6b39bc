//! The frozen recipe, against vectors that anybody can recompute with `sha256sum`.

use std::path::PathBuf;

use rollstamp::content::SecretKey;
use rollstamp::{DigestPolicy, LinkOptions, ParseOptions, Source, Stamp, Strategy, link, parse, plan};
use serde::Deserialize;

use crate::support::{first_listing, vectors};

#[derive(Deserialize)]
struct File {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    id: String,
    lines: usize,
    key: Option<String>,
    #[serde(default)]
    producers: bool,
    digest: String,
    manifests: String,
}

#[test]
fn a_changed_digest_restarts_every_workload_of_every_user() {
    let mut seen = 0;
    for path in vectors::files("digests.yaml") {
        seen += check(&path);
    }
    assert!(seen >= 9, "the vectors are not there");
}

fn check(path: &PathBuf) -> usize {
    let file: File = serde_yaml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    for vector in &file.vectors {
        let bundle = parse(vec![Source::new("v.yaml", vector.manifests.as_str())], &ParseOptions::default());
        let secret_key = vector.key.as_ref().map(|key| SecretKey::new(key.trim_end_matches('\n')));
        let policy = DigestPolicy::default().producers(vector.producers);
        let graph = link(&bundle, &LinkOptions::default().secret_key(secret_key).digest_policy(policy));
        let plan = plan(&graph, &Strategy::Stamp(Stamp::default()));
        assert_eq!(plan.stamps.len(), 1, "{}: one workload is stamped", vector.id);
        assert_eq!(plan.stamps[0].new.as_deref(), Some(vector.digest.as_str()), "{}", vector.id);
        let listing = first_listing(&graph).unwrap();
        assert_eq!(listing.lines().count(), vector.lines, "{}", vector.id);
    }
    file.vectors.len()
}
