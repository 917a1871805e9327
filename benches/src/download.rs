//! A bill of a gigabyte, beside a bare hyper loop that only hashes and writes (and decompresses, where it must).
//!
//! The server and each client run in processes of their own: the peak memory of one is not another's.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use http_body_util::{BodyExt as _, Empty};
use hyper_util::client::legacy::{Client as Hyper, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use sha1::{Digest as _, Sha1};
use wechatpay_chain::{Client, PrivateKey, PublicKey, Value, json};

use crate::Error;
use crate::measure::{median, memory};

const ROUNDS: usize = 5;
const SIZE: usize = 1 << 30;

/// Rows as a bill has them, a gigabyte in all.
fn bill(mut take: impl FnMut(&[u8]) -> Result<(), Error>) -> Result<(), Error> {
    use std::fmt::Write as _;
    let (mut text, mut sent, mut row) = (String::new(), 0, 0_u64);
    while sent < SIZE {
        text.clear();
        while text.len() < 256 * 1024 {
            row += 1;
            let noise = row.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            write!(
                text,
                "`2026-11-21 10:{:02}:{:02},`wxd678efh567hg6787,`1900000109,`42000{noise:020},`1217752501{row:018},`oUpF8uMuAJO_{noise:016x},`JSAPI,`SUCCESS,`{}.{:02},`0.01000\r\n",
                row / 60 % 60,
                row % 60,
                noise % 1000,
                noise % 100,
            )?;
        }
        let piece = &text.as_bytes()[..text.len().min(SIZE - sent)];
        take(piece)?;
        sent += piece.len();
    }
    Ok(())
}

/// The other process: sends the file of its argument as often as it is asked.
pub fn serve(path: &str) -> Result<(), Error> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?);
    loop {
        let (mut stream, _) = listener.accept()?;
        stream.set_nodelay(true)?;
        // A client that goes away is its own affair.
        _ = answer(&mut stream, path);
    }
}

fn answer(stream: &mut TcpStream, path: &str) -> Result<(), Error> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    while !lines.next().ok_or("closed")??.is_empty() {}
    let mut file = File::open(path)?;
    write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", file.metadata()?.len())?;
    std::io::copy(&mut file, stream)?;
    Ok(())
}

/// One download by one client; prints seconds and the peak of the resident memory in KiB.
pub fn client(args: &[String]) -> Result<(), Error> {
    let [kind, address, hash, target] = args else { return Err("kind, address, hash, target".into()) };
    let started = Instant::now();
    match kind.as_str() {
        "ours" => ours(address, hash, target)?,
        "ours-async" => crate::runtime(1)?.block_on(ours_async(address, hash, target))?,
        "bare" => crate::runtime(1)?.block_on(bare(address, hash, target, false))?,
        _ => crate::runtime(1)?.block_on(bare(address, hash, target, true))?,
    }
    let seconds = started.elapsed().as_secs_f64();
    println!("{seconds} {}", memory("VmHWM")?);
    Ok(())
}

fn wxpay(address: &str) -> Result<Client, Error> {
    // Throw-away keys; the gateway of this benchmark checks nothing.
    let key = include_str!("../../tests/fixtures/merchant_key.pem");
    let public = include_str!("../../tests/fixtures/wechatpay_public.pem");
    Ok(Client::builder()
        .mchid("1900000109")
        .serial("5F3A9C01D2E47B6088A1C3F5E70912B4D6C8AA17")
        .private_key(PrivateKey::from_pem(key)?)
        .platform_key("PUB_KEY_ID_1", PublicKey::from_pem(public)?)
        .base_uri(format!("http://{address}/"))
        .build()?)
}

fn named(address: &str, hash: &str) -> Value {
    json!({"download_url": format!("http://{address}/v3/billdownload/file?token=x"), "hash_type": "SHA1", "hash_value": hash})
}

fn ours(address: &str, hash: &str, target: &str) -> Result<(), Error> {
    let written = wxpay(address)?.download(&named(address, hash))?.to_path(target)?;
    assert_eq!(written, SIZE as u64);
    Ok(())
}

async fn ours_async(address: &str, hash: &str, target: &str) -> Result<(), Error> {
    let written = wxpay(address)?.download(&named(address, hash))?.to_path_async(target).await?;
    assert_eq!(written, SIZE as u64);
    Ok(())
}

/// Hashes and writes what comes, nothing more.
async fn bare(address: &str, hash: &str, target: &str, gzip: bool) -> Result<(), Error> {
    struct Hashing(File, Sha1);
    impl Write for Hashing {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.1.update(bytes);
            self.0.write_all(bytes)?;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            self.0.sync_all()
        }
    }
    let client: Hyper<_, Empty<bytes::Bytes>> = Hyper::builder(TokioExecutor::new()).build(HttpConnector::new());
    let mut body = client.get(format!("http://{address}/v3/billdownload/file?token=x").parse()?).await?.into_body();
    let mut out = Hashing(File::create(target)?, Sha1::new());
    if gzip {
        let mut decoder = flate2::write::GzDecoder::new(out);
        while let Some(frame) = body.frame().await {
            decoder.write_all(frame?.data_ref().ok_or("trailers")?)?;
        }
        out = decoder.finish()?;
    } else {
        while let Some(frame) = body.frame().await {
            out.write_all(frame?.data_ref().ok_or("trailers")?)?;
        }
    }
    out.flush()?;
    let found: String = out.1.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    if found == hash { Ok(()) } else { Err("another hash".into()) }
}

pub fn compare() -> Result<(), Error> {
    let folder = tempfile::tempdir()?;
    let (plain, gzip, target) =
        (folder.path().join("bill.csv"), folder.path().join("bill.csv.gz"), folder.path().join("out.csv"));
    let mut hasher = Sha1::new();
    let mut file = File::create(&plain)?;
    let mut encoder = flate2::write::GzEncoder::new(File::create(&gzip)?, flate2::Compression::fast());
    bill(|piece| {
        hasher.update(piece);
        encoder.write_all(piece)?;
        Ok(file.write_all(piece)?)
    })?;
    encoder.finish()?.sync_all()?;
    file.sync_all()?;
    let hash: String = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    println!(
        "{ROUNDS} rounds of one bill of {SIZE} bytes, medians; the gzip file has {} bytes\n",
        gzip.metadata()?.len()
    );
    println!("{:<34}{:>10}{:>12}{:>10}{:>16}", "", "seconds", "MB/s", "speed", "peak KiB");
    for (name, path, floor) in [("plain", &plain, "bare"), ("gzip", &gzip, "bare-gzip")] {
        let server = Child::start(&["serve-file", &path.display().to_string()])?;
        let kinds =
            [("ours", "wechatpay-chain, sync"), ("ours-async", "wechatpay-chain, async"), (floor, "bare hyper")];
        let mut rounds: [Vec<(f64, f64)>; 3] = Default::default();
        for _ in 0..ROUNDS {
            for (all, (kind, _)) in rounds.iter_mut().zip(kinds) {
                all.push(run(kind, &server.address, &hash, &target)?);
            }
        }
        for (all, (_, title)) in rounds.iter().zip(kinds) {
            let seconds = median(all.iter().map(|one| one.0));
            let speed = median(all.iter().zip(&rounds[2]).map(|(one, bare)| bare.0 / one.0));
            let peak = all.iter().map(|one| one.1).fold(0.0, f64::max);
            let rate = SIZE as f64 / 1e6 / seconds;
            println!(
                "{:<34}{seconds:>10.2}{rate:>12.0}{:>9.0}%{peak:>16.0}",
                format!("{name}: {title}"),
                speed * 100.0
            );
        }
    }
    Ok(())
}

/// Seconds and peak memory of one client.
fn run(kind: &str, address: &str, hash: &str, target: &Path) -> Result<(f64, f64), Error> {
    let output = Command::new(std::env::current_exe()?).args(["client", kind, address, hash]).arg(target).output()?;
    let text = String::from_utf8(output.stdout)?;
    let (seconds, peak) =
        text.trim().split_once(' ').ok_or_else(|| String::from_utf8_lossy(&output.stderr).into_owned())?;
    std::fs::remove_file(target)?;
    Ok((seconds.parse()?, peak.parse()?))
}

struct Child {
    process: std::process::Child,
    address: String,
}

impl Child {
    fn start(args: &[&str]) -> Result<Self, Error> {
        let mut process =
            Command::new(std::env::current_exe()?).args(args).stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let mut address = String::new();
        let mut output = BufReader::new(process.stdout.take().ok_or("no output")?);
        output.read_line(&mut address)?;
        Ok(Self { process, address: address.trim().to_owned() })
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}
