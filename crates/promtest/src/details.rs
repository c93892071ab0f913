/// The details to compare beyond those in text format 0.0.4.
///
/// # Defaults
///
/// No details.
///
/// # Examples
///
/// ```
/// use promtest::Details;
///
/// let details = Details::new().exemplars().native_buckets().units();
/// assert_eq!(details.times(), Details::ALL);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Details {
    pub(crate) exemplars: bool,
    pub(crate) native_buckets: bool,
    pub(crate) times: bool,
    pub(crate) units: bool,
}

impl Details {
    /// All details.
    pub const ALL: Self = Self {
        exemplars: true,
        native_buckets: true,
        times: true,
        units: true,
    };

    /// Starts without details.
    pub fn new() -> Self {
        Self::default()
    }

    /// Compares exemplars: their labels and values.
    pub fn exemplars(mut self) -> Self {
        self.exemplars = true;
        self
    }

    /// Compares native histograms: their schema, zero bucket and buckets.
    ///
    /// The layout of the buckets in spans does not matter.
    pub fn native_buckets(mut self) -> Self {
        self.native_buckets = true;
        self
    }

    /// Compares times: creation times of metrics, and timestamps of exemplars.
    ///
    /// They are only reproducible if the test uses a [manual clock](promcore::ManualClock).
    pub fn times(mut self) -> Self {
        self.times = true;
        self
    }

    /// Compares units.
    pub fn units(mut self) -> Self {
        self.units = true;
        self
    }
}
