//! Tells systemd that the service still answers, for as long as it does (`WatchdogSec=` of the unit).
//!
//! Each time the station is asked as a program asks it, and a live screen is opened as a page opens it: a thread that stands
//! still, whichever it is, is found within the time that systemd waits, and the service is started anew.
//! Without a watchdog nothing is done. Deliberately absent: judging devices; one that is gone is told on the screen.

use std::io;
use std::net::SocketAddr;
use std::thread::Builder;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;

use super::serve::tell_systemd;
use crate::source::Stop;
use crate::station::{Handle, NotTaken};

/// Of the time that systemd waits: so long from one question to the next, and so long for an answer.
const SHARE: u32 = 3;
/// How soon a full queue is asked again.
const AGAIN: Duration = Duration::from_millis(100);

/// Starts to ask, if systemd has a watchdog for this process. Ends some time after the signal; nobody needs to wait for it.
pub(super) fn start(address: SocketAddr, handle: Handle, stop: Stop) -> io::Result<()> {
    let Some(at_most) = sd_notify::watchdog_enabled() else { return Ok(()) };
    let share = at_most / SHARE;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let ask = move || {
        let mut answered = true;
        loop {
            let answers = answers(&runtime, address, &handle, share);
            if answers {
                tell_systemd(&[sd_notify::NotifyState::Watchdog]);
            } else if answered && !stop.is_given() {
                tracing::error!(seconds = share.as_secs(), "the service does not answer; systemd will start it anew");
            }
            answered = answers;
            if stop.wait(share) {
                return;
            }
        }
    };
    Builder::new().name("watchdog".to_owned()).spawn(ask).map(drop)
}

/// Whether station and screens answer in time.
fn answers(runtime: &Runtime, address: SocketAddr, handle: &Handle, in_time: Duration) -> bool {
    let both = async { station_answers(handle).await && screens_answer(address).await.is_ok() };
    runtime.block_on(async { tokio::time::timeout(in_time, both).await.unwrap_or(false) })
}

async fn station_answers(handle: &Handle) -> bool {
    loop {
        match handle.deadline() {
            Ok(answer) => return answer.await.is_ok(),
            Err(NotTaken::Full) => tokio::time::sleep(AGAIN).await,
            Err(NotTaken::Ended) => return false,
        }
    }
}

/// The head of an answer, which the screens' own thread writes; or that of the refusal of one screen too many.
async fn screens_answer(address: SocketAddr) -> io::Result<()> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(format!("GET /api/v1/updates HTTP/1.1\r\nHost: {address}\r\n\r\n").as_bytes()).await?;
    stream.read_exact(&mut [0; "HTTP/1.1 200".len()]).await.map(drop)
}
