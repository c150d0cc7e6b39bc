//! `rollstamp cache`.

use crate::exit::{Failure, Outcome};
use crate::files::describe_error;
use crate::messages::Messages;
use crate::repository::{cache_directory, clear_cache};

/// Removes the renderings that are kept.
pub fn clear_renderings(messages: &Messages) -> Result<Outcome, Failure> {
    let Some(directory) = cache_directory() else {
        return Err(Failure::because("there is no place for a cache: neither XDG_CACHE_HOME nor HOME is set"));
    };
    match clear_cache(&directory) {
        Ok(true) => messages.summary(&format!("{} removed", directory.display())),
        Ok(false) => messages.summary(&format!("{} does not exist", directory.display())),
        Err(error) => {
            let (place, reason) = (directory.display(), describe_error(&error));
            return Err(Failure::because(format!("{place}: cannot be removed: {reason}")));
        }
    }
    Ok(Outcome::Done)
}
