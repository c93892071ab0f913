//! Renames fields and variants by serde's rules.

use syn::{Error, LitStr, Result};

/// How the words of a name are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Rule {
    /// Unchanged.
    #[default]
    Verbatim,
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

const RULES: &[(&str, Rule)] = &[
    ("lowercase", Rule::Lower),
    ("UPPERCASE", Rule::Upper),
    ("PascalCase", Rule::Pascal),
    ("camelCase", Rule::Camel),
    ("snake_case", Rule::Snake),
    ("SCREAMING_SNAKE_CASE", Rule::ScreamingSnake),
    ("kebab-case", Rule::Kebab),
    ("SCREAMING-KEBAB-CASE", Rule::ScreamingKebab),
];

impl Rule {
    /// Parses the name of a rule.
    pub(crate) fn parse(name: &LitStr) -> Result<Self> {
        let wanted = name.value();
        if let Some((_, rule)) = RULES.iter().find(|(name, _)| *name == wanted) {
            return Ok(*rule);
        }
        let known: Vec<String> = RULES.iter().map(|(name, _)| format!("{name:?}")).collect();
        let known = known.join(", ");
        let message = format!("unknown rename rule {wanted:?}, expected one of {known}");
        Err(Error::new(name.span(), message))
    }

    /// Renames a field or a variant.
    pub(crate) fn apply(self, name: &str) -> String {
        let joined = |separator, word: fn(usize, &str) -> String| {
            let words = words(name).into_iter().enumerate();
            let words: Vec<String> = words.map(|(at, it)| word(at, &it)).collect();
            words.join(separator)
        };
        match self {
            Self::Verbatim => name.to_owned(),
            Self::Lower => name.to_lowercase(),
            Self::Upper => name.to_uppercase(),
            Self::Pascal => joined("", |_, word| capitalized(word)),
            Self::Camel => joined("", |at, word| match at {
                0 => word.to_lowercase(),
                _ => capitalized(word),
            }),
            Self::Snake => joined("_", |_, word| word.to_lowercase()),
            Self::ScreamingSnake => joined("_", |_, word| word.to_uppercase()),
            Self::Kebab => joined("-", |_, word| word.to_lowercase()),
            Self::ScreamingKebab => joined("-", |_, word| word.to_uppercase()),
        }
    }
}

/// Splits a name at underscores and before capitals.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for c in name.chars() {
        let last = words.last_mut().expect("there is always a word");
        match c {
            '_' => words.push(String::new()),
            c if c.is_uppercase() && !last.is_empty() => words.push(c.into()),
            c => last.push(c),
        }
    }
    words
}

fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    first.chain(chars).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_rules_are_serdes() {
        let expected = [
            ("lowercase", "notfound", "user_id"),
            ("UPPERCASE", "NOTFOUND", "USER_ID"),
            ("PascalCase", "NotFound", "UserId"),
            ("camelCase", "notFound", "userId"),
            ("snake_case", "not_found", "user_id"),
            ("SCREAMING_SNAKE_CASE", "NOT_FOUND", "USER_ID"),
            ("kebab-case", "not-found", "user-id"),
            ("SCREAMING-KEBAB-CASE", "NOT-FOUND", "USER-ID"),
        ];
        assert_eq!(expected.len(), RULES.len());
        for ((name, variant, field), (known, rule)) in expected.iter().zip(RULES) {
            assert_eq!(name, known);
            assert_eq!(rule.apply("NotFound"), *variant, "{name}");
            assert_eq!(rule.apply("user_id"), *field, "{name}");
        }
        assert_eq!(Rule::Verbatim.apply("NotFound"), "NotFound");
    }

    #[test]
    fn each_capital_starts_a_word() {
        assert_eq!(Rule::Snake.apply("IOError2"), "i_o_error2");
        assert_eq!(Rule::Pascal.apply("IOError2"), "IOError2");
        assert_eq!(Rule::Kebab.apply("_a"), "-a");
    }
}
