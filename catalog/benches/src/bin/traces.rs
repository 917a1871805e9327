//! For `chain`: how much of the packed data is in a program. Every stretch of 64 bytes of it is looked for.

use std::collections::HashSet;
use std::path::Path;
use std::{env, fs, io};

const LENGTH: usize = 64;

fn main() -> io::Result<()> {
    let packed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packed");
    let mut stretches = HashSet::new();
    for entry in fs::read_dir(packed)? {
        let path = entry?.path();
        let pieces = match path.extension().is_some_and(|extension| extension == "rs") {
            true => arrays(&fs::read_to_string(path)?),
            false => vec![fs::read(path)?],
        };
        for piece in pieces {
            // A stretch of zeros, or of a few bytes that come again and again, may be anybody's.
            let told = |stretch: &&[u8]| stretch.iter().collect::<HashSet<_>>().len() >= 8;
            stretches.extend(piece.chunks_exact(LENGTH).filter(told).map(<[u8]>::to_vec));
        }
    }
    for program in env::args().skip(1) {
        let found = traces(&fs::read(&program)?, &stretches);
        println!("{program}: {} of {} stretches", found, stretches.len());
    }
    Ok(())
}

/// How many of the stretches a program has.
fn traces(program: &[u8], stretches: &HashSet<Vec<u8>>) -> usize {
    let found: HashSet<_> = program.windows(LENGTH).filter(|window| stretches.contains(*window)).collect();
    found.len()
}

/// The arrays of numbers that a source file has, as they lie in memory.
fn arrays(source: &str) -> Vec<Vec<u8>> {
    let array = |line: &str| {
        let (declared, values) = line.split_once(" = &[")?;
        let (_, kind) = declared.rsplit_once("&[")?;
        let values = values.trim_end_matches("];").split(", ");
        let numbers = values.filter_map(|value| value.parse::<u64>().ok()).map(u64::to_le_bytes);
        let width = match kind {
            "u64]" => 8,
            "u16]" => 2,
            _ => return None,
        };
        Some(numbers.flat_map(|number| number[..width].to_vec()).collect())
    };
    source.lines().filter_map(array).collect()
}
