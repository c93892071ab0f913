//! Operations of promhttp.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request};
use http_body_util::Full;
use promcore::{MetricFamily, MetricValue, Registerer};
use serde_json::{Value, json};

use super::interpreter::{Interpreter, OurError, Stop};
use super::object::Object;
use crate::corpus::{self, HandlerFor, InstrumentMetricHandler};
use crate::http::{Handler, MetricsHandler, Told, ask, build, no_method};
use crate::outcome::Rule;

/// The prefix of the handler's own metrics.
const OWN: &str = "promhttp_metric_handler_";

/// Drops the creation times of the handler's own metrics, as the corpus did, since they depend on real time.
///
/// Reports whether there were any.
pub(crate) fn drop_created(families: &mut [MetricFamily]) -> bool {
    let mut dropped = false;
    let own = families.iter_mut().filter(|it| it.name.starts_with(OWN));
    for metric in own.flat_map(|family| &mut family.metrics) {
        if let MetricValue::Counter(counter) = &mut metric.value {
            dropped |= counter.created.take().is_some();
        }
    }
    dropped
}

impl Interpreter {
    pub(super) fn handler_for(&mut self, op: &HandlerFor) -> Result<Object, Stop> {
        let object = self.object(&op.from)?;
        let gatherer = object.shared_gatherer();
        let gatherer = gatherer.ok_or_else(|| Stop::senseless(&op.from, "gatherer"))?;
        let is_merged = matches!(object, Object::Gatherers(_));
        let registry = op.handler_opts.registry.as_deref();
        let registry = registry.map(|id| self.shared_registerer(id)).transpose()?;
        let made = MetricsHandler::new(gatherer, is_merged, registry, &op.handler_opts);
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

    /// Converts an error of promhttp to the registration error that caused it.
    fn refused_handler(&self, error: &promhttp::Error) -> Stop {
        match error {
            promhttp::Error::Register(error) => {
                Stop::Error(OurError::at_registration(error, &self.objects))
            }
            error => Stop::Senseless(error.to_string()),
        }
    }

    /// Sends a request; a scenario in which Go then panics because of an exemplar ends here.
    pub(super) fn request(&mut self, id: &str, spec: &corpus::Request) -> Result<Value, Stop> {
        let answer = self.answer(id, spec)?;
        if self.refusing.contains(id) {
            Err(Stop::Rule(Rule::RefusedExemplar))
        } else {
            Ok(answer)
        }
    }

    /// Sends a request, under the rule `method-not-allowed` if needed.
    fn answer(&mut self, id: &str, spec: &corpus::Request) -> Result<Value, Stop> {
        let Object::Handler(handler, metrics) = self.object(id)?.clone() else {
            return Err(Stop::senseless(id, "handler"));
        };
        if spec.nil_url {
            return Err(Stop::Rule(Rule::Unwritable));
        }
        let mut request = made(spec)?;
        let Some(metrics) = metrics else {
            if Method::from_bytes(spec.method.as_bytes()).is_err() {
                self.rules.push(Rule::Unwritable);
                *request.method_mut() = no_method().map_err(|error| no_request(&error))?;
            }
            return asked(&handler, request);
        };
        if ![Method::GET, Method::HEAD].contains(request.method()) {
            check_refused(&asked(&metrics.handler, request)?)?;
            self.rules.push(Rule::MethodNotAllowed);
        }
        let answer = metrics_of(&handler, &metrics, spec)?;
        self.ask_more(&metrics, spec, &answer)?;
        if metrics.lost_units() {
            self.rules.push(Rule::UnitKept);
        }
        Ok(complete(answer, &metrics))
    }

    /// The rules `head-body` and `unasked`: requests what Go sends or does not send.
    fn ask_more(
        &mut self,
        metrics: &MetricsHandler,
        spec: &corpus::Request,
        answer: &Value,
    ) -> Result<(), Stop> {
        let again = made(spec)?;
        let is_head = again.method() == Method::HEAD && answer["status"] == 200;
        match metrics.told() {
            Told::Behind => {
                self.rules.push(Rule::Unasked);
                let ask = || asked(&metrics.handler, as_get(again));
                // For the log and the handler's metrics.
                metrics.while_told(Told::Always, ask).map(drop)
            }
            Told::Instead => {
                self.rules.push(Rule::Unasked);
                let ask = || asked(&metrics.handler, as_get(again));
                check_untold(&metrics.while_told(Told::Never, ask)?)
            }
            told if is_head => {
                self.rules.push(Rule::HeadBody);
                match told {
                    // The error would be counted again.
                    Told::Asked => Ok(()),
                    _ => check_head(&asked(&metrics.handler, again)?, answer),
                }
            }
            _ => Ok(()),
        }
    }
}

/// Requests metrics with GET, through the middleware around the handler unless Go panics.
fn metrics_of(
    handler: &Handler,
    metrics: &MetricsHandler,
    spec: &corpus::Request,
) -> Result<Value, Stop> {
    metrics.while_busy(handler, || {
        if metrics.panics {
            let alone = asked(&metrics.handler, as_get(made(spec)?))?;
            if alone["status"] == 500 {
                return Ok(alone);
            }
        }
        asked(handler, as_get(made(spec)?))
    })
}

fn made(spec: &corpus::Request) -> Result<Request<Full<Bytes>>, Stop> {
    build(spec).map_err(|error| no_request(&error))
}

fn no_request(error: &http::Error) -> Stop {
    Stop::Senseless(format!("no request: {error}"))
}

fn asked(handler: &Handler, request: Request<Full<Bytes>>) -> Result<Value, Stop> {
    ask(handler, request).map_err(Stop::Senseless)
}

fn as_get<B>(mut request: Request<B>) -> Request<B> {
    *request.method_mut() = Method::GET;
    request
}

/// Checks that a response lists the allowed methods.
fn check_refused(answer: &Value) -> Result<(), Stop> {
    let is_good = answer["status"] == 405 && answer["headers"]["Allow"] == "GET, HEAD";
    if is_good {
        Ok(())
    } else {
        Err(Stop::Senseless(format!(
            "the method is not refused: {answer}"
        )))
    }
}

/// Checks that HEAD gets the same as GET, except the body.
fn check_head(head: &Value, get: &Value) -> Result<(), Stop> {
    let mut without_body = get.clone();
    for body in ["body", "body_b64"] {
        if get.get(body).is_some() {
            without_body[body] = json!("");
        }
    }
    if *head == without_body {
        Ok(())
    } else {
        Err(Stop::Senseless(format!("HEAD gets {head}, and GET {get}")))
    }
}

/// The rule `unasked`: checks that the response is not an error.
fn check_untold(answer: &Value) -> Result<(), Stop> {
    if answer["status"] == 200 {
        Ok(())
    } else {
        Err(Stop::Senseless(format!(
            "what was not asked for is told: {answer}"
        )))
    }
}

/// Adds the other effects of a request to its response.
fn complete(answer: Value, metrics: &MetricsHandler) -> Value {
    let log = metrics.log();
    let mut answer = if metrics.panics && answer["status"] == 500 {
        json!({"panic": answer["body"]})
    } else {
        answer
    };
    if !log.is_empty() {
        answer["error_log"] = json!(log);
    }
    answer
}
