use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::addition::Addition;
use super::sink::{Insertion, Rewriting};
use crate::collector::{Collector, Trusted, collect_trusted, sealed::Sealed};
use crate::constant::ConstMetric;
use crate::desc::Desc;
use crate::family::MetricType;
use crate::sink::{Flow, Sink};

/// A collector with additional labels or a prefix; see [`wrap_collector_with`](crate::wrap_collector_with) and [`wrap_collector_with_prefix`](crate::wrap_collector_with_prefix).
pub struct WrappedCollector {
    inner: Arc<dyn Collector>,
    addition: Arc<Addition>,
    /// How a built-in instrument is written.
    instrument: Option<(Desc, Insertion)>,
    /// What another collector described last.
    described: Mutex<Arc<Descs>>,
}

/// Original and wrapped descriptors, by the address of the original; the stored clones keep the addresses unique.
type Descs = BTreeMap<usize, (Desc, Desc)>;

impl WrappedCollector {
    pub(super) fn new(inner: Arc<dyn Collector>, addition: Arc<Addition>) -> Self {
        Self {
            instrument: instrument(&*inner, &addition),
            inner,
            addition,
            described: Mutex::default(),
        }
    }
}

/// Returns how a built-in instrument is written, unless the addition makes checks necessary.
fn instrument(inner: &dyn Collector, addition: &Addition) -> Option<(Desc, Insertion)> {
    let family = inner.as_trusted()?;
    let desc = addition.to_desc(family.desc());
    let reserved = family.kind().reserved_label();
    let is_right = match (desc.error(), reserved) {
        (Some(_), _) => false,
        (None, Some(reserved)) => desc.check_reserved(reserved).is_ok(),
        (None, None) => true,
    };
    is_right.then(|| (desc, Insertion::new(family.desc(), &addition.labels)))
}

/// Returns a collector without additions and without the `Arc` around it.
pub(crate) fn unwrapped(collector: &Arc<dyn Collector>) -> &Arc<dyn Collector> {
    let any: &dyn Any = &**collector;
    if let Some(wrapped) = any.downcast_ref::<WrappedCollector>() {
        unwrapped(&wrapped.inner)
    } else if let Some(shared) = any.downcast_ref::<Arc<dyn Collector>>() {
        unwrapped(shared)
    } else {
        collector
    }
}

/// Returns a collector without additions, and the additions from the innermost to the outermost.
pub(crate) fn layers(collector: &dyn Collector) -> (Vec<Arc<Addition>>, &dyn Collector) {
    let any: &dyn Any = collector;
    match any.downcast_ref::<WrappedCollector>() {
        None => (Vec::new(), collector),
        Some(wrapped) => {
            let (mut additions, inner) = layers(&*wrapped.inner);
            additions.push(Arc::clone(&wrapped.addition));
            (additions, inner)
        }
    }
}

/// Applies additions to a collector, one after the other.
pub(crate) fn wrapped(
    collector: Arc<dyn Collector>,
    additions: &[Arc<Addition>],
) -> Arc<dyn Collector> {
    additions.iter().fold(collector, |inner, addition| {
        Arc::new(WrappedCollector::new(inner, Arc::clone(addition)))
    })
}

impl Collector for WrappedCollector {
    fn describe(&self, sink: &mut dyn FnMut(&Desc)) {
        let mut described = Descs::new();
        self.inner.describe(&mut |desc| {
            let wrapped = self.addition.to_desc(desc);
            sink(&wrapped);
            described.insert(desc.address(), (desc.clone(), wrapped));
        });
        let mut known = self
            .described
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let former = std::mem::replace(&mut *known, Arc::new(described));
        // The lock is released before the descriptors are dropped, because their errors may hold collectors.
        drop(known);
        drop(former);
    }

    fn collect(&self, sink: &mut dyn FnMut(ConstMetric)) {
        if self.instrument.is_some() {
            return collect_trusted(self, sink);
        }
        let known = self
            .described
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let described = Arc::clone(&known);
        drop(known);
        // Metrics mostly come in runs with the same descriptor.
        let mut last: Option<(Desc, Desc)> = None;
        self.inner.collect(&mut |metric| {
            let address = metric.desc().address();
            let (_, wrapped) = match last.take().filter(|(desc, _)| desc.address() == address) {
                Some(same) => last.insert(same),
                None => last.insert(described.get(&address).cloned().unwrap_or_else(|| {
                    let wrapped = self.addition.to_desc(metric.desc());
                    (metric.desc().clone(), wrapped)
                })),
            };
            sink(self.addition.to_metric(metric, wrapped.clone()));
        });
    }

    fn as_trusted(&self) -> Option<&dyn Trusted> {
        self.instrument.is_some().then_some(self)
    }
}

impl Sealed for WrappedCollector {}

impl Trusted for WrappedCollector {
    fn desc(&self) -> &Desc {
        let (desc, _) = self.instrument.as_ref().expect("it is an instrument");
        desc
    }

    fn kind(&self) -> MetricType {
        let instrument = self.inner.as_trusted();
        instrument.expect("it is an instrument").kind()
    }

    fn write(&self, sink: &mut dyn Sink) -> Flow {
        match (self.inner.as_trusted(), &self.instrument) {
            (Some(inner), Some((desc, insertion))) => {
                inner.write(&mut Rewriting::new(sink, desc.name(), insertion))
            }
            _ => Flow::Continue(()),
        }
    }
}

impl fmt::Debug for WrappedCollector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("WrappedCollector");
        debug
            .field("addition", &self.addition)
            .finish_non_exhaustive()
    }
}
