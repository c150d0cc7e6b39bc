//! The place of a finding is the same in every format: file, line and, where the format has one, column.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::support::shell::{APP, Dir};
use crate::support::workflow_commands::annotations;

/// File, line and column of a finding. A format without columns has 0.
type FoundPlace = (String, u64, u64);

/// Manifests with something of every sort: changes, warnings and errors of the input, on lines and columns of their own.
fn input() -> Dir {
    let missing = APP
        .replace("name: web", "name: api")
        .replace("- configMapRef: {name: env}", "- configMapRef: {name: env}\n        - configMapRef: {name: nowhere}");
    let missing = missing.split("---\n").nth(1).unwrap().to_owned();
    let key = "        env:\n        - name: L\n          valueFrom: {configMapKeyRef: {name: env, key: LEVLE}}\n";
    let job = format!("{}{key}", missing.replace("name: api", "name: job")).replace("{name: nowhere}", "{name: env}");
    let stale = APP.split("---\n").nth(1).unwrap().replace("name: web", "name: stale").replace(
        "      labels: {app: web}\n",
        "      annotations:\n        a: b\n        rollstamp.dev/checksum: old\n",
    );
    Dir::with(&[
        ("k/app.yaml", APP),
        ("k/missing.yaml", &missing),
        ("k/key.yaml", &job),
        ("k/ünï.yaml", &format!("# é\n{stale}")),
        ("k/broken.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x\n"),
    ])
}

/// Places in lines of text.
fn places_of_lines(text: &str) -> BTreeSet<FoundPlace> {
    let mut places = BTreeSet::new();
    for line in text.lines() {
        let parts: Vec<&str> = line.splitn(4, ':').collect();
        if let [file, line, column, _] = parts[..]
            && let (Ok(line), Ok(column)) = (line.parse(), column.parse())
        {
            places.insert((file.to_owned(), line, column));
        }
    }
    places
}

fn place_of(value: &Value) -> Option<FoundPlace> {
    Some((value["file"].as_str()?.to_owned(), value["line"].as_u64()?, value["column"].as_u64()?))
}

fn places_of_json(text: &str) -> BTreeSet<FoundPlace> {
    let report: Value = serde_json::from_str(text).unwrap();
    let mut places = BTreeSet::new();
    for diagnostic in report["diagnostics"].as_array().into_iter().flatten() {
        places.extend(place_of(diagnostic));
    }
    for list in ["changes", "exclusions", "renames"] {
        for change in report[list].as_array().into_iter().flatten() {
            let is_name_kept = list == "renames" && change["old"] == change["new"];
            if is_name_kept {
                places.extend(change["references"].as_array().unwrap().iter().filter_map(place_of));
            } else {
                places.extend(place_of(&change["place"]));
            }
        }
    }
    places
}

fn places_of_sarif(text: &str) -> BTreeSet<FoundPlace> {
    let report: Value = serde_json::from_str(text).unwrap();
    let mut places = BTreeSet::new();
    for result in report["runs"][0]["results"].as_array().unwrap() {
        let place = &result["locations"][0]["physicalLocation"];
        let Some(file) = place["artifactLocation"]["uri"].as_str() else { continue };
        let file = file.replace("%C3%BC", "ü").replace("%C3%AF", "ï");
        let region = &place["region"];
        places.insert((file, region["startLine"].as_u64().unwrap(), region["startColumn"].as_u64().unwrap()));
    }
    places
}

fn places_of_gitlab(text: &str) -> BTreeSet<FoundPlace> {
    let report: Value = serde_json::from_str(text).unwrap();
    let mut places = BTreeSet::new();
    for entry in report.as_array().unwrap() {
        let file = entry["location"]["path"].as_str().unwrap().to_owned();
        if file != "." {
            places.insert((file, entry["location"]["lines"]["begin"].as_u64().unwrap(), 0));
        }
    }
    places
}

fn places_of_junit(text: &str) -> BTreeSet<FoundPlace> {
    let mut places = BTreeSet::new();
    for case in text.split("<testcase ").skip(1) {
        let attribute = |name: &str| case.split_once(&format!(" {name}=\""))?.1.split('"').next();
        let (Some(file), Some(line)) = (attribute("file"), attribute("line")) else { continue };
        places.insert((file.to_owned(), line.parse().unwrap(), 0));
    }
    places
}

/// The annotations and the places in the summary of a step.
fn places_of_step(dir: &Dir, args: &str) -> [BTreeSet<FoundPlace>; 3] {
    let args: Vec<&str> = args.split_whitespace().collect();
    let mut command = dir.command(&args);
    command.env("GITHUB_WORKSPACE", dir.root()).env("GITHUB_STEP_SUMMARY", dir.path("summary.md"));
    let log = String::from_utf8(command.output().unwrap().stdout).unwrap();
    let mut annotated = BTreeSet::new();
    for annotation in annotations(&log) {
        let number = |name| annotation.get(name).parse().unwrap_or_default();
        annotated.insert((annotation.get("file").to_owned(), number("line"), number("col")));
    }
    annotated.retain(|(file, _, _)| !file.is_empty());
    let summary = fs::read_to_string(dir.path("summary.md")).unwrap();
    fs::remove_file(dir.path("summary.md")).unwrap();
    let mut summed_up = BTreeSet::new();
    for row in summary.lines().filter(|row| row.starts_with("| error ") || row.starts_with("| warning ")) {
        let Some(place) = row.split('`').nth(1) else { continue };
        let (file, line) = place.rsplit_once(':').unwrap();
        summed_up.insert((file.to_owned(), line.parse().unwrap(), 0));
    }
    [annotated, summed_up, places_of_lines(&log)]
}

fn without_columns(places: &BTreeSet<FoundPlace>) -> BTreeSet<FoundPlace> {
    places.iter().map(|(file, line, _)| (file.clone(), *line, 0)).collect()
}

#[test]
fn a_finding_has_one_place_in_every_format() {
    let dir = input();
    for run in ["stamp --check --strict", "rename --check --strict", "links --strict"] {
        let text = dir.run(&format!("{run} k"));
        let in_text = places_of_lines(&format!("{}{}", text.stdout, text.stderr));
        assert!(in_text.len() >= 2, "{run}: {in_text:?}");
        let output = |format: &str| dir.run(&format!("{run} --format {format} k")).stdout;
        if !run.starts_with("links") {
            assert_eq!(places_of_json(&output("json")), in_text, "{run}: json");
        }
        assert_eq!(places_of_sarif(&output("sarif")), in_text, "{run}: sarif");
        assert_eq!(places_of_gitlab(&output("gitlab")), without_columns(&in_text), "{run}: gitlab");
        assert_eq!(places_of_junit(&output("junit")), without_columns(&in_text), "{run}: junit");
        let [annotated, summed_up, logged] = places_of_step(&dir, &format!("{run} --format github k"));
        assert_eq!(annotated, in_text, "{run}: annotations");
        assert_eq!(logged, in_text, "{run}: log of the step");
        // The summary lists changes by their workloads.
        assert!(summed_up.len() >= 2 && summed_up.is_subset(&without_columns(&in_text)), "{run}: {summed_up:?}");
    }
}

/// The places of references in the data of a page, as its script reads them.
fn places_of_page(page: &str) -> BTreeSet<String> {
    let (_, data) = page.split_once("id=\"data\">").unwrap();
    let data: Value = serde_json::from_str(data.split_once("</script>").unwrap().0).unwrap();
    let shared = |number: &Value| &data["shared"][usize::try_from(number.as_u64().unwrap()).unwrap()];
    let names = data["files"].as_array().unwrap();
    let files: Vec<String> =
        names.chunks(2).map(|name| name.iter().map(|part| shared(part).as_str().unwrap()).collect()).collect();
    let mut places = BTreeSet::new();
    for workload in data["workloads"].as_array().unwrap() {
        let (file, line) = (&workload[3][0], workload[3][1].as_i64().unwrap());
        for link in shared(&workload[0])[4].as_array().unwrap() {
            for reference in link[3].as_array().unwrap() {
                let elsewhere = reference.get(3).filter(|file| !file.is_null());
                let file = usize::try_from(elsewhere.unwrap_or(file).as_u64().unwrap()).unwrap();
                let from = if elsewhere.is_some() { 0 } else { line };
                places.insert(format!("{}:{}", files[file], from + reference[1].as_i64().unwrap()));
            }
        }
    }
    places
}

#[test]
fn a_reference_has_one_place_in_every_format_of_links() {
    let dir = input();
    let json: Value = serde_json::from_str(&dir.run("links --format json k").stdout).unwrap();
    let page = dir.run("links --format html k").stdout;
    let on_page = places_of_page(&page);
    let dot = dir.run("links --format dot k").stdout;
    let wide = dir.run("links --wide k").stdout;
    for link in json["links"].as_array().unwrap() {
        let place = format!("{}:{}", link["file"].as_str().unwrap(), link["line"]);
        assert!(wide.lines().any(|line| line.split("  ").any(|cell| cell.trim() == place)), "{place}: {wide}");
        assert!(on_page.contains(&place), "{place} is not on the page: {on_page:?}");
        let workload = link["workload"]["name"].as_str().unwrap();
        assert!(dot.contains(workload), "{workload} is not in the picture");
    }
}

#[test]
fn a_workload_has_one_place_in_every_format_of_impact() {
    let dir = Dir::with(&[
        ("old/app.yaml", APP),
        ("new/app.yaml", &format!("# one more line\n{}", APP.replace("info", "debug"))),
    ]);
    let output = |format: &str| dir.run(&format!("impact --format {format} --base old new")).stdout;
    let json: Value = serde_json::from_str(&output("json")).unwrap();
    let head = &json["workloads"][0]["head"];
    let workload = format!("{}:{}", head["file"].as_str().unwrap(), head["line"]);
    assert_eq!(workload, "new/app.yaml:9");
    let key = &json["configs"][0]["keys"][0]["head"];
    let key = format!("{}:{}", key["file"].as_str().unwrap(), key["line"]);
    assert_eq!(key, "new/app.yaml:7");
    for format in ["text", "html", "github"] {
        let report = output(format);
        assert!(report.contains(&workload), "{format}: {workload} is not in {report}");
    }
    for format in ["text", "markdown", "github"] {
        let report = output(format);
        assert!(report.contains(&key), "{format}: {key} is not in {report}");
    }
    // Beside the place of the workload, in the same directory.
    assert!(output("html").contains("<br>LEVEL: …/app.yaml:7"), "{}", output("html"));
    assert!(output("github").contains("::warning file=new/app.yaml,line=7,"), "{}", output("github"));
}
