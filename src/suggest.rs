//! Suggestions for misspelt names: of objects, keys, namespaces, kinds, fields and values.

/// Names among which misspelt ones are looked up. Each look-up reads all of them, most of them only by their length and
/// letters.
pub struct NameSuggestions<'n> {
    names: Vec<KnownName<'n>>,
}

struct KnownName<'n> {
    name: &'n str,
    /// The name without what people mix up freely: case, and the signs between words.
    plain: String,
    letters: u64,
}

impl<'n> FromIterator<&'n str> for NameSuggestions<'n> {
    fn from_iter<I: IntoIterator<Item = &'n str>>(names: I) -> NameSuggestions<'n> {
        let mut known = Vec::new();
        for name in names {
            let plain = plain_of(name);
            known.push(KnownName { name, letters: letters_of(&plain), plain });
        }
        NameSuggestions { names: known }
    }
}

impl<'n> NameSuggestions<'n> {
    /// Returns `true` if it is one of the names.
    pub fn contains(&self, name: &str) -> bool {
        self.names.iter().any(|known| known.name == name)
    }

    /// Returns the known name that a misspelt one most likely means, if one is similar enough: the first of the most similar
    /// ones. Names that differ in numbers only are different things.
    pub fn nearest(&self, name: &str) -> Option<&'n str> {
        let plain = plain_of(name);
        let letters = letters_of(&plain);
        let mut most = most_slips(&plain);
        let mut nearest = None;
        for known in &self.names {
            let different = (known.letters ^ letters).count_ones() as usize;
            if known.name == name || known.plain.len().abs_diff(plain.len()) > most || different > 2 * most {
                continue;
            }
            let slips = strsim::osa_distance(&known.plain, &plain);
            let is_nearer = nearest.is_none() || slips < most;
            if slips <= most
                && is_nearer
                && !differ_in_numbers(&known.plain, &plain)
                && have_similar_words(known.name, name)
            {
                most = slips;
                nearest = Some(known.name);
            }
        }
        nearest
    }
}

/// Returns the known name that a misspelt one most likely means; see [`NameSuggestions::nearest`].
///
/// ```
/// # use rollstamp::suggest::nearest_name;
/// assert_eq!(nearest_name("app-confg", ["app-config", "web-config"]), Some("app-config"));
/// assert_eq!(nearest_name("config-1", ["config-2"]), None);
/// ```
pub fn nearest_name<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    known.into_iter().collect::<NameSuggestions<'n>>().nearest(name)
}

fn plain_of(name: &str) -> String {
    name.chars().filter(|letter| !matches!(letter, '-' | '_' | '.')).flat_map(char::to_lowercase).collect()
}

/// A bit for each letter that is in a name.
fn letters_of(plain: &str) -> u64 {
    plain.bytes().fold(0, |letters, byte| letters | 1 << (byte & 63))
}

/// The number of letters that may be missing, too many, swapped or wrong: one in a short name, more in a long one. A
/// name of one or two letters can be misspelt in its case only.
fn most_slips(plain: &str) -> usize {
    match plain.chars().count() {
        0..=2 => 0,
        length => (length / 4).clamp(1, 3),
    }
}

/// Returns `false` for names of as many words of which one is another word: `app-tls` is not a misspelt `app-s3`.
fn have_similar_words(one: &str, other: &str) -> bool {
    let is_sign = |letter: char| matches!(letter, '-' | '_' | '.');
    let (ones, others) = (one.split(is_sign), other.split(is_sign));
    if ones.clone().count() != others.clone().count() {
        return true;
    }
    for (one, other) in ones.zip(others) {
        let (one, other) = (one.to_lowercase(), other.to_lowercase());
        if strsim::osa_distance(&one, &other) > most_slips(&one).max(most_slips(&other)) {
            return false;
        }
    }
    true
}

fn differ_in_numbers(one: &str, other: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let others = |text: &str| text.chars().filter(|letter| !letter.is_ascii_digit()).collect::<String>();
    digits(one) != digits(other) && others(one) == others(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found_and_other_names_are_not() {
        for (name, known, nearest) in [
            ("app-confg", &["web-config", "app-config"][..], Some("app-config")),
            ("wbe", &["api", "web"], Some("web")),
            ("roll-on", &["rollOn", "roll"], Some("rollOn")),
            ("LOG_LEVL", &["LOG_LEVEL", "LOG_FILE"], Some("LOG_LEVEL")),
            ("application.yml", &["application.yaml"], Some("application.yaml")),
            ("configmap", &["ConfigMap"], Some("ConfigMap")),
            ("Web", &["web"], Some("web")),
            ("web", &["api", "db", "cache"], None),
            ("db", &["d1", "web"], None),
            ("node-1", &["node-2", "node-11"], None),
            ("team-results-tls", &["team-results-s3", "team-result-tls"], Some("team-result-tls")),
            ("web-dev", &["web-env", "web-qa"], None),
            ("shard1-config", &["shard1-confg"], Some("shard1-confg")),
            ("", &["a"], None),
            ("frontend", &[], None),
            // The name itself is no suggestion: something else about it is wrong.
            ("web", &["web"], None),
        ] {
            assert_eq!(nearest_name(name, known.iter().copied()), nearest, "{name}");
        }
    }

    #[test]
    fn the_first_of_equally_similar_names_is_suggested() {
        assert_eq!(nearest_name("weba", ["webb", "webc"]), Some("webb"));
        assert_eq!(nearest_name("web-conf", ["web-confg", "web_conf"]), Some("web_conf"));
    }
}
