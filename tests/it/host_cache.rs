//! Renderings that travel from one machine of a CI to another, and the recipes that carry them.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::peers;
use crate::support::shell::{Dir, Ran};

#[test]
fn recipes_have_only_fields_that_their_hosts_know() {
    let Some(checker) = peers::directory_of("check-jsonschema") else { return };
    for (schema, file) in [
        ("vendor.github-workflows", "integrations/github/impact.yml"),
        ("vendor.github-workflows", "integrations/github/shards.yml"),
        ("vendor.gitlab-ci", "integrations/gitlab/impact.yml"),
        ("vendor.gitlab-ci", "integrations/gitlab/shards.yml"),
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let output = Command::new(checker.join("check-jsonschema"))
            .args(["--builtin-schema", schema])
            .arg(path)
            .output()
            .unwrap();
        assert!(output.status.success(), "{file}: {}", String::from_utf8_lossy(&output.stdout));
    }
}

/// A helm that writes down each rendering.
const HELM: &str = "#!/bin/sh\nif [ \"$1\" = version ]; then echo v3.0.0; exit; fi\necho x >> \"$0.log\"\n\
                    printf 'apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: %s}\\n' \"$2\"\n";

#[cfg(unix)]
fn repository() -> Dir {
    use std::os::unix::fs::PermissionsExt;
    let dir = Dir::in_memory();
    for name in ["web", "api"] {
        dir.put(&format!("repo/{name}/Chart.yaml"), format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\n"));
        dir.put(&format!("repo/{name}/templates/a.yaml"), "a: 1\n");
    }
    dir.put("bin/helm", HELM);
    fs::set_permissions(dir.path("bin/helm"), fs::Permissions::from_mode(0o755)).unwrap();
    dir
}

/// Runs `links --apps` and returns the number of renderings.
#[cfg(unix)]
fn renderings(dir: &Dir, repository: &str, cache: &str) -> usize {
    let _ = fs::remove_file(dir.path("bin/helm.log"));
    let mut command = dir.command(&["links", "--apps", "-q", repository]);
    command.env("PATH", peers::path_with(&dir.path("bin"))).env("XDG_CACHE_HOME", dir.path(cache));
    let ran = Ran::of(&mut command);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    fs::read_to_string(dir.path("bin/helm.log")).unwrap_or_default().lines().count()
}

#[cfg(unix)]
#[test]
fn a_cache_of_another_machine_is_used() {
    let dir = repository();
    assert_eq!(renderings(&dir, "repo", "first"), 2);
    assert_eq!(renderings(&dir, "repo", "first"), 0);
    // Another runner has the repository and the cache elsewhere.
    fs::rename(dir.path("repo"), dir.path("checkout")).unwrap();
    fs::rename(dir.path("first"), dir.path("restored")).unwrap();
    assert_eq!(renderings(&dir, "checkout", "restored"), 0);
    dir.put("checkout/web/templates/a.yaml", "a: 2\n");
    assert_eq!(renderings(&dir, "checkout", "restored"), 1);
}
