/// What to look at besides what text format 0.0.4 can say.
///
/// # Defaults
///
/// Nothing.
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
    /// Is everything.
    pub const ALL: Self = Self {
        exemplars: true,
        native_buckets: true,
        times: true,
        units: true,
    };

    /// Looks at nothing more.
    pub fn new() -> Self {
        Self::default()
    }

    /// Looks at exemplars: their labels and values.
    pub fn exemplars(mut self) -> Self {
        self.exemplars = true;
        self
    }

    /// Looks at native histograms: their schema, zero bucket and buckets.
    ///
    /// How the buckets are laid out in spans does not matter.
    pub fn native_buckets(mut self) -> Self {
        self.native_buckets = true;
        self
    }

    /// Looks at times: when a metric was created, and when an exemplar was observed.
    ///
    /// These are the same each time only if the test has a [clock](promcore::ManualClock) of its own.
    pub fn times(mut self) -> Self {
        self.times = true;
        self
    }

    /// Looks at units.
    pub fn units(mut self) -> Self {
        self.units = true;
        self
    }
}
