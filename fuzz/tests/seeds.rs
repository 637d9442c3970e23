//! Runs every target over its committed seeds, without a fuzzer.

use std::fs;
use std::path::Path;

#[test]
fn every_target_holds_on_its_seeds() {
    for (name, law) in lineproof_fuzz::TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(name);
        let mut seeds = 0;
        for entry in
            fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        {
            let path = entry.expect("a seed").path();
            let seed =
                fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            println!("{name}: {}", path.display());
            law(&seed);
            seeds += 1;
        }
        assert!(seeds > 0, "{name} has no seeds");
    }
}
