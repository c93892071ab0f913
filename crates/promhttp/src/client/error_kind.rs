use std::error::Error;
use std::io;

/// Classifies the errors of calls, for a label.
///
/// It is implemented for closures; [`IoErrorKind`] is enough for most clients.
/// The number of kinds must stay small whatever servers do, so never use the text of an error.
///
/// # Examples
///
/// ```
/// use promhttp::ErrorKind;
///
/// enum CallError {
///     TooMany,
///     Broken(String),
/// }
///
/// let kind = |error: &CallError| match error {
///     CallError::TooMany => "too_many",
///     CallError::Broken(_) => "broken",
/// };
/// assert_eq!(kind.kind(&CallError::Broken("at byte 17".to_owned())), "broken");
/// # let _ = CallError::TooMany;
/// ```
pub trait ErrorKind<E>: Send + Sync + 'static {
    /// Returns the label value of an error.
    fn kind(&self, error: &E) -> &'static str;
}

impl<E, F> ErrorKind<E> for F
where
    F: Fn(&E) -> &'static str + Send + Sync + 'static,
{
    fn kind(&self, error: &E) -> &'static str {
        self(error)
    }
}

/// Classifies errors by the [`io::Error`] among their causes: `timeout`, `refused`, `reset`, `unreachable` or `closed`, and `other` in all other cases.
///
/// # Examples
///
/// ```
/// use std::io;
///
/// use promhttp::{ErrorKind, IoErrorKind};
///
/// let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
/// assert_eq!(IoErrorKind::default().kind(&refused), "refused");
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct IoErrorKind;

impl IoErrorKind {
    /// Classifies an error behind a trait object, such as the boxed errors of tower's layers.
    ///
    /// # Examples
    ///
    /// ```
    /// use promcore::CounterVec;
    /// use promhttp::{InstrumentClient, IoErrorKind};
    /// use tower::BoxError;
    ///
    /// let errors = CounterVec::new("call_errors_total", "Calls that were not answered.", ["code"])?;
    /// let layer = InstrumentClient::errors(errors)?
    ///     .error_kind(|error: &BoxError| IoErrorKind::of(error.as_ref()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn of(error: &(dyn Error + 'static)) -> &'static str {
        let mut causes = std::iter::successors(Some(error), |&error| error.source());
        causes.find_map(name).unwrap_or("other")
    }
}

impl<E: Error + 'static> ErrorKind<E> for IoErrorKind {
    fn kind(&self, error: &E) -> &'static str {
        Self::of(error)
    }
}

fn name(error: &(dyn Error + 'static)) -> Option<&'static str> {
    use io::ErrorKind::{
        BrokenPipe, ConnectionAborted, ConnectionRefused, ConnectionReset, HostUnreachable,
        NetworkUnreachable, TimedOut, UnexpectedEof,
    };
    Some(match error.downcast_ref::<io::Error>()?.kind() {
        TimedOut => "timeout",
        ConnectionRefused => "refused",
        ConnectionReset | ConnectionAborted | BrokenPipe => "reset",
        HostUnreachable | NetworkUnreachable => "unreachable",
        UnexpectedEof => "closed",
        // A cause further down the chain may be more specific.
        _ => return None,
    })
}
