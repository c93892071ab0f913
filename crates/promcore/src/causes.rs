//! Errors and their causes, on one line.

use std::error::Error as StdError;
use std::fmt;

use crate::error::Error;

/// Formats an error and its causes on one line.
///
/// `Display` formats only the error itself; the cause is its [source](std::error::Error::source).
///
/// # Examples
///
/// ```
/// use promcore::{Error, with_causes};
///
/// fn run() -> Result<(), Box<dyn std::error::Error>> {
///     Err(Error::custom("the disk is gone").into())
/// }
///
/// if let Err(error) = run() {
///     assert_eq!(with_causes(&*error).to_string(), "the disk is gone");
/// }
/// ```
#[must_use]
pub fn with_causes<'a>(error: &'a (dyn StdError + 'static)) -> impl fmt::Display + use<'a> {
    WithCauses(error)
}

impl Error {
    /// Formats the error and its causes on one line, as [`with_causes`] does for any error.
    ///
    /// # Examples
    ///
    /// ```
    /// use promcore::{ConstMetric, Desc, DescOpts, Error, Gatherer, Registry, collector_fn};
    ///
    /// let desc = Desc::new(DescOpts::new("fan_speed_rpm", "Speed of the fan."))?;
    /// let registry = Registry::new();
    /// registry.register(collector_fn(Vec::new(), move |sink| {
    ///     sink(ConstMetric::invalid(&desc, Error::custom("the fan does not answer")));
    /// }))?;
    ///
    /// for error in registry.gather().errors {
    ///     let text = error.with_causes().to_string();
    ///     assert!(text.ends_with("cannot be collected: the fan does not answer"));
    /// }
    /// # Ok::<(), Error>(())
    /// ```
    #[must_use]
    pub fn with_causes(&self) -> impl fmt::Display {
        WithCauses(self)
    }

    /// Formats errors, such as those of a scrape, and their causes on one line.
    ///
    /// # Examples
    ///
    /// ```
    /// use promcore::Error;
    ///
    /// let errors = [Error::custom("the disk is gone"), Error::custom("the fan does not answer")];
    /// assert_eq!(Error::list(&errors).to_string(), "the disk is gone; the fan does not answer");
    /// ```
    #[must_use]
    pub fn list(errors: &[Self]) -> impl fmt::Display {
        List(errors)
    }
}

struct WithCauses<'a>(&'a (dyn StdError + 'static));

impl fmt::Display for WithCauses<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

struct List<'a>(&'a [Error]);

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, error) in self.0.iter().enumerate() {
            let between = if number == 0 { "" } else { "; " };
            write!(f, "{between}{}", error.with_causes())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_of_causes_are_shown() {
        let invalid = Error::InvalidMetric {
            desc: "Desc{}".to_owned(),
            error: Box::new(Error::custom("no disk")),
        };
        let from = Error::Gatherer {
            number: 2,
            error: Box::new(invalid),
        };
        let text = "from gatherer #2: metric Desc{} cannot be collected: no disk";
        assert_eq!(from.with_causes().to_string(), text);
        let errors = [from, Error::custom("no fan")];
        assert_eq!(Error::list(&errors).to_string(), format!("{text}; no fan"));
        assert_eq!(Error::list(&[]).to_string(), "");
    }
}
