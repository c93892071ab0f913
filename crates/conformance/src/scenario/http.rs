//! Operations of promhttp.

use std::sync::Arc;

use http::{Method, Request};
use promcore::{Gatherer, MetricFamily, MetricValue, Registerer};
use serde_json::{Value, json};

use super::interpreter::{Interpreter, OurError, Stop};
use super::object::Object;
use crate::corpus::{self, HandlerFor, InstrumentMetricHandler};
use crate::http::{Handler, MetricsHandler, ask, build, no_method};
use crate::outcome::Rule;

/// What the names of the handler's own metrics begin with.
const OWN: &str = "promhttp_metric_handler_";

/// Drops the times at which the handler's own metrics were made, as the corpus did, since they are real ones.
pub(super) fn drop_created(families: &mut [MetricFamily]) {
    let own = families.iter_mut().filter(|it| it.name.starts_with(OWN));
    for metric in own.flat_map(|family| &mut family.metrics) {
        if let MetricValue::Counter(counter) = &mut metric.value {
            counter.created = None;
        }
    }
}

impl Interpreter {
    pub(super) fn handler_for(&mut self, op: &HandlerFor) -> Result<Object, Stop> {
        let gatherer: Arc<dyn Gatherer> = match self.object(&op.from)? {
            Object::Registry(registry, _) => Arc::new(registry.clone()),
            Object::Gatherers(gatherers) => Arc::clone(gatherers) as Arc<_>,
            _ => return Err(Stop::senseless(&op.from, "gatherer")),
        };
        let registry = op.handler_opts.registry.as_deref();
        let registry = registry.map(|id| self.shared_registerer(id)).transpose()?;
        let made = MetricsHandler::new(gatherer, registry, &op.handler_opts);
        let metrics = made.map_err(|error| self.refused_handler(&error))?;
        if metrics.panics || metrics.offers_unknown {
            self.rules.push(Rule::Unwritable);
        }
        Ok(Object::Handler(metrics.handler.clone(), Some(metrics)))
    }

    pub(super) fn instrument_metric_handler(
        &self,
        op: &InstrumentMetricHandler,
    ) -> Result<Object, Stop> {
        let registerer = self.shared_registerer(&op.reg)?;
        let Object::Handler(next, metrics) = self.object(&op.next)? else {
            return Err(Stop::senseless(&op.next, "handler"));
        };
        let made = promhttp::instrument_metric_handler(&registerer, next.clone());
        let handler = made.map_err(|error| self.refused_handler(&error))?;
        Ok(Object::Handler(Handler::new(handler), metrics.clone()))
    }

    fn shared_registerer(&self, id: &str) -> Result<Arc<dyn Registerer>, Stop> {
        Ok(self.registerer(id)?.registerer())
    }

    /// Takes an error of promhttp for that of the registration behind it.
    fn refused_handler(&self, error: &promhttp::Error) -> Stop {
        match error {
            promhttp::Error::Register(error) => {
                Stop::Error(OurError::at_registration(error, &self.objects))
            }
            error => Stop::Senseless(error.to_string()),
        }
    }

    /// Sends a request; under the rules `head-body`, `method-not-allowed` and `unasked`, asks for what Go sends once more.
    pub(super) fn request(&mut self, id: &str, spec: &corpus::Request) -> Result<Value, Stop> {
        let Object::Handler(handler, metrics) = self.object(id)?.clone() else {
            return Err(Stop::senseless(id, "handler"));
        };
        if spec.nil_url {
            return Err(Stop::Rule(Rule::Unwritable));
        }
        let no_request = |error| Stop::Senseless(format!("no request: {error}"));
        let build = || build(spec).map_err(no_request);
        let ask = |handler: &Handler, request| ask(handler, request).map_err(Stop::Senseless);
        let Some(metrics) = metrics else {
            let mut request = build()?;
            if Method::from_bytes(spec.method.as_bytes()).is_err() {
                self.rules.push(Rule::Unwritable);
                *request.method_mut() = no_method().map_err(no_request)?;
            }
            return ask(&handler, request);
        };
        let mut request = build()?;
        let method = request.method().clone();
        if ![Method::GET, Method::HEAD].contains(&method) {
            check_refused(&ask(&metrics.handler, request)?)?;
            self.rules.push(Rule::MethodNotAllowed);
            request = build()?;
            *request.method_mut() = Method::GET;
        }
        let mut answer = metrics.while_busy(|| ask(&handler, request))?;
        if method == Method::HEAD && answer["status"] == 200 {
            self.rules.push(Rule::HeadBody);
            give_body(&mut answer, &ask(&metrics.handler, as_get(build()?))?)?;
        }
        let again = as_get(build()?);
        if let Some(ours) = metrics.without_unasked(|| ask(&metrics.handler, again)) {
            self.rules.push(Rule::Unasked);
            keep_asked(&mut answer, ours?)?;
        }
        Ok(complete(answer, &metrics))
    }
}

fn as_get<B>(mut request: Request<B>) -> Request<B> {
    *request.method_mut() = Method::GET;
    request
}

/// Makes sure that an answer says which methods are allowed.
fn check_refused(answer: &Value) -> Result<(), Stop> {
    let is_good = answer["status"] == 405 && answer["headers"]["Allow"] == "GET, HEAD";
    match is_good {
        true => Ok(()),
        false => Err(Stop::Senseless(format!(
            "the method is not refused: {answer}"
        ))),
    }
}

/// Gives the answer to HEAD the body that GET gets; they must agree in everything else.
fn give_body(head: &mut Value, get: &Value) -> Result<(), Stop> {
    let agrees = head["body"] == "" && head["headers"] == get["headers"];
    if !agrees {
        return Err(Stop::Senseless(format!("HEAD gets {head}, and GET {get}")));
    }
    head["body"] = get["body"].clone();
    Ok(())
}

/// The rule `unasked`: makes sure that ours answers without an error, and takes that where Go's would answer, too.
fn keep_asked(answer: &mut Value, ours: Value) -> Result<(), Stop> {
    if ours["status"] != 200 {
        let message = format!("what was not asked for is told: {ours}");
        return Err(Stop::Senseless(message));
    }
    if answer["status"] == 200 {
        *answer = ours;
    }
    Ok(())
}

/// Adds to an answer what else came of the request.
fn complete(answer: Value, metrics: &MetricsHandler) -> Value {
    let log = metrics.log();
    if metrics.panics && answer["status"] == 500 {
        return json!({"panic": answer["body"]});
    }
    let mut answer = answer;
    if !log.is_empty() {
        answer["error_log"] = json!(log);
    }
    answer
}
