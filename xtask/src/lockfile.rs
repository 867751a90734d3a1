//! Reads version numbers from the text of `Cargo.lock`, `Cargo.toml` and `Trunk.toml`.

/// Returns the version of a package in `Cargo.lock`; the first if there are several.
pub(crate) fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let mut lines = lock.lines().skip_while(|line| string_value(line, "name") != Some(package));
    lines.nth(1).and_then(|line| string_value(line, "version"))
}

/// Returns the first string value of a key in a TOML text, in any table.
pub(crate) fn toml_string<'a>(toml: &'a str, key: &str) -> Option<&'a str> {
    toml.lines().find_map(|line| string_value(line, key))
}

fn string_value<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let value = line.trim().strip_prefix(key)?.trim_start().strip_prefix('=')?.trim_start();
    value.strip_prefix('"')?.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"
version = 4

[[package]]
name = "wasm-bindgen"
version = "0.2.130"
source = "registry"
dependencies = [
 "wasm-bindgen-macro",
]

[[package]]
name = "wasm-bindgen-macro"
version = "0.2.131"
"#;

    #[test]
    fn packages_are_found_by_their_full_name() {
        assert_eq!(locked_version(LOCK, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(LOCK, "wasm-bindgen-macro"), Some("0.2.131"));
        assert_eq!(locked_version(LOCK, "wasm"), None);
    }

    #[test]
    fn trunk_settings() {
        let trunk = "[tools]\nwasm_opt = \"version_132\"\nwasm_bindgen=\"0.2.130\" # comment\n";
        assert_eq!(toml_string(trunk, "wasm_opt"), Some("version_132"));
        assert_eq!(toml_string(trunk, "wasm_bindgen"), Some("0.2.130"));
        assert_eq!(toml_string(trunk, "wasm"), None);
    }
}
