//! Label sets: one with finite values, and one with a number and a text.

use promcore::{LabelSet, LabelValue};

#[derive(Clone, Copy, Debug, LabelValue)]
#[label(rename_all = "UPPERCASE")]
pub(crate) enum Method {
    Get,
    Post,
    Put,
    Delete,
    Patch,
}

/// One of several paths.
#[derive(Clone, Copy, Debug, LabelValue)]
pub(crate) enum Path {
    A,
    B,
    C,
    D,
    E,
    F,
    G,
    H,
    I,
    J,
    K,
    L,
    M,
    N,
    O,
    P,
    Q,
    R,
    S,
    T,
}

impl Method {
    pub(crate) const ALL: [Self; Self::COUNT] = {
        use Method::*;
        [Get, Post, Put, Delete, Patch]
    };
}

impl Path {
    pub(crate) const ALL: [Self; Self::COUNT] = {
        use Path::*;
        [A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P, Q, R, S, T]
    };
}

#[derive(Clone, Copy, Debug, LabelSet)]
pub(crate) struct Route {
    pub(crate) method: Method,
    pub(crate) path: Path,
}

#[derive(Clone, Copy, Debug, LabelSet)]
pub(crate) struct Reply<'a> {
    pub(crate) code: u16,
    pub(crate) path: &'a str,
}
