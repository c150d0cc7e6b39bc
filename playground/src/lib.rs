//! The library behind the playground: a page calls [`run`] with manifests as JSON and shows the JSON that comes back.
//! Nothing is read, kept or sent.
//!
//! The page writes a request into the memory of [`allocate_input`], calls [`run`], and reads [`output_length`] bytes
//! from the address that it gets.

mod answer;

use std::cell::RefCell;

thread_local! {
    static INPUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static OUTPUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Returns the address of as many bytes for the next request.
#[unsafe(no_mangle)]
pub extern "C" fn allocate_input(length: usize) -> *mut u8 {
    INPUT.with_borrow_mut(|input| {
        *input = vec![0; length];
        input.as_mut_ptr()
    })
}

/// Answers the request, and returns the address of the answer.
#[unsafe(no_mangle)]
pub extern "C" fn run() -> *const u8 {
    let request = INPUT.take();
    let answer = answer::answer_request(&request);
    OUTPUT.with_borrow_mut(|output| {
        *output = answer.into_bytes();
        output.as_ptr()
    })
}

/// Returns the length of the answer.
#[unsafe(no_mangle)]
pub extern "C" fn output_length() -> usize {
    OUTPUT.with_borrow(Vec::len)
}
