//! One of 100 series by two enum values, then one increment.

use measured::{FixedCardinalityLabel, LabelGroup};
use promcore::{LabelSet, LabelValue};
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};

use super::HELP;
use super::lookup;
use crate::labels::{METHODS, PATHS, requests};
use crate::row::{Candidate, MakeOp, Op, repeat_over_made};

/// Peers' look-ups by strings count; those by enums are for information.
pub(crate) const INC: &[Candidate<MakeOp>] = &[
    Candidate::ours(ours),
    Candidate::peer("prometheus", lookup::tikv::<100>),
    Candidate::peer("prometheus-client, String", lookup::client::<100>),
    Candidate::peer("measured, dynamic", lookup::measured_dynamic::<100>),
    Candidate::peer("metrics, String", lookup::metrics::<100>),
    Candidate::peer("fastmetrics, String", lookup::fast::<100>),
    Candidate::info("prometheus-client, enums", client),
    Candidate::info("measured, enums", measured),
    Candidate::info("fastmetrics, enums", fast),
];

#[derive(Clone, Copy, Debug, EncodeLabelValue, Eq, FixedCardinalityLabel, Hash, PartialEq)]
enum Method {
    Get,
    Post,
    Put,
    Delete,
    Patch,
}

#[derive(Clone, Copy, Debug, EncodeLabelValue, Eq, FixedCardinalityLabel, Hash, PartialEq)]
enum Path {
    Root,
    Login,
    Logout,
    Users,
    User,
    Avatar,
    UserOrders,
    Orders,
    Order,
    OrderItems,
    Payment,
    Products,
    Product,
    Reviews,
    Search,
    Cart,
    CartItems,
    Health,
    Metrics,
    Status,
}

impl Method {
    const ALL: [Self; METHODS.len()] = {
        use Method::*;
        [Get, Post, Put, Delete, Patch]
    };
}

impl Path {
    const ALL: [Self; PATHS.len()] = {
        use Path::*;
        [
            Root, Login, Logout, Users, User, Avatar, UserOrders, Orders, Order, OrderItems,
            Payment, Products, Product, Reviews, Search, Cart, CartItems, Health, Metrics, Status,
        ]
    };
}

/// Implements the label traits of ours and of `fastmetrics` for an enum.
macro_rules! finite {
    ($name:ident is one of $texts:ident) => {
        impl LabelValue for $name {
            const COUNT: usize = $texts.len();

            fn with_text<R>(&self, then: impl FnOnce(&str) -> R) -> R {
                then($texts[*self as usize])
            }

            fn number(&self) -> usize {
                *self as usize
            }
        }

        impl fastmetrics::encoder::EncodeLabelValue for $name {
            fn encode(
                &self,
                encoder: &mut dyn fastmetrics::encoder::LabelEncoder,
            ) -> fastmetrics::error::Result<()> {
                encoder.encode_str_value($texts[*self as usize])
            }
        }
    };
}

finite! { Method is one of METHODS }
finite! { Path is one of PATHS }

/// The labels, for all libraries.
#[derive(
    Clone,
    Copy,
    Debug,
    EncodeLabelSet,
    Eq,
    Hash,
    LabelGroup,
    PartialEq,
    fastmetrics::derive::LabelSet,
)]
#[label(set = RouteSet)]
struct Route {
    method: Method,
    path: Path,
}

impl LabelSet for Route {
    type Ref<'a> = Self;
    const NAMES: &'static [&'static str] = &["method", "path"];
    const COUNT: usize = Method::COUNT * Path::COUNT;

    fn with_values<R>(labels: &Self, then: impl FnOnce(&[&str]) -> R) -> R {
        labels
            .method
            .with_text(|method| labels.path.with_text(|path| then(&[method, path])))
    }

    fn number(labels: &Self) -> usize {
        labels.method.number() * Path::COUNT + labels.path.number()
    }
}

/// Makes all series, then the loop.
fn over<H>(handle: H, call: impl Fn(&H, Route) + Copy + Send + Sync + 'static) -> Op
where
    H: Send + Sync + 'static,
{
    let known: Vec<Route> = Path::ALL
        .into_iter()
        .flat_map(|path| Method::ALL.map(|method| Route { method, path }))
        .collect();
    let drawn = requests(&known).into_iter().copied().collect();
    repeat_over_made(handle, drawn, move |h, route| call(h, *route))
}

fn ours() -> Op {
    let family = promcore::CounterFamily::<Route>::new("http_requests_total", HELP)
        .expect("the names are valid");
    over(family, |f, route| f.with(&route).inc())
}

fn client() -> Op {
    type Family = prometheus_client::metrics::family::Family<
        Route,
        prometheus_client::metrics::counter::Counter,
    >;
    over(Family::default(), |f, route| {
        f.get_or_create(&route).inc();
    })
}

fn measured() -> Op {
    let vec = measured::CounterVec::with_label_set(RouteSet::default());
    over(vec, |v, route| v.inc(route))
}

fn fast() -> Op {
    type Family =
        fastmetrics::metrics::family::Family<Route, fastmetrics::metrics::counter::Counter>;
    over(Family::default(), |f, route| {
        f.with_or_new(&route, |c| c.inc());
    })
}
