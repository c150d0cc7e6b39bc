//! All texts as one stream, in input order.

use std::io::{self, Write};

use rollstamp::source::Source;
use rollstamp::stream::stream_pieces;

/// Writes texts as [`join_texts`](rollstamp::stream::join_texts) joins them.
pub fn write_texts(texts: &[Source], out: &mut dyn Write) -> io::Result<()> {
    for piece in stream_pieces(texts) {
        out.write_all(piece.text.as_bytes())?;
        if let Some(line_break) = piece.separator {
            write!(out, "---{line_break}")?;
        }
    }
    Ok(())
}
