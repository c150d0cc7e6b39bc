//! NameWords of a text that can be names of objects, and the paths that they are parts of.
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

/// NameWords of the paths of the Kubernetes API.
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

/// The words of a text that can be names, in their order: runs of the characters that names are made of, without the
/// signs at their ends that no name has there.
pub(super) struct NameWords<'t> {
    text: &'t str,
    /// The end of the last word's run of name characters.
    next: usize,
    /// The run of path characters around the last word that was located, where it is, and the number of slashes in it up
    /// to that word: another word of the same run goes on from there.
    run: Option<(PathRun<'t>, Range<usize>)>,
    slashes: (usize, usize),
}

impl<'t> NameWords<'t> {
    pub(super) fn of(text: &'t str) -> NameWords<'t> {
        NameWords { text, next: 0, run: None, slashes: (0, 0) }
    }

    /// Passes the next word.
    pub(super) fn next_span(&mut self) -> Option<Range<usize>> {
        let bytes = self.text.as_bytes();
        loop {
            let start = self.next + bytes[self.next..].iter().position(|&byte| is_name_byte(byte))?;
            let rest = &bytes[start..];
            let end = start + rest.iter().position(|&byte| !is_name_byte(byte)).unwrap_or(rest.len());
            self.next = end;
            let run = &bytes[start..end];
            let Some(first) = run.iter().position(|&byte| !is_sign(byte)) else { continue };
            let signs_at_end = run.iter().rev().take_while(|&&byte| is_sign(byte)).count();
            return Some(start + first..end - signs_at_end);
        }
    }

    /// The word that was passed last, by its span, with the path that it is a part of.
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
        let mut words = NameWords::of(text);
        let mut found = Vec::new();
        while let Some(span) = words.next_span() {
            found.push((&text[span.clone()], words.locate(&span)));
        }
        found
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
        let mut number: u64 = 1;
        for _ in 0..50_000 {
            let mut text = String::new();
            for _ in 0..number % 13 {
                number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                text.push_str(pieces[(number >> 33) as usize % pieces.len()]);
            }
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407) >> 1;
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
