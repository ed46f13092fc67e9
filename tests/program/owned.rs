//! Words that root runs on the folder of the service's user: what they leave there, that user can open.
//!
//! Deliberately absent: what the words do, which stands beside them.

use std::fs::{self, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};

use super::{check, program};
use crate::bench::PICTURE;
use crate::skip::skipped;

/// A user that nobody is.
const USER: u32 = 64_123;

/// Every file and folder under a folder, itself included.
fn all(folder: &Path) -> Vec<PathBuf> {
    let inside = fs::read_dir(folder).into_iter().flatten().flat_map(|it| all(&it.unwrap().path()));
    std::iter::once(folder.to_owned()).chain(inside).collect()
}

/// All in the folder belongs to the user.
#[track_caller]
fn theirs(folder: &Path, after: &str) {
    let owner = |it: &PathBuf| fs::metadata(it).map(|it| (it.uid(), it.gid())).unwrap();
    let others: Vec<PathBuf> = all(folder).into_iter().filter(|it| owner(it) != (USER, USER)).collect();
    assert_eq!(others, Vec::<PathBuf>::new(), "after {after}");
}

fn has(folder: &Path, begins: &str) -> bool {
    let mut names = fs::read_dir(folder).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap());
    names.any(|it| it.starts_with(begins))
}

#[test]
fn what_root_makes_in_a_folder_of_the_services_user_belongs_to_that_user() {
    if !rustix::process::geteuid().is_root() {
        return skipped("only root makes files for somebody else");
    }
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    let file = |name: &str, bytes: &[u8]| {
        fs::write(folder.path().join(name), bytes).unwrap();
        folder.path().join(name).to_str().unwrap().to_owned()
    };
    let store = folder.path().join("store");
    fs::create_dir(&store).unwrap();
    chown(&store, Some(USER), Some(USER)).unwrap();

    let units = file("units.csv", b"tag,serial_number,maker,model\nAT-000001,S1,Makita,Drill\n");
    check(&store, &["import", "units", &units], 0, "1 unit imported");
    theirs(&store, "an import into an empty folder");
    let early = fs::read(store.join("station.db")).unwrap();
    let picture = file("drill.png", PICTURE);
    check(&store, &["set", "picture", "AT-000001", "--file", &picture], 0, "Picture set");
    assert!(has(&store, "stills"));
    theirs(&store, "a picture");

    let copy = folder.path().join("copy.db").to_str().unwrap().to_owned();
    check(&store, &["backup", &copy], 0, "up to event");
    let own = |name: &str| all(&folder.path().join(name)).iter().all(|it| fs::metadata(it).unwrap().uid() == 0);
    assert!(own("copy.db") && own("copy.db.stills"), "a backup is whose command it was");
    fs::remove_dir_all(store.join("stills")).unwrap();
    check(&store, &["restore", &copy], 0, "Restored up to event");
    assert!(has(&store, "replaced-") && has(&store, "stills"));
    theirs(&store, "a restore");

    // An older database under a newer mark: what is missing is declared, and the files are kept aside.
    fs::write(store.join("station.db"), early).unwrap();
    for name in ["station.db-wal", "station.db-shm"] {
        drop(fs::remove_file(store.join(name)));
    }
    check(&store, &["scan", "AT-000001"], 0, "missing from the ledger");
    assert!(has(&store, "damaged-"));
    theirs(&store, "a start that found damage");

    let empty = folder.path().join("empty");
    fs::create_dir(&empty).unwrap();
    chown(&empty, Some(USER), Some(USER)).unwrap();
    check(&empty, &["restore", &copy], 0, "Restored up to event");
    theirs(&empty, "a restore into an empty folder");
    let ran = program(&empty).args(["scan", "AT-000001"]).uid(USER).gid(USER).output();
    match ran {
        Err(found) if found.kind() == ErrorKind::PermissionDenied => {
            skipped("another user may not run the program here");
        }
        ran => assert!(ran.as_ref().is_ok_and(|it| it.status.success()), "{ran:?}"),
    }
}

/// The service runs as the folder's owner: another one's advice must not lock it out.
#[test]
fn the_doctor_advises_nobody_to_take_the_folder_from_its_owner() {
    if !rustix::process::geteuid().is_root() {
        return skipped("only root runs a program as somebody else");
    }
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    let doctor = |store: &Path| match program(store).arg("doctor").uid(USER).gid(USER).output() {
        Err(found) if found.kind() == ErrorKind::PermissionDenied => None,
        ran => Some(String::from_utf8(ran.unwrap().stdout).unwrap()),
    };
    let roots = folder.path().join("roots");
    fs::create_dir(&roots).unwrap();
    let Some(said) = doctor(&roots) else { return skipped("another user may not run the program here") };
    assert!(said.contains("belongs to user 0 and user"), "{said}");
    assert!(said.contains("sudo -u '#0' scanstation doctor") && !said.contains("chown"), "{said}");
    let closed = folder.path().join("closed");
    fs::create_dir(&closed).unwrap();
    chown(&closed, Some(USER), Some(USER)).unwrap();
    fs::set_permissions(&closed, Permissions::from_mode(0o500)).unwrap();
    let said = doctor(&closed).unwrap();
    assert!(said.contains("chmod u+rwx"), "{said}");
}
