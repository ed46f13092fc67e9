//! A few photographs of other projects' test sets, each read for what its text file says.
//!
//! Sources and licence stand in `tests/vectors/vision/README.md`.
//! Deliberately absent: rates over whole sets, which are measured in `tests/benches/vision.rs`.

use std::path::Path;

use scanstation::vision::{HAS_SECOND_ENGINE, Options, Symbologies, picture};

use super::{own, still};

#[track_caller]
fn check(path: &Path, options: &Options) {
    let expected = std::fs::read_to_string(path.with_extension("txt")).unwrap();
    let image = picture(&std::fs::read(path).unwrap()).unwrap();
    let symbols = still(&image, options);
    let plain = |it: &str| it.replace(['\u{1d}', '(', ')'], "").trim().to_owned();
    let found = symbols.iter().any(|it| plain(&it.text) == plain(&expected));
    assert!(found, "{}: {symbols:?} has no {expected:?}", path.display());
}

#[test]
fn photographs_say_what_their_text_files_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/vision");
    let mut read = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.extension().is_some_and(|it| it == "txt" || it == "md") {
            continue;
        }
        let is_qr = name.contains("qrcode");
        if is_qr || HAS_SECOND_ENGINE {
            check(&path, &Options { symbologies: Symbologies::all(), ..Options::default() });
            read += 1;
        }
        if is_qr {
            check(&path, &own());
        }
    }
    assert!(read >= 4, "only {read} photographs lie in {}", folder.display());
}
