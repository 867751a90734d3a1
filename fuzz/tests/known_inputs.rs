//! Runs the checks on all stored inputs: the seeds, the fixtures, and the inputs that `cargo xtask fuzz` has found.

use std::fs;
use std::path::{Path, PathBuf};

use fuzz::TARGETS;

/// The files of a folder; none if the folder does not exist.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    files.sort();
    files
}

#[test]
fn every_stored_input_passes_its_check() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (name, check) in TARGETS {
        let seeds = files(&root.join("seeds").join(name));
        assert!(!seeds.is_empty(), "{name} has no seeds");
        for path in seeds.into_iter().chain(files(&root.join("found").join(name))) {
            println!("{}", path.display());
            check(&fs::read(&path).unwrap());
        }
    }
}

#[test]
fn every_fixture_passes_the_decoders_check() {
    for path in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/data/fixtures")) {
        println!("{}", path.display());
        fuzz::decoder::check(&fs::read(&path).unwrap());
    }
}

#[test]
fn every_folder_belongs_to_a_target() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for kind in ["seeds", "found"] {
        for folder in files(&root.join(kind)) {
            let name = folder.file_name().unwrap().to_string_lossy().into_owned();
            assert!(TARGETS.iter().any(|(target, _)| *target == name), "{kind}/{name} belongs to no target");
        }
    }
}
