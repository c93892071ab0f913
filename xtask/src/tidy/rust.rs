//! Rust and TOML as lines, which is enough for these rules, without a parser.

/// Returns the number of the first line (from 1) that `wanted` accepts, or 1.
pub(super) fn line_of(content: &str, wanted: impl Fn(&str) -> bool) -> usize {
    content
        .lines()
        .position(|line| wanted(line.trim()))
        .map_or(1, |index| index + 1)
}

/// Returns the lines before an inline test module.
pub(super) fn without_tests(content: &str) -> impl Iterator<Item = &str> {
    let lines: Vec<&str> = content.lines().collect();
    let tests = lines
        .windows(2)
        .position(|pair| {
            pair[0].starts_with("#[cfg(")
                && pair[0].contains("test")
                && pair[1].starts_with("mod tests {")
        })
        .unwrap_or(lines.len());
    lines.into_iter().take(tests)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_test_module_ends_the_code() {
        let code = "fn a() {}\n\n#[cfg(all(test, not(loom)))]\nmod tests {\n}\n";
        assert_eq!(without_tests(code).count(), 2);
        assert_eq!(without_tests("#[cfg(test)]\nmod tests;\n").count(), 2);
        assert_eq!(without_tests("#[cfg(test)]\nfn helper() {}\n").count(), 2);
    }

    #[test]
    fn lines_count_from_one() {
        assert_eq!(line_of("a\n  b\n", |line| line == "b"), 2);
        assert_eq!(line_of("a\n", |line| line == "b"), 1);
    }
}
