//! What the runner of GitHub Actions takes from a step: commands in its log, and the file of its outputs.
//!
//! Written from the runner's own rules: `ActionCommand.cs`, `ActionCommandManager.cs` and `FileCommandManager.cs` of
//! actions/runner.

use std::collections::BTreeMap;

/// The commands that a runner knows.
const KNOWN: [&str; 14] = [
    "add-mask",
    "add-matcher",
    "add-path",
    "debug",
    "echo",
    "endgroup",
    "error",
    "group",
    "notice",
    "remove-matcher",
    "save-state",
    "set-env",
    "set-output",
    "warning",
];

/// A command that the runner would follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    pub name: String,
    pub properties: BTreeMap<String, String>,
    pub message: String,
}

impl Command {
    pub fn get(&self, property: &str) -> &str {
        self.properties.get(property).map_or("", String::as_str)
    }

    /// `error app.yaml:7 rollstamp: stale stamp`.
    pub fn place(&self) -> String {
        format!("{} {}:{} {}", self.name, self.get("file"), self.get("line"), self.get("title"))
    }
}

/// Every command in a log, in its order. What stands between `stop-commands` and its token is none.
pub fn commands(log: &str) -> Vec<Command> {
    let mut found = Vec::new();
    let mut token: Option<String> = None;
    for line in log.lines() {
        if let Some(word) = &token {
            if line.trim() == format!("::{word}::") {
                token = None;
            }
            continue;
        }
        let Some(command) = modern(line).or_else(|| legacy(line)) else { continue };
        match command.name.as_str() {
            "stop-commands" => token = Some(command.message),
            _ => found.push(command),
        }
    }
    assert_eq!(token, None, "commands were stopped and not allowed again");
    found
}

/// The annotations in a log.
pub fn annotations(log: &str) -> Vec<Command> {
    let is_annotation = |command: &Command| matches!(command.name.as_str(), "error" | "warning" | "notice");
    commands(log).into_iter().filter(is_annotation).collect()
}

fn is_known(name: &str) -> bool {
    name == "stop-commands" || KNOWN.contains(&name)
}

/// `::name key=value,...::message` at the start of a line.
fn modern(line: &str) -> Option<Command> {
    let (head, message) = line.trim_start().strip_prefix("::")?.split_once("::")?;
    let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
    let unescape = |text: &str| unescape(&text.replace("%3A", ":").replace("%2C", ","));
    let one = |pair: &str| pair.split_once('=').map(|(key, value)| (key.trim().to_owned(), unescape(value)));
    let properties = properties.split(',').filter_map(one).collect();
    is_known(name).then(|| Command { name: name.to_owned(), properties, message: self::unescape(message) })
}

fn unescape(text: &str) -> String {
    text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
}

/// `##[name key=value;...]message` anywhere in a line.
fn legacy(line: &str) -> Option<Command> {
    let (head, message) = line.split_once("##[")?.1.split_once(']')?;
    let name = head.split(' ').next()?;
    is_known(name).then(|| Command { name: name.to_owned(), properties: BTreeMap::new(), message: message.to_owned() })
}

/// What a step gives to later steps, read as the runner reads its file.
pub fn outputs(file: &str) -> BTreeMap<String, String> {
    let mut lines = file.lines();
    let mut found = BTreeMap::new();
    while let Some(line) = lines.next() {
        if line.is_empty() {
            continue;
        }
        let equals = line.find('=');
        let word = line.find("<<").filter(|at| equals.is_none_or(|equals| *at < equals));
        let (name, value) = match (word, equals) {
            (Some(at), _) => {
                let word = &line[at + 2..];
                let mut value: Vec<&str> = Vec::new();
                loop {
                    match lines.next() {
                        Some(line) if line == word => break,
                        Some(line) => value.push(line),
                        None => panic!("the value of {line} does not end"),
                    }
                }
                (&line[..at], value.join("\n"))
            }
            (None, Some(at)) => (&line[..at], line[at + 1..].to_owned()),
            (None, None) => panic!("no assignment: {line}"),
        };
        found.insert(name.to_owned(), value);
    }
    found
}

#[test]
fn a_log_is_read_as_the_runner_reads_it() {
    let log = "plain\n  ::error file=a%3Ab.yaml,line=3::100%25%0Aof\nx ##[add-mask]y\n::unknown::z\n::stop-commands::t\n\
               ::error::no\n##[error]no\n::t::\n::notice::yes";
    let told: Vec<(String, String)> =
        commands(log).into_iter().map(|command| (command.place(), command.message)).collect();
    let expected = [("error a:b.yaml:3 ", "100%\nof"), ("add-mask : ", "y"), ("notice : ", "yes")];
    assert_eq!(told, expected.map(|(place, message)| (place.to_owned(), message.to_owned())));
}

#[test]
fn outputs_are_read_as_the_runner_reads_them() {
    let read = outputs("a=1<<x\nb<<E\nc=2\nE\n");
    assert_eq!(read, BTreeMap::from([("a", "1<<x"), ("b", "c=2")].map(|(k, v)| (k.to_owned(), v.to_owned()))));
}
