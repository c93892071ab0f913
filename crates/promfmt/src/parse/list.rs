/// Appends to a list that often has only one element, such as the metrics of a family.
///
/// `Vec::push` allocates room for four elements at first, which would be most of the memory of a tree with many short lists.
#[inline]
pub(super) fn push<T>(list: &mut Vec<T>, element: T) {
    if list.is_empty() {
        list.reserve_exact(1);
    }
    list.push(element);
}

#[cfg(test)]
mod tests {
    use promcore::MetricValue;

    use crate::{parse_openmetrics, parse_protobuf, parse_text};

    #[test]
    fn b23_lists_of_one_element_have_room_for_no_more() {
        let text = "# TYPE h histogram\nh_bucket{a=\"b\",le=\"1\"} 1\n";
        let open = format!("{text}h_bucket{{a=\"b\",le=\"+Inf\"}} 1\n# EOF\n");
        let message = b"\x19\x0a\x01h\x18\x04\x22\x12\x0a\x06\x0a\x01a\x12\x01b\x3a\x08\x1a\x02\x08\x01\x4a\x02\x10\x01";
        let parsed = [
            parse_text(text),
            parse_openmetrics(open),
            parse_protobuf(message),
        ];
        for families in parsed {
            let metrics = families.unwrap().remove(0).metrics;
            assert_eq!((metrics.len(), metrics.capacity()), (1, 1));
            assert_eq!(metrics[0].labels.capacity(), 1);
            let MetricValue::Histogram(histogram) = &metrics[0].value else {
                panic!("a histogram was parsed");
            };
            assert_eq!(histogram.buckets.len(), 1);
            if let Some(native) = &histogram.native {
                assert_eq!(histogram.buckets.capacity(), 1);
                assert_eq!(native.negative.spans.capacity(), 1);
            }
        }
    }
}
