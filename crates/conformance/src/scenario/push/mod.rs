//! Pushes to a Pushgateway.

mod judge; // Compares a push with Go's.
mod path; // Paths of groups, as in Go and as decoded by a Pushgateway.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use promcore::{
    Collector, Desc, Gathered, Gatherer, Gatherers, Registry, collector_fn, gatherer_fn,
};
use promfmt::Format;
use prompush::{Error as PushError, HttpSend, Pusher, SendError, http_send_fn};

use super::interpreter::{Interpreter, OurError, Stop};
use super::waits::ops_wait_for;
use crate::corpus::{Push, PushFormat, PushMethod, PushRow, Source, default_clock_start};
use crate::outcome::Outcome;
use crate::{Error, kinds};

/// The result of a push.
struct Pushed {
    /// The error before anything was sent.
    early: Option<OurError>,
    error: Option<OurError>,
    sent: Option<Request<Bytes>>,
}

type Sent = Arc<Mutex<Option<Request<Bytes>>>>;

/// Plays a row and compares the result.
pub(crate) fn play(case: &Source) -> Result<Outcome, Error> {
    let row: PushRow = case.parse()?;
    let waits_for = ops_wait_for(&row.setup);
    if !waits_for.is_empty() {
        return Ok(Outcome::waits_for(waits_for));
    }
    let mut interpreter = Interpreter::new(default_clock_start(), false);
    if let Err(outcome) = interpreter.play(&row.setup) {
        return Ok(outcome);
    }
    Ok(match interpreter.push(&row.push) {
        Ok(pushed) => {
            let mut outcome = judge::judge(&row, &pushed);
            outcome.rules.extend(&interpreter.rules);
            outcome
        }
        Err(stop) => Outcome::broken(format!("pushing: {stop}")),
    })
}

impl Interpreter {
    /// Pushes; under rules for gathering, pushes once more what Go gathers.
    fn push(&mut self, push: &Push) -> Result<Pushed, Stop> {
        let collectors = push.collectors.iter().map(|id| self.pushed_collector(id));
        let collectors: Vec<_> = collectors.collect::<Result<_, _>>()?;
        let gatherers = push.gatherers.iter().map(|id| self.pushed_gatherer(id));
        let gatherers: Vec<_> = gatherers.collect::<Result<_, _>>()?;
        let pushed = run(push, |pusher| {
            let pusher = collectors.iter().cloned().fold(pusher, Pusher::collector);
            gatherers.iter().cloned().fold(pusher, Pusher::gatherer)
        })?;
        if pushed.sent.is_none() || push.method == PushMethod::Delete {
            return Ok(pushed);
        }
        let registry = Registry::new();
        for collector in collectors {
            registry.register(collector)?;
        }
        let own: Arc<dyn Gatherer> = Arc::new(registry);
        let all: Gatherers = [own].into_iter().chain(gatherers).collect();
        let families = all.gather().families;
        let mut as_in_go = families.clone();
        self.gathered_as_in_go(&mut as_in_go, true);
        if as_in_go == families {
            return Ok(pushed);
        }
        run(push, |pusher| {
            pusher.gatherer(gatherer_fn(move || {
                Gathered::new(as_in_go.clone(), Vec::new())
            }))
        })
    }

    fn pushed_collector(&self, id: &str) -> Result<Arc<dyn Collector>, Stop> {
        let collector = self.object(id)?.collector();
        if let Some(error) = self.invalid.get(id) {
            let desc = Desc::invalid(error.clone());
            return Ok(Arc::new(collector_fn(vec![desc], |_| {})));
        }
        collector.ok_or_else(|| Stop::senseless(id, "collector"))
    }

    fn pushed_gatherer(&self, id: &str) -> Result<Arc<dyn Gatherer>, Stop> {
        let gatherer = self.object(id)?.shared_gatherer();
        gatherer.ok_or_else(|| Stop::senseless(id, "gatherer"))
    }
}

/// Makes a pusher, adds its metrics, and performs the operation of the row.
fn run(push: &Push, fill: impl FnOnce(Pusher) -> Pusher) -> Result<Pushed, Stop> {
    let sent = Sent::default();
    let pusher = fill(pusher(push, Arc::clone(&sent))?);
    let early = pusher.error().map(our_error);
    let result = match push.method {
        PushMethod::Push => pusher.push_blocking(),
        PushMethod::Add => pusher.add_blocking(),
        PushMethod::Delete => pusher.delete_blocking(),
    };
    let sent = sent.lock().unwrap_or_else(PoisonError::into_inner).take();
    Ok(Pushed {
        early,
        error: result.err().as_ref().map(our_error),
        sent,
    })
}

fn pusher(push: &Push, sent: Sent) -> Result<Pusher, Stop> {
    let mut pusher = Pusher::new(&push.url, &push.job).client(client(push, sent)?);
    for (name, value) in &push.grouping {
        pusher = pusher.grouping(name, value);
    }
    let mut headers = HeaderMap::new();
    for (name, value) in &push.headers {
        let name = HeaderName::try_from(name).map_err(|_| Stop::senseless(name, "header"))?;
        let value = HeaderValue::try_from(value).map_err(|_| Stop::senseless(value, "value"))?;
        headers.append(name, value);
    }
    pusher = pusher.headers(headers);
    if let Some((name, password)) = &push.basic_auth {
        pusher = pusher.basic_auth(name, password);
    }
    Ok(pusher.format(match push.format {
        PushFormat::Protobuf => Format::PROTOBUF,
        PushFormat::Text => Format::TEXT,
        PushFormat::OpenMetrics => Format::OPEN_METRICS,
        PushFormat::ProtoText => Format::PROTOBUF_TEXT,
        PushFormat::ProtoCompact => Format::PROTOBUF_COMPACT_TEXT,
    }))
}

/// Makes a client that records requests, and returns the response of the row.
fn client(push: &Push, sent: Sent) -> Result<impl HttpSend + 'static, Stop> {
    let mut answer = Response::new(Bytes::from(push.response_body.clone()));
    let status = StatusCode::from_u16(push.status);
    *answer.status_mut() = status.map_err(|_| Stop::senseless("status", "number of one"))?;
    Ok(http_send_fn(move |request| {
        *sent.lock().unwrap_or_else(PoisonError::into_inner) = Some(request);
        let answer = answer.clone();
        async { Ok::<_, SendError>(answer) }
    }))
}

fn our_error(error: &PushError) -> OurError {
    let text = match error {
        PushError::Gather(errors) if errors.len() == 1 => match &errors[0] {
            promcore::Error::Gatherer { error, .. } => kinds::text(&**error),
            error => kinds::text(error),
        },
        PushError::Register(error) => kinds::text(error),
        error => kinds::text(error),
    };
    OurError {
        kind: kinds::of_push(error),
        text,
        existing: None,
    }
}

#[cfg(test)]
mod tests;
