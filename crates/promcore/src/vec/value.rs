//! Types of label values.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

/// A type whose values can be label values in a [`LabelSet`](crate::LabelSet): text, integers, `bool`, `char`, enums of the program, and an [`Option`] of each.
///
/// `None` is the empty text, which Prometheus treats as a missing label.
/// With the feature `derive`, a derive macro of the same name implements it for enums.
///
/// For some types all values are known in advance; if this holds for all labels of a set, its metrics are found by number.
///
/// # Examples
///
/// ```
/// use promcore::{CounterFamily, LabelSet, LabelValue};
///
/// #[derive(Clone, Copy)]
/// enum Method {
///     Get,
///     Post,
/// }
///
/// impl LabelValue for Method {
///     const COUNT: usize = 2;
///
///     fn with_text<R>(&self, then: impl FnOnce(&str) -> R) -> R {
///         then(match self {
///             Method::Get => "GET",
///             Method::Post => "POST",
///         })
///     }
///
///     fn number(&self) -> usize {
///         *self as usize
///     }
/// }
///
/// struct Call {
///     method: Method,
///     is_cached: bool,
/// }
///
/// impl LabelSet for Call {
///     type Ref<'a> = Call;
///     const NAMES: &'static [&'static str] = &["method", "is_cached"];
///     const COUNT: usize = Method::COUNT * bool::COUNT;
///
///     fn with_values<R>(labels: &Call, then: impl FnOnce(&[&str]) -> R) -> R {
///         labels.method.with_text(|method| labels.is_cached.with_text(|is_cached| then(&[method, is_cached])))
///     }
///
///     fn number(labels: &Call) -> usize {
///         labels.method.number() * bool::COUNT + labels.is_cached.number()
///     }
/// }
///
/// let calls = CounterFamily::<Call>::new("calls_total", "Calls.")?;
/// calls.with(&Call { method: Method::Post, is_cached: false }).inc();
/// assert_eq!(calls.with(&Call { method: Method::Post, is_cached: false }).value(), 1.0);
/// assert_eq!(calls.with(&Call { method: Method::Get, is_cached: false }).value(), 0.0);
/// # Ok::<(), promcore::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a label value",
    label = "does not implement `LabelValue`",
    note = "derive `LabelValue` for enums; for types that implement `Display`, add `#[label(display)]` to the field, and `#[label(flatten)]` for label sets"
)]
pub trait LabelValue {
    /// The number of values if all are known in advance, or 0.
    const COUNT: usize = 0;

    /// Passes the value as text to `then`.
    fn with_text<R>(&self, then: impl FnOnce(&str) -> R) -> R;

    /// Returns a number below [`COUNT`](Self::COUNT) that is unique to the value; not called if `COUNT` is 0.
    ///
    /// # Panics
    ///
    /// Unless it is implemented: values without unique numbers would be confused.
    #[must_use]
    fn number(&self) -> usize {
        panic!("`number` must be implemented if `COUNT` is not 0");
    }
}

/// Implements `LabelValue` for types that contain text.
macro_rules! text {
    ($($text:ty),*) => {$(
        impl LabelValue for $text {
            #[inline]
            fn with_text<R>(&self, then: impl FnOnce(&str) -> R) -> R {
                then(self)
            }
        }
    )*};
}

text!(str, String, Cow<'_, str>);

/// Implements `LabelValue` for pointers to values.
macro_rules! pointer {
    ($($pointer:ty),*) => {$(
        impl<T: LabelValue + ?Sized> LabelValue for $pointer {
            const COUNT: usize = T::COUNT;

            #[inline]
            fn with_text<R>(&self, then: impl FnOnce(&str) -> R) -> R {
                (**self).with_text(then)
            }

            #[inline]
            fn number(&self) -> usize {
                (**self).number()
            }
        }
    )*};
}

pointer!(&T, Arc<T>, Box<T>, Rc<T>);

/// Implements `LabelValue` for integers, given the sign and the absolute value.
macro_rules! whole {
    (|$n:ident| ($is_negative:expr, $size:expr), $($whole:ty),*) => {$(
        impl LabelValue for $whole {
            #[inline]
            fn with_text<R>(&self, then: impl FnOnce(&str) -> R) -> R {
                let $n = *self;
                with_digits($is_negative, $size, then)
            }
        }
    )*};
}

whole!(|n| (false, n.into()), u8, u16, u32);
whole!(|n| (false, n), u64);
whole!(|n| (false, n as u64), usize);
whole!(|n| (n < 0, n.unsigned_abs().into()), i8, i16, i32);
whole!(|n| (n < 0, n.unsigned_abs()), i64);
whole!(|n| (n < 0, n.unsigned_abs() as u64), isize);

impl LabelValue for bool {
    const COUNT: usize = 2;

    #[inline]
    fn with_text<R>(&self, then: impl FnOnce(&str) -> R) -> R {
        then(if *self { "true" } else { "false" })
    }

    #[inline]
    fn number(&self) -> usize {
        (*self).into()
    }
}

impl LabelValue for char {
    #[inline]
    fn with_text<R>(&self, then: impl FnOnce(&str) -> R) -> R {
        then(self.encode_utf8(&mut [0; 4]))
    }
}

/// `None` is the first value, with the empty text.
impl<T: LabelValue> LabelValue for Option<T> {
    const COUNT: usize = if T::COUNT == 0 {
        0
    } else {
        T::COUNT.saturating_add(1)
    };

    #[inline]
    fn with_text<R>(&self, then: impl FnOnce(&str) -> R) -> R {
        match self {
            Some(value) => value.with_text(then),
            None => then(""),
        }
    }

    #[inline]
    fn number(&self) -> usize {
        self.as_ref().map_or(0, |value| value.number() + 1)
    }
}

/// All numbers of up to three digits, so that status codes and the like need not be formatted.
const SMALL: &str = {
    const DIGITS: [u8; 3 * 1000] = {
        let (mut digits, mut n) = ([0; 3 * 1000], 0);
        while n < 1000 {
            digits[3 * n] = b'0' + (n / 100) as u8;
            digits[3 * n + 1] = b'0' + (n / 10 % 10) as u8;
            digits[3 * n + 2] = b'0' + (n % 10) as u8;
            n += 1;
        }
        digits
    };
    match str::from_utf8(&DIGITS) {
        Ok(text) => text,
        Err(_) => unreachable!(),
    }
};

/// Passes a number in decimal to `then`.
#[inline]
fn with_digits<R>(is_negative: bool, size: u64, then: impl FnOnce(&str) -> R) -> R {
    let written;
    let text = if size < 1000 && !is_negative {
        let size = size as usize;
        let leading_zeros = usize::from(size < 10) + usize::from(size < 100);
        &SMALL[3 * size + leading_zeros..3 * size + 3]
    } else {
        written = digits(is_negative, size);
        let (text, start) = &written;
        str::from_utf8(&text[*start..]).expect("digits are ASCII")
    };
    // A single call, because everything that follows is inlined into it.
    then(text)
}

/// The maximum length of a 64-bit number.
const MAX_DIGITS: usize = 20;

/// Formats a number in decimal, and returns the text with its start.
fn digits(is_negative: bool, mut size: u64) -> ([u8; MAX_DIGITS], usize) {
    let mut text = [b'-'; MAX_DIGITS];
    let mut start = text.len();
    loop {
        start -= 1;
        text[start] = b'0' + (size % 10) as u8;
        size /= 10;
        if size == 0 {
            break;
        }
    }
    (text, start - usize::from(is_negative))
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: impl LabelValue, expected: &str) {
        value.with_text(|text| assert_eq!(text, expected));
    }

    #[test]
    fn values_are_text() {
        check("a\"b", "a\"b");
        check(String::from("a"), "a");
        check(Cow::Borrowed("a"), "a");
        check(Box::<str>::from("a"), "a");
        check(Rc::new(&"a"), "a");
        check(Arc::<str>::from("a"), "a");
        check('ß', "ß");
        check(false, "false");
        check(Some(true), "true");
        check(None::<&str>, "");
    }

    #[test]
    fn whole_numbers_are_decimal() {
        check(0, "0");
        (0_u64..20_000).for_each(|n| check(n, &n.to_string()));
        check(7_u8, "7");
        check(-40, "-40");
        check(200_u16, "200");
        check(u64::MAX, "18446744073709551615");
        check(i64::MIN, "-9223372036854775808");
        check(i8::MIN, "-128");
        check(usize::MAX, &usize::MAX.to_string());
    }

    #[test]
    fn values_that_are_known_have_numbers() {
        assert_eq!(<Option<&bool>>::COUNT, 3);
        let numbers = [None, Some(&false), Some(&true)].map(|value| value.number());
        assert_eq!(numbers, [0, 1, 2]);
        assert_eq!(<Option<u8>>::COUNT, 0);
    }
}
