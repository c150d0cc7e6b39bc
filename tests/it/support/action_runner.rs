//! A runner for the steps of our own action, which does to them what the runner of GitHub Actions does: inputs with
//! their defaults, expressions in `env` and `default`, the shell that `bash` stands for, the files of a step, and no
//! `INPUT_` variables, which composite actions do not get.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::support::shell::Dir;
use crate::support::workflow_commands::{self, Command as Annotation};

/// A job with one step, which uses the action.
pub struct Job {
    /// The temporary directory of the job: workspace, files, and what steps leave behind.
    pub dir: Dir,
    /// Where the action is checked out.
    pub action: PathBuf,
    /// `github.event`.
    pub event: Value,
    /// Variables of the job.
    pub env: Vec<(String, String)>,
}

/// What the step came to.
#[derive(Debug)]
pub struct Done {
    /// The exit status of the step that failed, else 0.
    pub status: i32,
    /// Both streams of all steps.
    pub log: String,
    /// The summary of the step.
    pub summary: String,
    /// The outputs of the action.
    pub outputs: BTreeMap<String, String>,
}

impl Done {
    pub fn annotations(&self) -> Vec<Annotation> {
        workflow_commands::annotations(&self.log)
    }

    /// `error app.yaml:7 rollstamp: stale stamp`, for each annotation.
    pub fn places(&self) -> Vec<String> {
        self.annotations().iter().map(Annotation::place).collect()
    }
}

/// What expressions can see.
struct Context<'a> {
    inputs: BTreeMap<String, String>,
    steps: BTreeMap<String, BTreeMap<String, String>>,
    event: &'a Value,
}

impl Job {
    /// A job with these files in its workspace, with the action of this repository and the binary under test on PATH.
    pub fn new(files: &[(&str, &str)]) -> Job {
        let dir = Dir::with(&[]);
        for name in ["workspace", "temp", "files"] {
            fs::create_dir(dir.path(name)).unwrap();
        }
        for (path, text) in files {
            dir.put(&format!("workspace/{path}"), text);
        }
        let binary = Path::new(env!("CARGO_BIN_EXE_rollstamp")).parent().unwrap();
        let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap());
        let action = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        Job { dir, action, event: Value::Null, env: vec![("PATH".to_owned(), path)] }
    }

    /// The same with another variable; the last of a name counts.
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Job {
        self.env.push((name.to_owned(), value.into()));
        self
    }

    /// The same without the binary under test on PATH.
    pub fn without_binary(self) -> Job {
        let path = std::env::var("PATH").unwrap();
        self.with("PATH", path)
    }

    /// Runs the steps until one fails.
    pub fn run(&self, inputs: &[(&str, &str)]) -> Done {
        let action: Value = serde_yaml::from_str(&fs::read_to_string(self.action.join("action.yml")).unwrap()).unwrap();
        assert_eq!(action["runs"]["using"], "composite");
        let mut context = Context { inputs: BTreeMap::new(), steps: BTreeMap::new(), event: &self.event };
        context.inputs = self.inputs(&action, inputs, &context);
        let mut done = Done { status: 0, log: String::new(), summary: String::new(), outputs: BTreeMap::new() };
        for step in action["runs"]["steps"].as_array().unwrap() {
            done.status = self.step(step, &mut context, &mut done);
            if done.status != 0 {
                break;
            }
        }
        // The outputs of an action are there also where a step of it has failed.
        for (name, output) in action["outputs"].as_object().unwrap() {
            let value = context.evaluate(output["value"].as_str().unwrap());
            if !value.is_empty() {
                done.outputs.insert(name.clone(), value);
            }
        }
        done
    }

    fn inputs(&self, action: &Value, given: &[(&str, &str)], context: &Context<'_>) -> BTreeMap<String, String> {
        let declared = action["inputs"].as_object().unwrap();
        let unknown = given.iter().find(|(name, _)| !declared.contains_key(*name));
        assert_eq!(unknown, None, "the action has no such input");
        let value = |name: &str, input: &Value| match given.iter().find(|(given, _)| *given == name) {
            Some((_, value)) => (*value).to_owned(),
            None => context.evaluate(input["default"].as_str().unwrap_or_default()),
        };
        declared.iter().map(|(name, input)| (name.clone(), value(name, input))).collect()
    }

    fn step(&self, step: &Value, context: &mut Context<'_>, done: &mut Done) -> i32 {
        let known = ["name", "id", "shell", "env", "run"];
        assert!(step.as_object().unwrap().keys().all(|key| known.contains(&key.as_str())), "{step}");
        assert_eq!(step["shell"], "bash");
        let id = step["id"].as_str().unwrap();
        let script = self.dir.path(&format!("files/{id}.sh"));
        let run = step["run"].as_str().unwrap();
        assert!(!run.contains("${{"), "nothing is spliced into a script: {run}");
        fs::write(&script, run).unwrap();

        let file = |kind: &str| self.dir.path(&format!("files/{id}.{kind}"));
        for kind in ["output", "summary"] {
            fs::write(file(kind), "").unwrap();
        }
        let mut bash = Command::new("bash");
        bash.args(["--noprofile", "--norc", "-e", "-o", "pipefail"]).arg(&script);
        bash.current_dir(self.dir.path("workspace"));
        bash.env_remove("ROLLSTAMP_SECRET_KEY_FILE").env_remove("CI_PROJECT_DIR");
        bash.env("GITHUB_ACTION_PATH", &self.action).env("GITHUB_ACTIONS", "true");
        bash.env("GITHUB_WORKSPACE", self.dir.path("workspace")).env("RUNNER_TEMP", self.dir.path("temp"));
        bash.env("GITHUB_OUTPUT", file("output")).env("GITHUB_STEP_SUMMARY", file("summary"));
        bash.envs(self.env.iter().map(|(name, value)| (name, value)));
        for (name, value) in step["env"].as_object().unwrap() {
            bash.env(name, context.evaluate(value.as_str().unwrap()));
        }
        let output = bash.output().unwrap();
        done.log.push_str(&String::from_utf8_lossy(&output.stdout));
        done.log.push_str(&String::from_utf8_lossy(&output.stderr));
        done.summary.push_str(&fs::read_to_string(file("summary")).unwrap());
        let outputs = workflow_commands::outputs(&fs::read_to_string(file("output")).unwrap());
        context.steps.insert(id.to_owned(), outputs);
        output.status.code().unwrap()
    }
}

impl Context<'_> {
    /// A text in which the expression, if it is one, is replaced by its value.
    fn evaluate(&self, text: &str) -> String {
        let Some(expression) = text.strip_prefix("${{") else {
            assert!(!text.contains("${{"), "an expression in the middle of a text: {text}");
            return text.to_owned();
        };
        let expression = expression.strip_suffix("}}").unwrap();
        let values = expression.split("||").map(|operand| self.value(operand.trim()));
        values.into_iter().find(|value| !value.is_empty()).unwrap_or_default()
    }

    fn value(&self, path: &str) -> String {
        let names: Vec<&str> = path.split('.').collect();
        match names[..] {
            ["inputs", name] => self.inputs[name].clone(),
            ["steps", id, "outputs", name] => {
                self.steps.get(id).and_then(|outputs| outputs.get(name)).cloned().unwrap_or_default()
            }
            ["github", "event", ref rest @ ..] => {
                let value = rest.iter().fold(self.event, |value, name| &value[name]);
                value.as_str().unwrap_or_default().to_owned()
            }
            _ => panic!("an expression that this runner does not know: {path}"),
        }
    }
}
