//! Lists that are empty in nearly all of many values.

use std::ops::Deref;

/// A list that takes no more than a pointer while it is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::box_collection, reason = "a vector is three times as large, and there are many empty ones")]
pub struct RareList<T>(Option<Box<Vec<T>>>);

impl<T> RareList<T> {
    /// No elements.
    pub const EMPTY: RareList<T> = RareList(None);

    /// Adds an element to the end.
    pub fn push(&mut self, element: T) {
        self.insert(self.len(), element);
    }

    /// Adds an element at an index. There is no more room than for half as many again: most of these lists stay short.
    pub fn insert(&mut self, index: usize, element: T) {
        let list = self.0.get_or_insert_default();
        if list.len() == list.capacity() {
            list.reserve_exact(1 + list.len() / 2);
        }
        list.insert(index, element);
    }

    /// Adds elements to the end.
    pub fn extend(&mut self, elements: impl IntoIterator<Item = T>) {
        for element in elements {
            self.push(element);
        }
    }

    /// Removes all elements.
    pub fn clear(&mut self) {
        self.0 = None;
    }
}

impl<T> Default for RareList<T> {
    fn default() -> RareList<T> {
        RareList::EMPTY
    }
}

impl<T> From<Vec<T>> for RareList<T> {
    fn from(list: Vec<T>) -> RareList<T> {
        RareList((!list.is_empty()).then(|| Box::new(list)))
    }
}

impl<T> Deref for RareList<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match &self.0 {
            Some(list) => list,
            None => &[],
        }
    }
}

impl<'l, T> IntoIterator for &'l RareList<T> {
    type Item = &'l T;
    type IntoIter = std::slice::Iter<'l, T>;

    fn into_iter(self) -> std::slice::Iter<'l, T> {
        self.iter()
    }
}
