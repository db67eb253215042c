//! A part of a log that was grouped by itself takes its place.

use super::Grouper;
use crate::transactions::TxNo;

impl Grouper {
    /// Takes over a part that follows and begins with a GTID event, of `shift` events later; `tables`
    /// are the numbers here of its tables.
    pub(crate) fn append(&mut self, part: Grouper, shift: u32, tables: &[u32]) {
        let first = self.transactions.len() as u32;
        self.transactions.append(part.transactions, shift, tables);
        let mut next = first;
        for (begun, remark) in part.remarks.unwrap_or_default() {
            self.number_until(&mut next, first + begun);
            let last = (first + begun).checked_sub(1).map(TxNo);
            let remark = remark.moved(shift);
            self.gtids.remark(remark, last, &self.transactions);
        }
        self.number_until(&mut next, self.transactions.len() as u32);
        (self.alter, self.awaits) = (part.alter, part.awaits);
        (self.transactional, self.file_end) = (part.transactional, part.file_end);
    }

    fn number_until(&mut self, next: &mut u32, end: u32) {
        while *next < end {
            let no = TxNo(*next);
            if let Some(tx) = self.transactions.get(no) {
                self.gtids.number(no, &tx, &self.transactions);
            }
            *next += 1;
        }
    }
}
