//! Carrying out the commands of `model::commands`, whatever called them: a key, a button, the palette.

use super::dialogs::DialogState;
use super::list::ListState;
use super::navigation::Navigation;
use super::selection::SelectionState;
use super::settings::SettingsState;
use super::timeline::TimelineState;
use crate::model::commands::Command;
use crate::model::link::{ListTab, Tab};
use crate::platform::page;
use leptos::prelude::*;

/// No signals of its own: the states that commands act on.
#[derive(Clone, Copy, Debug)]
pub struct Commands {
    pub(super) settings: SettingsState,
    pub(super) dialogs: DialogState,
    pub(super) list: ListState,
    pub(super) selection: SelectionState,
    pub(super) timeline: TimelineState,
    pub(super) navigation: Navigation,
}

impl Commands {
    /// Carries out a command.
    pub fn run(self, command: Command) {
        let Commands {
            settings,
            dialogs,
            list,
            selection,
            timeline,
            navigation,
        } = self;
        match command {
            Command::Help => dialogs.help.update(|h| *h = !*h),
            Command::Open => page::click("open-file"),
            Command::GoTo => page::focus("go-to"),
            Command::NextEvent => navigation.select_beside(1),
            Command::PreviousEvent => navigation.select_beside(-1),
            Command::NextField => selection.step_field(true),
            Command::PreviousField => selection.step_field(false),
            Command::NextFault => navigation.next_fault(),
            Command::Filter => page::focus("filter"),
            Command::ZoomIn => timeline.zoom(0.5, timeline.pointer.get_untracked()),
            Command::ZoomOut => timeline.zoom(2.0, timeline.pointer.get_untracked()),
            Command::PanLeft => timeline.pan(-0.25),
            Command::PanRight => timeline.pan(0.25),
            Command::Fit => timeline.fit(),
            Command::FocusSelected => timeline.focus_selected(),
            Command::Palette => dialogs.palette.update(|p| *p = !*p),
            Command::TransactionsList => list.tab.set(ListTab::Transactions),
            Command::EventsList => list.tab.set(ListTab::Events),
            Command::OverviewList => list.tab.set(ListTab::Overview),
            Command::GtidsList => list.tab.set(ListTab::Gtids),
            Command::FindingsList => list.tab.set(ListTab::Findings),
            Command::FilesList => list.tab.set(ListTab::Files),
            Command::BytesTab => selection.choose_tab(Tab::Bytes),
            Command::RowsTab => selection.choose_tab(Tab::Rows),
            Command::TextTab => selection.choose_tab(Tab::Text),
            Command::Reference => selection.follow_reference(),
            Command::Theme => settings.toggle_theme(),
            Command::Clear => self.clear(),
        }
    }

    /// Closes what lies on top: the help, a message, the selected stretch, the locked field.
    fn clear(self) {
        if self.dialogs.help.get_untracked() {
            self.dialogs.help.set(false);
        } else if self.dialogs.notice.with_untracked(Option::is_some) {
            self.dialogs.notice.set(None);
        } else if self.list.range.with_untracked(Option::is_some) {
            self.timeline.select_range(None);
        } else {
            self.selection.field.clear();
        }
    }
}
