//! SHA-256 of several texts.
//!
//! Where the processor has instructions for SHA-256, texts are hashed by them one after the other. Elsewhere the rounds
//! take fifty steps a byte, one word at a time. The words of a text depend on each other, but those of several texts do
//! not: so four texts are hashed at once, each step made for a word of each of them, which compilers turn into vector
//! instructions. A text that ends makes room for the next.

use sha2::block_api::compress256;
use sha2::{Digest, Sha256};

/// The bytes of a hash.
pub(crate) type Hash = [u8; 32];

/// The number of texts that are hashed at once.
const LANES: usize = 4;

/// A word of each text.
type Lanes = [u32; LANES];

/// The bytes of a block.
const BLOCK: usize = 64;

/// The rounds that a block takes.
const ROUNDS: usize = 64;

/// Hashes a text.
pub(crate) fn hash(text: &[u8]) -> Hash {
    Sha256::digest(text).into()
}

/// Hashes texts, in their order.
pub(crate) fn hash_all(texts: &[&[u8]]) -> Vec<Hash> {
    if texts.len() > 1 && !has_instructions() {
        return hash_in_lanes(texts);
    }
    let mut hashes = Vec::with_capacity(texts.len());
    for text in texts {
        hashes.push(hash(text));
    }
    hashes
}

/// Returns `true` if `sha2` hashes by instructions of this processor.
fn has_instructions() -> bool {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    return std::arch::is_x86_feature_detected!("sha") && std::arch::is_x86_feature_detected!("sse4.1");
    #[cfg(target_arch = "aarch64")]
    return std::arch::is_aarch64_feature_detected!("sha2");
    #[cfg(not(any(target_arch = "x86", target_arch = "x86_64", target_arch = "aarch64")))]
    return false;
}

/// A text on its way through the rounds.
struct LaneText<'t> {
    number: usize,
    text: &'t [u8],
    /// The last bytes of the text with the padding, one block or two.
    end: [u8; 2 * BLOCK],
    next_block: usize,
    block_count: usize,
}

impl<'t> LaneText<'t> {
    fn new(number: usize, text: &'t [u8]) -> LaneText<'t> {
        let rest = &text[text.len() / BLOCK * BLOCK..];
        let block_count = text.len() / BLOCK + if rest.len() + 9 > BLOCK { 2 } else { 1 };
        let padded_len = (block_count - text.len() / BLOCK) * BLOCK;
        let mut end = [0; 2 * BLOCK];
        end[..rest.len()].copy_from_slice(rest);
        end[rest.len()] = 0x80;
        end[padded_len - 8..padded_len].copy_from_slice(&(text.len() as u64 * 8).to_be_bytes());
        LaneText { number, text, end, next_block: 0, block_count }
    }

    fn block(&self, number: usize) -> &[u8; BLOCK] {
        let whole = self.text.as_chunks::<BLOCK>().0;
        match whole.get(number) {
            Some(block) => block,
            None => &self.end.as_chunks::<BLOCK>().0[number - whole.len()],
        }
    }

    fn blocks_left(&self) -> usize {
        self.block_count - self.next_block
    }
}

fn hash_in_lanes(texts: &[&[u8]]) -> Vec<Hash> {
    // The longest come first, so that none of them is left to the end alone.
    let mut order: Vec<usize> = (0..texts.len()).collect();
    order.sort_by_key(|&number| std::cmp::Reverse(texts[number].len()));
    let mut waiting = order.into_iter();
    let mut hashes = vec![Hash::default(); texts.len()];
    let mut lanes: [Option<LaneText<'_>>; LANES] = [None, None, None, None];
    let mut state = [[0; LANES]; 8];
    loop {
        for (lane, message) in lanes.iter_mut().enumerate() {
            if message.is_none()
                && let Some(number) = waiting.next()
            {
                *message = Some(LaneText::new(number, texts[number]));
                set_lane(&mut state, lane, START);
            }
        }
        // One text alone is hashed faster without the others.
        let rounds = lanes.iter().flatten().map(LaneText::blocks_left).min().unwrap_or(0);
        if lanes.iter().flatten().count() < 2 {
            break;
        }
        for _ in 0..rounds {
            compress(&mut state, &lanes);
            for message in lanes.iter_mut().flatten() {
                message.next_block += 1;
            }
        }
        for (lane, place) in lanes.iter_mut().enumerate() {
            if let Some(message) = place
                && message.blocks_left() == 0
            {
                hashes[message.number] = hash_of(lane_of(&state, lane));
                *place = None;
            }
        }
    }
    for (lane, message) in lanes.iter().enumerate() {
        if let Some(message) = message {
            let mut own_state = lane_of(&state, lane);
            for number in message.next_block..message.block_count {
                compress256(&mut own_state, std::slice::from_ref(message.block(number)));
            }
            hashes[message.number] = hash_of(own_state);
        }
    }
    hashes
}

fn set_lane(state: &mut [Lanes; 8], lane: usize, values: [u32; 8]) {
    for (words, value) in state.iter_mut().zip(values) {
        words[lane] = value;
    }
}

fn lane_of(state: &[Lanes; 8], lane: usize) -> [u32; 8] {
    state.map(|words| words[lane])
}

fn hash_of(state: [u32; 8]) -> Hash {
    let mut hash = Hash::default();
    for (bytes, word) in hash.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    hash
}

/// Takes the next block of each text in. Lanes without a text do work for nothing.
fn compress(state: &mut [Lanes; 8], lanes: &[Option<LaneText<'_>>; LANES]) {
    let mut schedule = [[0; LANES]; ROUNDS];
    for (lane, text) in lanes.iter().enumerate() {
        let Some(text) = text else { continue };
        let block = text.block(text.next_block);
        for (words, bytes) in schedule.iter_mut().zip(block.as_chunks::<4>().0) {
            words[lane] = u32::from_be_bytes(*bytes);
        }
    }
    extend_schedule(&mut schedule);
    take_rounds(state, &schedule);
}

// Each of these loops over lanes becomes vector instructions, which have no rotations. A rotation is made of two shifts,
// and these are paired with others than their own, since compilers would see the rotation and make four scalar ones.

fn extend_schedule(schedule: &mut [Lanes; ROUNDS]) {
    for at in 0..ROUNDS - 16 {
        let Some([first, second, .., tenth, _, _, _, _, late, _, next]) = schedule[at..].first_chunk_mut::<17>() else {
            return;
        };
        for lane in 0..LANES {
            let (early, late) = (second[lane], late[lane]);
            let early = ((early >> 7) ^ (early << 14)) ^ ((early >> 18) ^ (early << 25)) ^ (early >> 3);
            let late = ((late >> 17) ^ (late << 13)) ^ ((late >> 19) ^ (late << 15)) ^ (late >> 10);
            next[lane] = first[lane].wrapping_add(early).wrapping_add(tenth[lane]).wrapping_add(late);
        }
    }
}

/// A round makes a new `a` and a new `e`, and the other six words are those of the rounds before: so the words of all
/// rounds are kept, and none is moved.
fn take_rounds(state: &mut [Lanes; 8], schedule: &[Lanes; ROUNDS]) {
    let (mut low, mut high) = ([[0; LANES]; ROUNDS + 4], [[0; LANES]; ROUNDS + 4]);
    for place in 0..4 {
        low[3 - place] = state[place];
        high[3 - place] = state[4 + place];
    }
    for (round, words) in schedule.iter().enumerate() {
        let (low, high) = (low[round..].first_chunk_mut::<5>(), high[round..].first_chunk_mut::<5>());
        let (Some([d, c, b, a, next_a]), Some([h, g, f, e, next_e])) = (low, high) else { return };
        for lane in 0..LANES {
            let (a, e) = (a[lane], e[lane]);
            let mixed = ((e >> 6) ^ (e << 7)) ^ ((e >> 11) ^ (e << 26)) ^ ((e >> 25) ^ (e << 21));
            let choice = g[lane] ^ (e & (f[lane] ^ g[lane]));
            let word = words[lane].wrapping_add(CONSTANTS[round]);
            let first = h[lane].wrapping_add(mixed).wrapping_add(choice).wrapping_add(word);
            let mixed = ((a >> 2) ^ (a << 10)) ^ ((a >> 13) ^ (a << 30)) ^ ((a >> 22) ^ (a << 19));
            let majority = (a & b[lane]) ^ (c[lane] & (a ^ b[lane]));
            next_e[lane] = d[lane].wrapping_add(first);
            next_a[lane] = first.wrapping_add(mixed).wrapping_add(majority);
        }
    }
    for place in 0..4 {
        add_to(&mut state[place], &low[ROUNDS + 3 - place]);
        add_to(&mut state[4 + place], &high[ROUNDS + 3 - place]);
    }
}

fn add_to(sums: &mut Lanes, words: &Lanes) {
    for (sum, word) in sums.iter_mut().zip(words) {
        *sum = sum.wrapping_add(*word);
    }
}

/// The state before the first block (FIPS 180-4, 5.3.3).
const START: [u32; 8] =
    [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

/// The constants of the rounds (FIPS 180-4, 4.2.2).
const CONSTANTS: [u32; ROUNDS] = [
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
    0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
    0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
    0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
    0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
    0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
    0xc67178f2,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_in_lanes_have_the_hashes_that_they_have_alone() {
        let text: Vec<u8> = (0..4_000_u32).map(|number| ((number * number) >> 3) as u8).collect();
        for count in 0..11 {
            for step in [0, 1, 7, 31, 64, 113, 389] {
                let mut texts: Vec<&[u8]> = Vec::new();
                for number in 0..count {
                    texts.push(&text[number..number + (number * step + step) % 3_900]);
                }
                let expected: Vec<Hash> = texts.iter().map(|text| Sha256::digest(text).into()).collect();
                assert_eq!(hash_in_lanes(&texts), expected, "{count} texts, {step} bytes apart");
                assert_eq!(hash_all(&texts), expected);
            }
        }
    }

    #[test]
    fn texts_of_every_length_are_padded_right() {
        let text = [b'x'; 260];
        let texts: Vec<&[u8]> = (0..text.len()).map(|len| &text[..len]).collect();
        let expected: Vec<Hash> = texts.iter().map(|text| Sha256::digest(text).into()).collect();
        assert_eq!(hash_in_lanes(&texts), expected);
    }
}
