//! Which field, and which bytes, of the selected event are looked at.

use leptos::prelude::*;

/// Signals of the field.
#[derive(Clone, Copy, Debug)]
pub struct FieldState {
    /// The locked field: a node of the inspection's tree.
    pub locked: RwSignal<Option<u32>>,
    /// The field under the pointer.
    pub hovered: RwSignal<Option<u32>>,
    /// Selected bytes in the hexdump: where the selection began, where it is.
    pub bytes: RwSignal<Option<(u64, u64)>>,
}

impl FieldState {
    pub(super) fn new() -> Self {
        FieldState {
            locked: RwSignal::default(),
            hovered: RwSignal::default(),
            bytes: RwSignal::default(),
        }
    }

    /// The field that is looked at: the one under the pointer, else the locked one.
    pub fn focused(&self) -> Option<u32> {
        self.hovered.get().or(self.locked.get())
    }

    /// Locks a field.
    pub fn lock(self, node: Option<u32>) {
        self.locked.set(node);
        self.bytes.set(None);
        // What was under the pointer is no longer what the user looks at.
        self.hovered.set(None);
    }

    /// Unlocks the field and forgets the selected bytes.
    pub fn clear(self) {
        self.lock(None);
    }
}
