//! All texts as one stream, in input order.

use std::io::{self, Write};

use rollstamp::EditedSource;
use rollstamp::stream::{SEPARATOR, stream_pieces};

/// Writes texts as [`join_texts`](rollstamp::stream::join_texts) joins them.
pub fn write_texts(texts: &[EditedSource<'_>], out: &mut dyn Write) -> io::Result<()> {
    for piece in stream_pieces(texts.iter().cloned()) {
        for part in piece.text.pieces().chain(piece.line_break) {
            out.write_all(part.as_bytes())?;
        }
        if let Some(line_break) = piece.separator {
            write!(out, "{SEPARATOR}{line_break}")?;
        }
    }
    Ok(())
}
