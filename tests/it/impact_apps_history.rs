//! Histories of repositories made at random: `impact --apps` says the same whether it renders only what a change touches,
//! or everything.

use std::fs;

use serde_json::Value;

use crate::impact_base::{commit, git, has_git};
use crate::support::apps::URL;
use crate::support::fleets::{Files, LAYOUTS, PLAIN_LAYOUTS, change, fleet};
use crate::support::peers::directory_of;
use crate::support::random_inputs::Random;
use crate::support::shell::{Dir, Ran};

/// A repository with its history.
struct History {
    dir: Dir,
    files: Files,
    path: String,
}

impl History {
    fn start(layout: &str) -> History {
        let history = History { dir: Dir::in_memory(), files: fleet(layout), path: search_path() };
        for (path, text) in &history.files {
            history.dir.put(path, text);
        }
        git(&history.dir, &["init", "--quiet", "--initial-branch=main", "."]);
        git(&history.dir, &["remote", "add", "origin", URL]);
        commit(&history.dir, "start");
        history
    }

    /// Makes a change, and leaves it in the work tree.
    fn change(&mut self, random: &mut Random) {
        let before = self.files.clone();
        change(&mut self.files, random);
        for path in before.keys().filter(|path| !self.files.contains_key(*path)) {
            fs::remove_file(self.dir.path(path)).unwrap();
        }
        for (path, text) in &self.files {
            if before.get(path) != Some(text) {
                self.dir.put(path, text);
            }
        }
    }

    /// What is said of the change in the work tree.
    fn report(&self, more: &[&str]) -> (i32, Value) {
        let args = [&["impact", "--apps", "--base", "HEAD", "--format", "json", "-q"], more].concat();
        let mut command = self.dir.command(&args);
        command.env("PATH", &self.path).env("XDG_CACHE_HOME", self.dir.path(".git/cache"));
        let ran = Ran::of(&mut command);
        let value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| Value::String(ran.stderr.clone()));
        (ran.status, without_untouched(value))
    }
}

/// The PATH with the renderers of the tests.
fn search_path() -> String {
    let mut path = std::env::var("PATH").unwrap_or_default();
    if let Some(directory) = directory_of("helm") {
        path = format!("{}:{path}", directory.display());
    }
    path
}

/// Leaves out what is only known of all that is rendered: workloads that nothing happens to, and applications that are
/// not touched.
fn without_untouched(mut report: Value) -> Value {
    if let Some(summary) = report["summary"].as_object_mut() {
        summary.remove("unaffected");
    }
    if let Some(applications) = report["applications"].as_array_mut() {
        applications.retain(|application| application["touched"] == true);
    }
    if let Some(workloads) = report["workloads"].as_array_mut() {
        workloads.retain(|workload| workload["impact"] != "unaffected");
    }
    report
}

/// The lines of two reports from the first to the last that differs.
fn different_lines(touched: &Value, all: &Value) -> String {
    let print = |value: &Value| serde_json::to_string_pretty(value).unwrap();
    let (touched, all) = (print(touched), print(all));
    let (touched, all): (Vec<&str>, Vec<&str>) = (touched.lines().collect(), all.lines().collect());
    let same = touched.iter().zip(&all).take_while(|(one, other)| one == other).count();
    let both = touched[same..].iter().rev().zip(all[same..].iter().rev());
    let end = both.take_while(|(one, other)| one == other).count();
    let part = |lines: &[&str]| lines[same.saturating_sub(20)..lines.len() - end].join("\n");
    format!("touched only:\n{}\nall:\n{}", part(&touched), part(&all))
}

/// Compares both answers for each change of a history.
fn compare_answers(layout: &str, commits: usize, seed: u64) {
    let mut random = Random::seeded(seed);
    let mut history = History::start(layout);
    let mut effects = 0;
    for number in 0..commits {
        if history.files.len() < 6 || number % 25 == 24 {
            history = History::start(layout);
        }
        history.change(&mut random);
        let (touched, all) = (history.report(&[]), history.report(&["--all"]));
        if touched != all {
            let diff = git(&history.dir, &["diff", "HEAD"]);
            panic!("{layout}, change {number} of seed {seed}:\n{diff}\n{}", different_lines(&touched.1, &all.1));
        }
        effects += usize::from(touched.1["workloads"].as_array().is_some_and(|workloads| !workloads.is_empty()));
        commit(&history.dir, "next");
    }
    assert!(effects * 4 > commits, "{layout}: only {effects} of {commits} changes have an effect");
}

/// Compares both answers in all layouts of a list, two layouts at once.
fn compare_layouts(layouts: &[&str], commits: usize, seed: u64) {
    if !has_git() {
        println!("skipped: git is not installed");
        return;
    }
    for pair in layouts.chunks(2) {
        std::thread::scope(|scope| {
            for layout in pair {
                scope.spawn(move || compare_answers(layout, commits, seed));
            }
        });
    }
}

#[test]
fn what_is_said_of_a_change_does_not_depend_on_what_is_rendered() {
    compare_layouts(&LAYOUTS[..PLAIN_LAYOUTS], 3, 7);
}

#[test]
#[ignore = "slow"]
fn what_is_said_of_hundreds_of_changes_does_not_depend_on_what_is_rendered() {
    let commits = std::env::var("ROLLSTAMP_HISTORY").ok().and_then(|number| number.parse().ok()).unwrap_or(26);
    let seed = std::env::var("ROLLSTAMP_FUZZ_SEED").ok().and_then(|number| number.parse().ok()).unwrap_or(1);
    compare_layouts(&LAYOUTS, commits, seed);
}
