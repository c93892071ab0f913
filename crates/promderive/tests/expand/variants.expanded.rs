#[automatically_derived]
impl ::promcore::LabelValue for Method {
    const COUNT: usize = 2usize;
    #[inline]
    fn with_text<R>(&self, then: impl ::core::ops::FnOnce(&str) -> R) -> R {
        then(
            match self {
                Self::Get => "GET",
                Self::Other => "",
            },
        )
    }
    #[inline]
    fn number(&self) -> usize {
        match self {
            Self::Get => 0usize,
            Self::Other => 1usize,
        }
    }
}
