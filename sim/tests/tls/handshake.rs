//! The handshake: versions, protocols, names, and the files behind it.

use std::fs;
use std::io::Write as _;

use rustls::ProtocolVersion;
use rustls::version::{TLS12, TLS13};
use wechatpay_sim::Simulator;

use super::by_hand::{Done, Hand, ask, by_tls, start};

const REQUEST: &str = "GET /_/api/info HTTP/1.1\r\nHost: localhost\r\n";

#[test]
fn both_versions_are_spoken() -> Done {
    let sim = start();
    for (versions, spoken) in [
        (vec![&TLS12], ProtocolVersion::TLSv1_2),
        (vec![&TLS13], ProtocolVersion::TLSv1_3),
        (vec![&TLS13, &TLS12], ProtocolVersion::TLSv1_3),
    ] {
        let mut tls = Hand { versions, ..Hand::default() }.to(&sim, "localhost");
        assert_eq!(ask(&mut tls, REQUEST, "")?.0, 200);
        assert_eq!(tls.conn.protocol_version(), Some(spoken));
    }
    Ok(())
}

#[test]
fn http_1_1_is_the_only_protocol() -> Done {
    let sim = start();
    let mut both = Hand { alpn: &["h2", "http/1.1"], ..Hand::default() }.to(&sim, "localhost");
    assert_eq!(ask(&mut both, REQUEST, "")?.0, 200);
    assert_eq!(both.conn.alpn_protocol(), Some(&b"http/1.1"[..]));
    let mut other = Hand { alpn: &["h2"], ..Hand::default() }.to(&sim, "localhost");
    assert!(ask(&mut other, REQUEST, "").is_err());
    Ok(())
}

#[test]
fn the_names_of_this_machine_are_in_the_certificate_and_others_are_not() -> Done {
    let sim = start();
    for name in ["localhost", "127.0.0.1", "::1"] {
        assert_eq!(ask(&mut Hand::default().to(&sim, name), REQUEST, "")?.0, 200, "{name}");
    }
    for name in ["example.com", "mch.weixin.qq.com", "127.0.0.2"] {
        assert!(ask(&mut Hand::default().to(&sim, name), REQUEST, "").is_err(), "{name}");
    }
    Ok(())
}

#[test]
fn what_is_no_tls_does_not_stop_the_listener() -> Done {
    let sim = start();
    let address = super::by_hand::address(&sim.tls_url().unwrap());
    let mut plain = std::net::TcpStream::connect(address)?;
    plain.write_all(b"GET / HTTP/1.1\r\n\r\n")?;
    assert_eq!(ask(&mut Hand::default().to(&sim, "localhost"), REQUEST, "")?.0, 200);
    Ok(())
}

#[test]
fn the_files_are_used_again_and_what_is_lost_is_made_again() -> Done {
    let folder = tempfile::tempdir()?;
    let start = || Simulator::builder().keys(folder.path()).tls().start();
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    let works = |sim: &Simulator| -> Done {
        by_tls(sim).build()?.chain("v3/security/echo").post(serde_json::json!({"echo_message": "x"}))?;
        Ok(())
    };
    let ca = start()?.ca()?;
    let tls = read("tls.pem");
    assert_eq!((start()?.ca()?, read("tls.pem")), (ca.clone(), tls.clone()));
    // A certificate that somebody else's authority issued.
    let stranger = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()])?;
    fs::write(folder.path().join("tls.pem"), stranger.cert.pem())?;
    works(&start()?)?;
    assert_ne!(read("tls.pem"), tls);
    // Whoever trusts the old certificate of the authority trusts what its key signs.
    fs::remove_file(folder.path().join("ca.pem"))?;
    let sim = start()?;
    works(&sim)?;
    let mut tls = Hand::default().on(
        std::net::TcpStream::connect(super::by_hand::address(&sim.tls_url().unwrap()))?,
        &ca,
        "localhost",
    );
    assert_eq!(ask(&mut tls, REQUEST, "")?.0, 200);
    fs::remove_file(folder.path().join("ca.key.pem"))?;
    let sim = start()?;
    works(&sim)?;
    assert_ne!(sim.ca()?, ca);
    Ok(())
}
