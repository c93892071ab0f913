use promlint::Problem;

/// Formats problems as a JSON list, with one line per problem.
pub(crate) fn write(problems: &[Problem]) -> String {
    let line = |problem: &Problem| {
        let (metric, text) = (quote(&problem.metric), quote(&problem.text));
        format!("\n  {{\"metric\": {metric}, \"text\": {text}}}")
    };
    let lines: Vec<_> = problems.iter().map(line).collect();
    let end = if lines.is_empty() { "" } else { "\n" };
    format!("[{}{end}]\n", lines.join(","))
}

fn quote(text: &str) -> String {
    let mut quoted = String::from('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            '\0'..' ' => quoted.push_str(&format!("\\u{:04x}", u32::from(letter))),
            _ => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_are_a_list_of_objects() {
        assert_eq!(write(&[]), "[]\n");
        let problems = [Problem::new("a\"\\\n", "1"), Problem::new("größe", "2")];
        let json = "[\n  {\"metric\": \"a\\\"\\\\\\u000a\", \"text\": \"1\"},\n  {\"metric\": \"größe\", \"text\": \"2\"}\n]\n";
        assert_eq!(write(&problems), json);
    }
}
