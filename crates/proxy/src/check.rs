//! `--check`: reports where credentials, region and host come from and whether a call succeeds.
//!
//! Prints no secret, no access key ID and no data of a batch.

use anyhow::{anyhow, bail};
use prometheus_client::metrics::gauge::Gauge;

use crate::api_request::{Action, ApiRequest};
use crate::args::Args;
use crate::forwarded_response::ForwardedResponse;
use crate::memory::{self, MemoryBudget};
use crate::proxy_error::ProxyError;
use crate::upstream::Upstream;
use crate::upstream_limit::Priority;
use crate::{stdout, upstream_setup};

/// Prefixes of Codes for a missing or unknown batch. They show that the API accepted the access key and the signature.
const KEY_ACCEPTED: [&str; 3] = ["MissingBatchId", "InvalidParameter", "InvalidBatchId"];

/// Makes one call and prints the result.
///
/// # Errors
/// If there are no credentials or the call fails.
pub async fn run(args: &Args) -> anyhow::Result<()> {
    args.check_list()?;
    let upstream = upstream_setup::prepare(args).await?.upstream;
    let lease = upstream.credentials().get().await;
    if let Ok(lease) = &lease {
        let provider = upstream.credentials().provider();
        let provider = provider.map_or("the simulator".to_owned(), |provider| provider.to_string());
        let expiry =
            lease.expires_at.map(|end| format!(", valid until {}", batch_task_acs3::format_date(end)));
        stdout::print(&format!("credentials: {provider}{}", expiry.unwrap_or_default()));
    }
    let target = upstream.target();
    stdout::print(&format!("region: {}", target.region));
    stdout::print(&format!("host: {}", target.host()));
    lease?;
    let batch_id = args.check.clone().filter(|id| !id.is_empty());
    let batch = call(&upstream, &ApiRequest::Batch(batch_id)).await?;
    stdout::print(&format!("call: {batch}"));
    if args.list {
        let one_batch = ApiRequest::parse(Action::DescribeBatchTasks, "PageSize=1");
        let list = call(&upstream, &one_batch.map_err(|error| anyhow!(error.message))?).await?;
        stdout::print(&format!("list: {list}"));
    }
    Ok(())
}

async fn call(upstream: &Upstream, request: &ApiRequest) -> anyhow::Result<String> {
    let action = request.action();
    let origin = upstream.origin();
    let permit = upstream.admit(Priority::Recent).await;
    let permit =
        permit.map_err(|exceeded| anyhow!(ProxyError::too_many_calls(exceeded.retry_after).message))?;
    let memory = MemoryBudget::new(memory::DEFAULT_LIMIT, Gauge::default());
    let response = match upstream.call(&permit, request, &|bytes| memory.reserve(bytes)).await {
        Ok(response) => response,
        Err(error) => bail!(ProxyError::from_call_error(&error, &origin).message),
    };
    let response = match ForwardedResponse::from_upstream(response, upstream.now()) {
        Ok(response) => response,
        Err(what) => bail!(ProxyError::upstream_invalid(&origin, &what).message),
    };
    let Some(code) = response.code else { return Ok(format!("{action} at {origin} succeeded")) };
    let note = response.note.map(|note| format!("; {note}")).unwrap_or_default();
    if action == Action::DescribeBatchTasks || !KEY_ACCEPTED.iter().any(|prefix| code.starts_with(prefix)) {
        bail!("{action} at {origin} failed with {code} (HTTP {}){note}", response.status.as_u16());
    }
    match request.batch_id() {
        Some(_) => bail!("{origin} accepts the access key, but the batch does not exist ({code})"),
        None => Ok(format!(
            "{origin} accepts the access key (it returned {code}, as expected without a batch); use --check=BATCH_ID to \
             check the permission, too"
        )),
    }
}
