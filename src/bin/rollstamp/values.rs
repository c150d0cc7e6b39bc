//! Values with a syntax of their own, checked when flags and the options document are read.

use std::ffi::OsString;
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use rollstamp::source::MAX_BYTES;
use serde::de::{Deserialize, Deserializer, Error};

use crate::files::describe_error;

/// Annotation key of Kubernetes: an optional DNS prefix and `/`, then a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnnotationKey(String);

impl AnnotationKey {
    /// Returns the key as written in a manifest.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for AnnotationKey {
    fn default() -> AnnotationKey {
        AnnotationKey("rollstamp.dev/checksum".to_owned())
    }
}

impl FromStr for AnnotationKey {
    type Err = String;

    fn from_str(text: &str) -> Result<AnnotationKey, String> {
        let (prefix, name) = match text.split_once('/') {
            Some((prefix, name)) => (Some(prefix), name),
            None => (None, text),
        };
        if let Some(prefix) = prefix.filter(|prefix| !is_dns_name(prefix)) {
            return Err(format!(
                "invalid prefix {prefix:?}; use a DNS name: lower-case letters, digits, `-` and `.`, at most 253 characters"
            ));
        }
        if !is_qualified_name(name) {
            return Err(format!(
                "invalid name {name:?}; use letters, digits, `-`, `_` and `.`, with a letter or digit at both ends, \
                 at most 63 characters"
            ));
        }
        Ok(AnnotationKey(text.to_owned()))
    }
}

fn is_dns_name(text: &str) -> bool {
    let is_label = |label: &str| {
        let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        !label.is_empty() && label.bytes().all(inner) && !label.starts_with('-') && !label.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(is_label)
}

fn is_qualified_name(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let ends = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    bytes.len() <= 63 && bytes.iter().copied().all(inner) && ends(bytes.first()) && ends(bytes.last())
}

/// Command in one string, split into words as a shell does it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandLine {
    /// Program.
    pub program: OsString,
    /// Arguments of the program.
    pub args: Vec<OsString>,
}

impl FromStr for CommandLine {
    type Err = String;

    fn from_str(text: &str) -> Result<CommandLine, String> {
        let words = shlex::split(text).ok_or("unclosed quote, or a backslash at the end")?;
        let mut words = words.into_iter().map(OsString::from);
        let program = words.next().ok_or("empty command; write a program and its arguments")?;
        Ok(CommandLine { program, args: words.collect() })
    }
}

/// Number of bytes, written as Kubernetes writes quantities: `64Mi`, `1G`, `512KiB`, `1000`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size(u64);

impl Size {
    /// The largest file that is read unless an option says otherwise.
    pub const FILE: Size = Size(64 << 20);
    /// The largest stream that is read unless an option says otherwise.
    pub const STREAM: Size = Size(1 << 30);

    /// Returns the number of bytes.
    pub fn bytes(self) -> u64 {
        self.0
    }
}

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Size, String> {
        let wrong = || format!("{text:?} is not a size; write a number and a unit, for example 512Ki, 64MiB or 1G");
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let factor: u64 = match unit.trim_start().to_ascii_lowercase().trim_end_matches('b') {
            "" => 1,
            "k" => 1_000,
            "m" => 1_000_000,
            "g" => 1_000_000_000,
            "ki" => 1 << 10,
            "mi" => 1 << 20,
            "gi" => 1 << 30,
            _ => return Err(wrong()),
        };
        let bytes = number.parse::<u64>().ok().and_then(|number| number.checked_mul(factor)).ok_or_else(wrong)?;
        match bytes {
            0 => Err("a size must be above 0".to_owned()),
            bytes if bytes > MAX_BYTES as u64 => Err("sizes above 4 GiB are not supported".to_owned()),
            bytes => Ok(Size(bytes)),
        }
    }
}

/// Writes the largest unit that needs no rounding.
impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [(30, "GiB"), (20, "MiB"), (10, "KiB")];
        match units.iter().find(|(shift, _)| self.0.is_multiple_of(1 << shift)) {
            Some((shift, unit)) => write!(f, "{} {unit}", self.0 >> shift),
            None => write!(f, "{} bytes", self.0),
        }
    }
}

/// A shard of the work of several machines, written `2/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    number: u16,
    count: u16,
}

impl Shard {
    /// The most shards.
    pub const MAX: u16 = 256;

    /// Returns the number of the shard, from 1.
    pub fn number(self) -> u16 {
        self.number
    }

    /// Returns the number of all shards.
    pub fn count(self) -> u16 {
        self.count
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Shard, String> {
        let wrong = || format!("{text:?} is not a shard; write its number and the number of all, for example 2/8");
        let (number, count) = text.split_once('/').ok_or_else(wrong)?;
        let (number, count) = (number.parse().map_err(|_| wrong())?, count.parse().map_err(|_| wrong())?);
        if number < 1 || count < number || count > Shard::MAX {
            return Err(format!("{text:?}: the number is from 1 to that of all, which is at most {}", Shard::MAX));
        }
        Ok(Shard { number, count })
    }
}

/// Writes the shard as it is read.
impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.count)
    }
}

/// Time that a run may take, written as Go writes durations: `90s`, `1m30s`, `500ms`; a bare number is in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeLimit(Duration);

impl TimeLimit {
    /// Returns the time.
    pub fn duration(self) -> Duration {
        self.0
    }
}

impl FromStr for TimeLimit {
    type Err = String;

    fn from_str(text: &str) -> Result<TimeLimit, String> {
        let wrong = || format!("{text:?} is not a duration; write numbers and units, for example 30s, 5m or 1m30s");
        let mut milliseconds = 0_u64;
        let mut rest = text;
        while !rest.is_empty() {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let (number, behind) = rest.split_at(digits);
            let letters = behind.bytes().take_while(u8::is_ascii_alphabetic).count();
            let (unit, behind) = behind.split_at(letters);
            let factor = match unit {
                "ms" => 1,
                "s" => 1_000,
                "m" => 60_000,
                "h" => 3_600_000,
                "" if digits == text.len() => 1_000,
                _ => return Err(wrong()),
            };
            let part = number.parse::<u64>().ok().and_then(|number| number.checked_mul(factor));
            milliseconds = part.and_then(|part| milliseconds.checked_add(part)).ok_or_else(wrong)?;
            rest = behind;
        }
        match milliseconds {
            0 if text.is_empty() => Err(wrong()),
            0 => Err("a duration must be above 0; without --timeout, a run may take any time".to_owned()),
            _ => Ok(TimeLimit(Duration::from_millis(milliseconds))),
        }
    }
}

/// Writes hours, minutes and seconds, without those that are 0.
impl fmt::Display for TimeLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let milliseconds = self.0.as_millis();
        let seconds = milliseconds / 1_000;
        for (number, unit) in
            [(seconds / 3_600, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s"), (milliseconds % 1_000, "ms")]
        {
            if number > 0 {
                write!(f, "{number}{unit}")?;
            }
        }
        Ok(())
    }
}

/// Key for the hashes of Secret values. It has no `Debug`, so that it cannot be printed by accident.
pub struct SecretKeyFile(Vec<u8>);

impl SecretKeyFile {
    /// Limit far above the size of any key; a larger file was named by mistake.
    const MAX_BYTES: u64 = 64 << 10;

    /// Length below which a key can be found by trying all of them.
    const MIN_BYTES: usize = 8;

    /// Reads a key file. One line break at its end, `\n` or `\r\n`, is not part of the key.
    pub fn read(path: &Path) -> Result<SecretKeyFile, String> {
        let shown = path.display();
        let mut bytes = Vec::new();
        File::open(path)
            .and_then(|file| file.take(SecretKeyFile::MAX_BYTES + 1).read_to_end(&mut bytes))
            .map_err(|error| format!("{shown}: cannot read the secret key: {}", describe_error(&error)))?;
        if bytes.len() as u64 > SecretKeyFile::MAX_BYTES {
            return Err(format!(
                "{shown}: larger than 64 KiB, the limit for secret keys; check that it is the right file"
            ));
        }
        if bytes.ends_with(b"\n") {
            bytes.pop();
            bytes.truncate(bytes.strip_suffix(b"\r").map_or(bytes.len(), <[u8]>::len));
        }
        if bytes.is_empty() {
            return Err(format!("{shown}: the secret key is empty; write a key into the file, or omit the file"));
        }
        Ok(SecretKeyFile(bytes))
    }

    /// Returns a warning if the key can be guessed.
    pub fn weakness(&self) -> Option<String> {
        let length = self.0.len();
        let bytes = if length == 1 { "byte" } else { "bytes" };
        (length < SecretKeyFile::MIN_BYTES).then(|| {
            format!(
                "a secret key of {length} {bytes} can be guessed; use a longer one, for example of `openssl rand -hex 32`"
            )
        })
    }

    /// Returns the key as the library takes it.
    pub fn for_library(&self) -> rollstamp::content::SecretKey {
        rollstamp::content::SecretKey::new(self.0.clone())
    }
}

impl<'de> Deserialize<'de> for AnnotationKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<AnnotationKey, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Size, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(untagged, expecting = "expected a number of bytes or a size such as 64MiB")]
        enum Written {
            Number(u64),
            Text(String),
        }
        let text = match Written::deserialize(deserializer)? {
            Written::Number(number) => number.to_string(),
            Written::Text(text) => text,
        };
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annotation_keys_are_those_of_kubernetes() {
        for good in ["rollstamp.dev/checksum", "checksum/config", "a", "A_b.c-1", &format!("x/{}", "n".repeat(63))] {
            assert!(good.parse::<AnnotationKey>().is_ok(), "{good}");
        }
        let long_prefix = format!("{}/x", "p".repeat(254));
        let long_name = "n".repeat(64);
        for bad in [
            "",
            "/x",
            "x/",
            "a/b/c",
            "Rollstamp.dev/x",
            "a..b/x",
            "-a/x",
            "a b",
            "_a",
            "a.",
            "é",
            &long_name,
            &long_prefix,
        ] {
            assert!(bad.parse::<AnnotationKey>().is_err(), "{bad}");
        }
    }

    #[test]
    fn time_limits_are_durations() {
        for (text, milliseconds, shown) in [
            ("30s", 30_000, "30s"),
            ("90s", 90_000, "1m30s"),
            ("1m30s", 90_000, "1m30s"),
            ("5m", 300_000, "5m"),
            ("2h", 7_200_000, "2h"),
            ("250ms", 250, "250ms"),
            ("10", 10_000, "10s"),
        ] {
            let limit = text.parse::<TimeLimit>().unwrap();
            assert_eq!((limit.duration(), limit.to_string().as_str()), (Duration::from_millis(milliseconds), shown));
        }
        for bad in
            ["", "0", "0s", "x", "s", "1d", "-1s", "1.5s", "1m30", "30 s", "99999999999999999999", "5124095576030432h"]
        {
            assert!(bad.parse::<TimeLimit>().is_err(), "{bad}");
        }
    }

    #[test]
    fn sizes_are_quantities() {
        let bytes = |text: &str| text.parse::<Size>().map(Size::bytes);
        assert_eq!(bytes("1000"), Ok(1000));
        assert_eq!(bytes("64MiB"), Ok(64 << 20));
        assert_eq!(bytes("64mi"), Ok(64 << 20));
        assert_eq!(bytes("2 kB"), Ok(2000));
        for bad in ["", "0", "x", "1T", "-1", "1.5Mi", "99999999999999999999", "5GiB"] {
            assert!(bytes(bad).is_err(), "{bad}");
        }
        assert_eq!(Size::FILE.to_string(), "64 MiB");
        assert_eq!(Size(1000).to_string(), "1000 bytes");
    }
}
