//! Uploads a picture and gets its `media_id`.
//!
//! `cargo run --example upload --features mock` needs no account: it talks to a stand-in gateway on this machine. With
//! `-- --real license.jpg` behind it, it uploads that file to the gateway that the `WECHATPAY_*` variables name (see
//! `Client::from_env`).

use wechatpay_chain::{Client, Media, Method, json, mock};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (flags, paths): (Vec<_>, Vec<_>) = std::env::args_os().skip(1).partition(|arg| arg == "--real");
    let picture = match paths.first() {
        Some(path) => Media::from_path(path)?,
        // The smallest picture there is: one pixel.
        None => Media::new("营业执照.bmp", &b"BM:\0\0\0\0\0\0\x006\0\0\0(\0\0\0\x01\0\0\0\x01\0\0\0\x01\0\x18\0"[..]),
    };
    let gateway = if flags.is_empty() { Some(start_stand_in()?) } else { None };
    let wxpay = match &gateway {
        Some(gateway) => gateway.client()?,
        None => Client::from_env()?,
    };

    println!("uploading {picture:?} with the SHA-256 {}", picture.sha256());
    let response = wxpay["v3/merchant/media/upload"].post(picture.clone())?;
    println!("media_id = {}", response.get::<String>("/media_id")?);

    // Some endpoints want to be told something else about the file.
    let meta = json!({"file_name": "license.bmp", "file_digest": picture.sha256()});
    let request = wxpay["v3/merchant/media/upload"].to_request(Method::POST, picture.meta(meta))?;
    println!("with another meta it would be {} bytes of {:?}", request.body().len(), request.headers()["content-type"]);
    Ok(())
}

/// A gateway on 127.0.0.1 that checks the signature of the meta and answers with what it was told.
fn start_stand_in() -> wechatpay_chain::Result<mock::Server> {
    println!("Calling a stand-in gateway on this machine, no account needed; `-- --real` calls the real one.");
    let gateway = mock::Server::start()?;
    gateway.on(Method::POST, "v3/merchant/media/upload").reply_with(|call| {
        let name = call.json()["filename"].as_str().unwrap_or_default();
        json!({"media_id": format!("stand-in-{}-bytes-of-{name}", call.body().len())})
    });
    Ok(gateway)
}
