//! Suffixes that another tool has put behind a name: with ours the name has two, and its base name changes whenever the
//! first one does.
//!
//! kustomize appends ten characters of an alphabet without vowels (`api/hasher/hasher.go`), as does
//! `kubectl create --append-hash` (`kubectl/pkg/util/hash/hash.go`); kapp appends `-ver-` and a number to versioned
//! resources (carvel.dev/kapp, "Versioned Resources"); charts and scripts append hex digits of a digest.

use super::Renamer;
use crate::bundle::Object;
use crate::diagnostic::{ForeignSuffix, RenameMessage};
use crate::suffix::has_form_of_suffix;
use crate::yaml::Node;

/// The fewest hex digits that are taken to be a digest: shorter ones can be words, numbers and versions.
const MIN_HEX_DIGITS: usize = 8;

impl Renamer<'_, '_> {
    /// Reports a name that gets a second suffix; `name` is the scalar that holds it.
    pub(super) fn report_foreign_suffix(&mut self, object: &Object, scalar: Node<'_>, name: &str) {
        if let Some((suffix, origin)) = find_foreign_suffix(name) {
            self.report(object, scalar, RenameMessage::SecondSuffix { suffix: suffix.to_string(), origin });
        }
    }
}

/// Finds the suffix of another tool at the end of a name, and the sort of tool.
fn find_foreign_suffix(name: &str) -> Option<(&str, ForeignSuffix)> {
    let (base, last) = name.rsplit_once('-')?;
    let is_number = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
    if is_number && base.len() > "-ver".len() && base.ends_with("-ver") {
        return Some((&name[base.len() - "-ver".len()..], ForeignSuffix::KappVersion));
    }
    if base.is_empty() || is_number {
        return None;
    }
    let suffix = &name[base.len()..];
    if has_form_of_suffix(last) {
        return Some((suffix, ForeignSuffix::Kustomize));
    }
    let is_hex = last.len() >= MIN_HEX_DIGITS && last.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let has_digit = last.bytes().any(|byte| byte.is_ascii_digit());
    (is_hex && has_digit).then_some((suffix, ForeignSuffix::HexDigest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suffixes_of_other_tools_are_found() {
        for (name, suffix, origin) in [
            ("app-b9t2424hkf", "-b9t2424hkf", ForeignSuffix::Kustomize),
            ("cm-kd5db6f449", "-kd5db6f449", ForeignSuffix::Kustomize),
            ("app-ver-12", "-ver-12", ForeignSuffix::KappVersion),
            ("app-3f2a9c1b", "-3f2a9c1b", ForeignSuffix::HexDigest),
            ("a-d41d8cd98f00b204e9800998ecf8427e", "-d41d8cd98f00b204e9800998ecf8427e", ForeignSuffix::HexDigest),
        ] {
            assert_eq!(find_foreign_suffix(name), Some((suffix, origin)), "{name}");
        }
    }

    #[test]
    fn words_numbers_and_versions_are_no_suffixes_of_tools() {
        for name in [
            "app",
            "app-background",
            "app-configuration",
            "app-20240131",
            "app-2245678945",
            "app-1234567",
            "app-deadbeef",
            "app-v1",
            "ver-1",
            "app-version-1",
            "app-ver-",
            "-b9t2424hkf",
        ] {
            assert_eq!(find_foreign_suffix(name), None, "{name}");
        }
    }
}
