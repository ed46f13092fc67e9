//! `scanstation scan TEXT…`: scans a code as a scanner would, through the running service or alone.
//!
//! What is printed with `--json` is the answer of `POST /api/v1/scans`, byte for byte.
//! Deliberately absent: rules of its own; the station's loop decides.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use uuid::Uuid;

use super::client::Client;
use super::exit::Exit;
use super::place::{self, Place};
use super::say;
use crate::domain::{AimId, LaneId, Message, Transport};
use crate::station::{Handle, clock};

/// Scan codes as a scanner would.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  scanstation scan AT-000123                        what is this, and who has it?
  scanstation scan BDG-0042 AT-000123 '!CMD:DONE'   badge, tool, done: three scans on one lane
  scanstation scan --aim ']C1' 0109521234543213     with the symbology identifier a scanner would send
  scanstation scan --hex 30310a --json              bytes, and the answer as JSON

A running service takes the scans into its queue; without one the store is opened here.
Status: 0 if every answer was good, done or already; 1 if one was no; 6 if one is not recorded.")]
pub struct ScanArgs {
    /// What to scan, in order.
    #[arg(required = true, value_name = "TEXT")]
    pub texts: Vec<String>,
    /// The symbology identifier, three characters such as ]C1.
    #[arg(long, value_name = "AIM", value_parser = aim)]
    pub aim: Option<AimId>,
    /// The side of the station; each has a session of its own.
    #[arg(long, default_value = "cli", value_parser = lane)]
    pub lane: String,
    /// TEXT is hexadecimal bytes.
    #[arg(long)]
    pub hex: bool,
    /// Print one line of JSON a scan.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    place: Place,
}

/// Scans.
pub fn run(args: &ScanArgs) -> Result<Exit> {
    let messages: Vec<Message> = match args.texts.iter().map(|it| message(args, it)).collect() {
        Ok(messages) => messages,
        Err(wrong) => {
            say::aside(format!("scanstation: {wrong}"));
            return Ok(Exit::Usage);
        }
    };
    let config = args.place.config()?;
    match place::service(&config)? {
        Some(service) => each(args, &messages, |message| over_http(args, &service, message)),
        None => place::alone(&config, |handle| each(args, &messages, |message| here(args, handle, message))),
    }
}

/// What is to be scanned, or what is wrong with how it was typed.
fn message(args: &ScanArgs, text: &str) -> Result<Message, String> {
    let bytes = if args.hex {
        crate::store::unhex(text).ok_or_else(|| format!("{text:?} is not hexadecimal: two digits a byte, as 41542d"))?
    } else {
        text.as_bytes().to_vec()
    };
    Ok(Message { bytes, aim: args.aim, event_time: None })
}

fn aim(text: &str) -> Result<AimId, String> {
    AimId::parse(text).ok_or_else(|| "no symbology identifier like ]C1".to_owned())
}

/// A lane as the service takes it.
pub(super) fn lane(text: &str) -> Result<String, String> {
    if LaneId::is_name(text) { Ok(text.to_owned()) } else { Err(LaneId::EXPECTED.to_owned()) }
}

fn each(args: &ScanArgs, messages: &[Message], mut ask: impl FnMut(&Message) -> Result<String>) -> Result<Exit> {
    let mut exit = Exit::Done;
    for message in messages {
        let answer = ask(message)?;
        let value: Value = serde_json::from_str(&answer).context("read the answer")?;
        if args.json {
            say::verbatim(&answer)?;
        } else {
            say::line(told(&value))?;
        }
        exit = after(exit, &value);
    }
    Ok(exit)
}

/// The status after one more answer: what is not recorded counts most, then a no.
pub(super) fn after(exit: Exit, answer: &Value) -> Exit {
    match (answer.get("answer").and_then(Value::as_str), answer.get("scan")) {
        (_, None | Some(Value::Null)) => Exit::NotRecorded,
        (Some("no"), _) if exit == Exit::Done => Exit::No,
        _ => exit,
    }
}

fn over_http(args: &ScanArgs, service: &Client, message: &Message) -> Result<String> {
    let hex = crate::store::hex(&message.bytes);
    let body =
        json!({ "bytes_hex": hex, "aim": message.aim.map(|it| it.to_string()), "lane": args.lane, "typed": !args.hex });
    // Named, so that what was not answered in time is asked once more and booked once.
    let (body, name) = (body.to_string(), name());
    let send = || service.post_once("/api/v1/scans", "application/json", &name, body.as_bytes());
    let answer = send().or_else(|first| if first.leaves_unknown() { send().map_err(|_| first) } else { Err(first) });
    Ok(String::from_utf8(answer?)?)
}

/// A name that no other scan has.
fn name() -> String {
    let now = clock::start()().wall;
    let (seconds, nanoseconds) = (now.as_second().unsigned_abs(), now.subsec_nanosecond().unsigned_abs());
    Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanoseconds)).to_string()
}

fn here(args: &ScanArgs, handle: &Handle, message: &Message) -> Result<String> {
    let waiting = handle.scan(message.clone(), Transport::CommandLine, LaneId::new(&args.lane), None)?;
    match waiting.blocking_recv() {
        Ok(reply) => Ok(reply.json.to_string()),
        Err(_) => bail!("the station ended before it answered; whether it is recorded is not known"),
    }
}

/// An answer for people: the word, the reason, and the unit below it.
fn told(value: &Value) -> String {
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or("");
    let asks = value.get("asks").and_then(Value::as_bool) == Some(true); // Nothing is booked until it is answered.
    let answer = if asks { "ASKS".to_owned() } else { text("answer").to_uppercase() };
    let mut lines = vec![format!("{answer:<8} {}  ({} {})", text("why"), text("kind"), text("key"))];
    if let Some(unit) = value.get("unit").filter(|it| it.is_object()) {
        let part = |name: &str| unit.get(name).and_then(Value::as_str).unwrap_or("-");
        let what = format!("{}  {}  at {}", part("tag"), part("model"), part("location"));
        let custody = format!("{}, held by {}, due {}", part("state"), part("holder"), part("due"));
        lines.push(format!("         {what}, {custody}"));
    }
    say::printable(&lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scan_that_is_not_answered_is_sent_once_more_under_the_same_name() {
        use std::io::{Read as _, Write as _};
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let service = Client::new(&listener.local_addr().unwrap().to_string()).unwrap();
        let heard = std::thread::spawn(move || {
            let taken = || {
                let (mut stream, mut text) = (listener.accept().unwrap().0, String::new());
                while !text.ends_with('}') {
                    let mut bytes = [0; 4096];
                    let length = stream.read(&mut bytes).unwrap();
                    text.push_str(std::str::from_utf8(&bytes[..length]).unwrap());
                }
                (stream, text)
            };
            let (first, asked) = taken();
            drop(first);
            let (mut second, again) = taken();
            second.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").unwrap();
            (asked, again)
        });
        let args = <Words as clap::Parser>::parse_from(["scan", "AT-1"]).args;
        assert_eq!(over_http(&args, &service, &message(&args, "AT-1").unwrap()).unwrap(), "{}");
        let (asked, again) = heard.join().unwrap();
        assert!(asked == again && asked.contains("\r\nIdempotency-Key: "), "{asked}");
    }

    #[derive(clap::Parser)]
    struct Words {
        #[command(flatten)]
        args: ScanArgs,
    }

    #[test]
    fn an_answer_is_told_with_its_unit_and_nothing_of_it_steers_the_terminal() {
        let value = json!({"answer": "good", "why": "out\u{1b}[2J", "kind": "asset-tag", "key": "AT-1",
            "unit": {"tag": "AT-1", "model": "Makita drill", "state": "in-service", "holder": "Kim"}});
        let expected = "GOOD     out\u{fffd}[2J  (asset-tag AT-1)\n         AT-1  Makita drill  at -, in-service, held by Kim, due -";
        assert_eq!(told(&value), expected);
        let value = json!({"answer": "already", "asks": true, "why": "How many?", "kind": "location", "key": "SH-1"});
        assert_eq!(told(&value), "ASKS     How many?  (location SH-1)");
    }
}
