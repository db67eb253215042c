//! The browser's streams: a file, or an answer, read in order.
//!
//! While the bytes that came are used, the browser reads on. Into a buffer that is given back each time
//! ("bring your own buffer") it reads half again as fast as slice by slice: nothing is allocated, and
//! what came is still in the core's cache.

use super::scope::{turn, words};
use binlight_engine::source::{Buffer, Stream};
use js_sys::{ArrayBuffer, IteratorNext, Uint8Array};
use std::future::Future;
use std::pin::Pin;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{ReadableStream, ReadableStreamByobReader, ReadableStreamDefaultReader};

/// Bytes that one read takes at most.
const PIECE: u32 = 1 << 20;

/// Bytes after which messages that have come get in, since a stream that is ahead never waits: some ten
/// milliseconds of indexing.
const TURN: usize = 4 << 20;

type Opening = Pin<Box<dyn Future<Output = Result<Option<ReadableStream>, String>>>>;

/// A stream that is read. Dropping it ends the reading.
pub(super) struct WebStream {
    state: State,
    since_turn: usize,
}

enum State {
    /// The answer whose body it is has not come yet.
    Opening(Opening),
    /// Into a buffer that goes to and fro.
    Buffered(ReadableStreamByobReader, ArrayBuffer),
    /// In browsers whose streams take no buffer.
    Plain(ReadableStreamDefaultReader),
    Ended,
}

impl WebStream {
    /// The stream that `opening` gives; where it gives none, there are no bytes.
    pub(super) fn new(
        opening: impl Future<Output = Result<Option<ReadableStream>, String>> + 'static,
    ) -> Self {
        WebStream {
            state: State::Opening(Box::pin(opening)),
            since_turn: 0,
        }
    }
}

impl State {
    fn of(stream: &ReadableStream) -> Result<State, String> {
        if let Ok(reader) = ReadableStreamByobReader::new(stream) {
            return Ok(State::Buffered(reader, ArrayBuffer::new(PIECE)));
        }
        let reader = ReadableStreamDefaultReader::new(stream).map_err(|e| words(&e))?;
        Ok(State::Plain(reader))
    }
}

impl Stream for WebStream {
    async fn next(&mut self, into: &mut Buffer) -> Result<usize, String> {
        if self.since_turn >= TURN {
            self.since_turn = 0;
            turn().await;
        }
        // Whatever fails below has ended the stream.
        let mut state = std::mem::replace(&mut self.state, State::Ended);
        if let State::Opening(opening) = state {
            state = match opening.await? {
                Some(stream) => State::of(&stream)?,
                None => State::Ended,
            };
        }
        let reading = match &state {
            State::Buffered(reader, buffer) => {
                reader.read_with_array_buffer_view(&Uint8Array::new(buffer))
            }
            State::Plain(reader) => reader.read(),
            State::Opening(_) | State::Ended => return Ok(0),
        };
        let read = JsFuture::from(reading).await.map_err(|e| words(&e))?;
        let read: IteratorNext = read.unchecked_into();
        if read.done() {
            return Ok(0);
        }
        let bytes: Uint8Array = read.value().unchecked_into();
        let len = bytes.length() as usize;
        bytes.copy_to(into.room(len));
        into.added(len);
        if let State::Buffered(_, buffer) = &mut state {
            *buffer = bytes.buffer();
        }
        self.state = state;
        self.since_turn += len;
        Ok(len)
    }
}

impl Drop for WebStream {
    fn drop(&mut self) {
        // Nobody waits for the browser to have stopped.
        match std::mem::replace(&mut self.state, State::Ended) {
            State::Buffered(reader, _) => drop(reader.cancel()),
            State::Plain(reader) => drop(reader.cancel()),
            // An answer that nobody reads would keep one of the few connections to a server.
            State::Opening(opening) => spawn_local(async move {
                if let Ok(Some(stream)) = opening.await {
                    drop(stream.cancel());
                }
            }),
            State::Ended => {}
        }
    }
}
