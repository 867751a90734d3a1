//! Summarises a CPU profile. Pure.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

/// How many functions are listed.
const MOST: usize = 25;

/// The functions with the most self time, as a Markdown list in milliseconds per poll.
pub(crate) fn summary(profile: &Value, polls: usize) -> String {
    let mut spent: BTreeMap<String, f64> = BTreeMap::new();
    let names: BTreeMap<u64, String> = nodes(profile).collect();
    let samples = profile["samples"].as_array().into_iter().flatten();
    let deltas = profile["timeDeltas"].as_array().into_iter().flatten();
    // A delta is the time before its sample.
    for (id, delta) in samples.zip(deltas.skip(1)) {
        if let Some(name) = id.as_u64().and_then(|id| names.get(&id)) {
            *spent.entry(name.clone()).or_default() += delta.as_f64().unwrap_or_default() / 1_000.0;
        }
    }
    let mut spent: Vec<(String, f64)> = spent.into_iter().filter(|(name, _)| name != "(idle)").collect();
    spent.sort_by(|a, b| b.1.total_cmp(&a.1));
    let total: f64 = spent.iter().map(|(_, ms)| ms).sum();
    let mut text = format!("{:.2} ms a poll, of which:\n\n", total / polls as f64);
    for (name, ms) in spent.iter().take(MOST) {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "- {:.3} {name}", ms / polls as f64);
    }
    text
}

fn nodes(profile: &Value) -> impl Iterator<Item = (u64, String)> {
    profile["nodes"].as_array().into_iter().flatten().filter_map(|node| {
        let frame = &node["callFrame"];
        let name = frame["functionName"].as_str().filter(|name| !name.is_empty()).unwrap_or("(anonymous)");
        let file = frame["url"].as_str()?.rsplit('/').next()?;
        let place = if file.is_empty() { String::new() } else { format!(" ({file})") };
        Some((node["id"].as_u64()?, format!("{name}{place}")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn functions_by_self_time() {
        let node = |id: u32, name: &str, url: &str| json!({"id": id, "callFrame": {"functionName": name, "url": url}});
        let file = "http://x/a.js";
        let nodes =
            [node(1, "(idle)", ""), node(2, "decode", file), node(3, "draw", file), node(4, "decode", file)];
        let profile = json!({
            "nodes": nodes,
            "samples": [1, 2, 3, 4],
            "timeDeltas": [0, 9_000, 4_000, 2_000],
        });
        let text = summary(&profile, 2);
        assert!(text.starts_with("3.00 ms a poll"), "{text}");
        let places = ["2.000 decode (a.js)", "1.000 draw (a.js)"].map(|line| text.find(line).unwrap());
        assert!(places.is_sorted() && !text.contains("idle"), "{text}");
    }
}
