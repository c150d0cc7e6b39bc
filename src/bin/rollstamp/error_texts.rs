//! Every error and note about the run, as it is printed.

use std::fmt::{Debug, Display};
use std::io::{Error, ErrorKind};

use rollstamp::source::{Position, Source, UnreadableBytes, WideEncoding};

use crate::git::GitError;
use crate::input::{InputError, InputNote};
use crate::output::OutputError;
use crate::programs::ProgramNotFound;
use crate::values::Size;

/// Compares the texts of all variants of an enum with a snapshot. The name of each variant is read from its source.
#[track_caller]
fn check_texts<E: Debug + Display>(snapshot: &str, source: &str, name: &str, errors: &[E]) {
    let file = syn::parse_file(source).unwrap();
    let variants = file.items.iter().find_map(|item| match item {
        syn::Item::Enum(item) if item.ident == name => Some(&item.variants),
        _ => None,
    });
    let shown: Vec<String> = errors.iter().map(|error| format!("{error:?}")).collect();
    for variant in variants.unwrap() {
        let variant = variant.ident.to_string();
        let is_made = shown.iter().any(|shown| shown.split(|c: char| !c.is_alphanumeric()).next() == Some(&variant));
        assert!(is_made, "no {variant} among the examples");
    }
    let mut texts = String::new();
    for error in errors {
        let text = error.to_string();
        assert!(!text.ends_with('.') && !text.contains('\n'), "{text}");
        texts.push_str(&text);
        texts.push('\n');
    }
    insta::with_settings!({
        snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/snapshots"),
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!(snapshot, texts);
    });
}

fn io_error() -> Error {
    Error::from(ErrorKind::PermissionDenied)
}

fn program_not_found(directory: Option<&str>) -> ProgramNotFound {
    ProgramNotFound { program: "helm".into(), ignored_directory: directory.map(Into::into) }
}

/// The encoding of a text in UTF-16 or UTF-32.
fn encoding_of(text: &[u8]) -> WideEncoding {
    match Source::from_bytes("-", text.to_vec()) {
        Err(UnreadableBytes::Wide(encoding)) => encoding,
        _ => panic!("{text:?}"),
    }
}

#[test]
fn input_errors_say_what_to_do() {
    let position = Position { line: 3, column: 7 };
    let errors = [
        InputError::NotFound("app.yaml".into()),
        InputError::NotFound("kustomize".into()),
        InputError::BrokenLink("app.yaml".into()),
        InputError::NoMatch("k8s/*.yaml".to_owned()),
        InputError::BadPattern("k8s/[".to_owned(), "Invalid range pattern"),
        InputError::Unreadable("app.yaml".into(), io_error()),
        InputError::TooLarge("app.yaml".to_owned(), Size::FILE),
        InputError::StreamTooLarge("-".to_owned(), Size::STREAM),
        InputError::NotUtf8("app.yaml".to_owned(), position),
        InputError::WideStream("-".to_owned(), encoding_of(b"\xff\xfea\0")),
        InputError::WideStream("-".to_owned(), encoding_of(b"\0a\0b")),
        InputError::ProgramNotFound(program_not_found(None)),
        InputError::NoRenderer("helm".into(), io_error()),
        InputError::RendererFailed("helm".into(), "exit status 3".to_owned()),
        InputError::OutputHeld("helm".into()),
        InputError::PathAndRevision("main".to_owned()),
        InputError::NoBase("main".to_owned(), GitError::NoRepository),
        InputError::RevisionWithoutPaths,
        InputError::EmptyStdin,
        InputError::EmptyRender("helm".into()),
        InputError::NoFiles { skipped: 0, note: None },
        InputError::NoFiles { skipped: 2, note: Some("a.yaml: skipped: UTF-16; convert it to UTF-8".to_owned()) },
        InputError::NoDocuments { files: 1 },
        InputError::NoDocuments { files: 2 },
    ];
    check_texts("run-errors-input", include_str!("input/error.rs"), "InputError", &errors);
    let notes = [
        InputNote::LinksNotFollowed(1, "k8s/link.yaml".into()),
        InputNote::LinksNotFollowed(2, "k8s/link.yaml".into()),
        InputNote::Ignored(1, "k8s/rendered".into()),
        InputNote::Ignored(3, "k8s/rendered".into()),
        InputNote::ExcludedNothing("vendor".to_owned()),
        InputNote::NothingIn("k8s".into()),
        InputNote::WideEncoding("app.yaml".to_owned(), encoding_of(b"\xff\xfea\0")),
        InputNote::WideEncoding("app.yaml".to_owned(), encoding_of(b"a\0b\0")),
        InputNote::GitCrypt("secret.yaml".to_owned()),
        InputNote::LfsPointer("HEAD:app.yaml".to_owned()),
        InputNote::Submodule("k8s/vendor".into()),
        InputNote::NotInRevision("k8s".into(), "origin/main".to_owned()),
        InputNote::NotUtf8("app.yaml".to_owned(), position),
    ];
    check_texts("run-notes-input", include_str!("input/error.rs"), "InputNote", &notes);
}

#[test]
fn git_errors_say_what_to_do() {
    let no_revision = |name: &str, shallow| GitError::NoRevision { name: name.to_owned(), shallow };
    let errors = [
        GitError::NoRepository,
        GitError::TwoRepositories("a/k8s".into(), "b/k8s".into()),
        GitError::Owner("/srv/repository of another".into()),
        GitError::BadGitFile("work/.git".into()),
        GitError::NotFound(program_not_found(Some("bin"))),
        GitError::NoGit(io_error()),
        no_revision("main", false),
        no_revision("main", true),
        no_revision("HEAD~1", true),
        no_revision("origin/main", true),
        no_revision("1a2b3c4d", true),
        GitError::NoMergeBase { name: "origin/main".to_owned(), shallow: false },
        GitError::NoMergeBase { name: "origin/main".to_owned(), shallow: true },
        GitError::OptionLike("-x".to_owned()),
        GitError::NotFetched { fetch: "git fetch origin".to_owned() },
        GitError::NoPlace(io_error()),
        GitError::NoDirectory("origin/main".to_owned()),
        GitError::Failed("fatal: bad object".to_owned()),
        GitError::Outside("/srv/k8s".into()),
    ];
    check_texts("run-errors-git", include_str!("git/error.rs"), "GitError", &errors);
}

#[test]
fn output_errors_say_what_to_do() {
    let errors = [
        OutputError::Stdout(io_error()),
        OutputError::Unwritable("out/app.yaml".into(), io_error()),
        OutputError::NoNewFiles("out".into(), io_error()),
        OutputError::Link("out/app.yaml".into(), "../app.yaml".into()),
        OutputError::NoFile("/dev/fd/63".into()),
        OutputError::Changed("app.yaml".into()),
        OutputError::HardLinks("app.yaml".into(), 2),
        OutputError::Owner("app.yaml".into()),
        OutputError::NoStdout,
        OutputError::Partly(vec!["a.yaml".into(), "b.yaml".into()], 3),
        OutputError::Partly((0..22).map(|number| format!("{number}.yaml").into()).collect(), 40),
        OutputError::Partly(Vec::new(), 3),
        OutputError::Collision("a/app.yaml".into(), "b/app.yaml".into(), "out/app.yaml".into()),
        OutputError::OverInput("app.yaml".into()),
        OutputError::InsideInput("k8s/out".into(), "k8s".into()),
        OutputError::Outside("../app.yaml".into()),
    ];
    check_texts("run-errors-output", include_str!("output/error.rs"), "OutputError", &errors);
}
