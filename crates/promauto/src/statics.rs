/// Declares metrics in statics, which are registered with the default registry.
///
/// A declaration reads like that of a static: the first paragraph of the doc comment is the help text, and the name of the metric takes the place of the value.
/// Braces hold the label names or the closure that returns the value, which come first, and anything that the options of the type have a setter for.
/// Any other collector is declared with a closure that makes it, and provides its own help texts.
///
/// Scrapes show every declared metric of every crate in the program, even if it has not been touched.
/// A metric without labels starts at 0; a metric with labels shows only the series that the program has accessed.
///
/// # Examples
///
/// ```standalone_crate
/// use promcore::{Counter, CounterVec, Gatherer, Histogram, ValueFn, default_registry};
///
/// promauto::metrics! {
///     /// The total number of processed events.
///     pub static OPS_PROCESSED: Counter = "myapp_processed_ops_total";
///
///     /// Requests answered, by status and method.
///     static REQUESTS: CounterVec<2> = "http_requests_total" {
///         labels: ["code", "method"],
///     };
///
///     /// Time to answer a request.
///     static LATENCY: Histogram = "http_latency_seconds" {
///         buckets: [0.01, 0.1, 1.0],
///         unit: "seconds",
///         const_labels: [("zone", "a")],
///     };
///
///     /// Cores that may be used.
///     static CORES: ValueFn = "cpu_cores" { gauge_fn: || 4.0 };
/// }
///
/// REQUESTS.with(["200", "GET"]).inc();
/// LATENCY.observe(0.05);
/// let families = default_registry().gather().families;
/// let names: Vec<&str> = families.iter().map(|family| &*family.name).collect();
/// assert_eq!(names, ["cpu_cores", "http_latency_seconds", "http_requests_total", "myapp_processed_ops_total"]);
/// ```
///
/// # What can be declared
///
/// | type | labels | examples of options |
/// |---|---|---|
/// | `Counter`, `Gauge` | none | `namespace: "shop"`, `subsystem: "cart"`, `unit: "bytes"`, `const_labels: [("zone", "a")]` |
/// | `Histogram` | none | the same, and `buckets: [0.1, 1.0]`, `native_bucket_factor: 1.1` |
/// | `Summary` | none | the same, and `objectives: [(0.5, 0.05), (0.99, 0.001)]` |
/// | `CounterVec<N>` etc. | `labels: ["code", "method"]` | those of the instrument |
/// | `DynCounterVec` etc. | `labels: names()`, a `Vec` | those of the instrument |
/// | `CounterFamily<S>` etc. | those of the label set `S` | those of the instrument |
/// | `ValueFn` | none | `counter_fn`, `gauge_fn` or `untyped_fn` with a closure, which comes first; those of a counter |
///
/// Values are expressions, which are evaluated once, when the metric is made.
/// Attributes apply to the static.
///
/// Any other [`Collector`](promcore::Collector) that can be cloned is declared with a closure that returns it or an [`Error`](promcore::Error).
/// Wrap one that cannot be cloned in an [`Arc`](std::sync::Arc):
///
/// ```standalone_crate
/// use std::sync::Arc;
///
/// use promcore::{Collector, ConstMetric, Desc, DescOpts, Error, Gatherer, default_registry};
///
/// promauto::metrics! {
///     /// What the rooms of the hotel are like.
///     static ROOMS: Arc<Rooms> = || Rooms::new("hotel").map(Arc::new);
/// }
///
/// struct Rooms {
///     free: Desc,
/// }
///
/// impl Rooms {
///     fn new(house: &str) -> Result<Self, Error> {
///         let opts = DescOpts::new("rooms_free", "Rooms that are free.");
///         Ok(Self { free: Desc::new(opts.const_labels([("house", house)]))? })
///     }
/// }
///
/// impl Collector for Rooms {
///     fn describe(&self, sink: &mut dyn FnMut(&Desc)) {
///         sink(&self.free);
///     }
///
///     fn collect(&self, sink: &mut dyn FnMut(ConstMetric)) {
///         sink(ConstMetric::gauge(&self.free, 3.0, &[]).expect("there are no labels"));
///     }
/// }
///
/// assert_eq!(default_registry().gather().families[0].name, "rooms_free");
/// assert_eq!(ROOMS.free.help(), "Rooms that are free.");
/// ```
///
/// # Where it works
///
/// The linker collects the declarations of all crates; a dependency that the program never mentions, not even with `use library as _`, is not linked.
/// This works on Android, FreeBSD, Fuchsia, illumos, iOS, Linux, macOS, OpenBSD, tvOS and Windows; elsewhere, such as on WebAssembly, a static is registered when it is first touched.
/// A static may be used at any time, even while others are made, and before `main`.
///
/// # Panics
///
/// A scrape does not panic if a metric cannot be made or registered; every scrape reports it as [`Error::Declaration`](promcore::Error::Declaration).
/// Touching such a static panics, with a message that gives the reason and the place of the declaration.
///
/// A declaration without a doc comment does not compile, unless a closure makes the metric:
///
/// ```compile_fail
/// promauto::metrics! {
///     static JOBS: promcore::Counter = "jobs_total";
/// }
/// ```
#[macro_export]
macro_rules! metrics {
    ($(
        $(#[$($attribute:tt)*])*
        $visibility:vis static $name:ident: $metric:ty =
            $($text:literal $({ $($options:tt)* })?)? $(|| $made:expr)?;
    )*) => {$(
        $(#[$($attribute)*])*
        $visibility static $name: $crate::Declared<$metric> = {
            $crate::__private::declaration!(&$name);
            $crate::Declared::new(
                ::core::concat!(::core::module_path!(), "::", ::core::stringify!($name)),
                (::core::file!(), ::core::line!()),
                $crate::__maker!(
                    [$([$($attribute)*])*] $metric,
                    $($text $({ $($options)* })?)? $(|| $made)?
                ),
            )
        };
    )*};
}

/// Returns the closure that makes a metric: the given one, or one from name, help text and options.
#[doc(hidden)]
#[macro_export]
macro_rules! __maker {
    ($attributes:tt $metric:ty, || $made:expr) => { || $made };
    ([$($attribute:tt)*] $metric:ty, $text:literal $({ $($options:tt)* })?) => {{
        const HELP: &[&str] = $crate::__help!([] $($attribute)*);
        const { ::core::assert!(!HELP.is_empty(), "missing doc comment: it is the metric's help text") };
        || {
            let name_and_help = ($text, $crate::__private::help(HELP));
            $crate::__made!($metric, name_and_help $($($options)*)?)
        }
    }};
}

/// Selects the doc comment lines from attributes.
#[doc(hidden)]
#[macro_export]
macro_rules! __help {
    ([$($line:expr),*]) => { &[$($line),*] };
    ([$($line:expr),*] [doc = $next:expr] $($rest:tt)*) => {
        $crate::__help!([$($line,)* $next] $($rest)*)
    };
    ($lines:tt $other:tt $($rest:tt)*) => { $crate::__help!($lines $($rest)*) };
}

/// Makes a metric from the contents of the braces.
#[doc(hidden)]
#[macro_export]
macro_rules! __made {
    ($metric:ty, $start:ident labels: $labels:expr $(, $option:ident: $value:expr)* $(,)?) => {
        <$metric as $crate::__private::Declare>::declare(
            <$metric as $crate::__private::Declare>::Opts::from($start)$(.$option($value))*,
            $labels,
        )
    };
    ($metric:ty, $start:ident counter_fn: $read:expr $(, $option:ident: $value:expr)* $(,)?) => {
        $crate::__private::counter_fn($crate::__private::CounterOpts::from($start)$(.$option($value))*, $read)
    };
    ($metric:ty, $start:ident gauge_fn: $read:expr $(, $option:ident: $value:expr)* $(,)?) => {
        $crate::__private::gauge_fn($crate::__private::GaugeOpts::from($start)$(.$option($value))*, $read)
    };
    ($metric:ty, $start:ident untyped_fn: $read:expr $(, $option:ident: $value:expr)* $(,)?) => {
        $crate::__private::untyped_fn($crate::__private::UntypedOpts::from($start)$(.$option($value))*, $read)
    };
    ($metric:ty, $start:ident $($option:ident: $value:expr),* $(,)?) => {
        <$metric as $crate::__private::Declare>::declare::<&str>(
            <$metric as $crate::__private::Declare>::Opts::from($start)$(.$option($value))*,
            (),
        )
    };
}

/// Returns the help text of a doc comment: its first paragraph, as one line.
#[doc(hidden)]
#[must_use]
pub fn help(comments: &[&str]) -> String {
    let lines = comments.iter().flat_map(|comment| comment.split('\n'));
    let lines = lines.map(str::trim).skip_while(|line| line.is_empty());
    let lines: Vec<&str> = lines.take_while(|line| !line.is_empty()).collect();
    lines.join(" ")
}

#[cfg(test)]
mod tests {
    use super::help;

    #[test]
    fn the_first_paragraph_is_the_help_text() {
        assert_eq!(help(&[" Jobs done."]), "Jobs done.");
        let comments = ["", " Jobs that", " are done.", "", " More about them."];
        assert_eq!(help(&comments), "Jobs that are done.");
        assert_eq!(help(&["\n  Jobs\n  done.\n\n More."]), "Jobs done.");
        assert_eq!(help(&[]), "");
    }
}
