//! What a person gives to the words of the program: pictures, with a running service and without.

use super::{check, demo};
use crate::bench::PICTURE;

#[test]
fn what_is_no_picture_is_refused_by_words_with_and_without_a_service() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (page, cut, whole) = (file("page.jpg", b"<html>"), file("cut.png", &PICTURE[..50]), file("whole.png", PICTURE));
    let large = file("large.png", &[PICTURE, &vec![0; 1024 * 1024]].concat());
    let store = folder.path().join("store");
    let refused = || {
        for words in [&["still"][..], &["set", "picture", "AT-000123", "--file"]] {
            check(&store, &[words, &[&page]].concat(), 1, "page.jpg: a picture is a PNG or a JPEG, and this is");
            check(&store, &[words, &[&cut]].concat(), 1, "cut.png: the picture ends in the middle");
        }
        check(&store, &["set", "picture", "AT-000123", "--file", &large], 1, "more than 1,048,576 bytes");
        check(&store, &["still", &whole, "--event", "999999"], 1, "there is no event 999999");
    };
    let service = demo(&store);
    let before = std::fs::read_dir(store.join("stills")).unwrap().count();
    refused();
    let after = std::fs::read_dir(store.join("stills")).unwrap().count();
    assert_eq!(after, before + 1, "of the whole one alone");
    assert_eq!(service.end(), Some(0));
    refused();
    check(&store, &["set", "picture", "AT-000123", "--file", &whole], 0, "Picture set (event");
}
