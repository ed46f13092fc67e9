//! What shells and `man` are told of the command line.
//!
//! Deliberately absent: how a page looks, which the libraries that write it answer for.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Command, Stdio};

use super::{check, run};

#[test]
fn each_word_that_help_lists_has_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().to_str().unwrap();
    check(folder.path(), &["manual", "--into", into], 0, &format!("pages in {into}"));
    let names = std::fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap());
    let pages: BTreeSet<String> = names.collect();
    let help = String::from_utf8(run(folder.path(), &["--help"]).stdout).unwrap();
    let words = help.lines().skip_while(|it| *it != "Commands:").skip(1).take_while(|it| !it.is_empty());
    let words: BTreeSet<_> =
        words.filter(|it| !it.starts_with("   ")).map(|it| it.split_whitespace().next().unwrap()).collect();
    assert!(words.len() > 25, "{words:?}");
    for word in words.iter().filter(|it| **it != "help") {
        assert!(pages.contains(&format!("scanstation-{word}.1")), "{word}");
    }
    assert!(pages.contains("scanstation-devices-assign.1"));
    for page in &pages {
        let text = std::fs::read_to_string(folder.path().join(page)).unwrap();
        assert!(text.contains(".TH ") && !text.contains("help(1)"), "{page}");
    }
    check(folder.path(), &["manual", "--into", "/proc/nope"], 7, "write /proc/nope/scanstation.1");
}

#[test]
fn one_page_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    check(folder.path(), &["manual"], 0, "scanstation\\-scan(1)");
    check(folder.path(), &["manual", "devices", "assign"], 0, ".TH scanstation-devices-assign 1");
    check(folder.path(), &["manual", "nope"], 2, "scanstation has no word \"nope\"; it has serve, demo, scan");
    check(folder.path(), &["manual", "scan", "nope"], 2, "scanstation scan has no word \"nope\"; it has none");
}

#[test]
fn the_shell_completes_the_words() {
    let folder = tempfile::tempdir().unwrap();
    let script = run(folder.path(), &["completions", "bash"]).stdout;
    let ask = "\nCOMP_WORDS=(scanstation ver); COMP_CWORD=1; _scanstation scanstation ver scanstation\n\
               echo \"words: ${COMPREPLY[*]}\"\n";
    let mut bash = Command::new("bash").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    bash.stdin.take().unwrap().write_all(&[&script, ask.as_bytes()].concat()).unwrap();
    let said = bash.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&said.stdout), "words: verify\n");
    for shell in ["zsh", "fish", "elvish", "powershell"] {
        check(folder.path(), &["completions", shell], 0, "scanstation");
    }
    check(folder.path(), &["completions", "tcsh"], 2, "invalid value 'tcsh'");
}
