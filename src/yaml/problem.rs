//! Problems of documents, in words for people.

use std::fmt;

/// The reason why a document cannot be read, and its offset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The byte offset in the padded text.
    pub offset: usize,
    /// The problem there.
    pub problem: SyntaxProblem,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem.fmt(f)
    }
}

impl std::error::Error for SyntaxError {}

/// Boxed, so that the scanner's and the parser's results stay one word wide.
pub(super) type Fallible<T> = Result<T, Box<SyntaxError>>;

pub(super) fn fail<T>(offset: usize, problem: SyntaxProblem) -> Fallible<T> {
    Err(Box::new(SyntaxError { offset, problem }))
}

/// A problem of a document. Its `Display` is a sentence without a full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SyntaxProblem {
    /// Text after `---`, which Kubernetes' line splitter refuses.
    Separator,
    /// A character that YAML does not allow unescaped.
    Control(char),
    /// A byte order mark before the `---` of a later document.
    ByteOrderMark,
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
    /// A quoted string that never ends.
    UnclosedQuote,
    /// A line `---` or `...` inside a quoted string.
    MarkerInQuote,
    /// An unknown escape in a double-quoted string.
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
    /// A directive that is repeated.
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

impl SyntaxProblem {
    /// Returns `true` for a mapping or a list as a key, as in `x: {{ y }}`: the mark of template source.
    pub fn is_complex_key(&self) -> bool {
        matches!(self, SyntaxProblem::ComplexKey)
    }

    /// Returns `true` if the document only went past one of our limits.
    pub fn is_limit(&self) -> bool {
        matches!(
            self,
            SyntaxProblem::TooDeep(_)
                | SyntaxProblem::TooManyNodes(_)
                | SyntaxProblem::TooManyAnchors(_)
                | SyntaxProblem::TooManySteps(_)
        )
    }

    /// The problem without the words of the document: where a value is secret, `*` at its start makes a name of it.
    pub fn without_names(self) -> SyntaxProblem {
        let hidden = "***".to_string();
        match self {
            SyntaxProblem::UnknownAnchor(_) => SyntaxProblem::UnknownAnchor(hidden),
            SyntaxProblem::ContainsItself(_) => SyntaxProblem::ContainsItself(hidden),
            SyntaxProblem::TagHandle(_) => SyntaxProblem::TagHandle(hidden),
            other => other,
        }
    }

    /// A way out, where there is one.
    pub fn help(&self) -> Option<&'static str> {
        Some(match self {
            SyntaxProblem::Separator => "put it on the line after `---`",
            SyntaxProblem::Control(_) => "write it as an escape in double quotes",
            SyntaxProblem::ByteOrderMark => "remove it: only the start of a file can have one",
            SyntaxProblem::TabIndent | SyntaxProblem::TabInBlock => "use spaces",
            SyntaxProblem::StrayColon => "quote the value if the `:` belongs to it, or check the indentation",
            SyntaxProblem::BadStart(_) => "quote the value",
            SyntaxProblem::AnchorName => "quote the value if it is not meant as an anchor or alias",
            SyntaxProblem::MarkerInQuote => "close the quote, or indent the line",
            SyntaxProblem::StrayDash => "put the item on a line of its own",
            SyntaxProblem::UnknownEscape(_) => "write `\\\\` for a backslash, or use single quotes",
            SyntaxProblem::BadCodePoint => "write `\\U` and eight digits for characters beyond `\\uFFFF`",
            SyntaxProblem::BlockHeader => "put the text on the next line",
            SyntaxProblem::Version => "remove the `%YAML` line",
            SyntaxProblem::ExpectedDash | SyntaxProblem::ExpectedKey => "check the indentation",
            SyntaxProblem::UnknownAnchor(_) => "quote the value if it is not meant as an alias",
            SyntaxProblem::ComplexKey => "quote the braces, or render the template first",
            SyntaxProblem::NullKey | SyntaxProblem::HugeKey => "quote the key",
            SyntaxProblem::TooDeep(_) => "raise the limit by `--max-depth`",
            SyntaxProblem::NotFinite => "quote it if it is meant as a string",
            _ => return None,
        })
    }

    fn write_limit(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SyntaxProblem::TooDeep(limit) => write!(f, "nested deeper than {limit} levels"),
            SyntaxProblem::TooManyNodes(limit) => write!(f, "more than {limit} values in one document"),
            SyntaxProblem::TooManyAnchors(limit) => write!(f, "more than {limit} anchors in one document"),
            SyntaxProblem::TooManySteps(limit) => {
                write!(f, "aliases expand this document to more than {limit} values")
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Display for SyntaxProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self {
            SyntaxProblem::Control(character) => {
                return write!(f, "the control character U+{:04X} is not allowed", u32::from(*character));
            }
            SyntaxProblem::BadStart(character) => return write!(f, "a value cannot start with `{character}`"),
            SyntaxProblem::UnknownEscape(character) => {
                return write!(f, "unknown escape `\\{}` in double quotes", character.escape_default());
            }
            SyntaxProblem::TagHandle(handle) => return write!(f, "the tag prefix `{handle}` is not declared"),
            SyntaxProblem::UnknownAnchor(name) => return write!(f, "unknown anchor `{name}`"),
            SyntaxProblem::ContainsItself(name) => return write!(f, "the value of anchor `{name}` contains itself"),
            SyntaxProblem::TagMismatch(tag) => return write!(f, "this value does not match its tag `{tag}`"),
            SyntaxProblem::TooDeep(_)
            | SyntaxProblem::TooManyNodes(_)
            | SyntaxProblem::TooManyAnchors(_)
            | SyntaxProblem::TooManySteps(_) => {
                return self.write_limit(f);
            }
            SyntaxProblem::Separator => "invalid document separator: text after `---`",
            SyntaxProblem::ByteOrderMark => {
                "a byte order mark hides the `---` behind it, so two documents are read as one"
            }
            SyntaxProblem::TabIndent => "a tab cannot be used for indentation",
            SyntaxProblem::TabInBlock => "a tab cannot be used for the indentation of a block scalar",
            SyntaxProblem::MissingColon => "expected a `:` after this key",
            SyntaxProblem::StrayColon => "unexpected `:`",
            SyntaxProblem::StrayDash => "a list item cannot start here",
            SyntaxProblem::StrayQuestionMark => "a `? ` key cannot start here",
            SyntaxProblem::UnclosedQuote => "this quoted string is never closed",
            SyntaxProblem::MarkerInQuote => "document marker inside a quoted string",
            SyntaxProblem::BadHex => "expected hexadecimal digits after this escape",
            SyntaxProblem::BadCodePoint => "this escape is not a character",
            SyntaxProblem::BlockHeader => "only a comment can follow `|` or `>` on this line",
            SyntaxProblem::ZeroIndent => "the indentation of a block scalar cannot be 0",
            SyntaxProblem::AnchorName => "an anchor or alias needs a name of letters, digits, `-` and `_`",
            SyntaxProblem::Tag => "malformed tag",
            SyntaxProblem::Directive => "malformed `%` directive",
            SyntaxProblem::Version => "Kubernetes reads only `%YAML 1.1`",
            SyntaxProblem::DuplicateDirective => "duplicate directive",
            SyntaxProblem::ExpectedDocument => "expected a document start `---`",
            SyntaxProblem::ExpectedDash => "expected a list item `- `",
            SyntaxProblem::ExpectedKey => "expected a key of the mapping above",
            SyntaxProblem::ExpectedBracket => "expected `,` or `]`",
            SyntaxProblem::ExpectedBrace => "expected `,` or `}`",
            SyntaxProblem::ExpectedValue => "expected a value",
            SyntaxProblem::ExcessiveAliasing => "aliases expand this document beyond the limit of Kubernetes",
            SyntaxProblem::ComplexKey => "a mapping or a list cannot be a key",
            SyntaxProblem::NullKey => "null cannot be a key",
            SyntaxProblem::HugeKey => "this number is too large for a key",
            SyntaxProblem::NotFinite => "infinity and NaN are not values in Kubernetes",
            SyntaxProblem::Base64 => "this `!!binary` value is not base64",
            SyntaxProblem::Merge => "`<<` needs a mapping, or a list of mappings",
            SyntaxProblem::Json => "invalid JSON after a stream of JSON objects",
            SyntaxProblem::JsonNumber => "this number is out of range",
        };
        f.write_str(words)
    }
}
