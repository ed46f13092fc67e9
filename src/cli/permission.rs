//! Why this user may not open a device's node, and the one line that changes it.
//!
//! The node's group and the user's own groups decide which line it is: joining a group, or installing our udev rules.
//! Deliberately absent: changing anything.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use rustix::fs::{Access, access};

use crate::source::profile::udev::GROUP;

/// A node that this user may not read and write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Denied {
    /// What was seen.
    pub(super) seen: String,
    /// The line to type.
    pub(super) remedy: String,
}

/// A node as the system shows it, and who asks.
struct Asked<'a> {
    node: &'a str,
    group: &'a str,
    mode: u32,
    user: &'a str,
    is_member: bool,
}

/// What keeps this user from a node; `None` if nothing does, or if it is not there.
pub(super) fn denied(node: &Path) -> Option<Denied> {
    if access(node, Access::READ_OK | Access::WRITE_OK).is_ok() {
        return None;
    }
    let found = fs::metadata(node).ok()?;
    let uid = rustix::process::getuid().as_raw();
    let own = rustix::process::getgroups().unwrap_or_default();
    let is_member =
        own.iter().any(|it| it.as_raw() == found.gid()) || rustix::process::getgid().as_raw() == found.gid();
    let (node, group) = (node.display().to_string(), name("/etc/group", found.gid()));
    let user = name("/etc/passwd", uid);
    let mode = found.mode() & 0o777;
    Some(explain(&Asked { node: &node, group: &group, mode, user: &user, is_member }))
}

fn explain(asked: &Asked<'_>) -> Denied {
    let Asked { node, group, mode, user, is_member } = asked;
    let seen = format!("{node} may not be opened by user {user} (group {group}, mode {mode:o})");
    let by_group = mode & 0o060 == 0o060 && !is_member && *group != "root";
    let remedy = if by_group {
        format!("usermod -a -G {group} {user}, and start the station again")
    } else {
        format!(
            "scanstation devices udev > /etc/udev/rules.d/65-scanstation.rules && udevadm control --reload && \
             udevadm trigger, then usermod -a -G {GROUP} {user}, and plug the scanner in again"
        )
    };
    Denied { seen, remedy }
}

/// The name that a file like `/etc/passwd` has for a number; the number if it has none.
fn name(file: &str, number: u32) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let wanted = number.to_string();
    let row = text.lines().find(|it| it.split(':').nth(2) == Some(&wanted));
    row.and_then(|it| it.split(':').next()).map_or(wanted, str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::{Asked, explain};

    #[track_caller]
    fn check(node: &str, group: &str, mode: u32, is_member: bool, expected: [&str; 2]) {
        let denied = explain(&Asked { node, group, mode, user: "kim", is_member });
        assert_eq!([denied.seen.as_str(), denied.remedy.as_str()], expected);
    }

    #[test]
    fn a_missing_permission_comes_with_the_line_that_gives_it() {
        check(
            "/dev/ttyACM0",
            "dialout",
            0o660,
            false,
            [
                "/dev/ttyACM0 may not be opened by user kim (group dialout, mode 660)",
                "usermod -a -G dialout kim, and start the station again",
            ],
        );
        check(
            "/dev/bus/usb/001/007",
            "scanstation",
            0o660,
            false,
            [
                "/dev/bus/usb/001/007 may not be opened by user kim (group scanstation, mode 660)",
                "usermod -a -G scanstation kim, and start the station again",
            ],
        );
        let rules = "scanstation devices udev > /etc/udev/rules.d/65-scanstation.rules && udevadm control --reload && \
                     udevadm trigger, then usermod -a -G scanstation kim, and plug the scanner in again";
        let node = "/dev/bus/usb/001/007";
        check(
            node,
            "root",
            0o664,
            false,
            [&format!("{node} may not be opened by user kim (group root, mode 664)"), rules],
        );
        check(
            node,
            "plugdev",
            0o640,
            true,
            [&format!("{node} may not be opened by user kim (group plugdev, mode 640)"), rules],
        );
    }
}
