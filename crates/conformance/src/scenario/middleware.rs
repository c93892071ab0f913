//! Middleware of promhttp.

use std::sync::Arc;

use percent_encoding::percent_decode_str;
use promcore::Exemplar;
use promhttp::{InstrumentHandler, InstrumentHandlerOpts, Labels, RequestHead};
use tower_layer::Layer as _;

use super::interpreter::{Interpreter, OurError, Stop};
use super::object::Object;
use crate::corpus::{Inner, Instrument, InstrumentOptions, LabelSource};
use crate::http::{Ctx, Handler, Script};
use crate::outcome::Rule;

impl Interpreter {
    pub(super) fn new_handler(&mut self, inner: &Inner) -> Result<Object, Stop> {
        let script = Script::new(inner).map_err(|what| Stop::NotYet(what.to_owned()))?;
        if script.is_unwritable {
            self.rules.push(Rule::Unwritable);
        }
        Ok(Object::Handler(Handler::new(script), None))
    }

    pub(super) fn instrument(&mut self, op: &Instrument) -> Result<Object, Stop> {
        let Object::Handler(next, metrics) = self.object(&op.next)? else {
            return Err(Stop::senseless(&op.next, "handler"));
        };
        let opts = self.measure(op)?.clock(Arc::clone(&self.clock) as Arc<_>);
        let opts = with_options(opts, &op.options);
        let made = InstrumentHandler::new(opts.labels(Given::new(&op.options)));
        let layer = made.map_err(|error| self.refused(&op.metric, &error))?;
        let next = match op.kind.as_str() {
            "time_to_write_header" => next.clone().with_first_head(),
            _ => next.clone(),
        };
        let handler = Handler::new(layer.layer(next));
        let made = Object::Handler(handler, metrics.clone());
        if self.refusing.contains(&op.next) || self.refuses_exemplars(op) {
            self.refusing.insert(op.id.clone());
        }
        Ok(made)
    }

    /// The rule `refused-exemplar`: reports whether the exemplars of a middleware are invalid.
    fn refuses_exemplars(&self, op: &Instrument) -> bool {
        let has_none = matches!(
            self.object(&op.metric),
            Ok(Object::SummaryVec(_) | Object::Gauge(_))
        );
        let exemplar = op.options.exemplar.as_ref().filter(|_| !has_none);
        exemplar.is_some_and(|labels| Exemplar::try_new(labels, 1.0, None).is_err())
    }

    /// Converts an error of the middleware to Go's panic.
    fn refused(&self, vec: &str, error: &promhttp::Error) -> Stop {
        let kind = match error {
            promhttp::Error::UnfilledLabel { .. } => "middleware_unsupported_labels",
            promhttp::Error::UnknownLabel(label) if self.is_curried(vec, label) => {
                "curry_already_curried"
            }
            promhttp::Error::UnknownLabel(_) => "curry_unknown_labels",
            error => return Stop::Senseless(error.to_string()),
        };
        Stop::Error(OurError {
            kind,
            text: error.to_string(),
            existing: None,
        })
    }

    /// Starts options with the metric of the operation.
    fn measure(&self, op: &Instrument) -> Result<InstrumentHandlerOpts, Stop> {
        let opts = InstrumentHandlerOpts::new();
        let metric = self.object(&op.metric)?;
        if let Some(error) = self.invalid.get(&op.metric) {
            return Err(Stop::Error(OurError::at_registration(error, &self.objects)));
        }
        Ok(match (op.kind.as_str(), metric) {
            (_, Object::Barren(_, error)) => return Err(Stop::Error(OurError::new(error))),
            ("in_flight", Object::Gauge(gauge)) => opts.in_flight((**gauge).clone()),
            ("counter", Object::CounterVec(vec)) => opts.counter((**vec).clone()),
            (kind, Object::HistogramVec(vec)) => observe(opts, kind, (**vec).clone())?,
            (kind, Object::SummaryVec(vec)) => observe(opts, kind, (**vec).clone())?,
            _ => return Err(Stop::senseless(&op.metric, &op.kind)),
        })
    }
}

fn observe(
    opts: InstrumentHandlerOpts,
    kind: &str,
    vec: impl promcore::ObserverVec + 'static,
) -> Result<InstrumentHandlerOpts, Stop> {
    Ok(match kind {
        "duration" => opts.duration(vec),
        "time_to_write_header" => opts.time_to_write_header(vec),
        "request_size" => opts.request_size(vec),
        "response_size" => opts.response_size(vec),
        kind => return Err(Stop::NotYet(format!("middleware {kind}"))),
    })
}

fn with_options(opts: InstrumentHandlerOpts, options: &InstrumentOptions) -> InstrumentHandlerOpts {
    let exemplar = options.exemplar.clone();
    opts.extra_methods(&options.extra_methods)
        .exemplar_from_request(move |_| exemplar.clone())
}

/// The labels that a case names.
struct Given(Vec<(String, Source)>);

enum Source {
    Request(LabelSource),
    Ctx(String),
}

impl Given {
    fn new(options: &InstrumentOptions) -> Self {
        let request = options.label_from_request.iter();
        let request = request.map(|(name, it)| (name.clone(), Source::Request(it.clone())));
        let ctx = options.label_from_ctx.iter();
        let ctx = ctx.map(|(name, key)| (name.clone(), Source::Ctx(key.clone())));
        Self(request.chain(ctx).collect())
    }
}

impl Labels for Given {
    // The maximum of a case; these are the last labels, so nothing relies on it.
    const LEN: usize = 16;
    type Values = Vec<String>;

    fn names(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _)| name.as_str()).collect()
    }

    fn of_request(&self, request: RequestHead<'_>) -> Vec<String> {
        let value = |(_, source): &(String, Source)| match source {
            Source::Request(LabelSource::Const(value)) => Some(value.clone()),
            Source::Request(LabelSource::Header(name)) => {
                let value = request.headers.get(name.as_str())?;
                Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
            }
            Source::Request(LabelSource::Query(key)) => {
                let mut pairs = request.uri.query()?.split('&');
                let value = pairs.find_map(|pair| pair.strip_prefix(key)?.strip_prefix('='))?;
                let value = value.replace('+', " ");
                Some(percent_decode_str(&value).decode_utf8_lossy().into_owned())
            }
            Source::Ctx(key) => request.extensions.get::<Ctx>()?.0.get(key).cloned(),
        };
        let values = self.0.iter().map(value);
        values.map(Option::unwrap_or_default).collect()
    }

    fn value<'a>(&'a self, values: &'a Vec<String>, label: usize) -> &'a str {
        &values[label]
    }
}
