//! How many edits lie between two texts; neighbours that changed places are one.

/// The least number of edits from `a` to `b`, if it is at most `most`.
pub(crate) fn edits<T: PartialEq>(a: &[T], b: &[T], most: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let begin = a.iter().zip(b).take_while(|(left, right)| left == right).count();
    let (a, b) = (a.get(begin..).unwrap_or_default(), b.get(begin..).unwrap_or_default());
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(left, right)| left == right).count();
    Some(between(&a[..a.len() - end], &b[..b.len() - end])).filter(|found| *found <= most)
}

fn between<T: PartialEq>(a: &[T], b: &[T]) -> usize {
    if a.is_empty() || b.is_empty() {
        return a.len() + b.len();
    }
    let width = b.len() + 1;
    // Three rows: the one before the last, the last, and this one.
    let mut rows = vec![0; 3 * width];
    let (mut before, rest) = rows.split_at_mut(width);
    let (mut above, mut row) = rest.split_at_mut(width);
    above.iter_mut().enumerate().for_each(|(at, cost)| *cost = at);
    for (i, left) in a.iter().enumerate() {
        row[0] = i + 1;
        for (j, right) in b.iter().enumerate() {
            let same = above[j] + usize::from(left != right);
            let mut least = same.min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *left == b[j - 1] && a[i - 1] == *right {
                least = least.min(before[j - 1] + 1);
            }
            row[j + 1] = least;
        }
        (before, above, row) = (above, row, before);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::edits;

    #[test]
    fn each_kind_of_edit_is_one() {
        let of = |a: &str, b: &str| edits(a.as_bytes(), b.as_bytes(), 9);
        let pairs = [("total", "total", 0), ("total", "totl", 1), ("total", "totall", 1), ("total", "totol", 1)];
        for (a, b, count) in pairs.into_iter().chain([("total", "toatl", 1), ("", "abc", 3), ("ab", "ba", 1)]) {
            assert_eq!(of(a, b), Some(count), "{a} {b}");
            assert_eq!(of(b, a), Some(count), "{b} {a}");
        }
        assert_eq!(edits(b"kitten", b"sitting", 3), Some(3));
        assert_eq!(edits(b"kitten", b"sitting", 2), None);
        assert_eq!(edits(b"", &[0; 100], 99), None);
    }
}
