#[automatically_derived]
impl<T: Clone, D, S, const N: usize> ::promcore::LabelSet
for Generic<'static, T, D, S, N>
where
    D: Debug + 'static,
    T: 'static,
    D: 'static,
    S: 'static,
    T: ::promcore::LabelValue,
    D: ::core::fmt::Display,
    S: for<'labels> ::promcore::LabelSet<Ref<'labels> = S>,
{
    type Ref<'labels> = Generic<'labels, T, D, S, N>;
    const NAMES: &'static [&'static str] = const {
        &::promcore::__private::Names::joined(
            &[&["value"], &["shown"], <S as ::promcore::LabelSet>::NAMES],
        )
    }
        .as_slice();
    const COUNT: usize = ::promcore::__private::product(
        &[
            <Option<&'static T> as ::promcore::LabelValue>::COUNT,
            0,
            <S as ::promcore::LabelSet>::COUNT,
        ],
    );
    #[inline]
    fn with_values<R>(
        labels: &Self::Ref<'_>,
        then: impl ::core::ops::FnOnce(&[&str]) -> R,
    ) -> R {
        ::promcore::LabelValue::with_text(
            &labels.value,
            |value_text| ::promcore::__private::with_display(
                &labels.shown,
                |shown_text| <S as ::promcore::LabelSet>::with_values(
                    &labels.set,
                    |set_text| ::promcore::__private::with_joined(
                        &[&[value_text], &[shown_text], set_text],
                        then,
                    ),
                ),
            ),
        )
    }
    #[inline]
    fn number(labels: &Self::Ref<'_>) -> usize {
        let number = 0;
        let number = number * <Option<&'static T> as ::promcore::LabelValue>::COUNT
            + ::promcore::LabelValue::number(&labels.value);
        let number = number * <S as ::promcore::LabelSet>::COUNT
            + <S as ::promcore::LabelSet>::number(&labels.set);
        number
    }
}
