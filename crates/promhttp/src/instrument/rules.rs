//! Options for labels and exemplars, shared by server and client middleware.

use std::fmt;
use std::sync::Arc;

use promcore::LabelPair;

use super::clock::Stopwatch;
use super::head::{RequestHead, ResponseHead};
use super::sanitize::Methods;

/// What all metrics of a middleware share.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rules<L> {
    pub(crate) labels: L,
    pub(crate) methods: Methods,
    pub(crate) exemplars: Exemplars,
    pub(crate) stopwatch: Stopwatch,
}

impl<L> Rules<L> {
    pub(crate) fn with_labels<M>(self, labels: M) -> Rules<(L, M)> {
        Rules {
            labels: (self.labels, labels),
            methods: self.methods,
            exemplars: self.exemplars,
            stopwatch: self.stopwatch,
        }
    }
}

/// Where the labels of exemplars come from.
#[derive(Clone, Default)]
pub(crate) struct Exemplars {
    pub(crate) request: Option<Arc<FromRequest>>,
    pub(crate) response: Option<Arc<FromResponse>>,
}

type FromRequest = dyn Fn(RequestHead<'_>) -> Option<Vec<LabelPair>> + Send + Sync;
type FromResponse = dyn Fn(ResponseHead<'_>) -> Option<Vec<LabelPair>> + Send + Sync;

/// Makes the labels of an exemplar.
pub(crate) fn pairs<K: Into<String>, V: Into<String>>(
    labels: impl IntoIterator<Item = (K, V)>,
) -> Vec<LabelPair> {
    let labels = labels.into_iter();
    labels
        .map(|(name, value)| LabelPair::new(name, value))
        .collect()
}

impl fmt::Debug for Exemplars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exemplars")
            .field("request", &self.request.as_ref().map(|_| ".."))
            .field("response", &self.response.as_ref().map(|_| ".."))
            .finish()
    }
}

/// Implements the setters of the field `rules`; the other field of the options is `metrics`.
macro_rules! rules_setters {
    ($opts:ident) => {
        impl<L> $opts<L> {
            /// Adds these methods, in upper or lower case, to the standard ones, for the label `method`; all others are `unknown`.
            #[doc(alias = "WithExtraMethods")]
            pub fn extra_methods(
                mut self,
                methods: impl IntoIterator<Item = impl Into<String>>,
            ) -> Self {
                let methods = methods.into_iter().map(Into::into);
                self.rules.methods = $crate::instrument::Methods::new(methods);
                self
            }

            /// Adds labels of a type that implements [`Labels`](crate::Labels), such as [`GrpcStatus`](crate::GrpcStatus).
            ///
            /// If several labels have the same name, the last one counts, even if the name is `code` or `method`.
            pub fn labels<M: $crate::Labels>(self, labels: M) -> $opts<(L, M)> {
                $opts {
                    metrics: self.metrics,
                    rules: self.rules.with_labels(labels),
                }
            }

            /// Adds a label whose value is computed by `value` from the request, before the service is called.
            ///
            /// The number of values must stay small whatever clients send: never use the path.
            /// For values that the service determines, see [`label_from_response`](Self::label_from_response).
            #[doc(alias = "WithLabelFromRequest")]
            #[doc(alias = "WithLabelFromCtx")]
            pub fn label_from_request<F, V>(
                self,
                name: impl Into<String>,
                value: F,
            ) -> $opts<(L, $crate::RequestLabel<F>)>
            where
                F: Fn($crate::RequestHead<'_>) -> V + Send + Sync + 'static,
                V: AsRef<str> + Send + 'static,
            {
                self.labels($crate::RequestLabel::new(name.into(), value))
            }

            /// Adds a label whose value is computed by `value` from the response; without a response it is empty.
            pub fn label_from_response<F, V>(
                self,
                name: impl Into<String>,
                value: F,
            ) -> $opts<(L, $crate::ResponseLabel<F>)>
            where
                F: Fn($crate::ResponseHead<'_>) -> V + Send + Sync + 'static,
                V: AsRef<str> + Send + 'static,
            {
                self.labels($crate::ResponseLabel::new(name.into(), value))
            }

            /// Takes the labels of an exemplar, such as a trace ID, from the request.
            ///
            /// If there are none, or they are invalid or too long, the request is observed without an exemplar.
            /// Summaries have no exemplars.
            /// An exemplar costs memory and a lock, so return one only for sampled traces.
            #[doc(alias = "WithExemplarFromRequest")]
            #[doc(alias = "WithExemplarFromContext")]
            pub fn exemplar_from_request<I, K, V>(
                mut self,
                exemplar: impl Fn($crate::RequestHead<'_>) -> Option<I> + Send + Sync + 'static,
            ) -> Self
            where
                I: IntoIterator<Item = (K, V)>,
                K: Into<String>,
                V: Into<String>,
            {
                let exemplar = move |head: $crate::RequestHead<'_>| {
                    exemplar(head).map($crate::instrument::pairs)
                };
                self.rules.exemplars.request = Some(std::sync::Arc::new(exemplar));
                self
            }

            /// Takes the labels of an exemplar from the response; if it has none, those of the request are used.
            pub fn exemplar_from_response<I, K, V>(
                mut self,
                exemplar: impl Fn($crate::ResponseHead<'_>) -> Option<I> + Send + Sync + 'static,
            ) -> Self
            where
                I: IntoIterator<Item = (K, V)>,
                K: Into<String>,
                V: Into<String>,
            {
                let exemplar = move |head: $crate::ResponseHead<'_>| {
                    exemplar(head).map($crate::instrument::pairs)
                };
                self.rules.exemplars.response = Some(std::sync::Arc::new(exemplar));
                self
            }

            /// Measures durations with `clock`, for tests that control the time.
            pub fn clock(mut self, clock: std::sync::Arc<dyn promcore::Clock>) -> Self {
                self.rules.stopwatch = $crate::instrument::Stopwatch::By(clock);
                self
            }
        }
    };
}
pub(crate) use rules_setters;
