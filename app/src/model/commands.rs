//! The one table of commands: keys, the help dialog and its tests come from it.

/// What a command does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is explained by its title in COMMANDS")]
pub enum Command {
    Help,
    Open,
    GoTo,
    NextEvent,
    PreviousEvent,
    NextField,
    PreviousField,
    NextFault,
    Filter,
    ZoomIn,
    ZoomOut,
    PanLeft,
    PanRight,
    Fit,
    FocusSelected,
    Palette,
    TransactionsList,
    EventsList,
    OverviewList,
    GtidsList,
    FindingsList,
    FilesList,
    BytesTab,
    RowsTab,
    /// The text that the server's tool prints.
    TextTab,
    Reference,
    Theme,
    Clear,
}

/// A command, its key and its title.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// What it does.
    pub command: Command,
    /// `KeyboardEvent.key`.
    pub key: &'static str,
    /// Shown in the help.
    pub title: &'static str,
}

/// All commands that work anywhere in the page.
pub const COMMANDS: &[Entry] = &[
    Entry {
        command: Command::Help,
        key: "?",
        title: "Show this help",
    },
    Entry {
        command: Command::Open,
        key: "o",
        title: "Open a file",
    },
    Entry {
        command: Command::GoTo,
        key: "g",
        title: "Go to an offset, event, GTID or time",
    },
    Entry {
        command: Command::NextEvent,
        key: ".",
        title: "Next transaction, or event in the list of events",
    },
    Entry {
        command: Command::PreviousEvent,
        key: ",",
        title: "Previous one",
    },
    Entry {
        command: Command::NextField,
        key: "]",
        title: "Next field",
    },
    Entry {
        command: Command::PreviousField,
        key: "[",
        title: "Previous field",
    },
    Entry {
        command: Command::Filter,
        key: "/",
        title: "Filter transactions and events",
    },
    Entry {
        command: Command::ZoomIn,
        key: "w",
        title: "Timeline: zoom in",
    },
    Entry {
        command: Command::ZoomOut,
        key: "s",
        title: "Timeline: zoom out",
    },
    Entry {
        command: Command::PanLeft,
        key: "a",
        title: "Timeline: earlier",
    },
    Entry {
        command: Command::PanRight,
        key: "d",
        title: "Timeline: later",
    },
    Entry {
        command: Command::Fit,
        key: "0",
        title: "Timeline: the whole log",
    },
    Entry {
        command: Command::FocusSelected,
        key: "f",
        title: "Timeline: zoom to the selection, or to the selected transaction",
    },
    Entry {
        command: Command::TransactionsList,
        key: "1",
        title: "Show transactions",
    },
    Entry {
        command: Command::EventsList,
        key: "2",
        title: "Show events",
    },
    Entry {
        command: Command::OverviewList,
        key: "3",
        title: "Show the overview",
    },
    Entry {
        command: Command::GtidsList,
        key: "4",
        title: "Show GTIDs",
    },
    Entry {
        command: Command::FindingsList,
        key: "5",
        title: "Show findings",
    },
    Entry {
        command: Command::FilesList,
        key: "6",
        title: "Show files",
    },
    Entry {
        command: Command::Palette,
        key: "Ctrl+k",
        title: "Find a command by its name",
    },
    Entry {
        command: Command::NextFault,
        key: "e",
        title: "Next event with a fault",
    },
    Entry {
        command: Command::BytesTab,
        key: "b",
        title: "Show bytes",
    },
    Entry {
        command: Command::RowsTab,
        key: "r",
        title: "Show rows",
    },
    Entry {
        command: Command::TextTab,
        key: "x",
        title: "Show the text that mysqlbinlog prints",
    },
    Entry {
        command: Command::Reference,
        key: "m",
        title: "From a rows event to its TABLE_MAP, from an inner event to its payload",
    },
    Entry {
        command: Command::Theme,
        key: "t",
        title: "Light or dark",
    },
    Entry {
        command: Command::Clear,
        key: "Escape",
        title: "Close a dialog, clear the timeline’s selection, clear the field",
    },
];

/// Keys that work inside the lists; told in the help, handled by the lists.
pub const LIST_KEYS: &[(&str, &str)] = &[
    ("↑ ↓", "One line up or down"),
    ("Page Up, Page Down", "One page up or down"),
    ("Home, End", "First or last line"),
    (
        "← →",
        "In transactions and the field tree: fold, unfold. In the hexdump: previous, next byte",
    ),
    (
        "Enter, Space",
        "In the field tree: fold or unfold. In rows: show the whole value",
    ),
    ("Alt ←, Alt →", "Back to the event before, forward again"),
];

/// The command of a key.
pub fn of_key(key: &str) -> Option<Command> {
    COMMANDS.iter().find(|e| e.key == key).map(|e| e.command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_does_two_things() {
        for (i, a) in COMMANDS.iter().enumerate() {
            assert!(
                COMMANDS[i + 1..]
                    .iter()
                    .all(|b| a.key != b.key && a.command != b.command),
                "{}",
                a.key
            );
            assert_eq!(of_key(a.key), Some(a.command));
        }
        assert_eq!(of_key("y"), None);
    }
}
