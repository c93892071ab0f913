//! Reads `known_differences.md`, whose first lines describe its form.

use super::{CaseEntry, Known, RuleEntry};
use crate::Error;
use crate::compare::Output;
use crate::outcome::Rule;

/// Reads the file.
pub(super) fn parse(text: &str) -> Result<Known, Error> {
    let mut parser = Parser {
        lines: text.lines().collect(),
        next: 0,
    };
    let mut known = Known::default();
    while let Some(line) = parser.line() {
        match line {
            "## Rules" => parser.rules(&mut known.rules)?,
            "## Cases" => parser.cases(&mut known.cases)?,
            _ => {}
        }
    }
    let described = |rule: &Rule| known.rules.iter().any(|entry| entry.name == rule.name());
    match Rule::ALL.iter().find(|rule| !described(rule)) {
        Some(rule) => Err(parser.error(format!("the rule {rule} is not described"))),
        None => Ok(known),
    }
}

struct Parser<'a> {
    lines: Vec<&'a str>,
    next: usize,
}

impl<'a> Parser<'a> {
    fn line(&mut self) -> Option<&'a str> {
        let line = self.lines.get(self.next).copied();
        self.next += usize::from(line.is_some());
        line
    }

    /// Returns the next line, unless it begins another section.
    fn line_of_section(&mut self) -> Option<&'a str> {
        let line = self.lines.get(self.next)?;
        if line.starts_with("## ") {
            None
        } else {
            self.line()
        }
    }

    fn rules(&mut self, rules: &mut Vec<RuleEntry>) -> Result<(), Error> {
        while let Some(line) = self.line_of_section() {
            if let Some(name) = quoted(line, "### `", "`") {
                rules.push(RuleEntry {
                    name: name.to_owned(),
                    cases: Vec::new(),
                });
            } else if let Some(case) = quoted(line, "- `", "`") {
                let rule = rules.last_mut();
                let rule = rule.ok_or_else(|| self.error("a case outside of a rule"))?;
                rule.cases.push(case.to_owned());
            }
        }
        Ok(())
    }

    fn cases(&mut self, cases: &mut Vec<CaseEntry>) -> Result<(), Error> {
        while let Some(line) = self.line_of_section() {
            if let Some(case) = quoted(line, "### `", "`") {
                cases.push(CaseEntry {
                    case: case.to_owned(),
                    reason: String::new(),
                    outputs: Vec::new(),
                });
                continue;
            }
            let Some(entry) = cases.last_mut() else {
                continue;
            };
            if let Some(name) = quoted(line, "Output `", "`:") {
                entry.outputs.push((name.to_owned(), self.output()?));
            } else if !line.is_empty() {
                entry
                    .reason
                    .push_str(if entry.reason.is_empty() { "" } else { " " });
                entry.reason.push_str(line);
            }
        }
        match cases
            .iter()
            .find(|entry| entry.outputs.is_empty() || entry.reason.is_empty())
        {
            Some(entry) => Err(self.error(format!("{} lacks a reason or an output", entry.case))),
            None => Ok(()),
        }
    }

    /// Reads the block with one of our outputs.
    fn output(&mut self) -> Result<Output, Error> {
        while self
            .lines
            .get(self.next)
            .is_some_and(|line| line.is_empty())
        {
            self.next += 1;
        }
        let language = self.line().and_then(|line| line.strip_prefix("```"));
        let language = language.ok_or_else(|| self.error("an output without a block"))?;
        let mut text = String::new();
        loop {
            match self.line() {
                Some("```") => break,
                Some(line) => text.extend([line, "\n"]),
                None => return Err(self.error("a block without an end")),
            }
        }
        match language {
            "json" => {
                let json = serde_json::from_str(&text);
                json.map(Output::Json)
                    .map_err(|error| self.error(error.to_string()))
            }
            _ => Ok(Output::Text(text)),
        }
    }

    /// Makes an error at the last line.
    fn error(&self, message: impl Into<String>) -> Error {
        Error::Known {
            line: self.next,
            message: message.into(),
        }
    }
}

fn quoted<'a>(line: &'a str, start: &str, end: &str) -> Option<&'a str> {
    line.strip_prefix(start)?.strip_suffix(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, message: &str) {
        let error = parse(text).expect_err("it is broken");
        assert_eq!(error.to_string(), message);
    }

    #[test]
    fn a_broken_list_is_refused_with_the_line() {
        check(
            "",
            "known_differences.md:0: the rule collision-once is not described",
        );
        check(
            "## Rules\n- `a/b`",
            "known_differences.md:2: a case outside of a rule",
        );
        let lacks = "known_differences.md:2: a/b lacks a reason or an output";
        check("## Cases\n### `a/b`", lacks);
        let output = "## Cases\n### `a/b`\nbetter\nOutput `text`:\n";
        check(output, "known_differences.md:4: an output without a block");
        let open = format!("{output}\n```text\nx");
        check(&open, "known_differences.md:7: a block without an end");
    }
}
