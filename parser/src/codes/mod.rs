//! Numbers with names: open constants and flag sets.
//!
//! Rule of this folder: an unknown number is a value like any other and prints as itself.

pub mod charset;
mod collations;
pub mod column_type;
pub mod event_type;
pub mod flags;
mod overrides;
mod single_byte;

pub use column_type::ColumnType;
pub use event_type::EventType;

/// Makes a newtype over an integer with named values that stays open for unknown ones.
///
/// ```text
/// open_constants! { Colour(u8) { /// Like blood.
///     RED = 1, "Red" } }
/// // expands to
/// pub struct Colour(pub u8);
/// impl Colour { pub const RED: Colour = Colour(1); pub fn name(self) -> Option<&'static str> }
/// impl Display: "Red", or "Unknown Colour: 9"
/// ```
macro_rules! open_constants {
    ($(#[$outer:meta])* $type:ident($repr:ty) { $($(#[$inner:meta])* $konst:ident = $value:literal, $name:literal;)* }) => {
        $(#[$outer])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        pub struct $type(pub $repr);

        impl $type {
            $($(#[$inner])* pub const $konst: $type = $type($value);)*

            /// The name, if the number is known.
            pub fn name(self) -> Option<&'static str> {
                match self.0 { $($value => Some($name),)* _ => None }
            }
        }

        impl core::fmt::Display for $type {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                match self.name() {
                    Some(name) => f.write_str(name),
                    None => write!(f, concat!("Unknown ", stringify!($type), ": {}"), self.0),
                }
            }
        }
    };
}
pub(crate) use open_constants;

/// One bit (or masked value) of a flags field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bit {
    /// The bits it covers.
    pub mask: u64,
    /// The server's name for it.
    pub name: &'static str,
    /// What it is for, in one sentence.
    pub about: &'static str,
}

/// Makes a `bitflags` type whose names and explanations come from the same table.
macro_rules! flag_set {
    ($(#[$outer:meta])* $type:ident($repr:ty) { $($konst:ident = $value:literal, $about:literal;)* }) => {
        bitflags::bitflags! {
            $(#[$outer])*
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
            pub struct $type: $repr {
                $(#[doc = $about] const $konst = $value;)*
                const _ = !0;
            }
        }

        impl $type {
            /// Each bit with its name and what it is for.
            pub const BITS: &'static [crate::codes::Bit] = &[
                $(crate::codes::Bit { mask: $value, name: stringify!($konst), about: $about },)*
            ];
        }
    };
}
pub(crate) use flag_set;
