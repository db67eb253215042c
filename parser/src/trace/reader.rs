//! The cursor that decoders read through.

use super::shown::{hex, quoted};
use super::{Name, Part, Trace};
use crate::bytes::{Bitmap, Input, Space, Span};
use crate::codes::Bit;
use crate::fault::{Fault, FaultKind};
use crate::int;
use alloc::{format, string::String};
use core::fmt::Display;
use nom::Parser;

/// What decoding gives: the value, or the fault that stopped it.
pub type Result<T> = core::result::Result<T, Fault>;

/// Reads an [`Input`] field by field and tells its [`Trace`].
#[derive(Debug)]
pub struct Reader<'a, 't, T: Trace> {
    rest: Input<'a>,
    trace: &'t mut T,
}

impl<'a, 't, T: Trace> Reader<'a, 't, T> {
    /// A reader at the start of `input`.
    pub fn new(input: Input<'a>, trace: &'t mut T) -> Self {
        Reader { rest: input, trace }
    }

    /// What has not been read yet.
    pub fn rest(&self) -> Input<'a> {
        self.rest
    }

    /// Bytes left.
    pub fn left(&self) -> usize {
        self.rest.len()
    }

    /// Offset of the next byte in its space.
    pub fn at(&self) -> u64 {
        self.rest.at()
    }

    /// The trace, to record what is not a field.
    pub fn trace(&mut self) -> &mut T {
        self.trace
    }

    /// Reads one field with a nom parser; on failure nothing is consumed or recorded.
    #[inline]
    pub fn field<'n, O: Display + Copy>(
        &mut self,
        name: impl Into<Name<'n>>,
        about: &'static str,
        parser: impl Parser<Input<'a>, Output = O, Error = Fault>,
    ) -> Result<O> {
        self.field_as(name, about, parser, |v| format!("{v}"))
    }

    /// As [`field`](Self::field), with the value shown as `show` says.
    #[inline]
    pub fn field_as<'n, O: Copy>(
        &mut self,
        name: impl Into<Name<'n>>,
        about: &'static str,
        mut parser: impl Parser<Input<'a>, Output = O, Error = Fault>,
        show: impl FnOnce(O) -> String,
    ) -> Result<O> {
        match parser.parse(self.rest) {
            Ok((rest, value)) => {
                let span = self.rest.span_of(self.rest.len() - rest.len());
                self.trace.leaf(name.into(), about, span, || show(value));
                self.rest = rest;
                Ok(value)
            }
            Err(nom::Err::Error(fault) | nom::Err::Failure(fault)) => Err(fault),
            Err(nom::Err::Incomplete(_)) => Err(self.cut(1)),
        }
    }

    /// `len` bytes, shown as `show` says.
    #[inline]
    fn stretch<'n>(
        &mut self,
        name: impl Into<Name<'n>>,
        about: &'static str,
        len: usize,
        show: impl FnOnce(&[u8]) -> String,
    ) -> Result<&'a [u8]> {
        let Some((inside, after)) = self.rest.split(len) else {
            return Err(self.cut(len));
        };
        let bytes = inside.bytes();
        self.trace
            .leaf(name.into(), about, inside.span(), || show(bytes));
        self.rest = after;
        Ok(bytes)
    }

    /// One byte.
    #[inline]
    pub fn u8(&mut self, name: &'static str, about: &'static str) -> Result<u8> {
        self.field(name, about, int::u8)
    }

    /// Two bytes, little-endian.
    #[inline]
    pub fn u16(&mut self, name: &'static str, about: &'static str) -> Result<u16> {
        self.field(name, about, int::u16)
    }

    /// Four bytes, little-endian.
    #[inline]
    pub fn u32(&mut self, name: &'static str, about: &'static str) -> Result<u32> {
        self.field(name, about, int::u32)
    }

    /// Six bytes, little-endian.
    #[inline]
    pub fn u48(&mut self, name: &'static str, about: &'static str) -> Result<u64> {
        self.field(name, about, int::u48)
    }

    /// Eight bytes, little-endian.
    #[inline]
    pub fn u64(&mut self, name: &'static str, about: &'static str) -> Result<u64> {
        self.field(name, about, int::u64)
    }

    /// Eight bytes, little-endian, signed.
    #[inline]
    pub fn i64(&mut self, name: &'static str, about: &'static str) -> Result<i64> {
        self.field(name, about, int::i64)
    }

    /// A length-encoded integer.
    #[inline]
    pub fn lenenc(&mut self, name: &'static str, about: &'static str) -> Result<u64> {
        self.field(name, about, int::lenenc)
    }

    /// `len` bytes, shown as hex.
    #[inline]
    pub fn bytes<'n>(
        &mut self,
        name: impl Into<Name<'n>>,
        about: &'static str,
        len: usize,
    ) -> Result<&'a [u8]> {
        self.stretch(name, about, len, hex)
    }

    /// `len` bytes of text, shown as UTF-8 (with `\xNN` for what is not).
    #[inline]
    pub fn text<'n>(
        &mut self,
        name: impl Into<Name<'n>>,
        about: &'static str,
        len: usize,
    ) -> Result<&'a [u8]> {
        self.stretch(name, about, len, quoted)
    }

    /// A bitmap for `bits` bits, least significant bit first.
    #[inline]
    pub fn bitmap(
        &mut self,
        name: &'static str,
        about: &'static str,
        bits: usize,
    ) -> Result<Bitmap<'a>> {
        let show = |b: &[u8]| {
            (0..bits)
                .map(|i| if Bitmap(b).get(i) { '1' } else { '0' })
                .collect()
        };
        self.stretch(name, about, Bitmap::bytes_for(bits), show)
            .map(Bitmap)
    }

    /// As [`bitmap`](Self::bitmap), most significant bit first: read it with `get_msb`.
    pub fn bitmap_msb(
        &mut self,
        name: &'static str,
        about: &'static str,
        bits: usize,
    ) -> Result<Bitmap<'a>> {
        let show = |b: &[u8]| {
            (0..bits)
                .map(|i| if Bitmap(b).get_msb(i) { '1' } else { '0' })
                .collect()
        };
        self.stretch(name, about, Bitmap::bytes_for(bits), show)
            .map(Bitmap)
    }

    /// What the last field's value means.
    #[inline]
    pub fn note(&mut self, meaning: impl FnOnce() -> String) {
        self.trace.note(meaning);
    }

    /// The last field's value is made of these bits.
    #[inline]
    pub fn bits(&mut self, bits: &'static [Bit], value: impl Into<u64>) {
        self.trace.bits(bits, value.into());
    }

    /// Records what `f` reads as a group.
    #[inline]
    pub fn group<'n, O>(
        &mut self,
        name: impl Into<Name<'n>>,
        about: &'static str,
        f: impl FnOnce(&mut Self) -> Result<O>,
    ) -> Result<O> {
        self.trace.open(name.into(), about, self.rest.span_of(0));
        let result = f(self);
        self.trace.close(self.rest.at());
        result
    }

    /// Gives `f` exactly the next `len` bytes, as a group. What `f` leaves is a gap; a fault that
    /// stops `f` is recorded here and returned, but this reader then stands after the window, so
    /// the caller may go on.
    pub fn window<'n, O>(
        &mut self,
        name: impl Into<Name<'n>>,
        about: &'static str,
        len: usize,
        f: impl FnOnce(&mut Reader<'a, '_, T>) -> Result<O>,
    ) -> Result<O> {
        let Some((inside, after)) = self.rest.split(len) else {
            return Err(self.cut(len));
        };
        self.trace.open(name.into(), about, inside.span_of(0));
        let mut reader = Reader {
            rest: inside,
            trace: &mut *self.trace,
        };
        let result = f(&mut reader);
        reader.finish(result.as_ref().err());
        self.trace.close(after.at());
        self.rest = after;
        result
    }

    /// What `f` reads belongs to `part` of the event.
    #[inline]
    pub fn part<O>(&mut self, part: Part, f: impl FnOnce(&mut Self) -> O) -> O {
        let outer = self.trace.part(part);
        let result = f(self);
        self.trace.part(outer);
        result
    }

    /// As [`window`](Self::window): the part of the body whose length the format description gives.
    pub fn post_header<O>(
        &mut self,
        len: usize,
        f: impl FnOnce(&mut Reader<'a, '_, T>) -> Result<O>,
    ) -> Result<O> {
        self.part(Part::PostHeader, |r| {
            r.window("post_header", "The part of fixed length.", len, f)
        })
    }

    /// Continues in bytes that a decompressor made: a new space under the last leaf.
    pub fn unpacked<O>(
        &mut self,
        name: &'static str,
        about: &'static str,
        bytes: &[u8],
        f: impl FnOnce(&mut Reader<'_, '_, T>) -> Result<O>,
    ) -> Result<O> {
        let space = self.trace.enter_space(name.into(), about, bytes);
        let mut reader = Reader {
            rest: Input::new(bytes, space, 0),
            trace: &mut *self.trace,
        };
        let result = f(&mut reader);
        reader.finish(result.as_ref().err());
        self.trace.close(bytes.len() as u64);
        result
    }

    /// Ends the reading: a fault is recorded, what is left becomes a gap.
    pub fn finish(&mut self, fault: Option<&Fault>) {
        if !self.rest.is_empty() {
            self.trace.gap(self.rest.span());
            self.rest = self.rest.split_tail(0).1;
        }
        if let Some(fault) = fault {
            self.trace.fault(fault);
        }
    }

    /// Claims all that is left without breaking it down.
    pub fn elide(&mut self, why: &'static str) {
        if !self.rest.is_empty() {
            self.trace.elided(self.rest.span(), why);
            self.rest = self.rest.split_tail(0).1;
        }
    }

    /// Skips `len` bytes that the caller has measured, without recording them.
    pub fn skip_silently(&mut self, len: usize) {
        debug_assert!(!T::RECORDS, "a recorded byte must belong to a field");
        self.claim(len);
    }

    /// Moves past `len` bytes that were recorded through [`trace`](Self::trace).
    pub fn claim(&mut self, len: usize) {
        self.rest = self
            .rest
            .split(len)
            .map_or_else(|| self.rest.split_tail(0).1, |(_, after)| after);
    }

    /// The fault "`needed` bytes, but fewer are left".
    pub fn cut(&self, needed: usize) -> Fault {
        let kind = FaultKind::Truncated {
            needed: needed as u64,
            left: self.left() as u64,
        };
        Fault::new(kind, self.rest.span())
    }

    /// A fault of `kind` at what is left.
    pub fn wrong(&self, kind: FaultKind) -> Fault {
        Fault::new(kind, self.rest.span())
    }

    /// `value` as a length in memory, or the fault that it exceeds what is left.
    pub fn length(&self, value: u64) -> Result<usize> {
        usize::try_from(value)
            .ok()
            .filter(|n| *n <= self.left())
            .ok_or_else(|| {
                self.wrong(FaultKind::BadLength {
                    value,
                    max: self.left() as u64,
                })
            })
    }

    /// The span from `start` to here.
    pub fn since(&self, start: u64) -> Span {
        Span {
            space: self.space(),
            start,
            len: self.at().saturating_sub(start),
        }
    }

    /// The space being read.
    pub fn space(&self) -> Space {
        self.rest.space()
    }
}
