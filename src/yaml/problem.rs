//! What can be wrong with a document, in words for people.

use std::fmt;

/// Why a document cannot be read, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The byte offset in the padded text.
    pub offset: usize,
    /// What is wrong there.
    pub problem: Problem,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem.fmt(f)
    }
}

impl std::error::Error for Error {}

/// Boxed, so that the scanner's and the parser's results stay one word wide.
pub(super) type Fallible<T> = Result<T, Box<Error>>;

pub(super) fn fail<T>(offset: usize, problem: Problem) -> Fallible<T> {
    Err(Box::new(Error { offset, problem }))
}

/// What is wrong with a document. Its `Display` is a sentence without a full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// Text after `---`, which Kubernetes' line splitter refuses.
    Separator,
    /// A character that YAML does not allow unescaped.
    Control(char),
    /// A tab where the indentation is.
    TabIndent,
    /// A tab in the indentation of a block scalar.
    TabInBlock,
    /// A line that should be `key: value` has no colon.
    MissingColon,
    /// A `:` where no key can be.
    StrayColon,
    /// A `- ` where no item can be.
    StrayDash,
    /// A `? ` where no key can be.
    StrayQuestionMark,
    /// A character that cannot start a value.
    BadStart(char),
    /// A quoted text that never ends.
    UnclosedQuote,
    /// A line `---` or `...` inside a quoted text.
    MarkerInQuote,
    /// An unknown escape in a double-quoted text.
    UnknownEscape(char),
    /// `\x`, `\u` or `\U` without its hexadecimal digits.
    BadHex,
    /// An escape for a code that is no character.
    BadCodePoint,
    /// Something after `|` or `>` on the same line.
    BlockHeader,
    /// The indentation indicator `0`.
    ZeroIndent,
    /// An anchor or alias without a proper name.
    AnchorName,
    /// A tag that is not well-formed.
    Tag,
    /// A tag whose prefix was not declared.
    TagHandle(String),
    /// A `%` line that is not well-formed.
    Directive,
    /// A `%YAML` other than 1.1.
    Version,
    /// The same directive twice.
    DuplicateDirective,
    /// Directives or leftovers without the `---` that must follow.
    ExpectedDocument,
    /// A line in a list that does not start with `- `.
    ExpectedDash,
    /// A line in a mapping that is no key.
    ExpectedKey,
    /// No `,` or `]` after an item in brackets.
    ExpectedBracket,
    /// No `,` or `}` after an entry in braces.
    ExpectedBrace,
    /// Nothing where a value must be.
    ExpectedValue,
    /// An alias of an anchor that does not exist.
    UnknownAnchor(String),
    /// An alias inside what it stands for.
    ContainsItself(String),
    /// More comes from aliases than Kubernetes' reader allows.
    ExcessiveAliasing,
    /// A mapping or a list as a key.
    ComplexKey,
    /// A null as a key.
    NullKey,
    /// A key that is an integer beyond 63 bits.
    HugeKey,
    /// Infinity or not-a-number as a value.
    NotFinite,
    /// A scalar that is not what its tag says.
    TagMismatch(&'static str),
    /// A `!!binary` that is not base64.
    Base64,
    /// `<<` with a value that cannot be merged.
    Merge,
    /// Not JSON, in a text that is a stream of JSON objects.
    Json,
    /// A JSON number too large for any computer.
    JsonNumber,
    /// Nested deeper than the limit.
    TooDeep(usize),
    /// More nodes than the limit.
    TooManyNodes(usize),
    /// More anchors than the limit.
    TooManyAnchors(usize),
    /// More steps through aliases than the limit.
    TooManySteps(u64),
}

impl Problem {
    /// Whether this is a mapping or a list as a key, as in `x: {{ y }}`: the mark of template source.
    pub fn is_complex_key(&self) -> bool {
        matches!(self, Problem::ComplexKey)
    }

    /// Whether the document only went past one of our limits.
    pub fn is_limit(&self) -> bool {
        matches!(
            self,
            Problem::TooDeep(_) | Problem::TooManyNodes(_) | Problem::TooManyAnchors(_) | Problem::TooManySteps(_)
        )
    }

    /// The same without the words of the document: where a value is secret, `*` at its start makes a name of it.
    pub fn without_names(self) -> Problem {
        let hidden = "***".to_string();
        match self {
            Problem::UnknownAnchor(_) => Problem::UnknownAnchor(hidden),
            Problem::ContainsItself(_) => Problem::ContainsItself(hidden),
            Problem::TagHandle(_) => Problem::TagHandle(hidden),
            other => other,
        }
    }

    /// A way out, where there is one.
    pub fn help(&self) -> Option<&'static str> {
        Some(match self {
            Problem::Separator => "put the text on the line after `---`",
            Problem::Control(_) => "write it as an escape in double quotes",
            Problem::TabIndent | Problem::TabInBlock => "use spaces",
            Problem::StrayColon => "quote the text if the `:` belongs to it, or check the indentation",
            Problem::BadStart(_) | Problem::AnchorName => "quote the text if it is meant as one value",
            Problem::StrayDash => "put the item on a line of its own",
            Problem::UnknownEscape(_) => "write `\\\\` for a backslash, or use single quotes",
            Problem::BadCodePoint => "write `\\U` and eight digits for characters beyond `\\uFFFF`",
            Problem::BlockHeader => "put the text on the next line",
            Problem::Version => "remove the `%YAML` line",
            Problem::ExpectedDash | Problem::ExpectedKey => "check the indentation",
            Problem::UnknownAnchor(_) => "quote the text if it is not meant as an alias",
            Problem::ComplexKey => "quote the braces, or render the template first",
            Problem::NullKey | Problem::HugeKey => "quote the key",
            Problem::NotFinite => "quote it if it is meant as a text",
            _ => return None,
        })
    }

    fn limit(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::TooDeep(limit) => write!(f, "nested deeper than {limit} levels"),
            Problem::TooManyNodes(limit) => write!(f, "more than {limit} values in one document"),
            Problem::TooManyAnchors(limit) => write!(f, "more than {limit} anchors in one document"),
            Problem::TooManySteps(limit) => write!(f, "aliases multiply this document to more than {limit} values"),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self {
            Problem::Control(character) => {
                return write!(f, "the control character U+{:04X} is not allowed", u32::from(*character));
            }
            Problem::BadStart(character) => return write!(f, "a value cannot start with `{character}`"),
            Problem::UnknownEscape(character) => {
                return write!(f, "`\\{}` is not an escape in double quotes", character.escape_default());
            }
            Problem::TagHandle(handle) => return write!(f, "the tag prefix `{handle}` is not declared"),
            Problem::UnknownAnchor(name) => return write!(f, "unknown anchor `{name}`"),
            Problem::ContainsItself(name) => return write!(f, "the value of anchor `{name}` contains itself"),
            Problem::TagMismatch(tag) => return write!(f, "this value is not what its tag `{tag}` says"),
            Problem::TooDeep(_) | Problem::TooManyNodes(_) | Problem::TooManyAnchors(_) | Problem::TooManySteps(_) => {
                return self.limit(f);
            }
            Problem::Separator => "invalid document separator: text after `---`",
            Problem::TabIndent => "a tab cannot be used for indentation",
            Problem::TabInBlock => "a tab cannot be used for the indentation of a text block",
            Problem::MissingColon => "expected a `:` after this key",
            Problem::StrayColon => "a `:` is not expected here",
            Problem::StrayDash => "a list item cannot start here",
            Problem::StrayQuestionMark => "a `? ` key cannot start here",
            Problem::UnclosedQuote => "this quote is never closed",
            Problem::MarkerInQuote => "a document marker inside a quoted text",
            Problem::BadHex => "expected hexadecimal digits after this escape",
            Problem::BadCodePoint => "this escape is not a character",
            Problem::BlockHeader => "only a comment can follow on this line",
            Problem::ZeroIndent => "the indentation of a text block cannot be 0",
            Problem::AnchorName => "an anchor or alias needs a name of letters, digits, `-` and `_`",
            Problem::Tag => "this tag is malformed",
            Problem::Directive => "this `%` directive is malformed",
            Problem::Version => "Kubernetes reads only `%YAML 1.1`",
            Problem::DuplicateDirective => "this directive is given twice",
            Problem::ExpectedDocument => "expected a document start `---`",
            Problem::ExpectedDash => "expected a list item `- `",
            Problem::ExpectedKey => "expected a key of the mapping above",
            Problem::ExpectedBracket => "expected `,` or `]`",
            Problem::ExpectedBrace => "expected `,` or `}`",
            Problem::ExpectedValue => "expected a value",
            Problem::ExcessiveAliasing => "aliases multiply this document beyond what Kubernetes reads",
            Problem::ComplexKey => "a mapping or a list cannot be a key",
            Problem::NullKey => "a null cannot be a key",
            Problem::HugeKey => "this number is too large for a key",
            Problem::NotFinite => "infinity and not-a-number are no values in Kubernetes",
            Problem::Base64 => "this `!!binary` value is not base64",
            Problem::Merge => "`<<` needs a mapping, or a list of mappings",
            Problem::Json => "this is not JSON, but the text before it is a stream of JSON objects",
            Problem::JsonNumber => "this number is out of range",
        };
        f.write_str(words)
    }
}
