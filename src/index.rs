//! Typed indices: the number of an object cannot be taken for that of a document, and needs no comment to tell which
//! list it is an index of.

mod rare_list;

pub use rare_list::RareList;

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::num::NonZeroU32;
use std::ops::{Deref, DerefMut, Index, IndexMut, Range};

/// The index of a `T` in the one [`IdVec`] that holds all of them. An `Option<Id<T>>` is as small as an id.
pub struct Id<T> {
    /// The index and one.
    number: NonZeroU32,
    target: PhantomData<fn() -> T>,
}

impl<T> Id<T> {
    /// The id of the element at an index, which is below 2³² - 1: no list here is longer.
    pub const fn new(index: usize) -> Id<T> {
        Id { number: NonZeroU32::MIN.saturating_add(index as u32), target: PhantomData }
    }

    /// The index as a plain number.
    pub const fn index(self) -> usize {
        self.number.get() as usize - 1
    }
}

// Derived, these would ask the same of `T`.

impl<T> Clone for Id<T> {
    fn clone(&self) -> Id<T> {
        *self
    }
}

impl<T> Copy for Id<T> {}

impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Id<T>) -> bool {
        self.number == other.number
    }
}

impl<T> Eq for Id<T> {}

impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Id<T>) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Id<T>) -> Ordering {
        self.number.cmp(&other.number)
    }
}

impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.number.hash(state);
    }
}

impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Id({})", self.index())
    }
}

/// A list that is indexed by ids: the list of all `K`, or one that holds a `V` for each of them.
///
/// It is a slice otherwise, but never indexed by plain numbers.
pub struct IdVec<K, V = K> {
    values: Vec<V>,
    key: PhantomData<fn() -> K>,
}

impl<K, V> IdVec<K, V> {
    /// An empty list.
    pub const fn new() -> IdVec<K, V> {
        IdVec { values: Vec::new(), key: PhantomData }
    }

    /// Appends an element, and returns its id.
    pub fn push(&mut self, value: V) -> Id<K> {
        self.values.push(value);
        Id::new(self.values.len() - 1)
    }

    /// The id that the next element will have.
    pub fn next_id(&self) -> Id<K> {
        Id::new(self.values.len())
    }

    /// The element of an id, if there is one.
    pub fn get(&self, id: Id<K>) -> Option<&V> {
        self.values.get(id.index())
    }

    /// The ids of all elements, in order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = Id<K>> + ExactSizeIterator + use<K, V> {
        (0..self.values.len()).map(Id::new)
    }

    /// All elements with their ids, in order.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = (Id<K>, &V)> + ExactSizeIterator {
        self.values.iter().enumerate().map(|(index, value)| (Id::new(index), value))
    }

    /// Makes room for just a number of elements.
    pub fn reserve_exact(&mut self, count: usize) {
        self.values.reserve_exact(count);
    }

    /// Gives back memory that is not used.
    pub fn shrink_to_fit(&mut self) {
        self.values.shrink_to_fit();
    }

    /// The elements as a plain list.
    pub fn into_vec(self) -> Vec<V> {
        self.values
    }
}

impl<K, V> Index<Id<K>> for IdVec<K, V> {
    type Output = V;

    fn index(&self, id: Id<K>) -> &V {
        &self.values[id.index()]
    }
}

impl<K, V> IndexMut<Id<K>> for IdVec<K, V> {
    fn index_mut(&mut self, id: Id<K>) -> &mut V {
        &mut self.values[id.index()]
    }
}

impl<K, V> Index<Range<Id<K>>> for IdVec<K, V> {
    type Output = [V];

    fn index(&self, ids: Range<Id<K>>) -> &[V] {
        &self.values[ids.start.index()..ids.end.index()]
    }
}

impl<K, V> IndexMut<Range<Id<K>>> for IdVec<K, V> {
    fn index_mut(&mut self, ids: Range<Id<K>>) -> &mut [V] {
        &mut self.values[ids.start.index()..ids.end.index()]
    }
}

impl<K, V> Deref for IdVec<K, V> {
    type Target = [V];

    fn deref(&self) -> &[V] {
        &self.values
    }
}

impl<K, V> DerefMut for IdVec<K, V> {
    fn deref_mut(&mut self) -> &mut [V] {
        &mut self.values
    }
}

impl<K, V> From<Vec<V>> for IdVec<K, V> {
    fn from(values: Vec<V>) -> IdVec<K, V> {
        IdVec { values, key: PhantomData }
    }
}

impl<K, V> FromIterator<V> for IdVec<K, V> {
    fn from_iter<I: IntoIterator<Item = V>>(values: I) -> IdVec<K, V> {
        IdVec::from(Vec::from_iter(values))
    }
}

impl<K, V> Extend<V> for IdVec<K, V> {
    fn extend<I: IntoIterator<Item = V>>(&mut self, values: I) {
        self.values.extend(values);
    }
}

impl<K, V> IntoIterator for IdVec<K, V> {
    type Item = V;
    type IntoIter = std::vec::IntoIter<V>;

    fn into_iter(self) -> Self::IntoIter {
        self.values.into_iter()
    }
}

impl<'v, K, V> IntoIterator for &'v IdVec<K, V> {
    type Item = &'v V;
    type IntoIter = std::slice::Iter<'v, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.values.iter()
    }
}

impl<K, V> Default for IdVec<K, V> {
    fn default() -> IdVec<K, V> {
        IdVec::new()
    }
}

impl<K, V: Clone> Clone for IdVec<K, V> {
    fn clone(&self) -> IdVec<K, V> {
        IdVec::from(self.values.clone())
    }
}

impl<K, V: PartialEq> PartialEq for IdVec<K, V> {
    fn eq(&self, other: &IdVec<K, V>) -> bool {
        self.values == other.values
    }
}

impl<K, V: Eq> Eq for IdVec<K, V> {}

impl<K, V: fmt::Debug> fmt::Debug for IdVec<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.values.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct City;

    #[test]
    fn elements_are_found_by_the_ids_that_push_returned() {
        let mut names: IdVec<City, &str> = IdVec::new();
        let (bern, rome) = (names.push("Bern"), names.push("Rome"));
        assert_eq!((names[bern], names[rome], names.get(Id::new(2))), ("Bern", "Rome", None));
        assert_eq!(names[bern..rome], ["Bern"]);
        assert!(names.ids().eq([bern, rome]));
        assert!(names.entries().eq([(bern, &"Bern"), (rome, &"Rome")]));
        names[rome] = "Roma";
        assert_eq!(names.into_vec(), ["Bern", "Roma"]);
    }

    #[test]
    fn ids_are_ordered_by_their_index() {
        let (first, second): (Id<City>, Id<City>) = (Id::new(1), Id::new(2));
        assert!(first < second);
        assert_eq!(format!("{first:?}"), "Id(1)");
        assert_eq!(second.index(), 2);
    }
}
