//! The share of one machine in a comparison that several machines make.

use crate::exit::{Failure, Outcome};
use crate::input::Base;
use crate::messages::Messages;
use crate::options::ApplicationOptions;
use crate::output;
use crate::repository::{ComparedRepositories, Session, find_base};

/// Renders a share of the applications, and prints it.
pub fn print_part(options: &ApplicationOptions, base: &Base, messages: &Messages) -> Result<Outcome, Failure> {
    let (Base::Named(name), Some(shard)) = (base, options.share.shard) else {
        return Err(Failure::because("--apps compares with a revision: use --base REVISION"));
    };
    let session = Session::open(options, messages)?;
    let revision = find_base(&session, name)?;
    let compared = ComparedRepositories::open(&session, revision, options.renders_all, messages)?;
    let part = compared.render_share(shard, messages)?;
    let text =
        serde_json::to_string(&part).map_err(|error| Failure::because(format!("cannot write the part: {error}")))?;
    output::print(&format!("{text}\n"))?;
    let (applications, renderings) = (part.applications.len(), part.count_renderings());
    messages.summary(&format!("part {shard}: applications {applications}, renderings {renderings}"));
    Ok(Outcome::Done)
}
