//! `--check`: says where the credentials are from and whether a call works, for whoever sets the proxy up.
//!
//! Prints no secret, no id of a key and nothing of a batch. Must not listen for requests.

use anyhow::bail;

use crate::answer::judge;
use crate::args::Args;
use crate::outbound;
use crate::problem::Problem;
use crate::upstream::{ACTION, Upstream};

/// Codes that a call without a batch, or about one that there is not, ends with once its key and signature are accepted.
const PAST_THE_KEY: [&str; 3] = ["MissingBatchId", "InvalidParameter", "InvalidBatchId"];

/// Makes one call, and prints what came of it.
///
/// # Errors
/// If there are no credentials or the call does not work, in a sentence.
pub async fn run(args: &Args) -> anyhow::Result<()> {
    let upstream = outbound::prepare(args).await?.upstream;
    let lease = upstream.credentials().get().await?;
    let source = upstream.credentials().source().map_or("the simulator".to_owned(), |s| s.to_string());
    let until = lease.expires_at.map(|end| format!(", until {}", crate::clock::to_acs_date(end)));
    println!("credentials: {source}{}", until.unwrap_or_default());
    println!("call: {}", call(&upstream, args.check.as_deref().filter(|id| !id.is_empty())).await?);
    Ok(())
}

async fn call(upstream: &Upstream, batch_id: Option<&str>) -> anyhow::Result<String> {
    let origin = upstream.origin();
    let answer = match upstream.describe_batch_task(batch_id).await {
        Ok(answer) => answer,
        Err(failure) => bail!(Problem::of_failure(&failure, &origin).message),
    };
    let reply = match judge(answer, upstream.now()) {
        Ok(reply) => reply,
        Err(what) => bail!(Problem::upstream_invalid(&origin, &what).message),
    };
    let Some(code) = reply.code else { return Ok(format!("{ACTION} at {origin} works")) };
    let note = reply.note.map(|note| format!("; {note}")).unwrap_or_default();
    if !PAST_THE_KEY.iter().any(|start| code.starts_with(start)) {
        bail!("{ACTION} at {origin} is refused with {code} (HTTP {}){note}", reply.status.as_u16());
    }
    match batch_id {
        Some(_) => bail!("the key works, but {origin} knows no such batch ({code})"),
        None => Ok(format!(
            "the key works at {origin}, which answers {code} to a call without a batch; whether the permission is \
             there shows with --check=BATCH_ID"
        )),
    }
}
