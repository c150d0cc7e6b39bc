//! Objects of one identity in two trees, paired by the paths of their files.

/// Pairs the members of two lists, and takes out of `bases` what gets a partner. Where one identity stands in several
/// files, as in overlays, those of the likest paths belong together.
pub(super) fn match_by_path<'n, T: Copy + Ord>(
    bases: &mut Vec<T>,
    heads: &[T],
    base_path: impl Fn(T) -> &'n str,
    head_path: impl Fn(T) -> &'n str,
) -> Vec<(T, T)> {
    if let ([base], [head]) = (&bases[..], heads) {
        let pair = (*head, *base);
        bases.clear();
        return vec![pair];
    }
    let mut likest: Vec<(usize, T, T)> = Vec::new();
    for &head in heads {
        for &base in bases.iter() {
            likest.push((path_similarity(base_path(base), head_path(head)), head, base));
        }
    }
    likest.sort_by(|a, b| b.0.cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut pairs: Vec<(T, T)> = Vec::new();
    for (_, head, base) in likest {
        if bases.contains(&base) && !pairs.iter().any(|pair| pair.0 == head) {
            pairs.push((head, base));
            bases.retain(|&other| other != base);
        }
    }
    pairs
}

/// Counts the names that two paths have in common at their ends.
fn path_similarity(a: &str, b: &str) -> usize {
    // The revision before a path ends in a colon.
    let separators = ['/', ':'];
    a.rsplit(separators).zip(b.rsplit(separators)).take_while(|(a, b)| a == b).count()
}
