//! Labels in a line.

use promcore::{LabelPair, Labels, is_legacy_label_name, is_legacy_metric_name};

use crate::escape::{Escaping, escape_name};

/// Returns labels as text, without the closing brace, which is made in `scratch` if they are not text already.
pub(super) fn text<'a>(
    labels: &Labels<'a>,
    escaping: Escaping,
    scratch: &'a mut Vec<u8>,
) -> &'a [u8] {
    if let Some(text) = labels.rendered() {
        return text;
    }
    scratch.clear();
    write(&labels.to_pairs(), escaping, scratch);
    scratch
}

/// Appends labels, without the closing brace.
pub(super) fn write(labels: &[LabelPair], escaping: Escaping, text: &mut Vec<u8>) {
    for (at, label) in labels.iter().enumerate() {
        text.push(if at == 0 { b'{' } else { b',' });
        name(&label.name, escaping, text);
        text.push(b'=');
        quote(&label.value, text);
    }
}

fn name(name: &str, escaping: Escaping, text: &mut Vec<u8>) {
    match escaping {
        _ if is_legacy_label_name(name) => text.extend_from_slice(name.as_bytes()),
        Escaping::AllowUtf8 => quote(name, text),
        // Valid metric names are not escaped, although a colon makes them invalid label names.
        _ if is_legacy_metric_name(name) => text.extend_from_slice(name.as_bytes()),
        _ => text.extend_from_slice(escape_name(name, escaping).as_bytes()),
    }
}

fn quote(quoted: &str, text: &mut Vec<u8>) {
    text.push(b'"');
    promcore::escape_label_value(quoted, text);
    text.push(b'"');
}
