//! Diffs, applied by `patch` and `git apply`.

use std::fs;
use std::ops::Range;
use std::process::Command;

use rollstamp::diff::{EditedText, quote_path, unified_diff};
use rollstamp::edit::{Edit, Edits};
use rollstamp::source::Source;

const PATCH: &str = "patch -p0 --fuzz=0 --binary -s -i changes.diff";
const GIT: &str = "git apply -p0 changes.diff";
const GIT_WITHOUT_CONTEXT: &str = "git apply -p0 --unidiff-zero changes.diff";

/// A text in which `OLD` becomes `NEW`, a line is added behind each line `ADD`, and `hush` is a Secret's value.
struct Case {
    name: &'static str,
    text: String,
    tools: &'static [&'static str],
}

impl Case {
    fn edits(&self) -> Edits {
        let mut edits = Edits::default();
        for (at, word) in self.text.match_indices("OLD") {
            edits.insert(Edit::replacement(at..at + word.len(), "NEW")).unwrap();
        }
        for (at, line) in self.text.match_indices("ADD\n") {
            edits.insert(Edit::insertion(at + line.len(), "added\n")).unwrap();
        }
        edits
    }

    fn secrets(&self) -> Vec<Range<usize>> {
        self.text.match_indices("hush").map(|(at, word)| at..at + word.len()).collect()
    }

    fn diff(&self) -> (String, String) {
        let edits = self.edits();
        let (before, after) = (Source::new("", self.text.as_str()), Source::new("", edits.apply(&self.text)));
        let (name, secrets) = (quote_path(self.name), self.secrets());
        let text = EditedText { name: &name, before: &before, after: &after, edits: &edits, secrets: &secrets };
        let mut diff = String::new();
        for line in unified_diff(&text) {
            diff.push_str(&line.text);
            diff.push('\n');
        }
        (diff, after.text().to_owned())
    }

    fn check(&self) {
        let (diff, after) = self.diff();
        assert!(!diff.contains("hush"), "{diff}");
        for tool in self.tools {
            let dir = tempfile::tempdir().unwrap();
            let file = dir.path().join(self.name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, &self.text).unwrap();
            fs::write(dir.path().join("changes.diff"), &diff).unwrap();
            let (program, args) = tool.split_once(' ').unwrap();
            match Command::new(program).args(args.split(' ')).current_dir(dir.path()).output() {
                Ok(output) => {
                    let said = String::from_utf8_lossy(&output.stderr) + String::from_utf8_lossy(&output.stdout);
                    assert!(output.status.success(), "{tool}: {said}\n{diff}");
                    assert_eq!(fs::read_to_string(&file).unwrap(), after, "{tool}:\n{diff}");
                }
                Err(error) => println!("skipped: {tool}: {error}"),
            }
        }
    }
}

fn lines(range: Range<usize>) -> String {
    range.map(|number| format!("{number}\n")).collect()
}

#[test]
fn both_tools_take_what_we_write() {
    for (name, text) in [
        ("middle", format!("{}OLD\n{}", lines(0..9), lines(10..20))),
        ("start", format!("OLD\n{}", lines(0..9))),
        ("second", format!("0\nOLD\n{}", lines(0..9))),
        ("end", format!("{}OLD\n", lines(0..9))),
        ("added-at-end", format!("{}ADD\n", lines(0..9))),
        ("added", format!("{}ADD\n{}ADD\n{}", lines(0..9), lines(9..12), lines(12..30))),
        ("only", "OLD\n".to_owned()),
        ("no-newline", format!("{}OLD", lines(0..9))),
        ("no-newline-below", format!("{}OLD\nlast", lines(0..9))),
        ("carriage-returns", format!("{}OLD\n{}", lines(0..9), lines(10..20)).replace('\n', "\r\n")),
        ("lone-carriage-return", format!("{}a\rOLD\n{}", lines(0..9), lines(10..20))),
        ("mark", "\u{feff}OLD\n".to_owned()),
        ("dashes", format!("{}--- OLD\n+++ OLD\n@@ OLD\n{}", lines(0..9), lines(10..20))),
        ("dir/with space/name", format!("{}OLD\n", lines(0..9))),
        ("quo\"te\\", format!("{}OLD\n", lines(0..9))),
        ("tab\tname", format!("{}OLD\n", lines(0..9))),
        ("ünï", format!("{}OLD\n", lines(0..9))),
    ] {
        Case { name, text, tools: &[PATCH, GIT] }.check();
    }
}

#[test]
fn both_tools_take_less_context_beside_secrets() {
    for (name, text) in [
        ("two-below", format!("{}OLD\n1\n2\nhush\n{}", lines(0..9), lines(10..20))),
        ("two-above", format!("{}hush\n1\n2\nOLD\n{}", lines(0..9), lines(10..20))),
        ("one-below-near-start", format!("0\n1\nOLD\n1\nhush\n{}", lines(0..9))),
        ("one-above-near-end", format!("{}hush\n1\nOLD\n1\n2", lines(0..9))),
        ("between", format!("{}OLD\n1\nhush\n1\nOLD\n{}", lines(0..9), lines(10..20))),
    ] {
        Case { name, text, tools: &[PATCH, GIT] }.check();
    }
    for (name, text) in [
        ("right-below", format!("{}OLD\nhush\n{}", lines(0..9), lines(10..20))),
        ("right-above", format!("{}hush\nOLD\n{}", lines(0..9), lines(10..20))),
        ("added-before", format!("{}ADD\nhush\nADD\nhush\n{}", lines(0..9), lines(10..20))),
    ] {
        Case { name, text, tools: &[PATCH, GIT_WITHOUT_CONTEXT] }.check();
    }
}

#[test]
fn a_diff_that_hides_a_value_says_that_it_cannot_be_applied() {
    let text = "{name: OLD, password: hush}\n".to_owned();
    let (diff, _) = Case { name: "a.yaml", text, tools: &[] }.diff();
    assert_eq!(
        diff,
        "\
# a.yaml: values of Secrets are shown as ***, so this diff cannot be applied; use --write
--- a.yaml
+++ a.yaml
@@ -1 +1 @@
-{name: OLD, password: ***}
+{name: NEW, password: ***}
"
    );
}
