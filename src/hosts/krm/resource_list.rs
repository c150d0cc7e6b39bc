//! A ResourceList as text: its functionConfig, and the place of its results.

use crate::bundle::BundleDocument;
use crate::diagnostic::{Diagnostic, RunMessage};
use crate::edit::Edit;
use crate::kinds::annotation;
use crate::source::Source;
use crate::yaml::{self, DocumentContent, Limits, Node, NodeKind, OpenTree, Value};
use serde_json::Value as Json;

use super::FunctionResult;

/// Annotations by which programs that read files find the place of an object again.
const FROM_FILES: [&str; 2] = ["config.kubernetes.io/index", "config.kubernetes.io/path"];

/// The annotation that makes an object a function for kustomize.
const FUNCTION: &str = "config.kubernetes.io/function";

/// The nodes of a ResourceList.
pub struct ResourceList<'s> {
    tree: OpenTree<'s>,
    text: &'s str,
}

/// The edit that puts results into the text of a list.
pub struct ListEdit {
    /// The edit of the padded text.
    pub edit: Edit,
    /// Set if a line break that was added to the end of the text becomes part of it.
    pub keeps_padding: bool,
}

impl<'s> ResourceList<'s> {
    /// The list in a document that was read before.
    pub fn of_document(source: &'s Source, document: &'s BundleDocument) -> ResourceList<'s> {
        ResourceList { tree: document.tree.open(source), text: source.padded() }
    }

    /// Reads the list in a text.
    ///
    /// # Errors
    /// A text that is not a ResourceList, or that cannot be read.
    pub fn read(source: &'s Source, limits: &Limits) -> Result<ResourceList<'s>, Box<Diagnostic>> {
        let text = source.padded();
        let mut documents = yaml::read_documents(text, limits);
        documents.retain(|document| !document.is_empty());
        let Some(document) = documents.pop() else { return Err(not_a_list("empty")) };
        if !documents.is_empty() {
            return Err(not_a_list("several documents"));
        }
        match document.content {
            DocumentContent::Empty => Err(not_a_list("empty")),
            DocumentContent::Invalid(error) => {
                // The list can hold Secrets, and what is named can be a value.
                let message = RunMessage(error.problem.without_names().to_string());
                Err(Box::new(Diagnostic::at_position(source.name(), source.position(error.offset), message)))
            }
            DocumentContent::Tree(tree) => {
                let list = ResourceList { tree: OpenTree::new(tree, text), text };
                match list.root().get("kind").and_then(Node::as_str).as_deref() {
                    Some("ResourceList") => Ok(list),
                    Some(kind) => Err(not_a_list(&format!("an object of kind {kind}"))),
                    None => Err(not_a_list("not a Kubernetes object")),
                }
            }
        }
    }

    fn root(&self) -> Node<'_> {
        self.tree.root()
    }

    /// The functionConfig as a value.
    pub fn function_config(&self) -> Option<Value> {
        Value::from_node(self.root().get("functionConfig")?, &Limits::default()).ok()
    }

    /// Returns `true` in the middle of a build of kustomize. Kustomize runs objects that are annotated to be functions,
    /// and does not mark its functionConfig as part of a file, as kpt and `kustomize fn run` do. Items tell nothing:
    /// after a first function kustomize gives them file names too.
    pub fn is_from_kustomize(&self) -> bool {
        let Some(config) = self.root().get("functionConfig") else { return false };
        let [index, path] = FROM_FILES.map(|key| annotation(config, key));
        annotation(config, FUNCTION).is_some() && index.is_none() && path.is_none()
    }

    /// Writes results into the text of the list, in the place of those of an earlier function.
    pub fn with_results(&self, source: &Source, results: impl IntoIterator<Item = FunctionResult>) -> String {
        let mut results = results.into_iter().peekable();
        if results.peek().is_none() {
            return source.text().to_owned();
        }
        let ListEdit { edit, keeps_padding } = self.results_edit(source, results);
        let mut text = self.text.to_owned();
        text.replace_range(edit.range(), edit.text());
        if !keeps_padding {
            text.truncate(text.len() - source.padding());
        }
        text
    }

    /// The edit that writes results into the text of the list, in the place of those of an earlier function.
    pub fn results_edit(&self, source: &Source, results: impl IntoIterator<Item = FunctionResult>) -> ListEdit {
        let text = source.text();
        let root = self.root();
        if let Some(old) = root.get("results") {
            let span = old.full_span();
            let line_break = if old.raw().ends_with('\n') { "\n" } else { "" };
            let replacement = format!(" {}{line_break}", write_flow_list(results));
            let edit = Edit::replacement(span.start..span.end.min(text.len()), replacement);
            return ListEdit { edit, keeps_padding: false };
        }
        if root.kind() == (NodeKind::Mapping { flow: true }) {
            let inside = text[..root.span().end - 1].trim_end();
            let whitespace = &text[inside.len()..root.span().end - 1];
            let comma = if inside.ends_with(',') { "" } else { "," };
            let gap = if whitespace.contains('\n') { "\n  " } else { " " };
            let entry = format!("{comma}{gap}\"results\": {}", write_flow_list(results));
            return ListEdit { edit: Edit::insertion(inside.len(), entry), keeps_padding: false };
        }
        let before = &self.text[..root.span().end];
        let rest = &self.text[before.len()..];
        let at = match rest.find('\n') {
            _ if before.ends_with('\n') => before.len(),
            Some(line_break) => before.len() + line_break + 1,
            None => self.text.len(),
        };
        let indent = before[..root.span().start].rsplit('\n').next().unwrap_or_default();
        let mut lines = format!("{indent}results:\n");
        for result in results {
            write_item(&mut lines, indent, &result.0);
        }
        ListEdit { edit: Edit::insertion(at, lines), keeps_padding: true }
    }
}

fn not_a_list(what: &str) -> Box<Diagnostic> {
    let text =
        format!("standard input must be a ResourceList, but it is {what}; for manifests use `rollstamp stamp -`");
    Box::new(RunMessage(text).into())
}

/// Writes results in one line.
fn write_flow_list(results: impl IntoIterator<Item = FunctionResult>) -> String {
    let mut list = Vec::new();
    for FunctionResult(result) in results {
        list.push(result.to_string());
    }
    format!("[{}]", list.join(","))
}

/// Writes an item of a block sequence, whose mappings hold strings, numbers and further mappings.
fn write_item(out: &mut String, indent: &str, item: &Json) {
    let mut lines = String::new();
    write_mapping(&mut lines, &format!("{indent}  "), item);
    out.push_str(indent);
    out.push_str("- ");
    out.push_str(&lines[indent.len() + 2..]);
}

fn write_mapping(out: &mut String, indent: &str, mapping: &Json) {
    for (key, value) in mapping.as_object().into_iter().flatten() {
        out.push_str(&format!("{indent}{key}:"));
        match value {
            Json::Object(_) => {
                out.push('\n');
                write_mapping(out, &format!("{indent}  "), value);
            }
            Json::String(text) => out.push_str(&format!(" {}\n", yaml::quote_string(text))),
            other => out.push_str(&format!(" {other}\n")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn with_results(text: &str) -> String {
        let source = Source::new("-", text);
        let results =
            [FunctionResult(json!({"message": "a: b", "severity": "info", "file": {"path": "x.yaml", "index": 1}}))];
        ResourceList::read(&source, &Limits::default()).unwrap().with_results(&source, results)
    }

    const BLOCK: &str =
        "results:\n- message: \"a: b\"\n  severity: \"info\"\n  file:\n    path: \"x.yaml\"\n    index: 1\n";
    const FLOW: &str = r#""results": [{"message":"a: b","severity":"info","file":{"path":"x.yaml","index":1}}]"#;

    #[test]
    fn results_follow_the_items_in_their_style() {
        let list = "kind: ResourceList\nitems:\n- a: |\n    x\n";
        assert_eq!(with_results(list), format!("{list}{BLOCK}"));
        assert_eq!(with_results(&format!("# head\n{list}# foot\n")), format!("# head\n{list}{BLOCK}# foot\n"));
        let tail = "kind: ResourceList # here\nitems: []  # none";
        assert_eq!(with_results(tail), format!("{tail}\n{BLOCK}"));
        assert_eq!(with_results(r#"{"kind":"ResourceList"}"#), format!(r#"{{"kind":"ResourceList", {FLOW}}}"#));
        let pretty = "{\n  \"kind\": \"ResourceList\",\n  \"items\": []\n}\n";
        assert_eq!(with_results(pretty), pretty.replace("[]\n", &format!("[],\n  {FLOW}\n")));
    }

    #[test]
    fn earlier_results_give_way() {
        for list in [
            "kind: ResourceList\nresults:\n- message: old\n  severity: info\nitems: []\n",
            "kind: ResourceList\nresults: [{message: old}]\nitems: []\n",
            "kind: ResourceList\nresults:\n- message: |\n    old\nitems: []\n",
        ] {
            let text = with_results(list);
            let source = Source::new("-", text.as_str());
            let list = ResourceList::read(&source, &Limits::default()).unwrap();
            let value = Value::from_node(list.root(), &Limits::default()).unwrap().to_json();
            assert_eq!(value["results"][0]["message"], "a: b", "{text}");
            assert_eq!((value["results"].as_array().unwrap().len(), &value["items"]), (1, &json!([])), "{text}");
        }
    }
}
