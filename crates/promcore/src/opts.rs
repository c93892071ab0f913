//! Options shared by all instruments.

use std::sync::Arc;

use crate::desc::{Desc, DescOpts};
use crate::error::Error;
use crate::labels::LabelPair;
use crate::series::Cells;
use crate::time::{Clock, system_clock};
use crate::variable_label::VariableLabel;
use crate::vec::Parts;

/// Joins the parts of a metric's name with underscores, leaving out empty ones.
///
/// If `name` is empty, so is the result, as in Go.
///
/// # Examples
///
/// ```
/// assert_eq!(promcore::build_fq_name("shop", "", "orders_total"), "shop_orders_total");
/// ```
#[must_use]
pub fn build_fq_name(namespace: &str, subsystem: &str, name: &str) -> String {
    if name.is_empty() {
        return String::new();
    }
    let parts = [namespace, subsystem, name];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("_")
}

/// The options that all instruments have.
#[derive(Clone, Debug)]
pub(crate) struct Common {
    namespace: String,
    subsystem: String,
    name: String,
    help: String,
    unit: String,
    const_labels: Vec<LabelPair>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Common {
    pub(crate) fn new(name: String, help: String) -> Self {
        Self {
            namespace: String::new(),
            subsystem: String::new(),
            name,
            help,
            unit: String::new(),
            const_labels: Vec::new(),
            clock: system_clock(),
        }
    }

    /// Makes the descriptor for these options.
    pub(crate) fn desc(&self, variable_labels: Vec<VariableLabel>) -> Result<Desc, Error> {
        let name = build_fq_name(&self.namespace, &self.subsystem, &self.name);
        let constant = self.const_labels.iter().cloned();
        Desc::new(
            DescOpts::new(name, self.help.clone())
                .unit(self.unit.clone())
                .variable_labels(variable_labels)
                .const_labels(constant.map(|label| (label.name, label.value))),
        )
    }

    /// Makes the parts of an instrument that has no other options.
    pub(crate) fn parts<C: Cells<Shape = ()>>(
        self,
        labels: Vec<VariableLabel>,
    ) -> Result<Parts<C>, Error> {
        Ok(Parts {
            desc: self.desc(labels)?,
            shape: (),
            clock: self.clock,
        })
    }

    pub(crate) fn set_namespace(&mut self, namespace: String) {
        self.namespace = namespace;
    }

    pub(crate) fn set_subsystem(&mut self, subsystem: String) {
        self.subsystem = subsystem;
    }

    pub(crate) fn set_unit(&mut self, unit: String) {
        self.unit = unit;
    }

    pub(crate) fn add_const_label(&mut self, name: String, value: String) {
        self.const_labels.push(LabelPair::new(name, value));
    }
}

/// Adds the setters that all options have.
macro_rules! common_setters {
    ($opts:ident) => {
        impl $opts {
            /// Sets the namespace, the first part of the name.
            pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
                self.common.set_namespace(namespace.into());
                self
            }

            /// Sets the subsystem, the second part of the name.
            pub fn subsystem(mut self, subsystem: impl Into<String>) -> Self {
                self.common.set_subsystem(subsystem.into());
                self
            }

            /// Sets the unit, which formats that support units expose along with the help text; it is not appended to the name.
            pub fn unit(mut self, unit: impl Into<String>) -> Self {
                self.common.set_unit(unit.into());
                self
            }

            /// Adds a constant label.
            pub fn const_label(
                mut self,
                name: impl Into<String>,
                value: impl Into<String>,
            ) -> Self {
                self.common.add_const_label(name.into(), value.into());
                self
            }

            /// Adds constant labels.
            pub fn const_labels<K: Into<String>, V: Into<String>>(
                self,
                labels: impl IntoIterator<Item = (K, V)>,
            ) -> Self {
                labels
                    .into_iter()
                    .fold(self, |opts, (name, value)| opts.const_label(name, value))
            }

            /// Sets the clock that the metric reads, for example for its creation time.
            pub fn clock(mut self, clock: std::sync::Arc<dyn $crate::Clock>) -> Self {
                self.common.clock = clock;
                self
            }
        }

        /// Makes options from a name and a help text.
        impl<N: Into<String>, H: Into<String>> From<(N, H)> for $opts {
            fn from((name, help): (N, H)) -> Self {
                Self::new(name, help)
            }
        }
    };
}
pub(crate) use common_setters;

/// Options of a [`Counter`](crate::Counter) or [`CounterVec`](crate::CounterVec).
///
/// # Defaults
///
/// No namespace, subsystem, unit or constant labels; the system's clock.
///
/// # Examples
///
/// ```
/// use promcore::{Counter, CounterOpts};
///
/// let bytes = Counter::with_opts(
///     CounterOpts::new("received_bytes_total", "Bytes received.")
///         .namespace("shop")
///         .subsystem("uploads")
///         .unit("bytes")
///         .const_label("zone", "a"),
/// )?;
/// assert_eq!(bytes.desc().name(), "shop_uploads_received_bytes_total");
/// # Ok::<(), promcore::Error>(())
/// ```
///
/// A name and a help text are enough if there is nothing else to set:
///
/// ```
/// let requests = promcore::CounterVec::with_opts(("requests_total", "Requests."), ["code"])?;
/// requests.with(["200"]).inc();
/// # Ok::<(), promcore::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct CounterOpts {
    pub(crate) common: Common,
}

impl CounterOpts {
    /// Starts from a name and a help text.
    pub fn new(name: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            common: Common::new(name.into(), help.into()),
        }
    }
}

common_setters!(CounterOpts);

/// Options of a [`Gauge`](crate::Gauge) or [`GaugeVec`](crate::GaugeVec).
///
/// # Defaults
///
/// No namespace, subsystem, unit or constant labels; the system's clock.
///
/// # Examples
///
/// ```
/// use promcore::{Gauge, GaugeOpts};
///
/// let opts = GaugeOpts::new("open_connections", "Connections that are open.");
/// let open = Gauge::with_opts(opts.namespace("shop").const_labels([("pool", "users")]))?;
/// open.inc();
/// assert_eq!(open.desc().name(), "shop_open_connections");
/// # Ok::<(), promcore::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct GaugeOpts {
    pub(crate) common: Common,
}

impl GaugeOpts {
    /// Starts from a name and a help text.
    pub fn new(name: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            common: Common::new(name.into(), help.into()),
        }
    }
}

common_setters!(GaugeOpts);

/// Options of an [`untyped_fn`](crate::untyped_fn).
///
/// # Defaults
///
/// No namespace, subsystem, unit or constant labels.
///
/// See [`untyped_fn`](crate::untyped_fn) for an example.
#[derive(Clone, Debug)]
#[must_use]
pub struct UntypedOpts {
    pub(crate) common: Common,
}

impl UntypedOpts {
    /// Starts from a name and a help text.
    pub fn new(name: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            common: Common::new(name.into(), help.into()),
        }
    }
}

common_setters!(UntypedOpts);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_joined() {
        assert_eq!(build_fq_name("a", "b", "c"), "a_b_c");
        assert_eq!(build_fq_name("", "b", "c"), "b_c");
        assert_eq!(build_fq_name("a", "b", ""), "");
    }

    #[test]
    fn options_make_a_descriptor() {
        let opts = CounterOpts::from(("orders_total", "Orders."))
            .namespace("shop")
            .unit("orders")
            .const_labels([("zone", "b"), ("app", "web")]);
        let desc = opts.common.desc(vec!["code".into()]).unwrap();
        assert_eq!(
            desc.to_string(),
            r#"Desc{fqName: "shop_orders_total", help: "Orders.", unit: "orders", constLabels: {app="web",zone="b"}, variableLabels: {code}}"#
        );
    }
}
