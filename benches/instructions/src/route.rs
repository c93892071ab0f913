//! A label set of finite values.

use promcore::{LabelSet, LabelValue};

pub(crate) const METHODS: [&str; 5] = ["GET", "POST", "PUT", "DELETE", "PATCH"];
pub(crate) const PATHS: usize = 20;

/// One of [`METHODS`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Method(pub(crate) u8);

impl LabelValue for Method {
    const COUNT: usize = METHODS.len();

    fn with_text<R>(&self, then: impl FnOnce(&str) -> R) -> R {
        then(METHODS[self.number()])
    }

    fn number(&self) -> usize {
        self.0.into()
    }
}

/// One of [`PATHS`] paths.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Path(pub(crate) u8);

impl LabelValue for Path {
    const COUNT: usize = PATHS;

    fn with_text<R>(&self, then: impl FnOnce(&str) -> R) -> R {
        // Only the number matters to a look-up; the text is made once.
        then(&"/abcdefghijklmnopqrst"[..=self.number()])
    }

    fn number(&self) -> usize {
        self.0.into()
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Route {
    pub(crate) method: Method,
    pub(crate) path: Path,
}

impl LabelSet for Route {
    type Ref<'a> = Self;
    const NAMES: &'static [&'static str] = &["method", "path"];
    const COUNT: usize = Method::COUNT * Path::COUNT;

    fn with_values<R>(labels: &Self, then: impl FnOnce(&[&str]) -> R) -> R {
        labels
            .method
            .with_text(|method| labels.path.with_text(|path| then(&[method, path])))
    }

    fn number(labels: &Self) -> usize {
        labels.method.number() * Path::COUNT + labels.path.number()
    }
}
