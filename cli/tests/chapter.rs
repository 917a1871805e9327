//! The commands of the chapter "Testing against the simulator", as they stand there, in a shell.
#![cfg(unix)]
#![allow(missing_docs)]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

const FREE: &str = "--listen 127.0.0.1:0 --tls 127.0.0.1:0 --proxy 127.0.0.1:0";

fn block(name: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sim/tests/chapter").join(name);
    fs::read_to_string(file).unwrap()
}

/// A folder with a `wxpay` of its own, which is the one under test, at ports that nobody else has.
struct Shell {
    folder: tempfile::TempDir,
}

impl Shell {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let program = env!("CARGO_BIN_EXE_wxpay");
        let script = format!(
            "#!/bin/sh\nif [ \"$1\" = sim ]; then exec '{program}' \"$@\" {FREE}; fi\nexec '{program}' \"$@\"\n"
        );
        let file = folder.path().join("bin/wxpay");
        fs::create_dir(folder.path().join("bin")).unwrap();
        fs::write(&file, script).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, script: &str) -> Command {
        let mut command = Command::new("sh");
        let path = format!("{}:{}", self.path("bin").display(), std::env::var("PATH").unwrap());
        command.current_dir(self.folder.path()).args(["-ec", script]).env("PATH", path).env("GITHUB_ENV", "github.env");
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("WECHATPAY") || name.ends_with("_PROXY"))
        {
            command.env_remove(name);
        }
        command
    }

    /// What a script writes; it has to succeed.
    fn run(&self, script: &str) -> String {
        let output = self.command(script).output().unwrap();
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{script}\n{out}{err}");
        out.into_owned()
    }
}

/// Ends a program that was started here, and waits for it.
fn end(mut child: Child) {
    let killed = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(killed.success() && child.wait().unwrap().success());
}

fn has_curl() -> bool {
    let there =
        Command::new("curl").arg("--version").stdout(Stdio::null()).status().is_ok_and(|status| status.success());
    if !there {
        println!("SKIPPED: there is no curl here");
    }
    there
}

#[test]
fn the_commands_do_what_the_chapter_says() {
    if !has_curl() {
        return;
    }
    let shell = Shell::new();
    assert_eq!(block("start.sh"), "wxpay sim\n");
    let mut sim = shell.command("exec wxpay sim").stdout(Stdio::piped()).spawn().unwrap();
    let (mut out, mut said) = (BufReader::new(sim.stdout.take().unwrap()), String::new());
    while !said.contains("Ctrl-C") {
        assert!(out.read_line(&mut said).unwrap() > 0, "{said}");
    }
    let pay = block("pay.sh");
    let (settings, _) = pay.split_once('\n').unwrap();
    let run = |name: &str| shell.run(&format!("{settings}\n{}", block(name)));
    for (name, expected) in [
        ("pay.sh", &["weixin://wxpay/", r#""state":"SUCCESS""#][..]),
        ("env.sh", &["wechatpay-axios-plugin", "1900000001"]),
        ("proxy.sh", &[r#""code":"SIGN_ERROR""#]),
        ("certificates.sh", &[r#""key_mode":"certificate""#]),
        ("notices.sh", &[r#""map":{"https://shop.example.com/":"http://127.0.0.1:3000/"}"#, "TRANSACTION.SUCCESS"]),
        ("faults.sh", &[r#""fault":"RESET_AFTER""#, r#""fired":0"#]),
        ("clock.sh", &[r#""events":["#, r#""mode":"wall""#, r#""name":"wechatpay-sim""#]),
    ] {
        let out = run(name);
        for piece in expected {
            assert!(out.contains(piece), "{name}: no {piece} in {out}");
        }
    }
    end(sim);
}

/// The commands of a workflow's step, as the runner hands them to a shell.
fn steps(workflow: &str) -> Vec<String> {
    let (mut steps, mut lines) = (Vec::new(), workflow.lines().peekable());
    while let Some(line) = lines.next() {
        match line.trim_start_matches([' ', '-']).strip_prefix("run: ") {
            Some("|") => {
                let mut step = String::new();
                while let Some(line) = lines.next_if(|line| line.starts_with("          ")) {
                    step.extend([line.trim_start(), "\n"]);
                }
                steps.push(step);
            }
            Some(step) => steps.push(step.to_owned()),
            None => {}
        }
    }
    steps
}

#[test]
fn the_workflow_starts_it_and_tells_what_was_refused() {
    if !has_curl() {
        return;
    }
    let shell = Shell::new();
    let steps = steps(&block("ci.yml"));
    let [install, start, test, refused] = steps.as_slice() else { panic!("{steps:?}") };
    assert_eq!((install.as_str(), test.as_str()), ("cargo install --locked wechatpay-cli", "npm test"));
    // Its output is the runner's, not a pipe's that would wait for the simulator to end.
    let log = fs::File::create(shell.path("log")).unwrap();
    let status = shell.command(start).stdout(log.try_clone().unwrap()).stderr(log).status().unwrap();
    assert!(status.success(), "{}", fs::read_to_string(shell.path("log")).unwrap());
    let ready: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(shell.path("ready.json")).unwrap()).unwrap();
    // The runner sets what stands in that file before each further step.
    let settings = "set -a; . ./github.env; set +a\n";
    let call = "wxpay call v3/pay/transactions/native -d '{\"appid\": 1}' >/dev/null 2>&1 && exit 1\n";
    let refused = shell.run(&format!("{settings}{call}{refused}"));
    assert!(refused.contains(r#""target":"/v3/pay/transactions/native""#), "{refused}");
    let pid = ready["pid"].to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
}
