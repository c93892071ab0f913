//! Reads the corpus: folders of cases, tables of rows, and their values.

mod op; // The operations of a scenario.
mod row; // The rows of tables.
mod scenario; // A program, and its results in Go.

mod constant; // Constant metrics.
mod float; // Floats as strings, to keep every bit.
mod http; // Handlers and requests.
mod label; // Labels with and without constraints.
mod probe; // Test helpers.
mod push; // What to push.
mod text; // Strings that may not be UTF-8.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use crate::{Error, Family};

pub(crate) use constant::{ConstHistogram, ConstNativeHistogram, ConstSummary, Count, ExemplarOf};
pub(crate) use float::Float;
pub(crate) use http::{
    HandlerFor, HandlerOpts, Inner, Instrument, InstrumentMetricHandler, InstrumentOptions,
    LabelSource, Request,
};
pub(crate) use label::Label;
pub(crate) use op::{Amount, Graphite, NewFunc, NewVec, Op, Opts, ValueType, WithExemplar, Wrap};
pub(crate) use probe::Probe;
pub(crate) use push::{Push, PushExpected, PushFormat, PushMethod, PushRow};
pub(crate) use row::{
    BoundsExpected, BucketExpected, BucketRow, FloatRow, NameExpected, NameRow, NegotiateRow,
    SchemaExpected,
};
pub(crate) use scenario::{Expected, Header, Scenario, default_clock_start};
pub(crate) use text::{Text, decode, encode_base64, has_bytes};

/// A folder with the layout described in the corpus' README.
#[derive(Debug)]
pub(crate) struct Corpus {
    dir: PathBuf,
}

/// One case of the corpus.
#[derive(Debug)]
pub(crate) struct Source {
    /// The file's name without its ending; for a row, the number of its line.
    pub(crate) name: String,
    path: PathBuf,
    first_line: usize,
    json: String,
}

impl Corpus {
    /// Opens `dir`, which must hold at least one case.
    pub(crate) fn open(dir: &Path) -> Result<Self, Error> {
        fs::read_dir(dir).map_err(|source| unreadable(dir, source))?;
        let corpus = Self {
            dir: dir.to_path_buf(),
        };
        // A family that cannot be read exists, and is reported later.
        let lacks = |family| matches!(corpus.cases(family), Ok(cases) if cases.is_empty());
        if Family::ALL.into_iter().all(lacks) {
            return Err(Error::Empty(corpus.dir));
        }
        Ok(corpus)
    }

    /// Reads the cases of a family in the order of their names or lines; a missing family has none.
    pub(crate) fn cases(&self, family: Family) -> Result<Vec<Source>, Error> {
        let path = self.path(family);
        if !path.exists() {
            return Ok(Vec::new());
        }
        if family.is_table() {
            rows(&path)
        } else {
            files(&path)
        }
    }

    fn path(&self, family: Family) -> PathBuf {
        let mut name = family.name().to_owned();
        if family.is_table() {
            name.push_str(".jsonl");
        }
        self.dir.join(name)
    }
}

impl Source {
    /// Makes a case without a file, for tests of the runner itself.
    #[cfg(test)]
    pub(crate) fn inline(name: &str, json: &str) -> Self {
        Self {
            name: name.to_owned(),
            path: PathBuf::from(name),
            first_line: 1,
            json: json.to_owned(),
        }
    }

    /// Reads the case as a `T`.
    pub(crate) fn parse<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_str(&self.json).map_err(|error| Error::Case {
            path: self.path.clone(),
            line: self.first_line + error.line().saturating_sub(1),
            column: error.column(),
            message: message(&error),
        })
    }
}

/// Returns the text of a JSON error without the position, which [`Error::Case`] has separately.
fn message(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

fn rows(path: &Path) -> Result<Vec<Source>, Error> {
    let row = |(index, line): (usize, &str)| Source {
        name: (index + 1).to_string(),
        path: path.to_path_buf(),
        first_line: index + 1,
        json: line.to_owned(),
    };
    let text = fs::read_to_string(path).map_err(|source| unreadable(path, source))?;
    Ok(text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(row)
        .collect())
}

fn files(dir: &Path) -> Result<Vec<Source>, Error> {
    let entries = fs::read_dir(dir).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let mut paths: Vec<_> = entries
        .map_err(|source| unreadable(dir, source))?
        .iter()
        .map(fs::DirEntry::path)
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .collect();
    paths.sort();
    paths.into_iter().map(file).collect()
}

fn file(path: PathBuf) -> Result<Source, Error> {
    let json = fs::read_to_string(&path).map_err(|source| unreadable(&path, source))?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    Ok(Source {
        name: name.into_owned(),
        first_line: 1,
        json,
        path,
    })
}

fn unreadable(path: &Path, source: io::Error) -> Error {
    Error::Read {
        path: path.to_path_buf(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_case_is_named_with_its_line() {
        let case = Source::inline("x.json", "{\n  \"bits\": 3,\n}");
        let error = case
            .parse::<FloatRow>()
            .expect_err("a number is no bit pattern");
        assert_eq!(
            error.to_string(),
            "x.json:2:11: invalid type: integer `3`, expected a float as a string"
        );
    }

    #[test]
    fn a_folder_without_cases_is_refused() {
        let error = Corpus::open(Path::new("src")).expect_err("there are only sources");
        assert_eq!(error.to_string(), "no conformance cases in src");
        let error = Corpus::open(Path::new("sources")).expect_err("there is no such folder");
        assert_eq!(error.to_string(), "cannot read sources");
    }
}
