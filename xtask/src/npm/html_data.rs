//! Translates the custom elements manifest to VS Code's format for HTML (`html.customData`), which completes and explains the
//! tag and its attributes in an editor.

use std::collections::HashSet;

use anyhow::{Context as _, Result};
use tinyjson::JsonValue;

/// Returns the contents of `html-data.json`. Attributes that only frameworks write are left out.
///
/// # Errors
/// If the manifest is not JSON or declares no element.
pub(super) fn from_manifest(manifest: &str) -> Result<String> {
    let manifest: JsonValue = manifest.parse().context("custom-elements.json is not JSON")?;
    let tags: Vec<_> = list(&manifest, "modules")
        .flat_map(|module| list(module, "declarations"))
        .filter_map(|declaration| Some(tag(declaration, text(declaration, "tagName")?)))
        .collect();
    anyhow::ensure!(!tags.is_empty(), "custom-elements.json declares no element");
    Ok(format!("{{\n  \"version\": 1.1,\n  \"tags\": [{}]\n}}\n", tags.join(", ")))
}

fn tag(declaration: &JsonValue, name: &str) -> String {
    let mut fields = HashSet::new();
    // The second attribute of a field is an alias, and one without a field is for frameworks.
    let attributes: Vec<_> = list(declaration, "attributes")
        .filter(|it| text(it, "fieldName").is_some_and(|field| fields.insert(field)))
        .filter_map(attribute)
        .collect();
    let description = text(declaration, "description").unwrap_or_default();
    format!(
        "{{\n    \"name\": {},\n    \"description\": {},\n    \"attributes\": [\n      {}\n    ]\n  }}",
        quoted(name),
        quoted(description),
        attributes.join(",\n      ")
    )
}

fn attribute(it: &JsonValue) -> Option<String> {
    let name = quoted(text(it, "name")?);
    let description = quoted(text(it, "description").unwrap_or_default());
    let values = values(member(it, "type").and_then(|it| text(it, "text")).unwrap_or_default());
    Some(format!("{{ \"name\": {name}, \"description\": {description}{values} }}"))
}

/// Returns the values of a type such as `'get' | 'post'`; `v` is VS Code's set for attributes without a value.
fn values(of: &str) -> String {
    if of == "boolean" {
        return ", \"valueSet\": \"v\"".to_owned();
    }
    let literals: Option<Vec<_>> =
        of.split(" | ").map(|it| Some(quoted(it.strip_prefix('\'')?.strip_suffix('\'')?))).collect();
    let Some(literals) = literals else { return String::new() };
    let values: Vec<_> = literals.iter().map(|value| format!("{{ \"name\": {value} }}")).collect();
    format!(", \"values\": [{}]", values.join(", "))
}

fn member<'a>(value: &'a JsonValue, name: &str) -> Option<&'a JsonValue> {
    match value {
        JsonValue::Object(members) => members.get(name),
        _ => None,
    }
}

fn text<'a>(value: &'a JsonValue, name: &str) -> Option<&'a str> {
    match member(value, name) {
        Some(JsonValue::String(text)) => Some(text),
        _ => None,
    }
}

fn list<'a>(value: &'a JsonValue, name: &str) -> impl Iterator<Item = &'a JsonValue> {
    match member(value, name) {
        Some(JsonValue::Array(items)) => items.iter(),
        _ => [].iter(),
    }
}

/// Returns `text` as a JSON string.
fn quoted(text: &str) -> String {
    let escaped: String = text
        .chars()
        .flat_map(|it| match it {
            '"' | '\\' => vec!['\\', it],
            '\n' => vec!['\\', 'n'],
            _ => vec![it],
        })
        .collect();
    format!("\"{escaped}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_have_their_values_and_no_aliases() {
        let manifest = r#"{"modules": [{"declarations": []}, {"declarations": [{"tagName": "x-y", "description": "The \"x\".",
            "attributes": [
                {"name": "batch-id", "fieldName": "batchId", "type": {"text": "string"}, "description": "a"},
                {"name": "batchid", "fieldName": "batchId", "type": {"text": "string"}},
                {"name": "method", "fieldName": "method", "type": {"text": "'get' | 'post'"}},
                {"name": "compact", "fieldName": "compact", "type": {"text": "boolean"}},
                {"name": "defer-hydration", "type": {"text": "boolean"}}
            ]}]}]}"#;
        let expected = r#"{
  "version": 1.1,
  "tags": [{
    "name": "x-y",
    "description": "The \"x\".",
    "attributes": [
      { "name": "batch-id", "description": "a" },
      { "name": "method", "description": "", "values": [{ "name": "get" }, { "name": "post" }] },
      { "name": "compact", "description": "", "valueSet": "v" }
    ]
  }]
}
"#;
        let written = from_manifest(manifest).unwrap();
        assert_eq!(written, expected);
        assert!(written.parse::<JsonValue>().is_ok());
    }

    #[test]
    fn the_packages_manifest_lists_every_attribute_that_a_person_writes() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../npm/custom-elements.json");
        let written = from_manifest(&std::fs::read_to_string(path).unwrap()).unwrap();
        let written: JsonValue = written.parse().unwrap();
        for (tag, (name, count)) in
            list(&written, "tags").zip([("batch-task-widget", 21), ("batch-task-list", 16)])
        {
            assert_eq!(text(tag, "name"), Some(name));
            let names: Vec<_> = list(tag, "attributes").filter_map(|it| text(it, "name")).collect();
            assert!(names.len() == count && names.contains(&"time-zone"), "{names:?}");
        }
        assert!(from_manifest("{}").is_err() && from_manifest("").is_err());
    }
}
