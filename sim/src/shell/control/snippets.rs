//! Variables as text: for a shell, for Postman, and as the first lines of a program.

use std::path::Path;

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
        "rust" => filled(include_str!("../../../snippets/rust.txt"), double, variables),
        "php" => filled(include_str!("../../../snippets/php.txt"), single, variables),
        "node" => filled(include_str!("../../../snippets/node.txt"), double, variables),
        "go" => filled(include_str!("../../../snippets/go.txt"), double, variables),
        "java" => filled(include_str!("../../../snippets/java.txt"), double, variables),
        "python" => filled(include_str!("../../../snippets/python.txt"), double, variables),
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

/// A text with the variables in it, as string literals of its language. Lines that begin with `{PROXY?}` or `{FILES?}` are there if there is a
/// proxy, or if keys are files; those with `!` if not.
fn filled(template: &str, quote: Quote, variables: &Variables) -> String {
    let get = |name: &str| variables.get(name).cloned().unwrap_or_default();
    let (proxy, ca) = (get("WECHATPAY_SIM_PROXY"), get("WECHATPAY_SIM_CA"));
    let has_files = is_path(&get("WECHATPAY_PRIVATE_KEY"));
    let mut text = kept(&kept(template, "PROXY", !proxy.is_empty()), "FILES", has_files);
    for name in ["MCHID", "SERIAL", "PRIVATE_KEY", "PUBLIC_KEY_ID", "PUBLIC_KEY", "API_V3_KEY", "SECRET", "BASE_URI"] {
        let value = get(&format!("WECHATPAY_{name}"));
        text = text.replace(&format!("{{{name}_URL}}"), &quote(&url(&value)));
        text = text.replace(&format!("{{{name}}}"), &quote(&value));
    }
    let (host, port) = proxy.rsplit('/').next().and_then(|end| end.rsplit_once(':')).unwrap_or_default();
    // PEM does not stand in a command.
    let ca = if is_path(&ca) { ca } else { "ca.pem".to_owned() };
    text.replace("{APPID}", &quote(&get("WECHATPAY_SIM_APPID")))
        .replace("{PROXY}", &quote(&proxy))
        .replace("{PROXY_HOST}", host)
        .replace("{PROXY_PORT}", port)
        .replace("{PROXY_BARE}", &proxy)
        .replace("{CA_BARE}", &ca)
}

/// The lines that stand under no condition of that name, or under the one that holds.
fn kept(text: &str, name: &str, holds: bool) -> String {
    let (yes, no) = (format!("{{{name}?}}"), format!("{{{name}!}}"));
    let (right, wrong) = if holds { (yes, no) } else { (no, yes) };
    let lines = text.lines().filter(|line| !line.starts_with(&wrong));
    lines.fold(String::new(), |text, line| text + line.strip_prefix(&right).unwrap_or(line) + "\n")
}

/// How a language writes a text.
type Quote = fn(&str) -> String;

/// As most languages do.
fn double(value: &str) -> String {
    json!(value).to_string()
}

/// As PHP does where a dollar is a dollar.
fn single(value: &str) -> String {
    format!("'{}'", value.replace('\\', "\\\\").replace('\'', "\\'"))
}

fn is_path(value: &str) -> bool {
    Path::new(value).is_absolute()
}

/// A path as a URL; PEM as it is.
fn url(value: &str) -> String {
    if is_path(value) { format!("file://{value}") } else { value.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 7] =
        ["MCHID", "SERIAL", "PRIVATE_KEY", "PUBLIC_KEY_ID", "PUBLIC_KEY", "API_V3_KEY", "BASE_URI"];

    /// Variables whose values name them.
    fn variables(begin: &str) -> Variables {
        let names = [
            ("WECHATPAY_MCHID", "MCHID"),
            ("WECHATPAY_SERIAL", "SERIAL"),
            ("WECHATPAY_PRIVATE_KEY", "PRIVATE_KEY"),
            ("WECHATPAY_PUBLIC_KEY_ID", "PUBLIC_KEY_ID"),
            ("WECHATPAY_PUBLIC_KEY", "PUBLIC_KEY"),
            ("WECHATPAY_API_V3_KEY", "API_V3_KEY"),
            ("WECHATPAY_BASE_URI", "BASE_URI"),
            ("WECHATPAY_SIM_CA", "CA"),
        ];
        names.into_iter().map(|(variable, name)| (variable, format!("{begin}value/of/{name}"))).collect()
    }

    fn is_whole(text: &str) -> bool {
        ["_KEY}", "_URL}", "_BARE}", "?}", "!}", "{PROXY"].iter().all(|hole| !text.contains(hole))
    }

    #[test]
    fn every_format_has_every_key_and_no_hole() {
        for begin in ["/", "-----BEGIN "] {
            let mut variables = variables(begin);
            for proxy in ["", "http://127.0.0.1:8789"] {
                variables.insert("WECHATPAY_SIM_PROXY", proxy.to_owned());
                for format in FORMATS {
                    let text = snippet(format, &variables).unwrap();
                    let by_proxy = ["go", "java", "python"].contains(&format);
                    for name in NAMES.iter().filter(|name| !by_proxy || **name != "BASE_URI") {
                        assert!(text.contains(&format!("{begin}value/of/{name}")), "{format}: {name} in {text}");
                    }
                    assert!(is_whole(&text), "{format}: {text}");
                    assert_eq!(by_proxy && !proxy.is_empty(), by_proxy && text.contains("8789"), "{format}: {text}");
                }
            }
        }
        assert!(snippet("perl", &variables("/")).is_none());
    }

    #[test]
    fn keys_are_files_or_texts() {
        for (begin, php, go, python) in [
            ("/", "'file:///value/of/PUBLIC_KEY'", "LoadPublicKeyWithPath(", "open(\"/value/of/PUBLIC_KEY\").read()"),
            (
                "-----BEGIN ",
                "'-----BEGIN value/of/PUBLIC_KEY'",
                "LoadPublicKey(",
                "=\"-----BEGIN value/of/PUBLIC_KEY\",",
            ),
        ] {
            let text = |format| snippet(format, &variables(begin)).unwrap();
            assert!(text("php").contains(php) && text("go").contains(go) && text("python").contains(python));
        }
    }

    #[test]
    fn a_text_of_php_is_what_it_says() {
        assert_eq!(single(r"/a$b\c'd"), r"'/a$b\\c\'d'");
    }

    #[test]
    fn a_key_is_one_line_of_dotenv() {
        let variables = Variables::from([("WECHATPAY_PRIVATE_KEY", "-----BEGIN\nA\"B\n".to_owned())]);
        let expected = "WECHATPAY_PRIVATE_KEY=\"-----BEGIN\\nA\\\"B\\n\"\n";
        assert_eq!(snippet("dotenv", &variables).unwrap(), expected);
    }
}
