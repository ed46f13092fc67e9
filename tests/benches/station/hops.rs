//! The floor of the way: the same threads, sockets and one bare sync, and nothing done in between.
//!
//! A scan has to be woken through threads that must not hold each other up; what that costs is the machine's, not
//! ours. Beside the bare sync it says which part of a figure we could still mend.
//! Deliberately absent: anything of the service; only std and our queue.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::thread::{JoinHandle, spawn};
use std::time::{Duration, Instant};

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use scanstation::queue::{Receiver, Sender, queue};
use scanstation::source::realtime;

use crate::measure::Floor;

/// Bytes of a request and of its answer, as a scan's on a kept connection.
const REQUEST: usize = 124;
const ANSWER: usize = 759;

/// A socket's thread, and behind it a real-time thread that makes 250 bytes durable.
pub(crate) struct Hops {
    client: TcpStream,
    threads: Vec<JoinHandle<()>>,
}

impl Hops {
    pub(crate) fn new(folder: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        client.set_nodelay(true).unwrap();
        let (server, _) = listener.accept().unwrap();
        server.set_nodelay(true).unwrap();
        let (ask, mut asked) = queue(1);
        let (say, mut said) = queue(1);
        let floor = Floor::new(folder);
        let threads =
            vec![spawn(move || write(floor, &mut asked, &say)), spawn(move || serve(server, &ask, &mut said))];
        Self { client, threads }
    }

    /// One request and its answer.
    pub(crate) fn once(&mut self) -> Duration {
        let begun = Instant::now();
        self.client.write_all(&[b'x'; REQUEST]).unwrap();
        self.client.read_exact(&mut [0; ANSWER]).unwrap();
        begun.elapsed()
    }

    pub(crate) fn end(self) {
        drop(self.client);
        self.threads.into_iter().for_each(|it| it.join().unwrap());
    }
}

/// Puts the calling thread on the core that the service takes for its own.
pub(crate) fn on_last_core() {
    let allowed = sched_getaffinity(None).unwrap();
    let mut last = CpuSet::new();
    last.set((0..CpuSet::MAX_CPU).rfind(|it| allowed.is_set(*it)).unwrap());
    sched_setaffinity(None, &last).unwrap();
}

fn serve(mut stream: TcpStream, ask: &Sender<()>, said: &mut Receiver<()>) {
    while stream.read_exact(&mut [0; REQUEST]).is_ok() {
        ask.send(()).unwrap();
        said.recv().unwrap();
        if stream.write_all(&[b'x'; ANSWER]).is_err() {
            break;
        }
    }
}

fn write(mut floor: Floor, asked: &mut Receiver<()>, say: &Sender<()>) {
    realtime("the floor");
    while asked.recv().is_some() {
        floor.once();
        say.send(()).unwrap();
    }
}
