//! A column that grows by chunks, so that it never moves and never takes twice its size.

/// Values of one chunk.
pub const CHUNK: usize = 1 << 16;

/// Values of one property, or small records, in order.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub struct Column<T> {
    chunks: Vec<Vec<T>>,
}

impl<T> Default for Column<T> {
    fn default() -> Self {
        Column { chunks: Vec::new() }
    }
}

impl<T> Column<T> {
    /// Number of values.
    pub fn len(&self) -> usize {
        match self.chunks.split_last() {
            Some((last, before)) => before.len() * CHUNK + last.len(),
            None => 0,
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// Adds a value at the end.
    pub fn push(&mut self, value: T) {
        match self.chunks.last_mut() {
            Some(chunk) if chunk.len() < CHUNK => chunk.push(value),
            // The first chunk grows: most logs are short.
            None => self.chunks.push(vec![value]),
            Some(_) => {
                let mut chunk = Vec::with_capacity(CHUNK);
                chunk.push(value);
                self.chunks.push(chunk);
            }
        }
    }

    /// Value `i`, to be looked at.
    pub fn at(&self, i: usize) -> Option<&T> {
        self.chunks.get(i / CHUNK)?.get(i % CHUNK)
    }

    /// The last value, to be changed.
    pub fn last_mut(&mut self) -> Option<&mut T> {
        self.chunks.last_mut()?.last_mut()
    }

    /// All values in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.chunks.iter().flatten()
    }

    /// Bytes allocated for values.
    pub fn bytes(&self) -> usize {
        let held: usize = self.chunks.iter().map(Vec::capacity).sum();
        held * size_of::<T>()
    }
}

impl<T: Copy> Column<T> {
    /// Value `i`.
    pub fn get(&self, i: usize) -> Option<T> {
        self.at(i).copied()
    }

    /// Sets value `i`, if there is one.
    pub fn set(&mut self, i: usize, value: T) {
        let slot = self
            .chunks
            .get_mut(i / CHUNK)
            .and_then(|c| c.get_mut(i % CHUNK));
        if let Some(slot) = slot {
            *slot = value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_across_chunks() {
        let mut column = Column::default();
        assert!(column.is_empty() && column.last_mut().is_none());
        for i in 0..CHUNK + 3 {
            column.push(i);
        }
        column.set(CHUNK + 1, 7);
        assert_eq!((column.len(), column.get(CHUNK + 1)), (CHUNK + 3, Some(7)));
        assert_eq!(column.get(CHUNK + 3), None);
        assert_eq!(column.iter().copied().max(), Some(CHUNK + 2));
    }
}
