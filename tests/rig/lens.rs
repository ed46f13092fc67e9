//! Cameras on a real kernel: v4l2loopback, fed by the test picture by picture, and vivid, which can be pulled.
//!
//! The shipped program reads them as a configured camera; what it read is asked for over HTTP.
//! Deliberately absent: how well pictures are read, which `tests/vision` and the bench have.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use image::ExtendedColorType::L8;
use scanstation::vision::Luma;
use v4l::control::{Control, Value};
use v4l::video::{Capture, Output};
use v4l::{Device, Format, FourCC, Fraction};

use super::machine::{now, pause};
use crate::vision::draw::{Message, on_paper, qr};

const LOOP: &str = "/dev/video20";
const VIVID: &str = "/dev/video10";
const FOLDER: &str = "/run/scanstation-lens";
const ADDRESS: &str = "127.0.0.1:8418";
/// Decoding is emulated too.
const PATIENCE: Duration = Duration::from_secs(60);

type Step = (&'static str, &'static str, fn());

const STEPS: [Step; 10] = [
    ("loop", "YUYV at 640 x 480 is read into the ledger", || read_into_the_ledger(*b"YUYV", 640, 480)),
    ("loop", "MJPEG at 640 x 480 is read into the ledger", || read_into_the_ledger(*b"MJPG", 640, 480)),
    ("loop", "YUYV at 1280 x 720 is read into the ledger", || read_into_the_ledger(*b"YUYV", 1280, 720)),
    ("loop", "MJPEG at 1280 x 720 is read into the ledger", || read_into_the_ledger(*b"MJPG", 1280, 720)),
    ("loop", "a grey camera, which nokhwa does not know, is read", || read_into_the_ledger(*b"GREY", 640, 480)),
    ("loop", "a camera with 30000/1001 pictures a second is read", odd_rate),
    ("loop", "a camera that stalls is a fault, one that is black is none, and both are read again", stall_and_black),
    ("loop", "a camera is listed and read by its stable name", by_name),
    ("vivid", "a control that the driver rounds is set and no fault", rounded),
    ("vivid", "a camera that is pulled is a fault, and the service lives on", pulled),
];

#[test]
#[ignore = "runs inside the rig as root"]
fn the_camera_in_a_kernel_of_its_own() {
    let word = |name: &str| std::env::var(name).unwrap_or_default();
    let (only, cameras) = (word("RIG_ONLY"), word("RIG_CAMERAS"));
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for (camera, name, step) in STEPS.iter().filter(|(_, name, _)| name.contains(&only)) {
        if !cameras.split(',').any(|it| it == *camera) {
            skipped += 1;
            println!("skip {name} (no {camera} in this kernel)");
            continue;
        }
        let begun = now();
        let outcome = catch_unwind(AssertUnwindSafe(step));
        let took = begun.elapsed().as_secs_f32();
        passed += u32::from(outcome.is_ok());
        failed += u32::from(outcome.is_err());
        println!("{} {name} ({took:.1} s)", if outcome.is_ok() { "ok  " } else { "FAIL" });
    }
    println!("{passed} passed, {failed} failed, {skipped} skipped");
    assert_eq!(failed, 0);
}

/// The far side of v4l2loopback: shows one picture again and again, unless it is held.
struct Feeder {
    picture: Arc<Mutex<Vec<u8>>>,
    held: Arc<AtomicBool>,
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    code: [u8; 4],
    size: (usize, usize),
}

impl Feeder {
    fn start(code: [u8; 4], width: usize, height: usize, interval: Fraction) -> Self {
        let mut format = Format::new(width as u32, height as u32, FourCC::new(&code));
        format.size = (width * height * 2) as u32;
        let begun = now();
        // The driver keeps its format until the last reader, the child of a service just killed, has gone.
        let mut device = loop {
            let device = Device::with_path(LOOP).unwrap();
            let set = Output::set_format(&device, &format);
            if set.is_ok_and(|it| (it.width, it.height, it.fourcc.repr) == (width as u32, height as u32, code)) {
                break device;
            }
            assert!(begun.elapsed() < PATIENCE, "the driver does not take {width} x {height}");
            pause();
        };
        let mut rate = Output::params(&device).unwrap();
        rate.interval = interval;
        Output::set_params(&device, &rate).unwrap();
        let picture = Arc::new(Mutex::new(Vec::new()));
        let (held, ended) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let thread = {
            let (picture, held, ended) = (Arc::clone(&picture), Arc::clone(&held), Arc::clone(&ended));
            std::thread::spawn(move || {
                while !ended.load(Ordering::Acquire) {
                    if !held.load(Ordering::Acquire) {
                        // A full queue is met again a moment later.
                        drop(device.write(&picture.lock().unwrap()));
                    }
                    for _ in 0..6 {
                        pause();
                    }
                }
            })
        };
        let feeder = Self { picture, held, ended, thread: Some(thread), code, size: (width, height) };
        feeder.show(None);
        feeder
    }

    /// A code, or nothing but darkness.
    fn show(&self, text: Option<&str>) {
        let (width, height) = self.size;
        let symbol = text.map(|it| on_paper(&qr(Message::Text(it)), height / 60));
        let at = symbol.as_ref().map_or((0, 0), |it| ((width - it.width()) / 2, (height - it.height()) / 2));
        let image = Luma::from_fn(width, height, |x, y| {
            let Some(symbol) = &symbol else { return 16 };
            let inside = (x.wrapping_sub(at.0) < symbol.width()) && (y.wrapping_sub(at.1) < symbol.height());
            if inside { symbol.row(y - at.1)[x - at.0] } else { 150 }
        });
        let bytes = match &self.code {
            b"YUYV" => image.pixels().iter().flat_map(|it| [*it, 128]).collect(),
            b"GREY" => image.pixels().to_vec(),
            _ => {
                let mut jpeg = Vec::new();
                let mut encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 85);
                encoder.encode(image.pixels(), width as u32, height as u32, L8).unwrap();
                jpeg
            }
        };
        *self.picture.lock().unwrap() = bytes;
    }
}

impl Drop for Feeder {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Release);
        drop(self.thread.take().map(JoinHandle::join));
    }
}

/// The service with one camera; killed when its step ends.
struct Service(Child);

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn serve(device: &str, width: usize, height: usize) -> Service {
    serve_with(device, width, height, "")
}

/// `more` is further lines of the camera's configuration.
fn serve_with(device: &str, width: usize, height: usize, more: &str) -> Service {
    drop(fs::remove_dir_all(FOLDER));
    fs::create_dir_all(FOLDER).unwrap();
    let config = format!("{FOLDER}/scanstation.toml");
    let camera = format!(
        "[[camera]]\nname = \"lens\"\ndevice = \"{device}\"\nwidth = {width}\nheight = {height}\nbudget_ms = 1000\n\
         symbologies = [\"QRCode\"]\n{more}\n"
    );
    fs::write(&config, camera).unwrap();
    let words = ["serve", "--data", FOLDER, "--listen", ADDRESS, "--config", &config];
    let mut child = Command::new(program()).args(words).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let ready = lines.next().unwrap().unwrap();
    assert!(ready.contains(ADDRESS), "{ready}");
    std::thread::spawn(move || lines.map_while(Result::ok).count());
    Service(child)
}

fn program() -> String {
    std::env::var("RIG_STATION").expect("RIG_STATION names the shipped program")
}

fn ask(path: &str) -> String {
    let mut stream = TcpStream::connect(ADDRESS).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {ADDRESS}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Waits until an address says something, and prints how long that took.
fn until(path: &str, what: &str) {
    until_said(what, || ask(path));
}

/// Waits until a code is in the journal; the service's own lists mask one that nobody knows.
fn until_read(code: &str) {
    until_said(code, || {
        let words = ["export", "scans", "--unmasked", "--data", FOLDER];
        String::from_utf8(Command::new(program()).args(words).output().unwrap().stdout).unwrap()
    });
}

fn until_said(what: &str, says: impl Fn() -> String) {
    let begun = now();
    let mut said = says();
    while !said.contains(what) {
        assert!(begun.elapsed() < PATIENCE, "waited {PATIENCE:?} for {what:?}: {said}");
        for _ in 0..20 {
            pause();
        }
        said = says();
    }
    println!("     {what}: {:.1} s", begun.elapsed().as_secs_f32());
}

const STATE: &str = "/api/v1/state";
const THIRTY: Fraction = Fraction { numerator: 1, denominator: 30 };

fn read_into_the_ledger(code: [u8; 4], width: usize, height: usize) {
    let feeder = Feeder::start(code, width, height, THIRTY);
    let text = format!("LENS-{}-{height}", String::from_utf8_lossy(&code));
    feeder.show(Some(&text));
    let _service = serve(LOOP, width, height);
    until_read(&text);
    assert!(ask("/api/v1/events?limit=50").contains("parked"));
}

fn odd_rate() {
    let feeder = Feeder::start(*b"YUYV", 640, 480, Fraction::new(1001, 30_000));
    let set = Capture::params(&Device::with_path(LOOP).unwrap()).unwrap().interval;
    println!("     the driver says {}/{} seconds a picture", set.numerator, set.denominator);
    assert_ne!(set.numerator, 1, "the driver took another interval");
    feeder.show(Some("LENS-ODD"));
    let _service = serve(LOOP, 640, 480);
    until_read("LENS-ODD");
}

fn stall_and_black() {
    let feeder = Feeder::start(*b"YUYV", 640, 480, THIRTY);
    feeder.show(Some("LENS-BEFORE"));
    let _service = serve(LOOP, 640, 480);
    until_read("LENS-BEFORE");
    feeder.held.store(true, Ordering::Release);
    until(STATE, "no picture for");
    feeder.held.store(false, Ordering::Release);
    feeder.show(Some("LENS-AFTER-STALL"));
    until_read("LENS-AFTER-STALL");
    feeder.show(None);
    for _ in 0..200 {
        pause();
    }
    assert!(ask(STATE).contains("\"fault\":null"), "{}", ask(STATE));
    feeder.show(Some("LENS-AFTER-BLACK"));
    until_read("LENS-AFTER-BLACK");
}

/// The kernel's name for the node changes with the order of plugging, the link's does not.
fn by_name() {
    let name = "/dev/v4l/by-id/usb-lens-video-index0";
    fs::create_dir_all("/dev/v4l/by-id").unwrap();
    drop(fs::remove_file(name));
    std::os::unix::fs::symlink("../../video20", name).unwrap();
    let feeder = Feeder::start(*b"YUYV", 640, 480, THIRTY);
    feeder.show(Some("LENS-BY-NAME"));
    let listed = Command::new(program()).args(["camera", "list"]).output().unwrap().stdout;
    assert!(String::from_utf8_lossy(&listed).contains(name), "{}", String::from_utf8_lossy(&listed));
    let _service = serve(name, 640, 480);
    until_read("LENS-BY-NAME");
}

/// vivid's brightness ends at 255.
fn rounded() {
    const BRIGHTNESS: u32 = 0x0098_0900;
    let device = Device::with_path(VIVID).unwrap();
    device.set_control(Control { id: BRIGHTNESS, value: Value::Integer(100) }).unwrap();
    let _service = serve_with(VIVID, 640, 360, "controls = [\"brightness=9999\"]");
    until(STATE, "camera /dev/video10");
    let begun = now();
    while device.control(BRIGHTNESS).unwrap().value != Value::Integer(255) {
        assert!(begun.elapsed() < PATIENCE, "{:?}", device.control(BRIGHTNESS).unwrap().value);
        pause();
    }
    until(STATE, "\"fault\":null");
}

fn pulled() {
    let _service = serve(VIVID, 640, 360);
    until(STATE, "camera /dev/video10");
    until(STATE, "\"fault\":null");
    let device = Device::with_path(VIVID).unwrap();
    let controls = device.query_controls().unwrap();
    let pull = controls.iter().find(|it| it.name == "Disconnect").expect("vivid can be pulled");
    device.set_control(Control { id: pull.id, value: Value::Integer(1) }).unwrap();
    until(STATE, "\"kind\":\"disconnected\"");
    until("/readyz", "200 OK");
}
