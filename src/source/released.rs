//! Texts that are not held, but read again each time that they are needed.
//!
//! The texts of a large tree are each needed for a few moments of a run. A text that is released leaves its length and a
//! fingerprint. Whoever needs it takes the source with its text held, [`Source::held`], and drops that again. A text that
//! is another one by then is never taken for the old one: its loader ends the program, since nothing that was found out
//! about it holds.

use std::borrow::Cow;
use std::cell::RefCell;
use std::hash::{DefaultHasher, Hasher};
use std::sync::{Arc, OnceLock};

use memchr::memmem::{self, Finder};

use super::{HeldText, Source, SourceData, SourceText, pad};

/// Reads texts again that were released.
pub struct TextLoader {
    /// Reads the text of a source as it was read at first, by its name.
    pub load: fn(&str) -> Option<String>,
    /// Ends the program: the text of this name cannot be read again, or is another one.
    pub end: fn(&str) -> !,
    /// A word of which is known whether a released text has it.
    pub word: &'static str,
}

/// The traces of a text that was released.
pub(super) struct ReleasedText {
    loader: &'static TextLoader,
    fingerprint: u64,
    padded_len: u32,
    has_word: bool,
    /// The source with its text, once somebody needs that for as long as the source.
    held: OnceLock<Box<Source>>,
}

/// A workload and the configs that it uses are read in turns.
const RECENT_COUNT: usize = 8;

/// A released source, and the same with its text.
type RecentText = (Arc<SourceData>, Source);

thread_local! {
    /// The released sources whose texts were read last, the last one first.
    static RECENT: RefCell<Vec<RecentText>> = const { RefCell::new(Vec::new()) };
}

impl Source {
    /// Drops the text, which `loader` reads again where it is needed. That is worth it for short texts: each of the
    /// documents in it may be a reason to read it.
    pub fn release(self, loader: &'static TextLoader) -> Source {
        let SourceText::Held(HeldText { padded, .. }) = &self.data.text else { return self };
        let text = ReleasedText {
            loader,
            fingerprint: fingerprint(self.text().as_bytes()),
            padded_len: padded.len() as u32,
            has_word: memmem::find(padded.as_bytes(), loader.word.as_bytes()).is_some(),
            held: OnceLock::new(),
        };
        let Source { data, is_context, application } = &self;
        let released = Source::from_parts(data.name.clone(), SourceText::Released(text), data.padding);
        Source { is_context: *is_context, application: application.clone(), ..released }
    }

    /// Returns `true` if the text is not held.
    pub fn is_released(&self) -> bool {
        matches!(self.data.text, SourceText::Released(_))
    }

    /// The source with its text held: itself, or one whose text is read again.
    pub fn held(&self) -> Cow<'_, Source> {
        match &self.data.text {
            SourceText::Held(_) => Cow::Borrowed(self),
            SourceText::Released(released) => Cow::Owned(released.reload(self)),
        }
    }

    /// Returns `true` if the text has the word of a finder.
    pub fn finds(&self, word: &Finder<'_>) -> bool {
        match &self.data.text {
            SourceText::Released(released) if released.loader.word.as_bytes() == word.needle() => released.has_word,
            _ => word.find(self.held().padded().as_bytes()).is_some(),
        }
    }

    /// Returns `true` if the text came as these bytes.
    pub fn came_as(&self, bytes: &[u8]) -> bool {
        match &self.data.text {
            SourceText::Held(_) => self.text().as_bytes() == bytes,
            SourceText::Released(released) => released.is_of(bytes, self.padding()),
        }
    }
}

impl ReleasedText {
    /// The number of bytes of the padded text.
    pub(super) fn padded_len(&self) -> usize {
        self.padded_len as usize
    }

    /// The source with its text, held from now on.
    pub(super) fn hold(&self, source: &Source) -> &Source {
        self.held.get_or_init(|| Box::new(self.reload(source)))
    }

    fn is_of(&self, bytes: &[u8], padding: usize) -> bool {
        bytes.len() + padding == self.padded_len() && fingerprint(bytes) == self.fingerprint
    }

    /// The source with its text, which is read again unless it is one of the last that were.
    fn reload(&self, source: &Source) -> Source {
        if let Some(held) = self.held.get() {
            return Source::clone(held);
        }
        RECENT.with_borrow_mut(|recent| {
            if let Some(at) = recent.iter().position(|(released, _)| Arc::ptr_eq(released, &source.data)) {
                recent[..=at].rotate_right(1);
            } else {
                let held = self.read(source);
                recent.truncate(RECENT_COUNT - 1);
                recent.insert(0, (source.data.clone(), held));
            }
            recent[0].1.clone()
        })
    }

    fn read(&self, source: &Source) -> Source {
        let name = source.name();
        let text = match (self.loader.load)(name) {
            Some(text) if self.is_of(text.as_bytes(), source.padding()) => text,
            _ => (self.loader.end)(name),
        };
        let (padded, padding) = pad(text);
        let held = Source::from_parts(name.into(), SourceText::Held(HeldText::new(padded)), padding);
        Source { is_context: source.is_context, application: source.application.clone(), ..held }
    }
}

fn fingerprint(text: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(text);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Position;

    /// Reads the text that is the name itself, with line breaks for bars; that of `changed` is gone.
    static LOADER: TextLoader = TextLoader {
        load: |name| (name != "changed").then(|| name.replace('|', "\n")),
        end: |name| panic!("{name} is another text"),
        word: "b",
    };

    fn released(text: &str) -> Source {
        Source::new(text.replace('\n', "|"), text).release(&LOADER)
    }

    #[test]
    fn released_texts_are_as_they_were() {
        for text in ["a: 1", "b: 2\n", "", "c", "d\ne f"] {
            let (source, before) = (released(text), Source::new(text, text));
            assert!(source.is_released() && !source.held().is_released());
            assert_eq!(source.held().padded(), before.padded());
            assert_eq!((source.padded_len(), source.padding()), (before.padded_len(), before.padding()));
            assert_eq!(source.finds(&Finder::new("b")), text.contains('b'));
            assert_eq!(source.finds(&Finder::new("e")), text.contains('e'));
            assert!(source.came_as(text.as_bytes()) && !source.came_as(b"x"));
            assert_eq!(source.position(1), before.position(1));
            assert_eq!(source.text(), text);
        }
    }

    #[test]
    fn context_stays_context() {
        let source = Source::new("a", "a").into_context().release(&LOADER);
        assert!(source.is_context() && source.held().is_context());
        assert_eq!(source.position(9), Position { line: 2, column: 1 });
    }

    #[test]
    #[should_panic(expected = "another text")]
    fn another_text_ends_the_program() {
        let source = Source::new("x", "y").release(&LOADER);
        source.held();
    }

    #[test]
    #[should_panic(expected = "changed is another text")]
    fn text_that_is_gone_ends_the_program() {
        let source = Source::new("changed", "a").release(&LOADER);
        source.held();
    }
}
