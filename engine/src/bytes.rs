//! Columns of numbers as bytes, for serde: as they lie in memory, so that they cross from one worker
//! to another at the speed of a copy. Both run on one machine: its byte order is theirs.

use bytemuck::Pod;
use serde::de::{Error, Visitor};
use serde::{Deserializer, Serializer};
use std::fmt;
use std::marker::PhantomData;

/// Writes a column.
///
/// # Errors
/// The serializer's own.
pub fn serialize<T: Pod, S: Serializer>(column: &[T], to: S) -> Result<S::Ok, S::Error> {
    to.serialize_bytes(bytemuck::cast_slice(column))
}

/// Reads a column.
///
/// # Errors
/// If the bytes are no whole number of values.
pub fn deserialize<'de, T: Pod, D: Deserializer<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    struct Bytes<T>(PhantomData<T>);
    impl<T: Pod> Visitor<'_> for Bytes<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a column of numbers")
        }

        fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<T>, E> {
            let len = bytes.len() / size_of::<T>();
            if len * size_of::<T>() != bytes.len() {
                return Err(E::invalid_length(bytes.len(), &self));
            }
            let mut column = vec![T::zeroed(); len];
            bytemuck::cast_slice_mut(&mut column).copy_from_slice(bytes);
            Ok(column)
        }
    }
    from.deserialize_bytes(Bytes(PhantomData))
}
