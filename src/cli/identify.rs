//! `scanstation identify [TEXT|-]`: what is this code? Field by field, with the reason; no device needed, no register.
//!
//! `--batch` reads one escaped input a line and prints one JSON object a line, in order; `--as` runs one reader alone.
//! With `--data` it also says what the records of that store say, read beside a running service.
//! Nothing is recorded. The keys of the JSON are documented in `docs/identifiers.md`.
//! Deliberately absent: moving anything; `scanstation scan` does.

use std::ffi::OsString;
use std::io::{BufRead, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;

use super::known::{Known, Records};

use crate::domain::{Identifier, Moment};
use crate::identify::elements::Syntax;
use crate::identify::explain::Explanation;
use crate::identify::maker;
use crate::identify::single::KINDS;
use crate::identify::{ElementLine, Inspected, Options, elements, inspect, is_reader};

/// Bytes of one input; more is cut off and said to be too long.
const INPUT_MAX: u64 = 1 << 20;

/// Say what a code is, and why.
#[derive(clap::Args, Debug, Default)]
#[command(after_help = "Examples:
  scanstation identify ']C1010952012345678821ABC'
  scanstation identify --as imei 35-209900-176148-1
  scanstation identify --data /var/lib/scanstation SN-77001
  printf '%s\\n' ']d2010952012345678821A1\\x1d10B' | scanstation identify --batch

Kinds for --as: gs1, digital-link, iso15434, hibc, imei, imeisv, meid, vin, iccid, eui48, eui64, isbn, issn, gtin, sscc,
gsrn, gln, epc, uii, tag, aim; and the check algorithms gs1-mod10, luhn, luhn-modN, verhoeff, damm, iso7064-mod11-2,
iso7064-mod37-2, iso7064-mod97-10, iso7064-mod661-26, iso7064-mod1271-36, iso7064-mod11-10, iso7064-mod27-26,
iso7064-mod37-36, gs1-check-pair, crockford32-check, hibc-mod43.

The exit code is 0 if every input is valid, 1 if one is not; with --batch it is always 0 once all lines are answered.")]
pub struct IdentifyArgs {
    /// The code as the scanner sends it, a symbology identifier in front if it sends one; `-` or nothing reads it from
    /// standard input.
    #[arg(value_name = "TEXT", conflicts_with = "batch")]
    pub text: Option<OsString>,
    /// Read it as this kind alone, and say why it is not one.
    #[arg(long = "as", value_name = "KIND", value_parser = reader)]
    pub kind: Option<String>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
    /// Read one input a line from standard input, bytes written as `\xHH`, and print one JSON object a line.
    #[arg(long)]
    pub batch: bool,
    /// TEXT has `\xHH` escapes, as in a batch.
    #[arg(long)]
    pub escaped: bool,
    /// The configuration file that says what our own codes are and how doubtful ones are read
    /// [default: /etc/scanstation/scanstation.toml, if it is there].
    #[arg(long, value_name = "FILE", env = "SCANSTATION_CONFIG")]
    pub config: Option<PathBuf>,
    /// Say what the records of the store in this folder say of it.
    #[arg(long = "data", value_name = "DIR")]
    pub folder: Option<PathBuf>,
}

fn reader(name: &str) -> Result<String, String> {
    if is_reader(name) {
        return Ok(name.to_owned());
    }
    Err(format!("there is no such kind; kinds are {}, and the check algorithms of the help", KINDS.join(", ")))
}

/// Answers with the options that ship, reading standard input where it is asked to; returns the exit code.
pub fn run(args: &IdentifyArgs, out: &mut dyn Write) -> anyhow::Result<u8> {
    run_with(args, &Options::default(), now(), &mut std::io::stdin().lock(), out)
}

/// What the wall clock says; no uptime, because nothing here waits.
fn now() -> Moment {
    let seconds = rustix::time::clock_gettime(rustix::time::ClockId::Realtime).tv_sec;
    Moment::new(jiff::Timestamp::from_second(seconds).unwrap_or_default(), Duration::ZERO)
}

/// Answers with these options and this input; `moment` says in which century a short date is.
pub fn run_with(
    args: &IdentifyArgs,
    options: &Options,
    moment: Moment,
    input: &mut dyn BufRead,
    out: &mut dyn Write,
) -> anyhow::Result<u8> {
    let reader = args.kind.as_deref();
    let records = args.folder.as_deref().map(Records::open).transpose()?;
    let answer = |bytes: &[u8]| {
        let found = inspect(Inspected { bytes, aim: None, symbology: None, reader, at: moment }, options);
        let known = records.as_ref().map(|it| it.ask(&found, moment)).transpose()?;
        Ok::<_, anyhow::Error>((found, known))
    };
    if args.batch {
        let mut line = Vec::new();
        while read_line(input, &mut line)? {
            let (found, known) = answer(&unescaped(&line))?;
            print_json(&found, known.as_ref(), out)?;
        }
        out.flush().context("write the answers")?;
        return Ok(0);
    }
    let bytes = match &args.text {
        Some(text) if text != "-" => text.as_bytes().to_vec(),
        _ => {
            let mut bytes = Vec::new();
            input.take(INPUT_MAX).read_to_end(&mut bytes).context("read standard input")?;
            bytes
        }
    };
    let bytes = if args.escaped { unescaped(&bytes) } else { bytes };
    let (found, known) = answer(&bytes)?;
    if args.json {
        print_json(&found, known.as_ref(), out)?;
    } else {
        print_words(&found, moment, out).context("write the answer")?;
        known.map_or(Ok(()), |it| print_known(&it, out)).context("write what the records say")?;
    }
    Ok(u8::from(found.invalid.is_some()))
}

/// Reads one line without its end; false at the end of input. What goes over the limit is left out.
fn read_line(input: &mut dyn BufRead, line: &mut Vec<u8>) -> anyhow::Result<bool> {
    line.clear();
    let read = input.take(INPUT_MAX).read_until(b'\n', line).context("read standard input")?;
    if line.last() == Some(&b'\n') {
        line.pop();
        if line.last() == Some(&b'\r') {
            line.pop();
        }
    } else if read > 0 && u64::try_from(read).is_ok_and(|it| it >= INPUT_MAX) {
        let mut rest = Vec::new();
        input.read_until(b'\n', &mut rest).context("read standard input")?;
    }
    Ok(read > 0)
}

/// Bytes of a text with `\xHH` escapes; a backslash that begins none is a backslash.
fn unescaped(text: &[u8]) -> Vec<u8> {
    let digit = |it: &u8| char::from(*it).to_digit(16).and_then(|it| u8::try_from(it).ok());
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first == b'\\'
            && let [b'x', high, low, behind @ ..] = after
            && let (Some(high), Some(low)) = (digit(high), digit(low))
        {
            bytes.push(high << 4 | low);
            rest = behind;
        } else {
            bytes.push(*first);
        }
    }
    bytes
}

/// The answer, and what our records say if they were asked.
#[derive(serde::Serialize)]
struct Answer<'a> {
    #[serde(flatten)]
    explanation: Explanation<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<&'a Known>,
}

fn print_known(known: &Known, out: &mut dyn Write) -> anyhow::Result<()> {
    writeln!(out, "{:<12}{}: {}", "record", known.names, shown(&known.says))?;
    for (label, record) in &known.differs {
        writeln!(out, "{:<12}label says {}, record says {}", "differs", shown(label), shown(record))?;
    }
    for near in &known.near {
        writeln!(out, "{:<12}{}", "near", shown(near))?;
    }
    for (name, value) in &known.derived {
        print_derived(name, value, out)?;
    }
    if let Some(reason) = &known.unlike {
        writeln!(out, "{:<12}{}", "unlike", shown(reason))?;
    }
    Ok(())
}

fn print_json(found: &Identifier, record: Option<&Known>, out: &mut dyn Write) -> anyhow::Result<()> {
    let answer = Answer { explanation: Explanation::from(found), record };
    serde_json::to_writer(&mut *out, &answer).context("write the answer")?;
    out.write_all(b"\n").context("write the answer")
}

fn print_words(found: &Identifier, moment: Moment, out: &mut dyn Write) -> anyhow::Result<()> {
    let it = Explanation::from(found);
    writeln!(out, "{:<12}{}", "kind", it.kind)?;
    writeln!(out, "{:<12}{}", "key", shown(it.key))?;
    writeln!(out, "{:<12}{}", "confidence", it.confidence)?;
    writeln!(out, "{:<12}{}", "why", shown(it.why))?;
    if let Some(aim) = &it.aim {
        writeln!(out, "{:<12}{aim} {}", "symbology", it.symbology.as_deref().unwrap_or("unknown"))?;
    }
    let year = moment.wall.to_zoned(jiff::tz::TimeZone::UTC).year();
    for line in elements(found, year) {
        print_element(&line, out)?;
    }
    for other in it.candidates {
        writeln!(out, "{:<12}{} {}, {}", "or else", other.kind, shown(&other.key), other.confidence)?;
    }
    for warning in it.warnings {
        writeln!(out, "{:<12}{}", "warning", shown(warning))?;
    }
    if let Some(reason) = it.reason {
        writeln!(out, "{:<12}{}", "not valid", shown(reason))?;
    }
    Ok(())
}

/// One element: its identifier, its value, its name, what the value means or what is wrong with it.
fn print_element(line: &ElementLine, out: &mut dyn Write) -> anyhow::Result<()> {
    if line.syntax == Syntax::Derived {
        return print_derived(&line.element, &line.value, out);
    }
    let said = match (&line.meaning, &line.reason) {
        (_, Some(wrong)) => format!(": NOT VALID, {}", shown(wrong)),
        (Some(meaning), None) => format!(": {}", shown(meaning)),
        (None, None) => String::new(),
    };
    let named = if line.name == line.element { String::new() } else { format!("   ({})", shown(&line.name)) };
    writeln!(out, "{:<12}{} = {}{named}{said}", "field", shown(&line.element), shown(&line.value))?;
    Ok(())
}

/// What a maker's rule tells: a guess from the number, so it is said to be derived.
fn print_derived(name: &str, value: &str, out: &mut dyn Write) -> anyhow::Result<()> {
    let name = name.strip_prefix(maker::DERIVED).unwrap_or(name);
    Ok(writeln!(out, "{:<12}{} = {}", "derived", shown(name), shown(value))?)
}

/// A text for a terminal: controls are written as escapes, so that a code cannot speak to it.
fn shown(text: &str) -> String {
    let hidden = |it: char| it.is_control() || matches!(it, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|it| if hidden(it) { it.escape_default().to_string() } else { it.to_string() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(args: &IdentifyArgs, input: &str, expected: &str) {
        let moment = Moment::new(jiff::Timestamp::UNIX_EPOCH, Duration::ZERO);
        let mut out = Vec::new();
        run_with(args, &Options::default(), moment, &mut input.as_bytes(), &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    fn batch(kind: Option<&str>) -> IdentifyArgs {
        IdentifyArgs { text: None, kind: kind.map(str::to_owned), batch: true, ..IdentifyArgs::default() }
    }

    #[test]
    fn a_batch_gives_one_object_a_line_in_order() {
        check(
            &batch(None),
            "]d2011231231231233321XYZ\\x1d10A\nBDG-0042\n\n",
            concat!(
                r#"{"kind":"gs1","key":"01=12312312312333;21=XYZ","confidence":"certain","why":"The symbol announces GS1 data. It names one individual.","aim":"]d2","symbology":"Data Matrix","fields":[["01","12312312312333"],["21","XYZ"],["10","A"]],"candidates":[],"valid":true,"warnings":[]}"#,
                "\n",
                r#"{"kind":"badge","key":"BDG-0042","confidence":"certain","why":"It begins as our badges do.","aim":null,"symbology":null,"fields":[],"candidates":[],"valid":true,"warnings":[]}"#,
                "\n",
                r#"{"kind":"empty","key":"","confidence":"certain","why":"Nothing but framing arrived.","aim":null,"symbology":null,"fields":[],"candidates":[],"valid":true,"warnings":[]}"#,
                "\n",
            ),
        );
    }

    #[test]
    fn a_single_reader_says_why_it_fails() {
        check(
            &batch(Some("luhn")),
            "79927398710\n",
            concat!(
                r#"{"kind":"invalid","key":"79927398710","confidence":"certain","why":"Read as luhn, it is not valid.","aim":null,"symbology":null,"fields":[],"candidates":[],"valid":false,"warnings":[],"reason":"the check does not hold"}"#,
                "\n",
            ),
        );
    }

    #[test]
    fn a_code_cannot_speak_to_the_terminal() {
        let text = Some(OsString::from("A1\u{1b}[2J"));
        let args = IdentifyArgs { text, ..IdentifyArgs::default() };
        check(
            &args,
            "",
            "kind        text\nkey         A1\\u{1b}[2J\nconfidence  low\nwhy         Readable text that no syntax claims.\n",
        );
    }
}
