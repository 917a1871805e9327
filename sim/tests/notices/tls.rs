//! Receivers behind TLS.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::json;
use wechatpay_sim::Simulator;

use crate::receiver::{Done, send};

const PAID: &str = "TRANSACTION.SUCCESS";

/// A receiver that has the certificate and the key of a folder, and accepts everything; its port.
fn receiver(folder: &Path) -> Result<u16, Box<dyn std::error::Error>> {
    let chain = CertificateDer::pem_file_iter(folder.join("tls.pem"))?.collect::<Result<Vec<_>, _>>()?;
    let key = PrivateKeyDer::from_pem_file(folder.join("tls.key.pem"))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let config = Arc::new(config.with_no_client_auth().with_single_cert(chain, key)?);
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let Ok(connection) = ServerConnection::new(Arc::clone(&config)) else { return };
            let mut stream = StreamOwned::new(connection, stream);
            // Who does not like the certificate is gone before there is a request.
            if stream.read(&mut [0; 4096]).is_ok_and(|read| read > 0) {
                stream.write_all(b"HTTP/1.1 204 X\r\nConnection: close\r\n\r\n").unwrap_or_default();
                stream.conn.send_close_notify();
                stream.flush().unwrap_or_default();
            }
        }
    });
    Ok(port)
}

#[test]
fn the_simulators_own_ca_is_trusted_and_any_other_only_if_the_setting_says_so() -> Done {
    let (own, other) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let sim = Simulator::builder().frozen("2026-11-25T10:00:00+08:00").keys(own.path()).start()?;
    drop(Simulator::builder().keys(other.path()).start()?);
    let (own, other) = (receiver(own.path())?, receiver(other.path())?);
    for host in ["localhost", "127.0.0.1"] {
        let notice = send(&sim, PAID, &format!("https://{host}:{own}/notify"));
        assert_eq!(notice["state"], "accepted", "{}", notice["attempts"][0]["error"]);
    }
    let strange = format!("https://localhost:{other}/notify");
    let notice = send(&sim, PAID, &strange);
    assert_eq!((&notice["attempts"][0]["verdict"], &notice["state"]), (&json!("unreachable"), &json!("failed")));
    let error = notice["attempts"][0]["error"].as_str().unwrap();
    assert!(error.contains("certificate"), "{error}");
    sim.patch("settings", json!({"notify": {"insecure": true}}))?;
    assert_eq!(send(&sim, PAID, &strange)["state"], "accepted");
    Ok(())
}
