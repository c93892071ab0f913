#[automatically_derived]
impl telemetry::promcore::LabelSet for Request<'static, 'static> {
    type Ref<'labels> = Request<'labels, 'labels>;
    const NAMES: &'static [&'static str] = &["status-code", "route", "peer"];
    const COUNT: usize = telemetry::promcore::__private::product(
        &[
            <u16 as telemetry::promcore::LabelValue>::COUNT,
            <&'static str as telemetry::promcore::LabelValue>::COUNT,
            0,
        ],
    );
    #[inline]
    fn with_values<R>(
        labels: &Self::Ref<'_>,
        then: impl ::core::ops::FnOnce(&[&str]) -> R,
    ) -> R {
        telemetry::promcore::LabelValue::with_text(
            &labels.status_code,
            |status_code_text| telemetry::promcore::LabelValue::with_text(
                &labels.path,
                |path_text| telemetry::promcore::__private::with_display(
                    &labels.peer,
                    |peer_text| then(&[status_code_text, path_text, peer_text]),
                ),
            ),
        )
    }
    #[inline]
    fn number(labels: &Self::Ref<'_>) -> usize {
        let number = 0;
        let number = number * <u16 as telemetry::promcore::LabelValue>::COUNT
            + telemetry::promcore::LabelValue::number(&labels.status_code);
        let number = number * <&'static str as telemetry::promcore::LabelValue>::COUNT
            + telemetry::promcore::LabelValue::number(&labels.path);
        number
    }
}
