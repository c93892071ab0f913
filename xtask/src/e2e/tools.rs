//! External programs that the checks need.

use anyhow::Result;

use crate::run::{self, Exit};

/// A program and its Debian package.
pub(super) type Tool = (&'static str, &'static str);

pub(super) const CARBON: Tool = ("carbon-cache", "graphite-carbon");
pub(super) const PROMETHEUS: Tool = ("prometheus", "prometheus");
pub(super) const PROMTOOL: Tool = ("promtool", "prometheus");
pub(super) const PUSHGATEWAY: Tool = ("prometheus-pushgateway", "prometheus-pushgateway");

/// Returns an error with its own exit status unless all tools are installed, with a list of what to install.
pub(super) fn check(tools: impl Iterator<Item = Tool>) -> Result<()> {
    let missing: Vec<Tool> = tools
        .filter(|(program, _)| run::find(program).is_none())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let (status, message) = (2, message(missing));
    Err(Exit { status, message }.into())
}

fn message(missing: Vec<Tool>) -> String {
    let (programs, packages): (Vec<_>, Vec<_>) = missing.into_iter().unzip();
    let each_once = |mut names: Vec<&str>| {
        names.sort_unstable();
        names.dedup();
        names.join(", ")
    };
    format!(
        "programs that are not there: {}; Debian packages to install: {}",
        each_once(programs),
        each_once(packages)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named_once_with_its_package() {
        assert_eq!(
            message(vec![PROMTOOL, PROMETHEUS, CARBON, PROMETHEUS]),
            "programs that are not there: carbon-cache, prometheus, promtool; \
             Debian packages to install: graphite-carbon, prometheus"
        );
    }

    #[test]
    fn what_is_missing_gives_status_2() {
        check([].into_iter()).unwrap();
        let error = check([("no-such-program", "p")].into_iter()).unwrap_err();
        assert_eq!(error.downcast_ref::<Exit>().unwrap().status, 2);
    }
}
