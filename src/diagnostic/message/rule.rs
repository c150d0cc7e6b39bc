//! Rules, by which reports for programs group and filter messages.

/// A rule that messages report a violation of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rule {
    /// Lower-case words joined by hyphens: `missing-key`. A rule never changes its id.
    pub id: &'static str,
    /// The common meaning of its messages, in a sentence.
    pub description: &'static str,
}

impl Rule {
    /// The id as words: `missing key`.
    pub fn title(self) -> String {
        self.id.replace('-', " ")
    }

    /// The address of the rule's section in the documentation.
    pub fn help_uri(self) -> String {
        format!("{}/blob/main/docs/rules.md#{}", env!("CARGO_PKG_REPOSITORY"), self.id)
    }
}
