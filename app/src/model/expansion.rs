//! The transaction list with some transactions folded open: which display line is what.

use binlight_engine::index::EventNo;

/// What a display line shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    /// The transaction in this line of the view.
    Transaction(u64),
    /// An event of the transaction in this line of the view.
    Event(u64, EventNo),
}

/// An unfolded transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Open {
    line: u64,
    first: EventNo,
    events: u64,
}

/// The unfolded transactions, in order of their lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expansion(Vec<Open>);

impl Expansion {
    /// Display lines for a view of `transactions`.
    pub fn total(&self, transactions: u64) -> u64 {
        transactions + self.0.iter().map(|o| o.events).sum::<u64>()
    }

    /// Whether the transaction in `line` is unfolded.
    pub fn is_open(&self, line: u64) -> bool {
        self.0.binary_search_by_key(&line, |o| o.line).is_ok()
    }

    /// Unfolds the transaction in `line`, or folds it.
    pub fn toggle(&mut self, line: u64, first: EventNo, events: u64) {
        match self.0.binary_search_by_key(&line, |o| o.line) {
            Ok(i) => {
                self.0.remove(i);
            }
            Err(i) => self.0.insert(
                i,
                Open {
                    line,
                    first,
                    events,
                },
            ),
        }
    }

    /// What display line `i` shows.
    pub fn row(&self, i: u64) -> Row {
        let mut before = 0;
        for open in &self.0 {
            let at = open.line + before;
            if i <= at {
                break;
            }
            if i <= at + open.events {
                return Row::Event(open.line, EventNo(open.first.0 + (i - at - 1) as u32));
            }
            before += open.events;
        }
        Row::Transaction(i - before)
    }

    /// The display line of the transaction in `line`.
    pub fn of_transaction(&self, line: u64) -> u64 {
        let before = self.0.iter().take_while(|o| o.line < line);
        line + before.map(|o| o.events).sum::<u64>()
    }

    /// The display line of an event, if its transaction is unfolded.
    pub fn of_event(&self, no: EventNo) -> Option<u64> {
        let open = self
            .0
            .iter()
            .find(|o| no >= o.first && u64::from(no.0 - o.first.0) < o.events)?;
        Some(self.of_transaction(open.line) + 1 + u64::from(no.0 - open.first.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_there_and_back() {
        let mut open = Expansion::default();
        open.toggle(5, EventNo(100), 3);
        open.toggle(2, EventNo(40), 2);
        assert_eq!(open.total(10), 15);
        let shown: Vec<Row> = (0..15).map(|i| open.row(i)).collect();
        for (i, row) in shown.iter().enumerate() {
            let i = i as u64;
            match *row {
                Row::Transaction(line) => assert_eq!(open.of_transaction(line), i),
                Row::Event(_, no) => assert_eq!(open.of_event(no), Some(i)),
            }
        }
        assert_eq!(shown[4], Row::Event(2, EventNo(41)));
        assert_eq!(shown[10], Row::Event(5, EventNo(102)));
        assert_eq!(shown[14], Row::Transaction(9));
        assert!(open.is_open(5) && !open.is_open(4));
        open.toggle(2, EventNo(40), 2);
        assert_eq!((open.total(10), open.row(4)), (13, Row::Transaction(4)));
    }

    #[test]
    fn more_lines_than_32_bits_count() {
        let mut open = Expansion::default();
        let all = u64::from(u32::MAX);
        // Transactions of nearly all events there can be, each folded open.
        open.toggle(0, EventNo(1), all - 2);
        open.toggle(all - 1, EventNo(2), all - 3);
        assert_eq!(open.total(all), 3 * all - 5);
        assert_eq!(open.of_transaction(all - 1), 2 * all - 3);
        assert_eq!(open.row(2 * all - 3), Row::Transaction(all - 1));
        assert_eq!(open.row(2 * all - 2), Row::Event(all - 1, EventNo(2)));
        assert_eq!(
            open.row(3 * all - 6),
            Row::Event(all - 1, EventNo(u32::MAX - 2))
        );
    }
}
