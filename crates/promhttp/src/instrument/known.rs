//! What is known about a request, and how it is observed.

use std::time::Duration;

use http::{HeaderMap, Request, Response};
use promcore::LabelPair;

use super::clock::Moment;
use super::head::{RequestHead, ResponseHead};
use super::labels::Labels;
use super::metrics::{Counted, Observed, Source};
use super::rules::Rules;
use super::sanitize::{Method, Outcome};

/// What is known about a request.
#[derive(Debug)]
pub(crate) struct Known<V> {
    start: Moment,
    method: Method,
    outcome: Outcome,
    /// The values of the labels beyond `code` and `method`.
    values: V,
    exemplar: Option<Vec<LabelPair>>,
}

impl<V> Known<V> {
    /// Starts when a request has arrived; called before anything else, so that the time is right.
    pub(crate) fn new<L, B>(rules: &Rules<L>, request: &Request<B>) -> Self
    where
        L: Labels<Values = V>,
    {
        let start = rules.stopwatch.now();
        let head = RequestHead::of(request);
        let exemplar = rules.exemplars.request.as_ref();
        Self {
            start,
            method: rules.methods.find(head.method.as_str()),
            outcome: Outcome::Aborted,
            values: rules.labels.of_request(head),
            exemplar: exemplar.and_then(|exemplar| exemplar(head)),
        }
    }

    /// Notes the head of the response.
    pub(crate) fn answered<L, B>(&mut self, rules: &Rules<L>, response: &Response<B>)
    where
        L: Labels<Values = V>,
    {
        let head = ResponseHead::of(response);
        self.outcome = Outcome::Answered(head.status);
        rules.labels.of_response(&mut self.values, head);
        let exemplar = rules.exemplars.response.as_ref();
        if let Some(exemplar) = exemplar.and_then(|exemplar| exemplar(head)) {
            self.exemplar = Some(exemplar);
        }
    }

    /// Notes an error of this kind instead of a response.
    pub(crate) fn failed(&mut self, kind: &'static str) {
        self.outcome = Outcome::Failed(kind);
    }

    /// Notes what is known at the end of the response body.
    pub(crate) fn ended<L>(&mut self, rules: &Rules<L>, trailers: Option<&HeaderMap>)
    where
        L: Labels<Values = V>,
    {
        rules.labels.of_end(&mut self.values, trailers);
    }

    /// Reports whether there was a response.
    pub(crate) fn is_answered(&self) -> bool {
        matches!(self.outcome, Outcome::Answered(_))
    }

    /// Returns the time since the request arrived.
    pub(crate) fn elapsed<L>(&self, rules: &Rules<L>) -> Duration {
        rules.stopwatch.since(self.start)
    }

    pub(crate) fn count<L>(&self, rules: &Rules<L>, counted: &Counted)
    where
        L: Labels<Values = V>,
    {
        counted.inc(|source| self.text(rules, source), self.exemplar.as_deref());
    }

    pub(crate) fn observe<L>(&self, rules: &Rules<L>, observed: &Observed, value: f64)
    where
        L: Labels<Values = V>,
    {
        let text = |source| self.text(rules, source);
        observed.observe(value, text, self.exemplar.as_deref());
    }

    /// Returns the value of a label.
    #[inline]
    fn text<'a, L>(&'a self, rules: &'a Rules<L>, source: Source) -> &'a str
    where
        L: Labels<Values = V>,
    {
        match source {
            Source::Code => self.outcome.text(),
            Source::Method => rules.methods.text(self.method),
            Source::Label(label) => rules.labels.value(&self.values, label),
        }
    }
}
