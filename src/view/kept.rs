//! Expanded rows that no longer match the viewer's choices stay in the table until they are collapsed.

use crate::view::row_set::RowSet;

/// Returns `rows` with the rows that are kept although they are not among them. `kept` are positions in the `old` order,
/// ascending, and row numbers. Each follows the nearest row above it in the old order that is still shown.
pub fn with_kept(rows: &[u32], old: &[u32], kept: &[(usize, u32)]) -> Vec<u32> {
    let mut matching = RowSet::new();
    rows.iter().for_each(|&row| matching.insert(row));
    let above =
        |position: usize| old.iter().take(position).rev().copied().find(|&row| matching.contains(row));
    let kept: Vec<_> = kept.iter().map(|&(position, row)| (above(position), row)).collect();
    let after = |above: Option<u32>| kept.iter().filter(move |row| row.0 == above).map(|row| row.1);
    let mut shown: Vec<u32> = after(None).collect();
    for &row in rows {
        shown.push(row);
        shown.extend(after(Some(row)));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_row_stays_below_the_row_above_it() {
        let old = [3, 1, 4, 5, 9, 2];
        assert_eq!(with_kept(&[3, 1, 5, 9, 2], &old, &[(2, 4)]), [3, 1, 4, 5, 9, 2]);
        assert_eq!(with_kept(&[3, 5, 9], &old, &[(2, 4), (5, 2)]), [3, 4, 5, 9, 2]);
        assert_eq!(with_kept(&[9, 3], &old, &[(2, 4)]), [9, 3, 4], "another order");
        assert_eq!(with_kept(&[5, 9], &old, &[(0, 3), (1, 1)]), [3, 1, 5, 9], "nothing is above");
        assert_eq!(with_kept(&[], &old, &[(3, 5), (4, 9)]), [5, 9], "nothing matches");
    }
}
