//! What can be checked of `sim/Dockerfile` without Docker: its paths, the command that builds, and what its arguments start.
#![cfg(unix)]
#![allow(missing_docs)]

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The instructions of a stage of the file, comments left out.
fn dockerfile() -> Vec<(String, String)> {
    let text = fs::read_to_string(root().join("sim/Dockerfile")).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines.map(|line| line.split_once(' ').unwrap()).map(|(name, rest)| (name.to_owned(), rest.to_owned())).collect()
}

fn instruction(name: &str) -> String {
    let mut found = dockerfile().into_iter().filter(|(known, _)| known == name);
    let (_, rest) = found.next().unwrap_or_else(|| panic!("there is no {name}"));
    assert!(found.next().is_none(), "{name} twice");
    rest
}

/// The arguments that a list in JSON has.
fn arguments(name: &str) -> Vec<String> {
    serde_json::from_str(&instruction(name)).unwrap()
}

#[test]
fn what_it_builds_is_there() {
    let runs: Vec<_> = dockerfile().into_iter().filter(|(name, _)| name == "RUN").map(|(_, rest)| rest).collect();
    let build = runs.iter().find_map(|run| run.split(" && ").find(|part| part.starts_with("cargo build"))).unwrap();
    assert_eq!(build, "cargo build --release --locked -p wechatpay-cli --bin wxpay");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let metadata = Command::new(cargo)
        .args(["metadata", "--no-deps", "--format-version=1", "--manifest-path"])
        .arg(root().join("Cargo.toml"))
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["name"] == "wechatpay-cli").unwrap();
    let is_program = |target: &Value| target["name"] == "wxpay" && target["kind"][0] == "bin";
    assert!(package["targets"].as_array().unwrap().iter().any(is_program));
    assert!(root().join("Cargo.lock").is_file(), "--locked needs it");
    // `WORKDIR /src` and `COPY . .`: the program is where cargo puts it.
    let copied: Vec<_> = dockerfile().into_iter().filter(|(name, _)| name == "COPY").map(|(_, rest)| rest).collect();
    assert!(copied.contains(&". .".to_owned()));
    assert!(copied.contains(&"--from=build /src/target/release/wxpay /bin/wxpay".to_owned()));
    assert_eq!(arguments("ENTRYPOINT"), ["/bin/wxpay", "sim"]);
    let ignored = fs::read_to_string(root().join("sim/Dockerfile.dockerignore")).unwrap();
    assert!(ignored.lines().any(|line| line == "**/target") && ignored.lines().any(|line| line == "**/.wxpay-sim"));
}

/// The status of a request to this machine, and what was said.
fn ask(port: &str, path: &str, headers: &str) -> (u16, String) {
    let mut socket = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
    let head = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n{headers}\r\n");
    socket.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    (answer.split(' ').nth(1).unwrap().parse().unwrap(), answer)
}

#[test]
fn its_arguments_start_a_simulator_for_others_that_asks_for_its_token_and_ends_by_its_signal() {
    let keys = tempfile::tempdir().unwrap();
    let given = [arguments("ENTRYPOINT"), arguments("CMD")].concat();
    let addresses: Vec<_> = given.iter().filter_map(|argument| argument.strip_prefix("0.0.0.0:")).collect();
    assert_eq!(addresses, instruction("EXPOSE").split(' ').collect::<Vec<_>>(), "every port is told, in this order");
    // The ports of the day, and a folder of this machine's; all else as it stands.
    let here = |argument: &String| match argument.as_str() {
        "/keys" => keys.path().to_str().unwrap().to_owned(),
        text if text.starts_with("0.0.0.0:") => "0.0.0.0:0".to_owned(),
        text => text.to_owned(),
    };
    let mut command = Command::new(env!("CARGO_BIN_EXE_wxpay"));
    let mut child = command.args(given[1..].iter().map(here)).arg("--json").stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let ready: Value = serde_json::from_str(&line).unwrap();
    for (name, scheme) in [("http", "http"), ("tls", "https"), ("proxy", "http")] {
        assert!(ready[name].as_str().is_some_and(|url| url.starts_with(&format!("{scheme}://0.0.0.0:"))), "{ready}");
    }
    let port = ready["http"].as_str().unwrap().rsplit(':').next().unwrap();
    let token = ready["token"].as_str().expect("a token, because others can come");
    let bearer = format!("Authorization: Bearer {token}\r\n");
    assert_eq!(ask(port, "/_/api/info", "").0, 403);
    assert_eq!(ask(port, "/_/", "").0, 403);
    assert_eq!(ask(port, "/_/api/info", &bearer).0, 200);
    assert_eq!(ask(port, "/_/pay/nothing", "").0, 200, "payers need no token");
    assert_eq!(
        ask(port, "/v3/certificates", "Accept: */*\r\nUser-Agent: x\r\n").0,
        401,
        "that of WeChat Pay's answers"
    );
    let env = fs::read_to_string(keys.path().join("wxpay-sim.env")).unwrap();
    assert!(env.contains(&format!("WECHATPAY_SIM_TOKEN={token}\n")), "who has the folder has the token");
    assert_eq!(instruction("STOPSIGNAL"), "SIGTERM");
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
