//! Sends pushes.

use std::future::Future;
use std::iter;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{HeaderValue, Method, Request, StatusCode};
use promcore::{Gatherer, Gatherers, ScrapeOpts};

use crate::body::encode;
use crate::pusher::Pusher;
use crate::send::{ANSWER_LIMIT, HttpSend};
use crate::{Error, thread};

/// The value of the `User-Agent` header.
const AGENT: &str = concat!("prompush/", env!("CARGO_PKG_VERSION"));

impl Pusher {
    /// Pushes the metrics, and replaces all metrics that were pushed for this group before.
    ///
    /// Collectors run on a separate thread, so this can be awaited in any runtime that the client supports; reqwest needs tokio.
    ///
    /// # Errors
    ///
    /// The error of the options if there is one; [`Error::Gather`] or [`Error::GroupingLabel`] if not all metrics can be pushed; [`Error::Send`], [`Error::Status`] or [`Error::Timeout`] if the Pushgateway did not accept them.
    #[doc(alias = "PushContext")]
    pub async fn push(&self) -> Result<(), Error> {
        self.send_metrics(Method::PUT).await
    }

    /// Pushes the metrics, and replaces metrics of the same names that were pushed for this group before.
    ///
    /// # Errors
    ///
    /// As for [`push`](Self::push).
    #[doc(alias = "AddContext")]
    pub async fn add(&self) -> Result<(), Error> {
        self.send_metrics(Method::POST).await
    }

    /// Deletes all metrics that were pushed for this group.
    ///
    /// # Errors
    ///
    /// As for [`push`](Self::push), except those of gathering.
    pub async fn delete(&self) -> Result<(), Error> {
        let request = self.request(Method::DELETE)?;
        self.send(&request, &[StatusCode::ACCEPTED]).await
    }

    /// Pushes like [`push`](Self::push), and blocks until it is done.
    ///
    /// # Errors
    ///
    /// As for [`push`](Self::push).
    pub fn push_blocking(&self) -> Result<(), Error> {
        thread::block_on(self.push())
    }

    /// Pushes like [`add`](Self::add), and blocks until it is done.
    ///
    /// # Errors
    ///
    /// As for [`push`](Self::push).
    pub fn add_blocking(&self) -> Result<(), Error> {
        thread::block_on(self.add())
    }

    /// Deletes like [`delete`](Self::delete), and blocks until it is done.
    ///
    /// # Errors
    ///
    /// As for [`delete`](Self::delete).
    pub fn delete_blocking(&self) -> Result<(), Error> {
        thread::block_on(self.delete())
    }

    /// Waits for `shutdown` and then pushes once.
    ///
    /// The program must await it before it ends, since a spawned task ends with its runtime.
    ///
    /// # Errors
    ///
    /// As for [`push`](Self::push).
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn serve(_: tokio::sync::oneshot::Receiver<()>) {}
    /// # async fn ctrl_c() {}
    /// # async fn main_of_the_program() -> Result<(), prompush::Error> {
    /// let pusher = prompush::Pusher::new("push:9091", "worker").gatherer(promcore::default_registry());
    /// let (stop, stopped) = tokio::sync::oneshot::channel();
    /// let server = tokio::spawn(serve(stopped));
    ///
    /// // Stop the server first, so that its last updates are pushed, too.
    /// pusher.push_at_shutdown(async {
    ///     ctrl_c().await;
    ///     let _ = stop.send(());
    ///     let _ = server.await;
    /// }).await
    /// # }
    /// ```
    pub async fn push_at_shutdown(&self, shutdown: impl Future<Output = ()>) -> Result<(), Error> {
        shutdown.await;
        self.push().await
    }

    async fn send_metrics(&self, method: Method) -> Result<(), Error> {
        let mut request = self.request(method)?;
        let content_type = self.format.content_type();
        // As in Go, the default escaping scheme is not sent.
        let content_type = content_type.trim_end_matches("; escaping=underscores");
        let content_type = HeaderValue::from_static(content_type);
        request.headers_mut().insert(CONTENT_TYPE, content_type);
        *request.body_mut() = self.gather().await?;
        self.send(&request, &[StatusCode::OK, StatusCode::ACCEPTED])
            .await
    }

    /// Makes a request without a body.
    fn request(&self, method: Method) -> Result<Request<Bytes>, Error> {
        if let Some(error) = self.error() {
            return Err(error.clone());
        }
        let address = self.address.as_ref().map_err(Error::clone)?;
        let url = address.group(&self.job, &self.grouping);
        let mut request = Request::new(Bytes::new());
        *request.method_mut() = method;
        *request.uri_mut() = url.parse().map_err(|_| Error::InvalidUrl {
            url,
            reason: "it is too long",
        })?;
        let headers = request.headers_mut();
        headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
        if let Some(credentials) = &address.credentials {
            headers.insert(AUTHORIZATION, credentials.clone());
        }
        headers.extend(self.headers.clone());
        if let Some(credentials) = &self.basic_auth {
            headers.insert(AUTHORIZATION, credentials.clone());
        }
        Ok(request)
    }

    /// Gathers, checks and encodes on another thread.
    async fn gather(&self) -> Result<Bytes, Error> {
        let own: Arc<dyn Gatherer> = Arc::new(self.registry.clone());
        let gatherers: Gatherers = iter::once(own)
            .chain(self.gatherers.iter().cloned())
            .collect();
        let (format, timeout) = (self.format, self.timeout);
        let group: Vec<_> = self.grouping.keys().cloned().collect();
        let encoded = thread::offload(move || {
            let deadline = Instant::now().checked_add(timeout);
            let scrape = gatherers.scrape_with(&ScrapeOpts::new().deadline(deadline));
            encode(&scrape, format, &group)
        });
        // A registry keeps the deadline; other gatherers may ignore it.
        let encoded = thread::within(timeout.saturating_mul(2), encoded).await?;
        let failed = |why| Error::Gather(vec![promcore::Error::custom(why)]);
        match encoded {
            None => Err(failed("a gatherer was not done in time")),
            Some(encoded) => encoded?.ok_or_else(|| failed("a metric panicked"))?,
        }
    }

    async fn send(&self, request: &Request<Bytes>, good: &[StatusCode]) -> Result<(), Error> {
        let client = self.client_for(request)?;
        let mut pauses = self.retry.pauses();
        loop {
            let Err(error) = self.attempt(&*client, request, good).await else {
                return Ok(());
            };
            match pauses.next() {
                Some(pause) if error.is_transient() => thread::pause(pause).await?,
                _ => return Err(error),
            }
        }
    }

    fn client_for(&self, request: &Request<Bytes>) -> Result<Arc<dyn HttpSend>, Error> {
        match &self.client {
            Some(client) => Ok(Arc::clone(client)),
            None => own_client(request),
        }
    }

    /// Sends a request once, and checks the status of the response.
    async fn attempt(
        &self,
        client: &dyn HttpSend,
        request: &Request<Bytes>,
        good: &[StatusCode],
    ) -> Result<(), Error> {
        let sent = thread::within(self.timeout, client.send(request.clone())).await?;
        let (method, url) = (request.method().clone(), request.uri().to_string());
        let answer = match sent {
            None => {
                let after = self.timeout;
                return Err(Error::Timeout { method, url, after });
            }
            Some(Err(error)) => return Err(Error::Send { method, url, error }),
            Some(Ok(answer)) => answer,
        };
        if good.contains(&answer.status()) {
            return Ok(());
        }
        let body = answer.body();
        let body = String::from_utf8_lossy(&body[..body.len().min(ANSWER_LIMIT)]);
        Err(Error::Status {
            method,
            url,
            status: answer.status(),
            body: body.trim_end().to_owned(),
        })
    }
}

/// Makes the default client.
#[cfg(feature = "reqwest")]
fn own_client(request: &Request<Bytes>) -> Result<Arc<dyn HttpSend>, Error> {
    match crate::reqwest::default_client(request.uri()) {
        Ok(client) => Ok(Arc::new(client)),
        Err(error) => Err(Error::Send {
            method: request.method().clone(),
            url: request.uri().to_string(),
            error,
        }),
    }
}

#[cfg(not(feature = "reqwest"))]
fn own_client(_: &Request<Bytes>) -> Result<Arc<dyn HttpSend>, Error> {
    Err(Error::NoClient)
}
