//! The Rust side of bench/decode.ts: decodes all UPDATEs of a file with one of three libraries, pass after pass for so many
//! seconds, into objects that own their memory, and prints the nanoseconds that one took in each pass and what it counted. And that of
//! bench/mrt.ts: reads an MRT file so many times with bgpkit-parser.
mod bgpkit;
mod bgpkit_mrt;
mod netgauze;
mod nlnetlabs;

use bytes::Bytes;
use std::time::{Duration, Instant};

/// The same fields as in bench/support/tiers.ts.
#[derive(Default)]
pub struct Counts {
    prefixes: u64,
    as_sum: u64,
    communities: u64,
}

/// Reads one UPDATE with its message header and adds to the counts. False: the library refuses it.
type Decode = fn(&Bytes, &mut Counts) -> bool;

fn main() {
    let [name, file, count] = std::env::args()
        .skip(1)
        .collect::<Vec<_>>()
        .try_into()
        .expect("NAME FILE SECONDS|PASSES");
    let stream = Bytes::from(std::fs::read(file).expect("the file"));
    let count: u32 = count.parse().expect("a number");
    match name.as_str() {
        "bgpkit-parser" => time(stream, count, bgpkit::decode),
        "netgauze" => time(stream, count, netgauze::decode),
        "routecore" => time(stream, count, nlnetlabs::decode),
        "bgpkit-records" => bgpkit_mrt::time(stream, count, bgpkit_mrt::records),
        "bgpkit-elements" => bgpkit_mrt::time(stream, count, bgpkit_mrt::elements),
        "bgpkit-text" => bgpkit_mrt::time(stream, count, bgpkit_mrt::text),
        other => panic!("no decoder {other}"),
    }
}

fn time(stream: Bytes, seconds: u32, decode: Decode) {
    let mut ns = Vec::new();
    let mut counts = Counts::default();
    let mut refused = 0;
    let end = Instant::now() + Duration::from_secs(seconds.into());
    while ns.is_empty() || Instant::now() < end {
        counts = Counts::default();
        refused = 0;
        let mut updates = 0;
        let mut at = 0;
        let start = Instant::now();
        while at < stream.len() {
            let length = usize::from(u16::from_be_bytes([stream[at + 16], stream[at + 17]]));
            refused += u32::from(!decode(&stream.slice(at..at + length), &mut counts));
            updates += 1;
            at += length;
        }
        ns.push(start.elapsed().as_nanos() as f64 / f64::from(updates));
    }
    let Counts {
        prefixes,
        as_sum,
        communities,
    } = counts;
    println!(
        r#"{{"ns":{ns:?},"prefixes":{prefixes},"asSum":{as_sum},"communities":{communities},"refused":{refused}}}"#
    );
}
