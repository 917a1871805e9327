//! Snippets that name the ways besides plain HTTP. That they work is seen where the SDKs are: `tests/clients`.

use serde_json::Value;
use wechatpay_sim::Simulator;

use super::by_hand::{Done, address};

fn snippet(sim: &Simulator, format: &str) -> String {
    sim.get(&format!("env?format={format}")).unwrap().as_str().unwrap().to_owned()
}

#[test]
fn sdks_with_constant_hosts_are_told_the_proxy_and_the_ca() -> Done {
    let folder = tempfile::tempdir()?;
    let sim = Simulator::builder().keys(folder.path()).tls().proxy().start()?;
    let ca = folder.path().canonicalize()?.join("ca.pem").display().to_string();
    let proxy = address(&sim.proxy_url().unwrap());
    let (host, port) = proxy.split_once(':').unwrap();
    for (format, way) in [
        ("go", format!("HTTPS_PROXY=http://{proxy} SSL_CERT_FILE={ca}")),
        ("java", format!("-Dhttps.proxyHost={host} -Dhttps.proxyPort={port} -Djavax.net.ssl.trustStore=wxpay-sim.p12")),
        ("java", format!("keytool -importcert -noprompt -alias wxpay-sim -file {ca}")),
        ("python", format!("REQUESTS_CA_BUNDLE={ca}")),
        ("python", format!(r#"proxy={{"https": "http://{proxy}"}}"#)),
    ] {
        let text = snippet(&sim, format);
        assert!(text.contains(&way), "{way} in {text}");
    }
    let plain = Simulator::builder().keys(folder.path()).start()?;
    for format in ["go", "java", "python"] {
        assert!(snippet(&plain, format).contains("which is off"), "{format}");
    }
    Ok(())
}

#[test]
fn scripts_of_postman_get_the_keys_themselves() -> Done {
    let folder = tempfile::tempdir()?;
    let sim = Simulator::builder().keys(folder.path()).start()?;
    let document: Value = serde_json::from_str(&snippet(&sim, "postman"))?;
    let value = |name: &str| {
        let mut values = document["values"].as_array().unwrap().iter();
        let found = values.find(|value| value["key"] == format!("WECHATPAY_{name}")).unwrap();
        found["value"].as_str().unwrap().to_owned()
    };
    let file = |name: &str| std::fs::read_to_string(folder.path().join(name));
    assert_eq!(value("PRIVATE_KEY"), file("merchants/1900000001/apiclient_key.pem")?);
    assert_eq!(value("PUBLIC_KEY"), file("platform/pub_key.pem")?);
    assert_eq!(value("SIM_CA"), file("ca.pem")?);
    Ok(())
}
