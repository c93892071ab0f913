//! Many concurrent scrapers that disconnect in the middle of a response.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::Duration;

use anyhow::{Result, ensure};

use super::ours::Ours;
use super::{http, wait};

/// The number of concurrent scrapers.
const CROWD: u64 = 200;

/// The number of series in each scrape.
const SERIES: usize = 100_000;

/// The number of bytes by which the program's memory may differ after another crowd.
const SLACK: f64 = 16.0 * 1024.0 * 1024.0;

/// The timeout of a scraper in a crowd.
const TIMEOUT: Duration = Duration::from_secs(60);

pub(super) fn run() -> Result<()> {
    let mut program = Ours::target()?;
    let target = program.address();
    check_health(target)?;

    // After the first crowd, the program has all the memory that a crowd needs.
    crowd(target, 1)?;
    wait(|| program.check_runs(), || is_idle(target))?;
    let before = program.resident_bytes()?;
    for number in 2..=3 {
        crowd(target, number)?;
        wait(|| program.check_runs(), || is_idle(target))?;
    }
    let after = program.resident_bytes()?;
    println!("resident memory: {before} bytes after a crowd, {after} after two more");
    ensure!(after <= before + SLACK, "the program has grown");

    check_health(target)?;
    println!("the program is well");
    Ok(())
}

/// Scrapes concurrently; a quarter of the scrapers read to the end.
fn crowd(target: SocketAddr, number: u64) -> Result<()> {
    let full = thread::scope(|scope| {
        let scraper = |n| scope.spawn(move || scrape(target, n * CROWD + number));
        let scrapers: Vec<_> = (0..CROWD).map(scraper).collect();
        let ends = scrapers
            .into_iter()
            .map(|it| it.join().expect("no scraper panics"));
        ends.collect::<Result<Vec<bool>>>()
    })?;
    let full = full.into_iter().filter(|is_full| *is_full).count();
    println!("{CROWD} scrapers came, {full} stayed to the end");
    Ok(())
}

/// Scrapes, and reports whether the response was read to its end.
fn scrape(target: SocketAddr, seed: u64) -> Result<bool> {
    let random = random(seed);
    let encoding = if random.is_multiple_of(2) {
        "gzip"
    } else {
        "identity"
    };
    // A plain response has about 5 MB, a compressed one a tenth of that.
    let patience = match random >> 8 & 3 {
        0 => u64::MAX,
        1 => 0,
        2 => random >> 16 & 0x7_ffff,
        _ => random >> 16 & 0x3f_ffff,
    };
    let mut stream = TcpStream::connect_timeout(&target, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    let request =
        format!("GET /many HTTP/1.0\r\nHost: {target}\r\nAccept-Encoding: {encoding}\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut read = 0;
    let mut buffer = [0; 16 * 1024];
    while read < patience {
        match stream.read(&mut buffer)? {
            0 => return Ok(true),
            bytes => read += bytes as u64,
        }
    }
    Ok(false)
}

/// Mixes the bits of a number, for a crowd that is the same in every run but has no pattern.
fn random(seed: u64) -> u64 {
    let mut bits = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ bits >> 31
}

/// Checks that no scrape is in flight.
fn is_idle(target: SocketAddr) -> Result<()> {
    let own = http::get(target, "/own")?;
    let idle = "\npromhttp_metric_handler_requests_in_flight 0\n";
    ensure!(own.contains(idle), "scrapes are in flight:\n{own}");
    Ok(())
}

/// Checks that a complete scrape has all series, including the last.
fn check_health(target: SocketAddr) -> Result<()> {
    let body = http::get(target, "/many")?;
    let series = body
        .lines()
        .filter(|line| line.starts_with("e2e_many_total{"));
    let (count, last) = (series.clone().count(), series.clone().next_back());
    ensure!(count == SERIES, "{count} series, not {SERIES}");
    let expected = "e2e_many_total{item=\"99999\",shop=\"shop-249\"} 99999";
    ensure!(last == Some(expected), "the last series is {last:?}");
    Ok(())
}
