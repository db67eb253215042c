//! Bytes on their way from a source to whoever reads them in order.

/// Bytes read and not yet used up, in one allocation that is not zeroed twice.
///
/// ```text
/// | used | unused: what comes next | room |
/// ```
#[derive(Debug, Default)]
pub struct Buffer {
    bytes: Vec<u8>,
    start: usize,
    end: usize,
}

impl Buffer {
    /// Room for `len` bytes after those that are unused, all of which [`added`](Self::added) then takes.
    pub fn room(&mut self, len: usize) -> &mut [u8] {
        if self.end + len > self.bytes.len() {
            // Moving costs no more than what was used since the last time, growing no more than what
            // was added: an event of 60 MiB may come in a thousand pieces.
            if self.start >= self.end - self.start {
                self.bytes.copy_within(self.start..self.end, 0);
                (self.start, self.end) = (0, self.end - self.start);
            }
            if self.end + len > self.bytes.len() {
                let least = (self.end + len).max(self.bytes.len() + self.bytes.len() / 2);
                self.bytes.resize(least, 0);
            }
        }
        &mut self.bytes[self.end..self.end + len]
    }

    /// The first `len` bytes of the [`room`](Self::room) were filled.
    pub fn added(&mut self, len: usize) {
        self.end = (self.end + len).min(self.bytes.len());
    }

    /// What is not used up yet.
    pub fn unused(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }

    /// What is not used up yet, to be decrypted in its place.
    pub fn unused_mut(&mut self) -> &mut [u8] {
        &mut self.bytes[self.start..self.end]
    }

    /// The first `n` bytes are used.
    pub fn consume(&mut self, n: usize) {
        self.start = (self.start + n).min(self.end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_out_as_they_went_in() {
        let mut buffer = Buffer::default();
        let (mut put, mut taken) = (0u32, 0u32);
        for round in 0..2000_usize {
            let room = buffer.room(round % 97);
            for byte in room {
                *byte = put as u8;
                put += 1;
            }
            buffer.added(round % 97);
            // Sometimes much is left, sometimes nothing.
            let use_up = buffer.unused().len() * (round % 5) / 4;
            for byte in &buffer.unused()[..use_up] {
                assert_eq!(*byte, taken as u8);
                taken += 1;
            }
            buffer.consume(use_up);
        }
        assert_eq!(buffer.unused().len(), (put - taken) as usize);
        assert!(buffer.bytes.len() < 4096, "{}", buffer.bytes.len());
    }
}
