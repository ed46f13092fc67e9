//! The configuration at the program's own door: what cannot be meant ends every word with the same status.
//!
//! Deliberately absent: each key with its values, which `src/config` tests.

use super::check;

#[test]
fn what_serve_could_not_use_is_found_before_it_is_tried() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("my.toml");
    let store = folder.path().join("store");
    let wrong = |text: &str, said: &str| {
        std::fs::write(&path, text).unwrap();
        let path = path.to_str().unwrap();
        check(&store, &["doctor", "--config", path], 3, said);
        check(&store, &["serve", "--config", path], 3, said);
    };
    wrong("[log]\nlevel = \"loud\"\n", "my.toml:2: log.level is \"loud\"; expected a text: off, error");
    wrong("[log]\nlevel = \"a=b=c\"\n", "my.toml:2: log.level is");
    wrong("[codes]\ncharset = \"klingon\"\n", "my.toml:2: codes.charset is \"klingon\"; expected");
    wrong("[http]\nhosts = [\"Crib.Example:80\"]\n", "my.toml:2: http.hosts is");
    wrong("[http]\nlisten = \"0.0.0.0:0\"\n", "my.toml:2: http.listen is \"0.0.0.0:0\"; expected");
    check(&store, &["serve", "--listen", "0.0.0.0:0"], 3, "--listen: http.listen is");
    check(&store, &["serve", "--log", "loud"], 2, "--log");
    assert!(!store.exists());
}
