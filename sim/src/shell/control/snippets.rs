//! Variables as text: for a shell, for Postman, and as the first lines of a program.

use serde_json::json;

use super::env::Variables;

/// What there is besides `json`.
pub(super) const FORMATS: [&str; 8] = ["dotenv", "rust", "php", "node", "go", "java", "python", "postman"];

/// The text of a format; `None` for one that there is not.
pub(super) fn snippet(format: &str, variables: &Variables) -> Option<String> {
    Some(match format {
        "dotenv" => {
            variables.iter().fold(String::new(), |text, (name, value)| text + name + "=" + &quoted(value) + "\n")
        }
        "postman" => postman(variables),
        "rust" => filled(include_str!("../../../snippets/rust.txt"), variables),
        "php" => filled(include_str!("../../../snippets/php.txt"), variables),
        "node" => filled(include_str!("../../../snippets/node.txt"), variables),
        "go" => filled(include_str!("../../../snippets/go.txt"), variables),
        "java" => filled(include_str!("../../../snippets/java.txt"), variables),
        "python" => filled(include_str!("../../../snippets/python.txt"), variables),
        _ => return None,
    })
}

/// As shells and dotenv libraries read it; the line ends of a key are written out.
fn quoted(value: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./:".contains(&byte);
    match value.bytes().all(plain) {
        true => value.to_owned(),
        false => format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")),
    }
}

fn postman(variables: &Variables) -> String {
    let values: Vec<_> =
        variables.iter().map(|(name, value)| json!({"key": name, "value": value, "enabled": true})).collect();
    json!({"name": "wxpay-sim", "values": values, "_postman_variable_scope": "environment"}).to_string()
}

/// A text with the variables in it, as string literals: JSON's are those of all these languages.
fn filled(template: &str, variables: &Variables) -> String {
    let get = |name: &str| variables.get(name).cloned().unwrap_or_default();
    let literal = |value: &str| json!(value).to_string();
    let mut text = template.to_owned();
    for name in ["MCHID", "SERIAL", "PRIVATE_KEY", "PUBLIC_KEY_ID", "PUBLIC_KEY", "API_V3_KEY", "SECRET", "BASE_URI"] {
        let value = get(&format!("WECHATPAY_{name}"));
        text = text.replace(&format!("{{{name}_URL}}"), &literal(&url(&value)));
        text = text.replace(&format!("{{{name}}}"), &literal(&value));
    }
    let (proxy, ca) = (get("WECHATPAY_SIM_PROXY"), get("WECHATPAY_SIM_CA"));
    let (host, port) = proxy.rsplit('/').next().and_then(|end| end.rsplit_once(':')).unwrap_or_default();
    text.replace("{APPID}", &literal(&get("WECHATPAY_SIM_APPID")))
        .replace("{PROXY_HOST}", host)
        .replace("{PROXY_PORT}", port)
        .replace("{PROXY_BARE}", &proxy)
        .replace("{CA_BARE}", &ca)
}

/// A path as a URL; PEM as it is.
fn url(value: &str) -> String {
    if value.starts_with('/') { format!("file://{value}") } else { value.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_has_every_key_and_no_hole() {
        let names = ["MCHID", "SERIAL", "PRIVATE_KEY", "PUBLIC_KEY_ID", "PUBLIC_KEY", "API_V3_KEY", "BASE_URI"];
        let value = |name: &str| format!("/value/of/{name}");
        let mut variables: Variables = Variables::new();
        variables.insert("WECHATPAY_MCHID", value("MCHID"));
        variables.insert("WECHATPAY_SERIAL", value("SERIAL"));
        variables.insert("WECHATPAY_PRIVATE_KEY", value("PRIVATE_KEY"));
        variables.insert("WECHATPAY_PUBLIC_KEY_ID", value("PUBLIC_KEY_ID"));
        variables.insert("WECHATPAY_PUBLIC_KEY", value("PUBLIC_KEY"));
        variables.insert("WECHATPAY_API_V3_KEY", value("API_V3_KEY"));
        variables.insert("WECHATPAY_BASE_URI", value("BASE_URI"));
        for format in FORMATS {
            let text = snippet(format, &variables).unwrap();
            for name in names.iter().filter(|name| format != "java" || **name != "BASE_URI") {
                assert!(text.contains(&value(name)), "{format}: {name}");
            }
            assert!(!text.contains("_KEY}") && !text.contains("_URL}") && !text.contains("_BARE}"), "{format}");
        }
        assert!(snippet("perl", &variables).is_none());
    }

    #[test]
    fn a_key_is_one_line_of_dotenv() {
        let variables = Variables::from([("WECHATPAY_PRIVATE_KEY", "-----BEGIN\nA\"B\n".to_owned())]);
        let expected = "WECHATPAY_PRIVATE_KEY=\"-----BEGIN\\nA\\\"B\\n\"\n";
        assert_eq!(snippet("dotenv", &variables).unwrap(), expected);
    }
}
