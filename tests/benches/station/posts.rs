//! One HTTP scan on a kept connection, beside three floors of the same run: a bare sync, the same threads and sockets with
//! one sync and nothing else, and one thread that only records.
//!
//! Deliberately absent: many clients, which are the part `eight`.

use std::time::Instant;

use crate::hops::{Hops, on_last_core};
use crate::least::Least;
use crate::measure::{Floor, Times, ratio};
use crate::service::{Client, Service};
use crate::{Bench, SCANS, print};

/// One HTTP scan on a kept connection: from wherever the system puts the client, then from the core on which the service
/// answers, so that no other core has to be woken for it.
pub(crate) fn http(bench: &mut Bench) {
    let service = Service::start(&bench.store(), &[]);
    posts(bench, &service, "POST /api/v1/scans, kept alive");
    std::thread::scope(|scope| {
        scope.spawn(|| {
            on_last_core(); // Only now: the service would have no other core, either.
            posts(bench, &service, "the same from the service's core");
        });
    });
}

fn posts(bench: &mut Bench, service: &Service, name: &str) {
    let mut client = Client::new(service);
    let mut floor = Floor::new(bench.folder.path());
    let mut hops = Hops::new(bench.folder.path());
    let mut least = Least::new(bench.folder.path(), bench.units);
    let [mut bare, mut way, mut less, mut whole] = [(); 4].map(|()| Times::default());
    for round in 0..SCANS + 50 {
        let time = floor.once();
        let passed = hops.once();
        let tag = bench.next_tag();
        let recorded = least.once(&tag);
        let begun = Instant::now();
        let answer = client.scan(&tag, "web");
        let took = begun.elapsed();
        assert!(answer.contains(&tag), "{answer}");
        if round >= 50 {
            bare.push(time);
            way.push(passed);
            less.push(recorded);
            whole.push(took);
        }
    }
    hops.end();
    least.end();
    print(name, &mut bare, &mut whole);
    println!("  the same threads, one sync       {}", way.line());
    println!("  ratio to that                    {}", ratio(whole.at(500), way.at(500)));
    println!("  one thread that only records     {}", less.line());
    println!("  ratio of that to the floor       {}", ratio(less.at(500), bare.at(500)));
}
