//! The view as a URL fragment, versioned; never contents of the file.
//!
//! `#v1&file=binlog.000001&pos=1234&inner=2&view=events&filter=op:delete&tab=rows&field=body.rows` — the file's name, so that
//! who gets the link knows which to open.

use binlight_engine::timeline::Axis;

/// Which part of the inspector is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// Hexdump and field tree.
    #[default]
    Bytes,
    /// Row changes.
    Rows,
    /// As the server's own tool prints it.
    Text,
}

impl Tab {
    /// Name in links and test ids.
    pub fn name(self) -> &'static str {
        match self {
            Tab::Bytes => "bytes",
            Tab::Rows => "rows",
            Tab::Text => "text",
        }
    }
}

/// Which view is beside the inspector.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ListTab {
    /// Transactions, each to be unfolded into its events.
    #[default]
    Transactions,
    /// All events.
    Events,
    /// The log in tables and short lists.
    Overview,
    /// GTIDs and the calculator.
    Gtids,
    /// Findings.
    Findings,
    /// Files.
    Files,
}

impl ListTab {
    /// All of them, in order.
    pub const ALL: [ListTab; 6] = [
        ListTab::Transactions,
        ListTab::Events,
        ListTab::Overview,
        ListTab::Gtids,
        ListTab::Findings,
        ListTab::Files,
    ];

    /// Name in links and test ids.
    pub fn name(self) -> &'static str {
        match self {
            ListTab::Transactions => "transactions",
            ListTab::Events => "events",
            ListTab::Overview => "overview",
            ListTab::Gtids => "gtids",
            ListTab::Findings => "findings",
            ListTab::Files => "files",
        }
    }
}

/// What a link holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// Name of the file.
    pub file: String,
    /// Offset of the selected event.
    pub pos: Option<u64>,
    /// Index in the payload at `pos`.
    pub inner: Option<u32>,
    /// The selection is the transaction that begins at `pos`.
    pub transaction: bool,
    /// The view beside the inspector.
    pub list: ListTab,
    /// The filter.
    pub filter: String,
    /// The selected stretch of the timeline: axis, from, up to.
    pub range: Option<(Axis, u64, u64)>,
    /// The inspector's tab.
    pub tab: Tab,
    /// Path of the selected field.
    pub field: String,
}

const VERSION: &str = "v1";

impl Link {
    /// The fragment, with its `#`.
    pub fn fragment(&self) -> String {
        let mut out = format!("#{VERSION}");
        let mut add = |key: &str, value: &str| {
            out.push_str(&format!("&{key}={}", escape(value)));
        };
        if !self.file.is_empty() {
            add("file", &self.file);
        }
        if let Some(pos) = self.pos {
            add("pos", &pos.to_string());
        }
        if let Some(inner) = self.inner {
            add("inner", &inner.to_string());
        }
        if self.transaction {
            add("select", "transaction");
        }
        if self.list != ListTab::default() {
            add("view", self.list.name());
        }
        if !self.filter.is_empty() {
            add("filter", &self.filter);
        }
        if let Some((axis, from, to)) = self.range {
            add(
                if axis == Axis::Time { "time" } else { "bytes" },
                &format!("{from}-{to}"),
            );
        }
        if self.tab != Tab::Bytes {
            add("tab", self.tab.name());
        }
        if !self.field.is_empty() {
            add("field", &self.field);
        }
        out
    }

    /// Reads a fragment; one of another version, or none, is an empty link. Unknown keys are
    /// passed over.
    pub fn parse(fragment: &str) -> Link {
        let mut parts = fragment.trim_start_matches('#').split('&');
        let mut link = Link::default();
        if parts.next() != Some(VERSION) {
            return link;
        }
        for (key, value) in parts.filter_map(|p| p.split_once('=')) {
            let value = unescape(value);
            match key {
                "file" => link.file = value,
                "pos" => link.pos = value.parse().ok(),
                "inner" => link.inner = value.parse().ok(),
                "select" => link.transaction = value == "transaction",
                "view" => {
                    link.list = ListTab::ALL
                        .into_iter()
                        .find(|l| l.name() == value)
                        .unwrap_or_default();
                }
                "filter" => link.filter = value,
                "time" => link.range = range(Axis::Time, &value),
                "bytes" => link.range = range(Axis::Bytes, &value),
                "tab" => {
                    let tabs = [Tab::Rows, Tab::Text];
                    let known = tabs.into_iter().find(|t| t.name() == value);
                    link.tab = known.unwrap_or_default();
                }
                "field" => link.field = value,
                _ => {}
            }
        }
        link
    }
}

fn range(axis: Axis, text: &str) -> Option<(Axis, u64, u64)> {
    let (from, to) = text.split_once('-')?;
    let (from, to) = (from.parse().ok()?, to.parse().ok()?);
    (from < to).then_some((axis, from, to))
}

fn escape(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.~:@[]()!*".contains(&b);
    text.bytes()
        .map(|b| {
            if plain(b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}

fn unescape(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let hex = (*first == b'%').then(|| tail.get(..2)).flatten();
        let byte = hex
            .and_then(|h| std::str::from_utf8(h).ok())
            .and_then(|h| u8::from_str_radix(h, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_survives_the_way_there_and_back() {
        let link = Link {
            file: "bin log&1.000001".into(),
            pos: Some(1 << 40),
            inner: Some(3),
            transaction: true,
            list: ListTab::Gtids,
            filter: "table:a b and rows>1".into(),
            range: Some((Axis::Time, 5, 1 << 50)),
            tab: Tab::Rows,
            field: "body.rows.row[0].after.naïve=".into(),
        };
        assert_eq!(Link::parse(&link.fragment()), link);
        assert_eq!(Link::parse(&Link::default().fragment()), Link::default());
    }

    #[test]
    fn other_fragments_are_empty_links() {
        for other in ["", "#", "#section", "#v2&pos=3", "#v1&pos=x&tab=hex&new=1"] {
            assert_eq!(Link::parse(other), Link::default(), "{other}");
        }
        assert_eq!(Link::parse("#v1&file=%zz%4").file, "%zz%4");
    }
}
