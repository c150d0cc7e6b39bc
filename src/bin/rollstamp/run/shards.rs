//! The shard of one machine in a comparison that several machines make.

use crate::exit::{Failure, Outcome};
use crate::input::Base;
use crate::messages::Messages;
use crate::options::ApplicationOptions;
use crate::output;
use crate::repository::{ComparedRepositories, Session, find_base};
use crate::run::left_out::count;

/// Renders a shard of the applications, and prints it.
pub fn print_part(options: &ApplicationOptions, base: &Base, messages: &Messages) -> Result<Outcome, Failure> {
    let (Base::Named(name), Some(shard)) = (base, options.sharding.shard) else {
        return Err(Failure::because("--apps compares with a revision: use --base REVISION"));
    };
    let session = Session::open(options, messages)?;
    let revision = find_base(&session, name)?;
    let compared = ComparedRepositories::open(&session, revision, options.renders_all, messages)?;
    let part = compared.render_shard(shard, messages)?;
    let text =
        serde_json::to_string(&part).map_err(|error| Failure::because(format!("cannot write the part: {error}")))?;
    output::print(&format!("{text}\n"))?;
    let (applications, renderings) =
        (count(part.applications.len(), "application"), count(part.renderings.len(), "rendering"));
    messages.summary(&format!("part {shard}: {applications}, {renderings}"));
    Ok(Outcome::Done)
}
