#[automatically_derived]
impl ::promcore::LabelSet for Call<'static> {
    type Ref<'labels> = Call<'labels>;
    const NAMES: &'static [&'static str] = const {
        &::promcore::__private::Names::joined(
            &[&["method"], <Route<'static> as ::promcore::LabelSet>::NAMES],
        )
    }
        .as_slice();
    const COUNT: usize = ::promcore::__private::product(
        &[
            <Method as ::promcore::LabelValue>::COUNT,
            <Route<'static> as ::promcore::LabelSet>::COUNT,
        ],
    );
    #[inline]
    fn with_values<R>(
        labels: &Self::Ref<'_>,
        then: impl ::core::ops::FnOnce(&[&str]) -> R,
    ) -> R {
        ::promcore::LabelValue::with_text(
            &labels.method,
            |method_text| <Route<
                'static,
            > as ::promcore::LabelSet>::with_values(
                &labels.route,
                |route_text| ::promcore::__private::with_joined(
                    &[&[method_text], route_text],
                    then,
                ),
            ),
        )
    }
    #[inline]
    fn number(labels: &Self::Ref<'_>) -> usize {
        let number = 0;
        let number = number * <Method as ::promcore::LabelValue>::COUNT
            + ::promcore::LabelValue::number(&labels.method);
        let number = number * <Route<'static> as ::promcore::LabelSet>::COUNT
            + <Route<'static> as ::promcore::LabelSet>::number(&labels.route);
        number
    }
}
const _: &[&str] = <Call<'static> as ::promcore::LabelSet>::NAMES;
