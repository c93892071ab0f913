//! Compares texts line by line, like `diff`.

/// Lists the lines from the first to the last difference: `-` expected, `+` ours.
pub(super) fn differences(expected: &str, got: &str) -> Vec<String> {
    let expected: Vec<_> = expected.split_inclusive('\n').collect();
    let got: Vec<_> = got.split_inclusive('\n').collect();
    let same = |(a, b): &(&&str, &&str)| a == b;
    let head = expected.iter().zip(&got).take_while(same).count();
    let tails = expected[head..].iter().rev().zip(got[head..].iter().rev());
    let tail = tails.take_while(same).count();

    let lines = |sign: char, lines: &[&str]| {
        let end = lines.len() - tail;
        let line = |(index, line): (usize, &&str)| format!("{sign} {}: {line:?}", head + index + 1);
        lines[head..end]
            .iter()
            .enumerate()
            .map(line)
            .collect::<Vec<_>>()
    };
    let mut found = Vec::new();
    let (mut old, mut new) = (
        lines('-', &expected).into_iter(),
        lines('+', &got).into_iter(),
    );
    loop {
        let pair = (old.next(), new.next());
        if pair == (None, None) {
            return found;
        }
        found.extend(pair.0);
        found.extend(pair.1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(expected: &str, got: &str, found: &[&str]) {
        assert_eq!(differences(expected, got), found);
    }

    #[test]
    fn only_what_differs_is_shown() {
        check("a\nb\n", "a\nb\n", &[]);
        check(
            "a\nb\nc\n",
            "a\nx\nc\n",
            &["- 2: \"b\\n\"", "+ 2: \"x\\n\""],
        );
        check("a\n", "a\nb\n", &["+ 2: \"b\\n\""]);
        check("a\n", "a", &["- 1: \"a\\n\"", "+ 1: \"a\""]);
        check("a\na\n", "a\n", &["- 2: \"a\\n\""]);
    }
}
