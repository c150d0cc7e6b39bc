//! Messages about the applications of a repository.

use super::{Rule, Words, count, note, warning};

/// A message about what declares the applications of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RepositoryMessage {
    /// A document that seems to declare applications cannot be read.
    UnreadableDeclaration,
    /// The address of the repository is guessed.
    GuessedAddress {
        /// The address.
        url: String,
    },
    /// The applications that an application declares are not known.
    DeclarationsHidden {
        /// The application.
        application: String,
        /// The reason why its rendering is not known.
        reason: String,
    },
    /// Applications of a set have paths that do not exist.
    GeneratedPathsMissing {
        /// The first set.
        set: String,
        /// The number of other sets.
        others: usize,
        /// The number of paths.
        paths: usize,
    },
    /// The two matchers of Argo CD find different files.
    AmbiguousPattern {
        /// The pattern.
        pattern: String,
    },
    /// The objects of a ResourceSet are not known.
    ResourceSetUnknown {
        /// The set.
        set: String,
        /// The reason.
        reason: String,
    },
    /// Fields have other values at every rendering of the same files.
    RandomFields {
        /// The application.
        application: String,
        /// The fields, each with its object.
        fields: Vec<String>,
        /// Set if stamps are made of what is rendered; else it is compared.
        is_stamped: bool,
    },
    /// Files of a tool whose applications are not found.
    ToolNotRead {
        /// The noun for one of its files.
        tool: &'static str,
        /// The number of files.
        count: usize,
    },
}

const UNREADABLE: Rule =
    Rule { id: "unreadable-declaration", description: "A document that seems to declare applications cannot be read." };
const ADDRESS: Rule =
    Rule { id: "repository-address", description: "The address of the repository is not known, only guessed." };
const NOT_LISTED: Rule =
    Rule { id: "applications-not-listed", description: "There may be applications that are not listed." };
const PATHS: Rule =
    Rule { id: "generated-paths", description: "An ApplicationSet makes Applications whose paths are not certain." };
const RANDOM: Rule =
    Rule { id: "random-field", description: "A chart renders to another value each time, as with `randAlphaNum`." };

/// The most fields that are named.
const FIELDS: usize = 3;

impl RepositoryMessage {
    pub(super) fn words(&self) -> Words {
        match self {
            RepositoryMessage::UnreadableDeclaration => {
                warning(UNREADABLE, "cannot be read; applications that it declares are not listed")
                    .help("correct the YAML")
                    .finding()
            }
            RepositoryMessage::GuessedAddress { url } => note(
                ADDRESS,
                format!("the repository has no remote; {url}, which most Applications name, counts as its address"),
            )
            .help("set `repository.urls` in the options file"),
            RepositoryMessage::DeclarationsHidden { application, reason } => {
                let text = format!("{application} declares applications that are not listed: {reason}");
                warning(NOT_LISTED, text).help(
                    "make it possible to render it, or declare them under `repository.applications` in the options file",
                )
            }
            RepositoryMessage::GeneratedPathsMissing { set, others, paths } => {
                let applications = count(*paths, "Application");
                let sets = match others {
                    0 => format!("{set} makes"),
                    others => format!("{set} and {} make", count(*others, "other ApplicationSet")),
                };
                note(PATHS, format!("{sets} {applications} of paths that do not exist; not listed"))
            }
            RepositoryMessage::AmbiguousPattern { pattern } => {
                let text = format!(
                    "the pattern {pattern} of a git generator matches other files with the new matcher of Argo CD"
                );
                note(PATHS, format!("{text}; the default one is used"))
            }
            RepositoryMessage::ResourceSetUnknown { set, reason } => {
                let text =
                    format!("the ResourceSet {set} is not evaluated: {reason}; applications of it are not listed");
                warning(NOT_LISTED, text).help("declare them under `repository.applications` in the options file")
            }
            RepositoryMessage::RandomFields { application, fields, is_stamped } => {
                let mut named = fields[..fields.len().min(FIELDS)].join(", ");
                if fields.len() > FIELDS {
                    named.push_str(&format!(" and {} more", fields.len() - FIELDS));
                }
                let text = format!("{application}: random at every rendering: {named}");
                if *is_stamped {
                    warning(RANDOM, format!("{text}; stamps of it change each time"))
                        .help("give the chart a value for it")
                } else {
                    note(RANDOM, format!("{text}; not compared"))
                }
            }
            RepositoryMessage::ToolNotRead { tool, count: number } => {
                note(NOT_LISTED, format!("not read: {}", count(*number, tool)))
                    .help("declare what they deploy under `repository.applications` in the options file")
            }
        }
    }
}
