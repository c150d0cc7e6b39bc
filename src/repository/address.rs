//! Addresses of repositories, and the question whether one is that of this repository.

use std::collections::BTreeMap;

use super::fields;
use super::index::RepositoryIndex;
use super::settings::DiscoveryOptions;

/// The addresses of this repository.
pub(super) struct OwnAddresses {
    addresses: Vec<String>,
    /// Set if the addresses are guessed from the Applications, since none are known.
    pub(super) guessed: Option<String>,
}

impl OwnAddresses {
    pub(super) fn new(index: &RepositoryIndex, options: &DiscoveryOptions) -> OwnAddresses {
        let addresses: Vec<String> = options.urls.iter().map(|url| normalize(url)).collect();
        if !addresses.is_empty() {
            return OwnAddresses { addresses, guessed: None };
        }
        let guessed = commonest_address(index);
        let addresses = guessed.iter().map(|url| normalize(url)).collect();
        OwnAddresses { addresses, guessed }
    }

    /// Returns `true` for the address of this repository. An address of `owner/name` alone stands for any host.
    pub(super) fn contain(&self, url: &str) -> bool {
        let url = normalize(url);
        self.addresses.iter().any(|own| {
            let has_host = own.split('/').count() > 2;
            *own == url || (!has_host && url.strip_suffix(own.as_str()).is_some_and(|host| host.ends_with('/')))
        })
    }

    /// Returns `true` for the address of an artifact that has the owner and the name of this repository in its path.
    pub(super) fn contain_artifact(&self, url: &str) -> bool {
        let url = normalize(url);
        self.addresses.iter().any(|own| {
            let mut segments = own.rsplitn(3, '/');
            match (segments.next(), segments.next()) {
                (Some(name), Some(owner)) => format!("{url}/").contains(&format!("/{owner}/{name}/")),
                _ => false,
            }
        })
    }
}

/// The address that most Applications name, and the first of several.
fn commonest_address(index: &RepositoryIndex) -> Option<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for manifest in index.manifests() {
        let specification = match manifest.kind() {
            "Application" => fields::field(&manifest.value, &["spec"]),
            "ApplicationSet" => fields::field(&manifest.value, &["spec", "template", "spec"]),
            _ => None,
        };
        let Some(specification) = specification else { continue };
        let mut sources: Vec<_> = fields::items(specification, &["sources"]).iter().collect();
        sources.extend(fields::field(specification, &["source"]));
        for source in sources {
            let has_path = fields::text(source, &["path"]).is_some() && fields::text(source, &["chart"]).is_none();
            let url = fields::text(source, &["repoURL"]).filter(|url| has_path && !url.contains("{{"));
            if let Some(url) = url {
                *counts.entry(url.to_owned()).or_default() += 1;
            }
        }
    }
    let mut best: Option<(String, usize)> = None;
    for (url, count) in counts {
        if best.as_ref().is_none_or(|(_, most)| count > *most) {
            best = Some((url, count));
        }
    }
    best.map(|(url, _)| url)
}

/// The address without scheme, user, port, `.git` and the slash at its end, in lower case.
fn normalize(url: &str) -> String {
    let lower = url.trim().to_ascii_lowercase();
    let has_scheme = lower.contains("://");
    let rest = lower.split_once("://").map_or(lower.as_str(), |(_, rest)| rest);
    let (host, path) = match rest.split_once('/') {
        Some((host, path)) if has_scheme || !host.contains(':') => (host.to_owned(), path.to_owned()),
        // git@host:owner/name
        _ => match rest.split_once(':') {
            Some((host, path)) => (host.to_owned(), path.to_owned()),
            None => return rest.trim_end_matches('/').trim_end_matches(".git").to_owned(),
        },
    };
    let host = host.rsplit_once('@').map_or(host.as_str(), |(_, host)| host);
    let host = host.split_once(':').map_or(host, |(host, _)| host);
    let path = path.trim_matches('/').trim_end_matches(".git");
    format!("{host}/{path}")
}

/// Returns `true` if a revision of a source is not one that moves with the branch that is read.
pub(super) fn is_pinned(revision: &str, options: &DiscoveryOptions) -> bool {
    if revision.is_empty() || revision == "HEAD" || revision.starts_with("refs/heads/") {
        return false;
    }
    let is_hash = matches!(revision.len(), 40 | 64) && revision.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hash {
        return options.commit.as_deref() != Some(revision);
    }
    let tag = revision.strip_prefix("refs/tags/");
    let number = revision.trim_start_matches(['v', '^', '~', '>', '=', ' ']);
    let is_version = number.starts_with(|first: char| first.is_ascii_digit())
        && number.contains('.')
        && number.split(['.', '-', '+']).next().is_some_and(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    tag.is_some() || is_version || options.tags.iter().any(|known| known == revision)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_compared_without_what_does_not_matter() {
        let own = OwnAddresses { addresses: vec![normalize("git@git.example.com:team/fleet.git")], guessed: None };
        for url in [
            "https://git.example.com/team/fleet",
            "https://user@git.example.com:8443/Team/fleet.git/",
            "ssh://git@git.example.com:22/team/fleet.git",
            "git@git.example.com:team/fleet",
        ] {
            assert!(own.contain(url), "{url}");
        }
        assert!(!own.contain("https://git.example.com/team/fleet2"));
        assert!(own.contain_artifact("oci://ghcr.io/team/fleet/manifests"));
        assert!(!own.contain_artifact("oci://ghcr.io/other/fleet"));
        let fork = OwnAddresses { addresses: vec![normalize("team/fleet")], guessed: None };
        assert!(
            fork.contain("https://git.example.com/team/fleet") && !fork.contain("https://git.example.com/a-team/fleet")
        );
    }

    #[test]
    fn branches_move_and_tags_and_commits_do_not() {
        let options = DiscoveryOptions::default().tags(vec!["stable".to_owned()]).commit(Some("a".repeat(40)));
        for (revision, expected) in [
            ("HEAD", false),
            ("main", false),
            ("release/1.2", false),
            ("refs/heads/v1", false),
            ("v1.2.3", true),
            ("~1.2", true),
            ("stable", true),
            ("refs/tags/x", true),
            (&"b".repeat(40), true),
            (&"a".repeat(40), false),
        ] {
            assert_eq!(is_pinned(revision, &options), expected, "{revision}");
        }
    }
}
