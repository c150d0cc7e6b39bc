//! Inputs made at random from seeds, for a bounded time: the same in every run, unless `ROLLSTAMP_FUZZ_SECONDS` and
//! `ROLLSTAMP_FUZZ_SEED` choose others.

use std::cell::RefCell;
use std::time::{Duration, Instant};

/// Pieces that lead far into the grammar, and into the words that matter.
const PIECES: &[&str] = &[
    "\n",
    "\n  ",
    "\n    ",
    "\r\n",
    "\t",
    ": ",
    "- ",
    "? ",
    "{",
    "}",
    "[",
    "]",
    ",",
    "#",
    " # c",
    "&x ",
    "*x",
    "<<: *x\n",
    "!!str ",
    "!!binary ",
    "|\n",
    ">-\n",
    "'",
    "\"",
    "\\n",
    "\n---\n",
    "\n...\n",
    "%YAML 1.1\n",
    "\u{feff}",
    "\u{85}",
    "null",
    "~",
    "yes",
    "0777",
    "1_000",
    "2001-01-01",
    "apiVersion: v1\n",
    "kind: Secret\n",
    "kind: List\nitems:\n",
    "metadata:\n",
    "annotations:\n",
    "rollstamp.dev/checksum: \"x\"\n",
    "rollstamp.dev/base-name: env\n",
    "data:\n",
    "stringData:\n",
    "sops: {mac: x}\n",
    "immutable: true\n",
    "name: env\n",
    "template:\n",
    "envFrom:\n",
    "configMapRef: {name: env}\n",
    "{{ .Values.x }}",
    "$(A)",
    "${A}",
];

/// A generator of numbers that needs no state but one.
pub struct Random(u64);

impl Random {
    /// A generator that begins with a seed.
    pub fn seeded(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below a limit.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Changes a few places of a seed.
pub fn mutate(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut bytes = seeds[random.below(seeds.len())].clone();
    for _ in 0..1 + random.below(6) {
        let at = random.below(bytes.len() + 1);
        let end = (at + random.below(40)).min(bytes.len());
        match random.below(6) {
            0 if at < bytes.len() => bytes[at] = random.below(256) as u8,
            1 => drop(bytes.drain(at..end)),
            2 => {
                let copied = bytes[at..end].to_vec();
                let place = random.below(bytes.len() + 1);
                bytes.splice(place..place, copied);
            }
            3 => {
                let other = &seeds[random.below(seeds.len())];
                let start = random.below(other.len() + 1);
                let stop = (start + random.below(200)).min(other.len());
                bytes.splice(at..at, other[start..stop].iter().copied());
            }
            _ => {
                let piece = PIECES[random.below(PIECES.len())];
                bytes.splice(at..at, piece.bytes());
            }
        }
    }
    bytes
}

thread_local! {
    /// The input that is tried, to be shown where it fails.
    static TRIED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Prints the input where its test panics.
struct Shown;

impl Drop for Shown {
    fn drop(&mut self) {
        if std::thread::panicking() {
            TRIED.with_borrow(|bytes| println!("the input was:\n{:?}\n{}", bytes, String::from_utf8_lossy(bytes)));
        }
    }
}

/// Tries inputs for so many seconds. None may take long.
pub fn try_inputs(seconds: u64, seeds: &[Vec<u8>], body: fn(&[u8]), make: fn(&[Vec<u8>], &mut Random) -> Vec<u8>) {
    let limit = Duration::from_secs(number("ROLLSTAMP_FUZZ_SECONDS", seconds));
    let mut random = Random::seeded(number("ROLLSTAMP_FUZZ_SEED", 1));
    let (start, _shown) = (Instant::now(), Shown);
    let mut count = 0_u64;
    while start.elapsed() < limit {
        let input = make(seeds, &mut random);
        TRIED.set(input.clone());
        let begin = Instant::now();
        body(&input);
        assert!(begin.elapsed() < Duration::from_secs(10), "an input of {} bytes takes too long", input.len());
        count += 1;
    }
    println!("{count} inputs");
}
