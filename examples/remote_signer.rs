//! The merchant's key in another process: this one only asks it to sign.
//!
//! `cargo run --example remote_signer --features mock` starts itself a second time as the process that holds the key, calls a stand-in
//! gateway through it, then lets it hang, and shows what a signer that does not answer looks like. In production the other
//! process is an HSM, a key service, or a small program under another user.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use wechatpay_chain::bytes::Bytes;
use wechatpay_chain::{BoxError, Method, PrivateKey, Signer, json, mock};

/// How long a signature may take; it counts within the deadline of the call.
const PATIENCE: Duration = Duration::from_millis(500);

/// Asks another process: the length of the message, the message; and back the same of the signature.
struct Remote {
    address: String,
}

impl Signer for Remote {
    async fn sign(&self, message: Bytes) -> Result<Vec<u8>, BoxError> {
        let asking = async {
            let mut stream = TcpStream::connect(&self.address).await?;
            stream.write_u32(u32::try_from(message.len())?).await?;
            stream.write_all(&message).await?;
            let mut signature = vec![0; usize::try_from(stream.read_u32().await?)?];
            stream.read_exact(&mut signature).await?;
            Ok::<_, BoxError>(signature)
        };
        match tokio::time::timeout(PATIENCE, asking).await {
            Ok(result) => result.map_err(|error| format!("the signing process failed: {error}").into()),
            Err(_) => Err(format!("the signing process gave no signature within {PATIENCE:?}").into()),
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    if std::env::args().nth(1).as_deref() == Some("hold-the-key") {
        return hold_the_key();
    }
    let gateway = mock::Server::start()?;
    gateway.on(Method::POST, "v3/pay/transactions/native").reply(json!({"code_url": "weixin://wxpay/bizpayurl?pr=x"}));
    let key = gateway.env().into_iter().find(|(name, _)| *name == "WECHATPAY_PRIVATE_KEY").map(|(_, key)| key);
    let mut child = Command::new(std::env::current_exe()?)
        .arg("hold-the-key")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut keys = child.stdin.take().ok_or("no way to the other process")?;
    keys.write_all(key.ok_or("the stand-in has no key")?.replace('\n', "\\n").as_bytes())?;
    keys.write_all(b"\n")?;
    let mut address = String::new();
    BufReader::new(child.stdout.take().ok_or("the other process is silent")?).read_line(&mut address)?;

    let wxpay = gateway.builder().signer(Remote { address: address.trim().to_owned() }).build()?;
    let order = json!({
        "appid": "wx8888888888888888", "mchid": wxpay.mchid(), "description": "an example", "out_trade_no": "1217752501",
        "notify_url": "https://shop.example/notify", "amount": {"total": 100},
    });
    let response = wxpay["v3/pay/transactions/native"].post_async(&order).await?;
    println!("signed by process {}: {}", child.id(), response.get::<String>("/code_url")?);

    // From here on it takes connections and says nothing.
    keys.write_all(b"hang\n")?;
    keys.flush()?;
    let error = loop {
        match wxpay["v3/pay/transactions/native"].post_async(&order).await {
            Ok(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            Err(error) => break error,
        }
    };
    println!("{:?}: {error}: {}", error.kind(), std::error::Error::source(&error).ok_or("no cause")?);
    println!("may it have taken effect? {}", if error.outcome_unknown() { "yes" } else { "no, nothing was sent" });
    child.kill()?;
    child.wait()?;
    Ok(())
}

/// The other process: reads the key, says where it listens, and signs.
fn hold_the_key() -> Result<(), BoxError> {
    let mut input = BufReader::new(std::io::stdin());
    let mut key = String::new();
    input.read_line(&mut key)?;
    let key = PrivateKey::from_pem(key.replace("\\n", "\n"))?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?);
    let hangs = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let told = std::sync::Arc::clone(&hangs);
    std::thread::spawn(move || {
        // A line, or the end of the input.
        let read = input.read_line(&mut String::new());
        told.store(read.is_ok(), std::sync::atomic::Ordering::SeqCst);
    });
    let mut kept = Vec::new();
    loop {
        let (mut stream, _) = listener.accept()?;
        if hangs.load(std::sync::atomic::Ordering::SeqCst) {
            kept.push(stream);
            continue;
        }
        let mut length = [0; 4];
        stream.read_exact(&mut length)?;
        let mut message = vec![0; usize::try_from(u32::from_be_bytes(length))?];
        stream.read_exact(&mut message)?;
        let signature = key.sign(&message)?;
        stream.write_all(&u32::try_from(signature.len())?.to_be_bytes())?;
        stream.write_all(&signature)?;
    }
}
