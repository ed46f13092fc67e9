//! The camera's child process through the shipped binary, with folders of pictures as the camera.
//!
//! The clock is a token: it goes on a second each time it is asked, so that a silent child is silent for long at once.
//! Deliberately absent: a lens; v4l2loopback is where the kernel offers it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use scanstation::domain::{Delivery, LaneId, Moment, SourceId};
use scanstation::source::camera::child::Program;
use scanstation::source::camera::{Eye, Options, Preview, Window, start};
use scanstation::source::supervise::Place;
use scanstation::source::{SourceInput, Stop};
use scanstation::vision::{Luma, picture};

use super::draw::{Message, on_paper, qr};

pub(super) fn save(image: &Luma, path: &Path) {
    let (width, height) = (image.width() as u32, image.height() as u32);
    image::GrayImage::from_raw(width, height, image.pixels().to_vec()).unwrap().save(path).unwrap();
}

struct Desk {
    place: Place,
    told: mpsc::Receiver<SourceInput>,
    stop: Stop,
}

/// A place whose clock goes on by `step` each time it is asked.
fn desk(step: Duration) -> Desk {
    let (sender, told) = mpsc::channel();
    let sender = Mutex::new(sender);
    let asked = AtomicU64::new(0);
    let stop = Stop::new();
    let place = Place {
        source: SourceId::new("camera"),
        lane: LaneId::new("desk"),
        sink: Arc::new(move |input| sender.lock().unwrap().send(input).map_err(|_| scanstation::source::Closed)),
        clock: Arc::new(move || {
            let count = u32::try_from(asked.fetch_add(1, Ordering::Relaxed)).unwrap();
            Moment { wall: jiff::Timestamp::UNIX_EPOCH, uptime: step * count }
        }),
        stop: stop.clone(),
    };
    Desk { place, told, stop }
}

fn binary() -> Program {
    let words = vec!["camera".to_owned(), "worker".to_owned()];
    Program { path: PathBuf::from(env!("CARGO_BIN_EXE_scanstation")), words }
}

#[test]
fn a_folder_of_pictures_comes_through_the_child_as_readings() {
    let folder = tempfile::tempdir().unwrap();
    save(&on_paper(&qr(Message::Text("AT-1")), 4), &folder.path().join("1.png"));
    std::fs::write(folder.path().join("2.png"), b"torn").unwrap();
    save(&Luma::flat(200, 200, 90), &folder.path().join("3.png"));
    save(&on_paper(&qr(Message::Text("AT-2")), 5), &folder.path().join("4.png"));
    let eye = Eye::Folder { path: folder.path().to_owned(), rate: 1_000, again: false };
    let mut options = Options::new(eye);
    // An unoptimised build on a busy machine takes longer than a picture's time.
    options.vision.budget = Duration::from_secs(20);
    let desk = desk(Duration::ZERO);
    let source = start(desk.place, binary(), options, None).unwrap();
    let mut readings = Vec::new();
    for input in &desk.told {
        match input {
            SourceInput::Attached(it) => assert!(it.description.starts_with("pictures in "), "{}", it.description),
            SourceInput::Read(read) => {
                let Delivery::Symbols(symbols) = read.delivery else { panic!("a camera delivers symbols") };
                readings.push(symbols.into_iter().map(|it| it.text).collect::<Vec<_>>());
            }
            SourceInput::Faulted(_, fault) => panic!("{}", fault.message),
            SourceInput::Ended(_) => break,
            SourceInput::Discarded(..) => panic!("nothing was discarded"),
        }
    }
    source.join();
    assert_eq!(readings, [["AT-1"], ["AT-2"]]);
}

#[test]
fn whoever_watches_sees_small_pictures_with_outlines_and_gets_a_still_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let label = on_paper(&qr(Message::Text("AT-1")), 30);
    assert!(label.width() > 640);
    save(&label, &folder.path().join("1.png"));
    let eye = Eye::Folder { path: folder.path().to_owned(), rate: 60, again: true };
    let mut options = Options { preview: true, ..Options::new(eye) };
    options.vision.budget = Duration::from_secs(20);
    let (seen, previews) = mpsc::channel::<Preview>();
    let (kept, stills) = mpsc::channel::<Vec<u8>>();
    let window = Arc::new(Window::new(move |it| drop(seen.send(it)), move |it| drop(kept.send(it))));
    window.watch();
    let desk = desk(Duration::ZERO);
    let source = start(desk.place, binary(), options, Some(window.clone())).unwrap();
    let first = previews.iter().find(|it| !it.outlines.is_empty()).unwrap();
    assert_eq!((first.width, first.height, first.outlines.len()), (640, 640, 1));
    assert!(first.outlines[0].iter().all(|(x, y)| (0.0..640.0).contains(x) && (0.0..640.0).contains(y)));
    let small = picture(&first.jpeg).unwrap();
    assert_eq!((small.width(), small.height()), (640, 640));
    window.take();
    let still = picture(&stills.recv().unwrap()).unwrap();
    assert_eq!((still.width(), still.height()), (label.width(), label.height()));
    desk.stop.stop();
    source.join();
}

#[test]
fn a_silent_child_is_ended_and_said_so() {
    let desk = desk(Duration::from_secs(1));
    let program = Program { path: PathBuf::from("/bin/sh"), words: vec!["-c".to_owned(), "exec sleep 600".to_owned()] };
    let source = start(desk.place, program, Options::new(Eye::Device("0".to_owned())), None).unwrap();
    let SourceInput::Faulted(_, fault) = desk.told.recv().unwrap() else { panic!("a fault comes first") };
    assert_eq!(fault.message, "watch camera: no picture for 3 s; its child was ended");
    desk.stop.stop();
    source.join();
}

#[test]
fn a_camera_that_is_not_there_is_a_fault_that_names_it() {
    let desk = desk(Duration::ZERO);
    let eye = Eye::Folder { path: PathBuf::from("/nowhere/at/all"), rate: 10, again: false };
    let source = start(desk.place, binary(), Options::new(eye), None).unwrap();
    let told =
        desk.told.iter().find_map(|it| if let SourceInput::Faulted(_, it) = it { Some(it.message) } else { None });
    let told = told.unwrap();
    assert!(told.contains("open the folder /nowhere/at/all"), "{told}");
    desk.stop.stop();
    source.join();
}
