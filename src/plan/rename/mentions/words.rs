//! Words of a text that can be names of objects, and the paths that they are parts of.

/// A word that can be a name.
#[derive(Clone, Copy)]
pub(super) struct Word<'t> {
    pub(super) text: &'t str,
    /// The run of path characters that holds the word.
    run: &'t str,
    /// The number of slashes in the run before the word.
    depth: usize,
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

impl Word<'_> {
    /// Returns `true` if the word is only a part of a longer path, of a file or an address: `/etc/app/app.conf`. A path
    /// of one step (`/app`), `namespace/name`, `configmap/name` and a path of the Kubernetes API can mean the object.
    pub(super) fn is_in_path(&self) -> bool {
        let segments: Vec<&str> = self.run.split('/').collect();
        let before = &segments[..self.depth];
        let is_absolute = matches!(segments[0], "" | "." | "..");
        let may_be_api =
            !is_absolute || self.run.starts_with("//") || before.iter().any(|it| API_SEGMENTS.contains(it));
        if may_be_api && before.iter().any(|segment| RESOURCES.contains(&&*segment.to_ascii_lowercase())) {
            return false;
        }
        let steps = segments.iter().filter(|segment| !matches!(**segment, "" | "." | "..")).count();
        match steps {
            0 | 1 => false,
            // The first of two is a namespace unless it has a dot, as domains do.
            2 => is_absolute || (self.depth == 1 && segments[0].contains('.')),
            _ => true,
        }
    }

    /// Returns `true` if the word is this path, of one step, or its last step.
    pub(super) fn is_path(&self, path: &str) -> bool {
        self.run.starts_with('/') && self.run.trim_end_matches('/') == path.trim_end_matches('/')
    }
}

/// Splits a text into the words that can be names: runs of the characters that names are made of.
pub(super) fn split_words(text: &str) -> impl Iterator<Item = Word<'_>> {
    let words = split_runs(text, is_path_byte).flat_map(|run| {
        run.split('/').enumerate().flat_map(move |(depth, segment)| {
            split_runs(segment, is_name_byte).map(move |text| Word { text: text.trim_matches(['-', '.']), run, depth })
        })
    });
    words.filter(|word| !word.text.is_empty())
}

/// The runs of bytes of a sort in a text.
fn split_runs(text: &str, belongs: impl Fn(u8) -> bool + Copy) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let start = rest.bytes().position(belongs)?;
        let run = &rest[start..];
        let end = run.bytes().position(|byte| !belongs(byte)).unwrap_or(run.len());
        rest = &run[end..];
        Some(&run[..end])
    })
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

    /// The words of a text outside of longer paths.
    fn names(text: &str) -> Vec<&str> {
        split_words(text).filter(|word| !word.is_in_path()).map(|word| word.text).collect()
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
        let is_mount = |text, path| split_words(text).any(|word| word.is_path(path));
        assert!(is_mount("--dir=/app", "/app/") && is_mount("/app/", "/app"));
        assert!(!is_mount("app", "/app") && !is_mount("/app/x", "/app") && !is_mount("/application", "/app"));
    }
}
