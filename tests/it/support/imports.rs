//! The imports between the files of a crate, read from their syntax.
//!
//! A file uses another one if a path in it resolves to an item that the other one defines, followed through re-exports
//! and aliases. A `mod` declaration alone is not a use, nor is a `pub use`: a facade only passes names on. Calls of
//! methods are not followed, since only types tell where a method is defined. Unit tests are left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

/// The segments of a path from the root of the crate.
type ModulePath = Vec<String>;

/// A file uses an item of another file: user, used file, and the items.
pub type Edges = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

/// The files of a crate as modules.
#[derive(Default)]
pub struct Crate {
    modules: BTreeMap<ModulePath, Module>,
}

/// One file.
#[derive(Default)]
struct Module {
    file: String,
    /// The names of the items that it defines.
    items: BTreeSet<String>,
    /// The names that `use` declarations bring into scope, with what they stand for.
    aliases: BTreeMap<String, ModulePath>,
    /// The modules of which every name is brought into scope.
    globs: Vec<ModulePath>,
    /// The paths in its code, from the root of the crate.
    used: BTreeSet<ModulePath>,
}

/// The target of a path.
enum Target<'c> {
    Module,
    Item(&'c Module),
}

impl Crate {
    /// Reads the crate whose root is `root_file` in a directory; folders named in `skipped` belong to others.
    pub fn read(directory: &Path, root_file: &str, skipped: &[&str]) -> Crate {
        let mut files = Vec::new();
        let mut open = vec![directory.to_path_buf()];
        while let Some(current) = open.pop() {
            for entry in fs::read_dir(current).unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(directory).unwrap().to_string_lossy().replace('\\', "/");
                if path.is_dir() && !skipped.contains(&name.as_str()) {
                    open.push(path);
                } else if name.ends_with(".rs") {
                    files.push((name, fs::read_to_string(&path).unwrap()));
                }
            }
        }
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        Crate::new(root_file, &files)
    }

    /// The crate that consists of these files: name and text.
    pub fn new(root_file: &str, files: &[(&str, &str)]) -> Crate {
        let mut result = Crate::default();
        for (name, text) in files {
            let path: ModulePath = if *name == root_file {
                Vec::new()
            } else {
                name.trim_end_matches(".rs").split('/').map(str::to_owned).collect()
            };
            let mut module = Module { file: name.to_string(), ..Module::default() };
            module.visit_file(&syn::parse_file(text).unwrap());
            result.modules.insert(path, module);
        }
        result
    }

    /// The names of all files.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.modules.values().map(|module| module.file.as_str())
    }

    /// Every use of a file by another one.
    pub fn edges(&self) -> Edges {
        let mut edges = Edges::new();
        for (path, module) in &self.modules {
            for used in &module.used {
                let Some(Target::Item(target)) = self.resolve_in(path, used) else { continue };
                if target.file != module.file {
                    let targets = edges.entry(module.file.clone()).or_default();
                    targets.entry(target.file.clone()).or_default().insert(used.join("::"));
                }
            }
        }
        edges
    }

    /// The target of a path that is written in a module.
    fn resolve_in(&self, from: &[String], path: &[String]) -> Option<Target<'_>> {
        self.resolve_alias(from, path, 0)
    }

    /// The target of a path from the root of the crate.
    fn resolve(&self, path: &[String], depth: usize) -> Option<Target<'_>> {
        if depth > 16 {
            return None;
        }
        let mut at: ModulePath = Vec::new();
        for (number, segment) in path.iter().enumerate() {
            let module = self.modules.get(&at)?;
            let child: ModulePath = at.iter().chain([segment]).cloned().collect();
            let is_last = number + 1 == path.len();
            if self.modules.contains_key(&child) && !(is_last && module.defines(segment)) {
                at = child;
                continue;
            }
            if module.items.contains(segment) {
                return Some(Target::Item(module));
            }
            let rest = &path[number + 1..];
            if let Some(alias) = module.aliases.get(segment) {
                let aliased: ModulePath = alias.iter().chain(rest).cloned().collect();
                return self.resolve_alias(&at, &aliased, depth + 1);
            }
            return module.globs.iter().find_map(|glob| {
                let globbed: ModulePath = glob.iter().chain(&path[number..]).cloned().collect();
                self.resolve_alias(&at, &globbed, depth + 1)
            });
        }
        Some(Target::Module)
    }

    /// The target of a path that is written in a module, found after some number of aliases.
    fn resolve_alias(&self, from: &[String], path: &[String], depth: usize) -> Option<Target<'_>> {
        let mut absolute = from.to_vec();
        let mut rest = path;
        match path[0].as_str() {
            "crate" => (absolute, rest) = (Vec::new(), &path[1..]),
            "self" => rest = &path[1..],
            "super" => {
                while rest.first().is_some_and(|segment| segment == "super") {
                    absolute.pop();
                    rest = &rest[1..];
                }
            }
            _ => {}
        }
        absolute.extend(rest.iter().cloned());
        // A name of another crate would lead to itself.
        let unchanged = depth > 0 && absolute.len() == from.len() + path.len() && path.len() == 1;
        if unchanged {
            return None;
        }
        self.resolve(&absolute, depth)
    }
}

impl Module {
    fn defines(&self, name: &str) -> bool {
        self.items.contains(name) || self.aliases.contains_key(name)
    }
}

/// Reads one file.
impl Module {
    fn add_use(&mut self, tree: &syn::UseTree, prefix: &mut ModulePath, is_public: bool) {
        match tree {
            syn::UseTree::Path(path) => {
                prefix.push(path.ident.to_string());
                self.add_use(&path.tree, prefix, is_public);
                prefix.pop();
            }
            syn::UseTree::Name(name) if name.ident == "self" => {
                let last = prefix.last().cloned().unwrap_or_default();
                self.add_alias(last, prefix.clone(), is_public);
            }
            syn::UseTree::Name(name) => {
                let name = name.ident.to_string();
                let path = prefix.iter().cloned().chain([name.clone()]).collect();
                self.add_alias(name, path, is_public);
            }
            syn::UseTree::Rename(rename) => {
                let path = prefix.iter().cloned().chain([rename.ident.to_string()]).collect();
                self.add_alias(rename.rename.to_string(), path, is_public);
            }
            syn::UseTree::Glob(_) => self.globs.push(prefix.clone()),
            syn::UseTree::Group(group) => {
                for tree in &group.items {
                    self.add_use(tree, prefix, is_public);
                }
            }
        }
    }

    fn add_alias(&mut self, name: String, path: ModulePath, is_public: bool) {
        if !is_public {
            self.used.insert(path.clone());
        }
        self.aliases.insert(name, path);
    }

    fn add_path(&mut self, path: &syn::Path, is_called: bool) {
        let segments: ModulePath = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        // A single word in lower case is a local variable, unless it is called.
        let is_type = segments[0].starts_with(char::is_uppercase);
        if segments.len() > 1 || is_type || is_called {
            self.used.insert(segments);
        }
    }

    /// The paths in the unparsed tokens of a macro call.
    fn add_tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Group(group) => self.add_tokens(group.stream()),
                TokenTree::Ident(ident) => {
                    let mut segments = vec![ident.to_string()];
                    while let [TokenTree::Punct(first), TokenTree::Punct(second), TokenTree::Ident(next)] =
                        tokens.get(at + 1..at + 4).unwrap_or_default()
                        && first.as_char() == ':'
                        && second.as_char() == ':'
                    {
                        segments.push(next.to_string());
                        at += 3;
                    }
                    if segments.len() > 1 || segments[0].starts_with(char::is_uppercase) {
                        self.used.insert(segments);
                    }
                }
                _ => {}
            }
            at += 1;
        }
    }
}

impl<'ast> Visit<'ast> for Module {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        let (name, attributes) = match item {
            syn::Item::Const(item) => (Some(&item.ident), &item.attrs),
            syn::Item::Enum(item) => (Some(&item.ident), &item.attrs),
            syn::Item::Fn(item) => (Some(&item.sig.ident), &item.attrs),
            syn::Item::Macro(item) => (item.ident.as_ref(), &item.attrs),
            syn::Item::Mod(item) => (None, &item.attrs),
            syn::Item::Static(item) => (Some(&item.ident), &item.attrs),
            syn::Item::Struct(item) => (Some(&item.ident), &item.attrs),
            syn::Item::Trait(item) => (Some(&item.ident), &item.attrs),
            syn::Item::Type(item) => (Some(&item.ident), &item.attrs),
            syn::Item::Use(item) => (None, &item.attrs),
            _ => return visit::visit_item(self, item),
        };
        let is_test = |attribute: &syn::Attribute| {
            attribute.path().is_ident("test")
                || (attribute.path().is_ident("cfg")
                    && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test")))
        };
        if attributes.iter().any(is_test) {
            return;
        }
        self.items.extend(name.map(|name| name.to_string()));
        visit::visit_item(self, item);
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let is_public = !matches!(item.vis, syn::Visibility::Inherited);
        self.add_use(&item.tree, &mut Vec::new(), is_public);
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let syn::Expr::Path(function) = &*call.func {
            self.add_path(&function.path, true);
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.add_path(path, false);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.add_path(&call.path, true);
        self.add_tokens(call.tokens.clone());
    }
}

/// The groups of modules in one folder that use each other in a circle, through any files below them: the folder, and
/// the names of the modules.
///
/// A file and the modules inside it may use each other, as a table and its rows do.
pub fn circles(edges: &Edges) -> Vec<(String, BTreeSet<String>)> {
    let mut folders: BTreeSet<String> = BTreeSet::from([String::new()]);
    for file in edges.keys() {
        folders.extend(file.match_indices('/').map(|(end, _)| file[..=end].to_string()));
    }
    let mut found = Vec::new();
    for folder in folders {
        let mut uses: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (user, targets) in edges {
            for target in targets.keys() {
                if let (Some(from), Some(to)) = (module_below(&folder, user), module_below(&folder, target))
                    && from != to
                {
                    uses.entry(from).or_default().insert(to);
                }
            }
        }
        found.extend(mutual(&uses).into_iter().map(|circle| (folder.clone(), circle)));
    }
    found
}

/// The module directly below a folder that a file belongs to.
fn module_below<'f>(folder: &str, file: &'f str) -> Option<&'f str> {
    file.trim_end_matches(".rs").strip_prefix(folder)?.split('/').next()
}

/// The groups of names that reach each other.
fn mutual(uses: &BTreeMap<&str, BTreeSet<&str>>) -> Vec<BTreeSet<String>> {
    let reached: BTreeMap<&str, BTreeSet<&str>> = uses.keys().map(|name| (*name, reach(uses, name))).collect();
    let mut found: Vec<BTreeSet<String>> = Vec::new();
    for (name, targets) in &reached {
        if targets.contains(name) && !found.iter().any(|circle| circle.contains(*name)) {
            let returns = |other: &&&str| reached.get(**other).is_some_and(|back| back.contains(name));
            found.push(targets.iter().filter(returns).map(|other| other.to_string()).collect());
        }
    }
    found
}

fn reach<'e>(uses: &BTreeMap<&'e str, BTreeSet<&'e str>>, start: &str) -> BTreeSet<&'e str> {
    let mut reached = BTreeSet::new();
    let mut open = vec![start];
    while let Some(name) = open.pop() {
        for target in uses.get(name).into_iter().flatten() {
            if reached.insert(*target) {
                open.push(target);
            }
        }
    }
    reached
}
