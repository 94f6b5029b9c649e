//! bgpkit-parser on MRT files: records, elements, or its lines, which go nowhere through a system call for each block.
use bgpkit_parser::BgpkitParser;
use bytes::Bytes;
use std::fs::File;
use std::io::{BufWriter, Cursor, Write};
use std::time::Instant;

type Parser = BgpkitParser<Cursor<Bytes>>;

/// Reads the file round after round, and prints the nanoseconds of each and how much there was.
pub fn time(file: Bytes, rounds: u32, read: fn(Parser) -> u64) {
    let mut ns = Vec::new();
    let mut count = 0;
    for _ in 0..rounds {
        let parser = BgpkitParser::from_reader(Cursor::new(file.clone()));
        let start = Instant::now();
        count = read(parser);
        ns.push(start.elapsed().as_nanos() as f64);
    }
    println!(r#"{{"ns":{ns:?},"count":{count}}}"#);
}

pub fn records(parser: Parser) -> u64 {
    parser.into_record_iter().count() as u64
}

pub fn elements(parser: Parser) -> u64 {
    parser.into_elem_iter().count() as u64
}

pub fn text(parser: Parser) -> u64 {
    let nowhere = File::options().write(true).open("/dev/null").expect("/dev/null");
    let mut out = BufWriter::with_capacity(65_536, nowhere);
    let mut count = 0;
    for element in parser.into_elem_iter() {
        writeln!(out, "{element}").expect("a line");
        count += 1;
    }
    out.flush().expect("the last lines");
    count
}
