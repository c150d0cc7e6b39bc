//! What must hold of every input, as functions of random bytes. The fuzzer of nightly calls them (`fuzz/`), and so do
//! tests on stable.

use rollstamp::edit::Edits;
use rollstamp::rules::{kapp, kustomize};
use rollstamp::source::Source;
use rollstamp::yaml::{self, DocumentContent, Limits};
use rollstamp::{LinkOptions, ParseOptions, Rename, Rules, Stamp, Strategy, apply, link, parse, plan};

/// Any text: nothing panics, whatever is linked and planned from it.
pub fn read_text(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let bundle = parse(vec![Source::new("fuzz.yaml", text.as_ref())], &ParseOptions::default().keep_all(true));
    let graph = link(&bundle, &LinkOptions::default());
    for strategy in [Strategy::Stamp(Stamp::default()), Strategy::Rename(Rename::default())] {
        // What does not read as planned is refused.
        let _ = apply(&bundle, &plan(&graph, &strategy));
    }
}

/// Manifests that are made of the bytes: stamped or renamed twice is once, and removal gives back what was there.
pub fn change_manifests(bytes: &[u8]) {
    let text = Choices(bytes).manifests();
    check_stamps(&text);
    check_renames(&text);
}

/// Any text: stamped twice is once, and removal gives back what was there.
pub fn change_text(bytes: &[u8]) {
    check_stamps(&String::from_utf8_lossy(bytes));
}

/// Any text as a file of rules of kustomize or kapp: it is refused, or what is changed by it is changed once.
pub fn follow_rule_file(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut rules = Rules::default();
    for parse_rules in [kustomize::parse_name_references, kapp::parse_template_rules] {
        for reference in parse_rules(&text).unwrap_or_default() {
            rules.add_reference(reference);
        }
    }
    check_rules(&rules);
}

/// Manifests with many kinds of fields, for any rules.
const FLEET: &str = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: env}
data: {LEVEL: info}
---
apiVersion: v1
kind: Secret
metadata: {name: db}
stringData: {LEVEL: info}
---
apiVersion: example.com/v1
kind: Fleet
metadata: {name: fleet, annotations: {config: env}}
spec:
  config: env
  configs: [env, db]
  anchored: true
  ships:
  - config: {name: env}
    ref: {name: env, key: LEVEL}
    template:
      spec: {containers: [{name: a, image: a, envFrom: [{configMapRef: {name: env}}]}]}
  - template: {metadata: {}, spec: {volumes: [{name: a, secret: {secretName: db}}]}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec: {containers: [{name: a, image: a, envFrom: [{secretRef: {name: db}}]}]}
";

/// Whatever the rules of the user are, what is stamped or renamed twice is so once, and removal gives back what was there.
pub fn check_rules(rules: &Rules) {
    check_stamps_by(FLEET, rules);
    let rename = Strategy::Rename(Rename::default());
    if let Some(renamed) = changed_by(FLEET, &rename, rules) {
        assert_eq!(
            changed_by(&renamed, &rename, rules).as_deref(),
            Some(renamed.as_str()),
            "a second rename changes something"
        );
    }
}

fn check_stamps(text: &str) {
    check_stamps_by(text, &Rules::default());
}

fn check_stamps_by(text: &str, rules: &Rules) {
    let changed = |text: &str, strategy: &Strategy| changed_by(text, strategy, rules);
    if text.contains("rollstamp.dev/strategy") {
        // A config that chooses a new name gets it by a stamp too, and keeps it.
        return;
    }
    let remove = Strategy::Stamp(Stamp::default().remove(true));
    let stamp = Strategy::Stamp(Stamp::default());
    // What stood there before may be a stamp by another hand, so its removal comes first.
    let Some(bare) = changed(text, &remove) else { return };
    if let Some(stamped) = changed(&bare, &stamp) {
        assert_eq!(changed(&stamped, &stamp).as_deref(), Some(stamped.as_str()), "a second stamp changes something");
        assert_eq!(
            changed(&stamped, &remove).as_deref(),
            Some(bare.as_str()),
            "the removal leaves something of:\n{bare}"
        );
    }
}

fn check_renames(text: &str) {
    let rename = Strategy::Rename(Rename::default().immutable(true));
    if let Some(renamed) = changed(text, &rename) {
        assert_eq!(changed(&renamed, &rename).as_deref(), Some(renamed.as_str()), "a second rename changes something");
    }
}

/// The text with the changes of a strategy; none where there is an error.
fn changed(text: &str, strategy: &Strategy) -> Option<String> {
    changed_by(text, strategy, &Rules::default())
}

fn changed_by(text: &str, strategy: &Strategy, rules: &Rules) -> Option<String> {
    let keep_all = matches!(strategy, Strategy::Rename(_));
    let options = ParseOptions::default().keep_all(keep_all).rules(rules.clone());
    let bundle = parse(vec![Source::new("fuzz.yaml", text)], &options);
    let graph = link(&bundle, &LinkOptions::default());
    let plan = plan(&graph, strategy);
    if bundle.has_errors() || graph.diagnostics.has_errors() || plan.diagnostics.has_errors() {
        return None;
    }
    let after = apply(&bundle, &plan).ok()?;
    Some(after.first()?.text().to_owned())
}

/// Edits of any document: they do not overlap, bytes outside of them stay, and the result can be read again, or they are
/// refused.
pub fn edit_document(bytes: &[u8]) {
    let (choices, text) = bytes.split_at(bytes.len().min(2));
    let text = String::from_utf8_lossy(text);
    let source = Source::new("fuzz.yaml", text.as_ref());
    let limits = Limits::default();
    let [document] = &yaml::read_documents(source.padded(), &limits)[..] else { return };
    let DocumentContent::Tree(tree) = &document.content else { return };
    let root = tree.root(source.padded());
    let path = &["a", "metadata", "annotations"][..usize::from(choices.first().copied().unwrap_or(0) % 4)];
    let edits = match choices.get(1).copied().unwrap_or(0) % 3 {
        0 => yaml::set_entry(root, path, "x.y/z", "a: b # \"c\""),
        1 => yaml::remove_entry(root, path, "a"),
        _ => yaml::set_true(root, "immutable"),
    };
    let Ok(edits) = edits else { return };
    let mut all = Edits::default();
    for edit in edits {
        assert!(all.insert(edit).is_ok(), "two edits overlap");
    }
    let after = Source::new("fuzz.yaml", all.apply(source.padded()));
    yaml::read_documents(after.padded(), &limits);
    let kept: usize = source.padded().len() - all.iter().map(|edit| edit.range().len()).sum::<usize>();
    let added: usize = all.iter().map(|edit| edit.text().len()).sum();
    assert_eq!(after.text().len(), kept + added, "bytes outside of the edits changed");
}

/// Random bytes as choices.
struct Choices<'b>(&'b [u8]);

impl Choices<'_> {
    fn take(&mut self) -> usize {
        let Some((&first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        usize::from(first)
    }

    fn pick<'a>(&mut self, options: &[&'a str]) -> &'a str {
        options.get(self.take() % options.len()).copied().unwrap_or_default()
    }

    /// A stream of configs and workloads in many layouts.
    fn manifests(&mut self) -> String {
        let mut text = String::new();
        for number in 0..1 + self.take() % 5 {
            if number > 0 {
                text.push_str(self.pick(&["---\n", "---\n---\n", "--- # next\n", "...\n---\n", "---\n# a comment\n"]));
            }
            let object = if self.take().is_multiple_of(2) { self.config() } else { self.workload() };
            text.push_str(&object);
        }
        if self.take().is_multiple_of(6) {
            text = text.replace('\n', "\r\n");
        }
        if self.take().is_multiple_of(6) {
            text.truncate(text.trim_end().len());
        }
        text
    }

    fn config(&mut self) -> String {
        let kind = self.pick(&["ConfigMap", "Secret"]);
        let name = self.pick(&["env", "db", "nginx"]);
        let field = if kind == "ConfigMap" {
            self.pick(&["data", "data", "binaryData"])
        } else {
            self.pick(&["stringData", "data"])
        };
        let is_coded = field == "binaryData" || (kind == "Secret" && field == "data");
        let value = if is_coded {
            self.pick(&["aGk=", "\"aGk=\"", "", "|\n    aGk=", ">-\n    aG\n    k="])
        } else {
            self.pick(&[
                "info",
                "\"1\"",
                "'it''s'",
                "|\n    a\n    b",
                ">-\n    a\n\n    b",
                "\"\\u00e9\"",
                "&v x",
                "",
                "|+\n    a\n\n",
            ])
        };
        let metadata = self.pick(&[
            "{name: NAME}",
            "\n  name: NAME",
            "\n  name: NAME # here\n  labels: {a: b}",
            "{name: NAME, namespace: prod}",
        ]);
        let layout = self.pick(&[
            "\n  KEY: VALUE\n",
            "\n  KEY: VALUE\n  # a comment\n  other: \"eA==\"\n",
            " {}\n",
            "\n    KEY: VALUE\n",
        ]);
        let key = self.pick(&["LEVEL", "a.conf", "\"y\"", "no"]);
        let body = layout.replace("KEY", key).replace("VALUE", value);
        format!("apiVersion: v1\nkind: {kind}\nmetadata: {}\n{field}:{body}", metadata.replace("NAME", name))
    }

    fn workload(&mut self) -> String {
        let (kind, version) = (self.pick(&["Deployment", "StatefulSet", "DaemonSet", "Job", "ReplicaSet"]), "apps/v1");
        let version = if kind == "Job" { "batch/v1" } else { version };
        let name = self.pick(&["env", "db", "nginx", "missing"]);
        let reference = self.pick(&[
            "envFrom: [{configMapRef: {name: NAME}}]",
            "envFrom:\n        - secretRef:\n            name: NAME",
            "env: [{name: A, valueFrom: {configMapKeyRef: {name: NAME, key: LEVEL}}}]",
            "env:\n        - name: A\n          valueFrom: {secretKeyRef: {key: LEVEL, name: \"NAME\", optional: true}}",
            "args: [\"--config=NAME\"]",
        ]);
        let metadata = self.pick(&[
            "",
            "    metadata: {}\n",
            "    metadata: {labels: {app: web}}\n",
            "    metadata:\n      labels:\n        app: web\n",
            "    metadata:\n      annotations:\n        a: b # kept\n",
            "    metadata:\n      annotations: {}\n",
            "    metadata: # kept\n      annotations:\n      # kept\n        rollstamp.dev/checksum: \"old\"\n",
            "    metadata:\n",
            "    metadata: {annotations: {\"rollstamp.dev/checksum\": old, a: b}}\n",
        ]);
        let reference = reference.replace("NAME", name);
        format!(
            "apiVersion: {version}\nkind: {kind}\nmetadata: {{name: web{}}}\nspec:\n  template:\n{metadata}    spec:\n      \
             containers:\n      - name: web\n        image: web\n        {reference}\n",
            self.take() % 3
        )
    }
}
