//! The glossary of ARCHITECTURE.md, held against the public names of the library.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};

#[test]
fn public_names_avoid_what_the_glossary_replaces() {
    let glossary = glossary(&fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap());
    assert!(glossary.len() > 20, "the glossary has words to avoid: {glossary:?}");
    let mut names = PublicNames::default();
    for path in library_files() {
        names.file = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
        names.visit_file(&syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap());
    }
    assert!(names.found.len() > 300, "only {} public names were found", names.found.len());
    let wrong: Vec<String> = names.found.iter().flat_map(|(name, file)| complaints(name, file, &glossary)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_replaced_word_is_found_in_every_kind_of_name() {
    let glossary = glossary("| word | meaning | instead of |\n|---|---|---|\n| place | a span | `spot`, `trail` |\n");
    let code = "pub struct TrailEnd { pub spot_count: u8, hidden_spot: u8 } pub enum E { Spot } pub fn find_spot() {}\n\
                impl E { pub fn trail(&self) {} } mod tests { fn spot() {} }";
    let mut names = PublicNames { file: "a.rs".to_string(), ..PublicNames::default() };
    names.visit_file(&syn::parse_file(code).unwrap());
    let wrong: Vec<_> = names.found.iter().flat_map(|(name, file)| complaints(name, file, &glossary)).collect();
    assert_eq!(wrong.len(), 5, "{wrong:#?}");
    assert!(wrong.contains(&"a.rs: `E::Spot` says `spot`; the glossary says `place`".to_string()), "{wrong:#?}");
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Words of the column "instead of", each with the word to use.
fn glossary(text: &str) -> BTreeMap<String, String> {
    let rows = text
        .lines()
        .skip_while(|line| *line != "| word | meaning | instead of |")
        .take_while(|line| line.starts_with('|'));
    let mut words = BTreeMap::new();
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        for word in cells[2].split(',').map(|word| word.trim().trim_matches('`')).filter(|word| !word.is_empty()) {
            words.entry(word.to_string()).or_insert_with(|| cells[0].to_string());
        }
    }
    words.remove("instead of");
    words.remove("---");
    words
}

fn complaints(name: &str, file: &str, glossary: &BTreeMap<String, String>) -> Vec<String> {
    let last = name.rsplit("::").next().unwrap();
    words(last)
        .iter()
        .filter_map(|word| Some((word, glossary.get(word)?)))
        .map(|(word, instead)| format!("{file}: `{name}` says `{word}`; the glossary says `{instead}`"))
        .collect()
}

/// The words of a name in snake case or camel case, in lower case. Neighboring capitals stay one word.
fn words(name: &str) -> BTreeSet<String> {
    let mut spaced = String::new();
    let mut after_lower = false;
    for letter in name.chars() {
        if letter == '_' || (letter.is_uppercase() && after_lower) {
            spaced.push(' ');
        }
        if letter != '_' {
            spaced.extend(letter.to_lowercase());
        }
        after_lower = letter.is_lowercase();
    }
    spaced.split(' ').filter(|word| !word.is_empty()).map(str::to_string).collect()
}

fn library_files() -> Vec<PathBuf> {
    let mut open = vec![root().join("src")];
    let mut files = Vec::new();
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("src/bin") {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// Names of everything `pub`: types, their fields and variants, functions, constants, modules.
#[derive(Default)]
struct PublicNames {
    file: String,
    /// Name with the type it belongs to, and file.
    found: Vec<(String, String)>,
}

impl PublicNames {
    fn record(&mut self, visibility: &syn::Visibility, owner: &str, name: &syn::Ident) {
        if matches!(visibility, syn::Visibility::Public(_)) {
            let name = if owner.is_empty() { name.to_string() } else { format!("{owner}::{name}") };
            self.found.push((name, self.file.clone()));
        }
    }

    fn record_fields(&mut self, owner: &str, fields: &syn::Fields) {
        for field in fields {
            if let Some(name) = &field.ident {
                self.record(&field.vis, owner, name);
            }
        }
    }
}

impl<'ast> Visit<'ast> for PublicNames {
    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.record(&item.vis, "", &item.ident);
        self.record_fields(&item.ident.to_string(), &item.fields);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.record(&item.vis, "", &item.ident);
        for variant in &item.variants {
            self.record(&item.vis, &item.ident.to_string(), &variant.ident);
        }
    }

    fn visit_item_type(&mut self, item: &'ast syn::ItemType) {
        self.record(&item.vis, "", &item.ident);
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        self.record(&item.vis, "", &item.ident);
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.record(&item.vis, "", &item.sig.ident);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.record(&item.vis, "", &item.ident);
        visit::visit_item_mod(self, item);
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let owner = match &*item.self_ty {
            syn::Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
            _ => None,
        };
        for member in &item.items {
            if let syn::ImplItem::Fn(function) = member {
                self.record(&function.vis, owner.as_deref().unwrap_or_default(), &function.sig.ident);
            }
        }
    }
}
