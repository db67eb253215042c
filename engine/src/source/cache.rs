//! Blocks of the file that were read on demand.

use super::files::Files;
use super::{ByteSource, Piece};
use crate::limits::BLOCKS;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Bytes of one block.
pub const BLOCK: u64 = 256 << 10;

/// The blocks used last.
#[derive(Debug, Default)]
pub struct BlockCache {
    blocks: BTreeMap<u64, (u64, Rc<Vec<u8>>)>,
    uses: u64,
}

impl BlockCache {
    fn get(&mut self, at: u64) -> Option<Rc<Vec<u8>>> {
        self.uses += 1;
        let (used, block) = self.blocks.get_mut(&at)?;
        *used = self.uses;
        Some(Rc::clone(block))
    }

    fn put(&mut self, at: u64, block: Rc<Vec<u8>>) {
        if self.blocks.len() >= BLOCKS {
            let oldest = self
                .blocks
                .iter()
                .min_by_key(|(_, (used, _))| *used)
                .map(|(n, _)| *n);
            oldest.and_then(|n| self.blocks.remove(&n));
        }
        self.uses += 1;
        self.blocks.insert(at, (self.uses, block));
    }
}

/// Bytes `start .. start + len` of the log, clamped to the end of their file, by way of the cache;
/// long ranges go past it.
///
/// # Errors
/// The browser's words if it cannot be read.
pub async fn read<S: ByteSource>(
    source: &Files<S>,
    cache: &RefCell<BlockCache>,
    start: u64,
    len: u64,
) -> Result<Vec<u8>, String> {
    let end = start.saturating_add(len).min(source.end_of(start));
    if end.saturating_sub(start) > 4 * BLOCK {
        let piece = source.read(start, end - start).await?;
        let mut bytes = vec![0; piece.len()];
        piece.copy_to(&mut bytes);
        return Ok(bytes);
    }
    let mut bytes = Vec::with_capacity(end.saturating_sub(start) as usize);
    let mut at = start;
    while at < end {
        let (block, block_at) = block_of(source, cache, at).await?;
        let from = (at - block_at) as usize;
        let to = ((end - block_at) as usize).min(block.len());
        let Some(part) = block.get(from..to).filter(|p| !p.is_empty()) else {
            return Err("the file is shorter than when it was opened".to_owned());
        };
        bytes.extend_from_slice(part);
        at += part.len() as u64;
    }
    Ok(bytes)
}

/// The block that holds byte `at` of the log, and the offset of its first byte. A block begins where
/// its file does, or a multiple of [`BLOCK`] after.
async fn block_of<S: ByteSource>(
    source: &Files<S>,
    cache: &RefCell<BlockCache>,
    at: u64,
) -> Result<(Rc<Vec<u8>>, u64), String> {
    let base = source.base_of(at);
    let block_at = base + (at - base) / BLOCK * BLOCK;
    if let Some(block) = cache.borrow_mut().get(block_at) {
        return Ok((block, block_at));
    }
    let piece = source.read(block_at, BLOCK).await?;
    let mut block = vec![0; piece.len()];
    piece.copy_to(&mut block);
    let block = Rc::new(block);
    cache.borrow_mut().put(block_at, Rc::clone(&block));
    Ok((block, block_at))
}
