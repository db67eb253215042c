//! The order of the transactions in a view.

use super::Sort;
use crate::budget::Budget;
use crate::log::Log;
use crate::transactions::{Touch, TxNo};
use std::cmp::Reverse;

/// Sorts transactions, given by number; equal ones stay as they stand in the log.
pub(super) fn sort(order: &mut Vec<u32>, sort: Sort, descending: bool, log: &Log, budget: &Budget) {
    let mut cursor = log.transactions().cursor();
    let mut key = |no: u32| -> i64 {
        let Some((tx, touches)) = cursor.at(TxNo(no)) else {
            return 0;
        };
        match sort {
            Sort::Position => i64::from(no),
            Sort::Time => tx.commit as i64,
            Sort::Size => tx.size() as i64,
            Sort::Rows => touches.iter().map(Touch::rows).sum::<u64>() as i64,
            Sort::Duration => tx.duration() as i64,
            Sort::Lag => tx.lag().unwrap_or(i64::MIN),
        }
    };
    if order.len() as u64 > budget.entries(size_of::<(i64, u32)>()) {
        // Slower, and in place.
        return match descending {
            true => order.sort_unstable_by_key(|no| (Reverse(key(*no)), *no)),
            false => order.sort_unstable_by_key(|no| (key(*no), *no)),
        };
    }
    // The key beside the number: the records lie far apart in memory.
    let keyed: Vec<(i64, u32)> = order.iter().map(|no| (key(*no), *no)).collect();
    by_key(keyed, descending, order);
}

/// Puts into `order` the numbers in the order of their keys, equal ones by number.
fn by_key(mut keyed: Vec<(i64, u32)>, descending: bool, order: &mut Vec<u32>) {
    order.clear();
    let least = keyed.iter().map(|(key, _)| *key).min().unwrap_or(0);
    let most = keyed.iter().map(|(key, _)| *key).max().unwrap_or(0);
    let last = keyed.iter().map(|(_, no)| *no).max().unwrap_or(0);
    let bits = u32::BITS - last.leading_zeros();
    if most.abs_diff(least).leading_zeros() >= bits {
        // Both in one number, which is compared at once.
        let mut both: Vec<u64> = keyed
            .iter()
            .map(|(key, no)| {
                let from = if descending { most } else { least };
                key.abs_diff(from) << bits | u64::from(*no)
            })
            .collect();
        both.sort_unstable();
        let number = (1 << bits) - 1;
        return order.extend(both.into_iter().map(|both| (both & number) as u32));
    }
    if descending {
        keyed.sort_unstable_by_key(|(key, no)| (Reverse(*key), *no));
    } else {
        keyed.sort_unstable();
    }
    order.extend(keyed.into_iter().map(|(_, no)| no));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_the_order_of_their_keys_whatever_these_are() {
        let keys: [&[i64]; 5] = [
            &[],
            &[3, 1, 2, 1, 3],
            &[i64::MIN, i64::MAX, 0, -1, i64::MIN],
            &[1 << 61, 5, 1 << 61, -7],
            &[0, 0, 0],
        ];
        for keys in keys {
            let keyed: Vec<(i64, u32)> = keys.iter().copied().zip(10..).collect();
            for descending in [false, true] {
                let mut plain = keyed.clone();
                plain.sort_by_key(|(key, _)| i128::from(*key) * if descending { -1 } else { 1 });
                let plain: Vec<u32> = plain.iter().map(|(_, no)| *no).collect();
                let mut order = vec![7];
                by_key(keyed.clone(), descending, &mut order);
                assert_eq!(order, plain, "{keys:?}, {descending}");
            }
        }
    }
}
