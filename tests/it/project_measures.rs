//! Measures of our own source by its syntax tree: lengths of files and functions, words in names, openings of doc
//! comments. `scripts/measure-code` prints them; the limits that CONTRIBUTING.md names are held here.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

/// Names that a trait of the standard library or its custom prescribes.
const STANDARD_NAMES: &[&str] = &["new", "main", "default", "from", "len", "is_empty", "iter", "fmt", "next"];

/// First words with which a doc comment is a clause without a noun.
const CLAUSE_OPENINGS: &[&str] =
    &["What", "Whether", "Where", "When", "Which", "How", "Who", "Whoever", "Whose", "Why", "It", "As", "The same"];

#[test]
fn measures_are_printed_and_limits_hold() {
    let code = Code::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    println!("{}", code.table());
    let long_files: Vec<_> = code.files.iter().filter(|(_, lines)| *lines > 400).collect();
    assert!(long_files.is_empty(), "files over 400 lines: {long_files:?}");
    let long_functions: Vec<_> = code.functions.iter().filter(|function| function.lines > 60).collect();
    assert!(long_functions.is_empty(), "functions over 60 lines: {long_functions:?}");
    let shared = code.shared_type_names();
    assert!(shared.is_empty(), "type names that stand for several types: {shared:#?}");
    assert!(code.clause_openings.is_empty(), "doc comments that open with a clause: {:#?}", code.clause_openings);
    let closures = code.closures_per_thousand_lines();
    assert!(closures <= 40.0, "{closures:.1} closures in 1,000 lines; use loops, `let … else` and named functions");
    assert_eq!(code.bool_matches, 0, "a match on a bool reads better as an if");
    assert_eq!(code.for_each_calls, 0, "a call of for_each reads better as a for loop");
}

#[test]
fn closures_bool_matches_and_clauses_are_counted() {
    let mut code = Code::default();
    code.add(
        Path::new("a.rs"),
        "/// Whether it is so.\nfn one(b: bool) -> u8 {\n    match b {\n        true => 1,\n        false => [1].iter().map(|x| *x).sum(),\n    }\n}\n\
         /// A noun.\nstruct TwoWords;\n#[cfg(test)]\nmod tests { fn not_counted() { let _ = || 1; } }\n",
    );
    assert_eq!((code.closures, code.bool_matches, code.clause_openings.len(), code.docs), (1, 1, 1, 2));
    assert_eq!(
        code.functions.iter().map(|function| (function.name.as_str(), function.lines)).collect::<Vec<_>>(),
        [("one", 6)]
    );
    assert_eq!(code.types.keys().collect::<Vec<_>>(), ["TwoWords"]);
}

/// Facts about all files below a directory.
#[derive(Default)]
struct Code {
    /// Path and number of lines that are neither blank nor comment, nor in a test module.
    files: Vec<(String, usize)>,
    functions: Vec<Function>,
    /// Name and the places of its definitions.
    types: BTreeMap<String, Vec<String>>,
    closures: usize,
    for_each_calls: usize,
    bool_matches: usize,
    ordinary_comments: usize,
    docs: usize,
    /// Places of doc comments that open with a clause.
    clause_openings: Vec<String>,
    last_doc_line: Option<usize>,
    /// Path of the file that is being read.
    current: String,
}

#[derive(Debug)]
struct Function {
    name: String,
    lines: usize,
    #[allow(dead_code, reason = "printed where a limit is exceeded")]
    path: String,
    parameters: usize,
    /// Set for methods that a trait prescribes.
    prescribed: bool,
}

impl Code {
    fn read(root: &Path) -> Code {
        let mut code = Code::default();
        let mut open: Vec<PathBuf> = vec![root.to_path_buf()];
        while let Some(directory) = open.pop() {
            for entry in fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    code.add(path.strip_prefix(root).unwrap(), &fs::read_to_string(&path).unwrap());
                }
            }
        }
        assert!(code.files.len() > 100, "the source was not found");
        code
    }

    fn add(&mut self, path: &Path, text: &str) {
        let mut file = syn::parse_file(text).unwrap();
        let mut test_lines = 0;
        file.items.retain(|item| match item {
            syn::Item::Mod(module) if is_test(&module.attrs) => {
                test_lines += lines_of(module.span());
                false
            }
            _ => true,
        });
        let is_code = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with("//");
        let code_lines = text.lines().take(text.lines().count() - test_lines).filter(is_code).count();
        self.ordinary_comments += text
            .lines()
            .map(str::trim_start)
            .filter(|line| line.starts_with("//") && !line.starts_with("///") && !line.starts_with("//!"))
            .count();
        self.current = path.to_string_lossy().into_owned();
        self.files.push((self.current.clone(), code_lines));
        self.last_doc_line = None;
        self.visit_file(&file);
    }

    fn record_function(&mut self, signature: &syn::Signature, span: Span, prescribed: bool) {
        self.functions.push(Function {
            name: signature.ident.to_string(),
            lines: lines_of(span),
            path: self.current.clone(),
            parameters: signature.inputs.len(),
            prescribed,
        });
    }

    fn record_type(&mut self, name: &syn::Ident) {
        self.types.entry(name.to_string()).or_default().push(self.current.clone());
    }

    fn shared_type_names(&self) -> Vec<(&String, &Vec<String>)> {
        self.types.iter().filter(|(_, places)| places.len() > 1).collect()
    }

    fn closures_per_thousand_lines(&self) -> f64 {
        let lines: usize = self.files.iter().map(|(_, lines)| lines).sum();
        self.closures as f64 * 1000.0 / lines as f64
    }

    fn table(&self) -> String {
        let lines: usize = self.files.iter().map(|(_, lines)| lines).sum();
        let share = |part: usize, whole: usize| format!("{:.0} %", part as f64 * 100.0 / whole as f64);
        let file_lines = sorted(self.files.iter().map(|(_, lines)| *lines));
        let function_lines = sorted(self.functions.iter().map(|function| function.lines));
        let own: Vec<&str> = self
            .functions
            .iter()
            .filter(|function| !function.prescribed && !STANDARD_NAMES.contains(&function.name.as_str()))
            .map(|function| function.name.as_str())
            .collect();
        let letters: usize = own.iter().map(|name| name.len()).sum();
        let one_word = own.iter().filter(|name| !name.contains('_')).count();
        let one_word_types =
            self.types.keys().filter(|name| name.chars().filter(char::is_ascii_uppercase).count() == 1).count();
        let many_parameters = self.functions.iter().filter(|function| function.parameters >= 5).count();
        let rows = [
            ("code lines, tests left out", lines.to_string()),
            ("file: median / p90 / max", [50, 90, 100].map(|p| percentile(&file_lines, p).to_string()).join(" / ")),
            (
                "function: median / p90 / p99 / max",
                [50, 90, 99, 100].map(|p| percentile(&function_lines, p).to_string()).join(" / "),
            ),
            ("mean length of function names", format!("{:.1}", letters as f64 / own.len() as f64)),
            ("one-word function names", share(one_word, own.len())),
            ("one-word type names", share(one_word_types, self.types.len())),
            ("type names that stand for several types", self.shared_type_names().len().to_string()),
            ("closures per 1,000 lines", format!("{:.1}", self.closures_per_thousand_lines())),
            ("calls of for_each", self.for_each_calls.to_string()),
            ("match on a bool", self.bool_matches.to_string()),
            ("functions with 5 parameters or more, per 1,000", {
                format!("{:.0}", many_parameters as f64 * 1000.0 / self.functions.len() as f64)
            }),
            ("doc comments that open with a clause", format!("{} of {}", self.clause_openings.len(), self.docs)),
            ("ordinary comments, share of code lines", share(self.ordinary_comments, lines)),
        ];
        rows.map(|(what, value)| format!("{what:<50} {value}")).join("\n")
    }
}

impl<'ast> Visit<'ast> for Code {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if !is_test(&module.attrs) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        if !is_test(&function.attrs) {
            self.record_function(&function.sig, function.block.span().join(function.sig.span()).unwrap(), false);
            visit::visit_item_fn(self, function);
        }
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        for member in &item.items {
            if let syn::ImplItem::Fn(function) = member {
                let span = function.block.span().join(function.sig.span()).unwrap();
                self.record_function(&function.sig, span, item.trait_.is_some());
            }
        }
        visit::visit_item_impl(self, item);
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.record_type(&item.ident);
        visit::visit_item_struct(self, item);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.record_type(&item.ident);
        visit::visit_item_enum(self, item);
    }

    fn visit_item_type(&mut self, item: &'ast syn::ItemType) {
        self.record_type(&item.ident);
        visit::visit_item_type(self, item);
    }

    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        self.closures += 1;
        visit::visit_expr_closure(self, closure);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        // What is done on all threads is no loop.
        let is_parallel =
            matches!(&*call.receiver, syn::Expr::MethodCall(inner) if inner.method.to_string().starts_with("par_"));
        self.for_each_calls += usize::from(call.method == "for_each" && !is_parallel);
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_match(&mut self, expression: &'ast syn::ExprMatch) {
        let on_bool = expression
            .arms
            .iter()
            .any(|arm| matches!(&arm.pat, syn::Pat::Lit(literal) if matches!(literal.lit, syn::Lit::Bool(_))));
        self.bool_matches += usize::from(on_bool);
        visit::visit_expr_match(self, expression);
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        let syn::Meta::NameValue(pair) = &attribute.meta else { return };
        let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = &pair.value else { return };
        if !pair.path.is_ident("doc") {
            return;
        }
        let line = attribute.span().start().line;
        let goes_on = self.last_doc_line.is_some_and(|last| last + 1 == line);
        self.last_doc_line = Some(line);
        if goes_on {
            return;
        }
        self.docs += 1;
        let text = text.value();
        let opens_with = |word: &&str| {
            let rest = text.trim_start().strip_prefix(*word);
            rest.is_some_and(|rest| rest.starts_with(|c: char| !c.is_alphanumeric()))
        };
        if CLAUSE_OPENINGS.iter().any(opens_with) {
            self.clause_openings.push(format!("{}:{line}", self.current));
        }
    }
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("test")
            || matches!(&attribute.meta, syn::Meta::List(list) if list.path.is_ident("cfg") && list.tokens.to_string() == "test")
    })
}

fn lines_of(span: Span) -> usize {
    span.end().line - span.start().line + 1
}

fn sorted(values: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut values: Vec<usize> = values.collect();
    values.sort_unstable();
    values
}

fn percentile(sorted: &[usize], percent: usize) -> usize {
    sorted[(sorted.len() - 1) * percent / 100]
}
