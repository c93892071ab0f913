#[automatically_derived]
impl ::promcore::LabelSet for Nothing {
    type Ref<'labels> = Nothing;
    const NAMES: &'static [&'static str] = &[];
    const COUNT: usize = ::promcore::__private::product(&[]);
    #[inline]
    fn with_values<R>(
        _: &Self::Ref<'_>,
        then: impl ::core::ops::FnOnce(&[&str]) -> R,
    ) -> R {
        then(&[])
    }
    #[inline]
    fn number(_: &Self::Ref<'_>) -> usize {
        let number = 0;
        number
    }
}
