//! Arguments of template functions, with the types that Go demands.

use super::TemplateFailure;
use super::value::GoValue;

/// The arguments of a call.
#[derive(Clone, Copy)]
pub(super) struct Arguments<'a> {
    pub(super) function: &'a str,
    pub(super) values: &'a [GoValue],
}

impl<'a> Arguments<'a> {
    /// Checks the number of arguments.
    pub(super) fn expect(self, count: usize) -> Result<(), TemplateFailure> {
        self.expect_from(count)?;
        if self.values.len() > count {
            return Err(self.failure("has too many arguments"));
        }
        Ok(())
    }

    /// Checks that there are enough arguments.
    pub(super) fn expect_from(self, count: usize) -> Result<(), TemplateFailure> {
        if self.values.len() < count {
            return Err(self.failure("has too few arguments"));
        }
        Ok(())
    }

    pub(super) fn failure(self, text: &str) -> TemplateFailure {
        TemplateFailure::invalid(format!("the template function {} {text}", self.function))
    }

    pub(super) fn unsupported(self, text: &str) -> TemplateFailure {
        TemplateFailure::unsupported(format!("the template function {} {text}", self.function))
    }

    fn mismatch(self, expected: &str, value: &GoValue) -> TemplateFailure {
        if *value == GoValue::Zero {
            return self.unsupported("of a key that is missing");
        }
        self.failure(&format!("expects a {expected} and has a {}", value.kind()))
    }

    /// The value of any type at an index.
    pub(super) fn value(self, at: usize) -> Result<&'a GoValue, TemplateFailure> {
        self.values.get(at).ok_or_else(|| self.failure("has too few arguments"))
    }

    pub(super) fn text(self, at: usize) -> Result<&'a str, TemplateFailure> {
        match self.value(at)? {
            GoValue::Text(text) => Ok(text),
            other => Err(self.mismatch("string", other)),
        }
    }

    pub(super) fn boolean(self, at: usize) -> Result<bool, TemplateFailure> {
        match self.value(at)? {
            GoValue::Bool(flag) => Ok(*flag),
            other => Err(self.mismatch("bool", other)),
        }
    }

    pub(super) fn int(self, at: usize) -> Result<i64, TemplateFailure> {
        match self.value(at)? {
            GoValue::Int(number) => Ok(*number),
            other => Err(self.mismatch("int", other)),
        }
    }

    /// A number of bytes or of repetitions, which is not negative and not huge.
    pub(super) fn size(self, at: usize) -> Result<usize, TemplateFailure> {
        match usize::try_from(self.int(at)?) {
            Ok(size) if size <= 10_000 => Ok(size),
            _ => Err(self.unsupported("with such a number")),
        }
    }

    pub(super) fn list(self, at: usize) -> Result<&'a [GoValue], TemplateFailure> {
        match self.value(at)? {
            GoValue::List(items) => Ok(items),
            other => Err(self.mismatch("slice", other)),
        }
    }

    /// A number as sprig's `toInt64` reads it.
    pub(super) fn cast_int(self, at: usize) -> Result<i64, TemplateFailure> {
        match self.value(at)? {
            GoValue::Int(number) => Ok(*number),
            GoValue::Float(number) if number.abs() < 9e15 => Ok(*number as i64),
            GoValue::Bool(flag) => Ok(i64::from(*flag)),
            GoValue::Missing | GoValue::Nil => Ok(0),
            // The reader of sprig knows other bases; plain digits are the same in all of them.
            GoValue::Text(text) if is_plain_number(text) => {
                text.parse().map_err(|_| self.unsupported("of such a number"))
            }
            _ => Err(self.unsupported("of what is not a plain number")),
        }
    }
}

fn is_plain_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && (digits == "0" || !digits.starts_with('0'))
}
