//! A unit as people name it on the command line, and over HTTP: by its tag, or by the maker's number on its plate.
//!
//! Deliberately absent: which number leads to which unit, which `store` tests.

use std::io::{Read as _, Write as _};

use super::{check, demo};

#[test]
fn a_unit_is_named_by_its_serial_number_where_one_alone_bears_it() {
    let folder = tempfile::tempdir().unwrap();
    let service = demo(folder.path());
    let through = |words: &[&str], status: i32, said: &str| check(folder.path(), words, status, said);
    let several = "40213377 leads to several units: AT-000101 (#1), AT-000105 (#5)";
    through(&["set", "hold", "1906774Y", "--why", "for the lab"], 0, "Held back (event");
    through(&["set", "hold", "40213377", "--why", "for the lab"], 1, several);
    through(&["owner", "1906774Y"], 0, "No change of owner is on record.");
    through(&["owner", "40213377"], 1, several);
    through(&["owner", "NO-SUCH-1"], 1, "no unit bears the tag NO-SUCH-1, and none has that serial number");
    let got = |name: &str| {
        let mut stream = std::net::TcpStream::connect(service.address).unwrap();
        let head =
            format!("GET /api/v1/units/{name} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", service.address);
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    assert!(got("1906774Y").contains("\"tag\":\"AT-000123\""));
    let refused = got("40213377");
    assert!(refused.starts_with("HTTP/1.1 409") && refused.contains(several), "{refused}");
    assert!(got("NO-SUCH-1").starts_with("HTTP/1.1 404"));
    assert_eq!(service.end(), Some(0));
    through(&["set", "hold", "1906774Y", "--lift"], 0, "(event");
    through(&["set", "hold", "NO-SUCH-1", "--why", "x"], 1, "none has that serial number");
}
