//! Words of a text that can be names of objects, and the paths that they are parts of.
//!
//! Every byte of every ConfigMap is looked at here, and nearly no word is a name that is looked for. So the ends of words
//! are found first, and the path around a word only when the word is asked for.

use std::ops::Range;

/// A word that can be a name.
#[derive(Clone, Copy)]
pub(super) struct Word<'t> {
    /// The run of path characters that holds the word.
    run: PathRun<'t>,
    /// The number of slashes in the run before the word.
    depth: usize,
}

/// A run of path characters.
#[derive(Clone, Copy)]
struct PathRun<'t> {
    text: &'t str,
    /// The text before the first slash.
    first: &'t str,
    /// The number of segments that are steps: not empty, and no `.` or `..`.
    steps: usize,
    /// The first segment that is a word of the paths of the Kubernetes API, by its number.
    api: Option<usize>,
    /// The first segment that names a resource, by its number.
    resource: Option<usize>,
}

/// Resources as commands and API paths write them before a name.
const RESOURCES: [&str; 12] = [
    "configmap",
    "configmaps",
    "cm",
    "secret",
    "secrets",
    "job",
    "jobs",
    "job.batch",
    "jobs.batch",
    "secretproviderclass",
    "secretproviderclasses",
    "externalsecrets",
];

/// Words of the paths of the Kubernetes API.
const API_SEGMENTS: [&str; 3] = ["api", "apis", "namespaces"];

impl<'t> PathRun<'t> {
    fn new(text: &'t str) -> PathRun<'t> {
        let mut run = PathRun { text, first: "", steps: 0, api: None, resource: None };
        for (number, segment) in text.split('/').enumerate() {
            if number == 0 {
                run.first = segment;
            }
            run.steps += usize::from(!matches!(segment, "" | "." | ".."));
            if API_SEGMENTS.contains(&segment) {
                run.api.get_or_insert(number);
            }
            if RESOURCES.iter().any(|resource| segment.eq_ignore_ascii_case(resource)) {
                run.resource.get_or_insert(number);
            }
        }
        run
    }
}

impl Word<'_> {
    /// Returns `true` if the word is only a part of a longer path, of a file or an address: `/etc/app/app.conf`. A path
    /// of one step (`/app`), `namespace/name`, `configmap/name` and a path of the Kubernetes API can mean the object.
    pub(super) fn is_in_path(&self) -> bool {
        let Word { run: PathRun { text, first, steps, api, resource }, depth } = *self;
        let stands_before = |number: Option<usize>| number.is_some_and(|number| number < depth);
        let is_absolute = matches!(first, "" | "." | "..");
        let may_be_api = !is_absolute || text.starts_with("//") || stands_before(api);
        if may_be_api && stands_before(resource) {
            return false;
        }
        match steps {
            0 | 1 => false,
            // The first of two is a namespace unless it has a dot, as domains do.
            2 => is_absolute || (depth == 1 && first.contains('.')),
            _ => true,
        }
    }

    /// Returns `true` if the word is this path, of one step, or its last step.
    pub(super) fn is_path(&self, path: &str) -> bool {
        let run = self.run.text;
        run.starts_with('/') && run.trim_end_matches('/') == path.trim_end_matches('/')
    }
}

/// The paths around words of a text, which are asked for in the order of the text.
pub(super) struct PathsOfWords<'t> {
    text: &'t str,
    /// The run of path characters around the last word, and where it is: another word of the same run goes on from there.
    run: Option<(PathRun<'t>, Range<usize>)>,
    /// The start of the last word, and the number of slashes before it in the run.
    slashes: (usize, usize),
}

impl<'t> PathsOfWords<'t> {
    pub(super) fn of(text: &'t str) -> PathsOfWords<'t> {
        PathsOfWords { text, run: None, slashes: (0, 0) }
    }

    /// A word by its span, with the path that it is a part of.
    pub(super) fn locate(&mut self, word: &Range<usize>) -> Word<'t> {
        let bytes = self.text.as_bytes();
        let (run, range) = match &self.run {
            Some((run, range)) if word.start < range.end => (*run, range.clone()),
            _ => {
                let before = bytes[..word.start].iter().rev().take_while(|&&byte| is_path_byte(byte)).count();
                let after = bytes[word.end..].iter().take_while(|&&byte| is_path_byte(byte)).count();
                let range = word.start - before..word.end + after;
                self.slashes = (range.start, 0);
                (PathRun::new(&self.text[range.clone()]), range)
            }
        };
        let (from, before) = self.slashes;
        let depth = before + bytes[from..word.start].iter().filter(|&&byte| byte == b'/').count();
        self.slashes = (word.start, depth);
        self.run = Some((run, range));
        Word { run, depth }
    }
}

/// A filter of words, by which nearly all that are no names are passed at little cost.
///
/// A word is a run of the characters that names are made of, without the signs at the ends that no name has there. Four
/// bytes in a row of each name are in a table. Where no name is shorter than `MIN_SAMPLED`, it is enough to look at four
/// bytes of a text in distances in which they cannot miss a name: a word is only read where these are in the table.
pub(super) struct NameFilter {
    /// A bit for the ends of each name.
    ends: Box<BitTable>,
    /// A bit for each four bytes in a row.
    parts: Box<BitTable>,
    /// The length of the shortest name.
    min_len: usize,
}

/// The length of the shortest name from which on words are not all read.
const MIN_SAMPLED: usize = 6;

/// 65,536 bits.
type BitTable = [u64; 1 << 10];

impl NameFilter {
    pub(super) fn new() -> NameFilter {
        NameFilter { ends: Box::new([0; 1 << 10]), parts: Box::new([0; 1 << 10]), min_len: usize::MAX }
    }

    /// Adds a name. One that is not a word is found nowhere.
    pub(super) fn add(&mut self, name: &str) {
        let bytes = name.as_bytes();
        let is_word = bytes.iter().all(|&byte| is_name_byte(byte))
            && bytes.first().is_some_and(|&byte| !is_sign(byte))
            && bytes.last().is_some_and(|&byte| !is_sign(byte));
        if !is_word {
            return;
        }
        self.min_len = self.min_len.min(bytes.len());
        set_bit(&mut self.ends, hash_ends(bytes));
        for part in bytes.windows(4) {
            set_bit(&mut self.parts, hash_part([part[0], part[1], part[2], part[3]]));
        }
    }

    /// Finds the next word that may be a name: the end of its run of characters, from which to go on, and its span.
    pub(super) fn find(&self, text: &[u8], mut from: usize) -> Option<(usize, Range<usize>)> {
        if self.min_len == usize::MAX {
            return None;
        }
        loop {
            let run = if self.min_len < MIN_SAMPLED { next_run(text, from)? } else { self.sample(text, from)? };
            from = run.end;
            let word = trim_signs(text, run);
            if !word.is_empty() && has_bit(&self.ends, hash_ends(&text[word.clone()])) {
                return Some((from, word));
            }
        }
    }

    /// The next run of name characters that has four bytes of a name.
    fn sample(&self, text: &[u8], from: usize) -> Option<Range<usize>> {
        let step = self.min_len - 3;
        let mut at = from;
        while let Some(&part) = text.get(at..)?.first_chunk::<4>() {
            if has_bit(&self.parts, hash_part(part)) && part.iter().all(|&byte| is_name_byte(byte)) {
                let before = text[from..at].iter().rev().take_while(|&&byte| is_name_byte(byte)).count();
                return Some(at - before..end_of_run(text, at));
            }
            at += step;
        }
        None
    }
}

/// The next run of name characters.
fn next_run(text: &[u8], from: usize) -> Option<Range<usize>> {
    let start = from + text[from..].iter().position(|&byte| is_name_byte(byte))?;
    Some(start..end_of_run(text, start))
}

fn end_of_run(text: &[u8], start: usize) -> usize {
    let rest = &text[start..];
    start + rest.iter().position(|&byte| !is_name_byte(byte)).unwrap_or(rest.len())
}

fn trim_signs(text: &[u8], run: Range<usize>) -> Range<usize> {
    let bytes = &text[run.clone()];
    let Some(first) = bytes.iter().position(|&byte| !is_sign(byte)) else { return run.end..run.end };
    let signs_at_end = bytes.iter().rev().take_while(|&&byte| is_sign(byte)).count();
    run.start + first..run.end - signs_at_end
}

fn hash_part(part: [u8; 4]) -> u16 {
    (u32::from_le_bytes(part).wrapping_mul(0x9E37_79B1) >> 16) as u16
}

/// A hash of the first and last bytes of a word.
fn hash_ends(word: &[u8]) -> u16 {
    let ends = match (word.first_chunk::<4>(), word.last_chunk::<4>()) {
        (Some(first), Some(last)) => u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last)),
        _ => word.iter().fold(1, |ends, &byte| ends << 8 | u64::from(byte)),
    };
    ((ends ^ word.len() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 48) as u16
}

fn set_bit(table: &mut BitTable, number: u16) {
    table[usize::from(number / 64)] |= 1 << (number % 64);
}

fn has_bit(table: &BitTable, number: u16) -> bool {
    table[usize::from(number / 64)] & 1 << (number % 64) != 0
}

fn is_sign(byte: u8) -> bool {
    matches!(byte, b'-' | b'.')
}

/// The sorts of each byte. Every byte of every ConfigMap is looked up here.
static SORTS: [u8; 256] = {
    let mut sorts = [0; 256];
    let mut byte = 0;
    while byte < 0x80 {
        let is_name = (byte as u8).is_ascii_alphanumeric() || matches!(byte as u8, b'-' | b'.');
        // Variables stand in paths.
        let is_path = is_name || matches!(byte as u8, b'/' | b'_' | b'$' | b'(' | b')' | b'{' | b'}');
        sorts[byte] = if is_name {
            NAME | PATH
        } else if is_path {
            PATH
        } else {
            0
        };
        byte += 1;
    }
    sorts
};
const NAME: u8 = 1;
const PATH: u8 = 2;

fn is_name_byte(byte: u8) -> bool {
    SORTS[usize::from(byte)] & NAME != 0
}

fn is_path_byte(byte: u8) -> bool {
    SORTS[usize::from(byte)] & PATH != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words of a text, each with itself.
    fn words(text: &str) -> Vec<(&str, Word<'_>)> {
        let (mut paths, mut found, mut next) = (PathsOfWords::of(text), Vec::new(), 0);
        while let Some(run) = next_run(text.as_bytes(), next) {
            next = run.end;
            let span = trim_signs(text.as_bytes(), run);
            if !span.is_empty() {
                found.push((&text[span.clone()], paths.locate(&span)));
            }
        }
        found
    }

    /// Pseudo-random numbers, the same on every run.
    struct Numbers(u64);

    impl Numbers {
        fn below(&mut self, bound: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) as usize % bound
        }

        /// Some of these pieces, one behind the other.
        fn join(&mut self, pieces: &[&str], max: usize) -> String {
            let mut text = String::new();
            for _ in 0..self.below(max + 1) {
                text.push_str(pieces[self.below(pieces.len())]);
            }
            text
        }
    }

    #[test]
    fn the_filter_passes_no_name() {
        let pieces = ["app", "a", "config", "-", ".", "_", "/", " ", "é", "x1", "database", "::", "\n", "CONFIG", "ab"];
        let mut numbers = Numbers(1);
        for round in 0..20_000 {
            let names = [numbers.join(&pieces, 4), numbers.join(&pieces, 6), format!("name{}", round % 10)];
            let mut filter = NameFilter::new();
            for name in names.iter().filter(|name| name.len() >= round % 9) {
                filter.add(name);
            }
            let text = [numbers.join(&pieces, 9), names[0].clone(), numbers.join(&pieces, 9)].concat();
            let (mut found, mut next) = (Vec::new(), 0);
            while let Some((end, word)) = filter.find(text.as_bytes(), next) {
                found.push(&text[word]);
                next = end;
            }
            found.retain(|word| names.iter().any(|name| name == word && name.len() >= round % 9));
            let mut expected: Vec<&str> = words(&text).into_iter().map(|(text, _)| text).collect();
            expected.retain(|word| names.iter().any(|name| name == word && name.len() >= round % 9));
            assert_eq!(found, expected, "{names:?} in {text:?}");
        }
    }

    /// The words of a text outside of longer paths.
    fn names(text: &str) -> Vec<&str> {
        words(text).into_iter().filter(|(_, word)| !word.is_in_path()).map(|(text, _)| text).collect()
    }

    /// The same by the definition: each run is split at its slashes, and each segment into words.
    fn names_by_segments(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        for run in text.split(|letter: char| !letter.is_ascii() || !is_path_byte(letter as u8)) {
            let segments: Vec<&str> = run.split('/').collect();
            let is_absolute = matches!(segments[0], "" | "." | "..");
            let steps = segments.iter().filter(|segment| !matches!(**segment, "" | "." | "..")).count();
            for (depth, segment) in segments.iter().enumerate() {
                let before = &segments[..depth];
                let may_be_api =
                    !is_absolute || run.starts_with("//") || before.iter().any(|it| API_SEGMENTS.contains(it));
                let has_resource = before.iter().any(|segment| RESOURCES.contains(&&*segment.to_ascii_lowercase()));
                let is_in_path = match steps {
                    _ if may_be_api && has_resource => false,
                    0 | 1 => false,
                    2 => is_absolute || (depth == 1 && segments[0].contains('.')),
                    _ => true,
                };
                for word in segment.split(|letter: char| !is_name_byte(letter as u8)) {
                    let word = word.trim_matches(['-', '.']);
                    if !word.is_empty() && !is_in_path {
                        found.push(word);
                    }
                }
            }
        }
        found
    }

    #[test]
    fn words_are_those_of_the_segments_of_paths() {
        let pieces = [
            "app",
            "a.b",
            "-",
            ".",
            "..",
            "/",
            "//",
            "_",
            "$",
            "(",
            "{",
            "é",
            " ",
            "\n",
            ":",
            "api",
            "apis",
            "secrets",
            "ConfigMap",
            "namespaces",
            "job.batch",
            "x-",
            "=",
            "é/",
        ];
        let mut numbers = Numbers(1);
        for _ in 0..50_000 {
            let text = numbers.join(&pieces, 12);
            assert_eq!(names(&text), names_by_segments(&text), "{text:?}");
        }
    }

    #[test]
    fn words_are_whole() {
        assert_eq!(names("--name=app,other.conf; (third)-"), ["name", "app", "other.conf", "third"]);
        assert_eq!(names("a_b"), ["a", "b"]);
    }

    #[test]
    fn longer_paths_hold_no_names() {
        for text in ["/etc/app/x.conf", "./conf/app", "a/b/app", "$(DIR)/a/app", "https://host/app", "ghcr.io/app:1"] {
            assert!(!names(text).contains(&"app"), "{text}");
        }
        assert!(!names("/run/secrets/app").contains(&"app"));
    }

    #[test]
    fn short_paths_and_paths_of_the_api_hold_names() {
        for text in [
            "/app",
            "prod/app",
            "$(POD_NAMESPACE)/app",
            "configmap/app",
            "jobs.batch/app",
            "prod/secret/app",
            "/api/v1/namespaces/prod/configmaps/app",
            "https://kubernetes.default/api/v1/namespaces/prod/secrets/app",
            "ref+k8s://v1/Secret/prod/app/password",
        ] {
            assert!(names(text).contains(&"app"), "{text}");
        }
    }

    #[test]
    fn a_path_of_one_step_is_compared_with_a_mount() {
        let is_mount = |text, path| words(text).iter().any(|(_, word)| word.is_path(path));
        assert!(is_mount("--dir=/app", "/app/") && is_mount("/app/", "/app"));
        assert!(!is_mount("app", "/app") && !is_mount("/app/x", "/app") && !is_mount("/application", "/app"));
    }
}
