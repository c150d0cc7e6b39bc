//! The published schema of the options document, asked by a validator that is not ours.

use crate::support::peers::JsonSchema;
use crate::support::shell::Dir;

const HEAD: &str = "apiVersion: rollstamp.dev/v1\nkind: Rollstamp\nmetadata: {name: x}\n";

#[test]
fn it_accepts_what_we_read() {
    let Some(schema) = JsonSchema::options() else { return };
    let dir = Dir::with(&[]);
    dir.put("init.yaml", dir.run("kustomize init --krm --strategy rename --check").stdout);
    let spec =
        "spec:\n  strategy: stamp\n  maxFileSize: 1Mi\n  rollOn: frozen\n  exclude: ['**/charts/**']\n  keep: 3\n";
    dir.put("full.yaml", format!("{HEAD}argsOneLiner: --strict\n{spec}"));
    for name in ["init.yaml", "full.yaml"] {
        schema.accepts(&dir.path(name));
        dir.put("none.yaml", "");
        dir.run(&format!("links --config {name} --allow-empty none.yaml")).prints("");
    }
}

#[test]
fn it_refuses_what_we_refuse() {
    let Some(schema) = JsonSchema::options() else { return };
    for wrong in ["spec: {roll-on: any}\n", "spec: {rollOn: sometimes}\n", "spec: {strict: 'true'}\n", "spek: {}\n"] {
        let dir = Dir::with(&[("x.yaml", &format!("{HEAD}{wrong}")), ("none.yaml", "")]);
        assert!(!schema.check(&dir.path("x.yaml")), "{wrong}");
        assert_eq!(dir.run("links --config x.yaml --allow-empty none.yaml").status, 2, "{wrong}");
    }
}
