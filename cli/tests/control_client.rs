//! A client of the control interface in another language, written from the interface's description alone, finds it as described.
#![allow(missing_docs)]

use std::path::Path;
use std::process::Command;

#[test]
fn a_client_in_python_finds_the_interface_as_described() {
    let version = Command::new("python3").args(["-c", "import sys; sys.exit(sys.version_info < (3, 9))"]).status();
    if !version.is_ok_and(|status| status.success()) {
        println!("SKIPPED: there is no python3 of 3.9 or later here, so the client in Python was not tried");
        return;
    }
    let client = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sim/tests/clients/control.py");
    // -B: nothing is left in the folder.
    let output = Command::new("python3").arg("-B").arg(client).arg(env!("CARGO_BIN_EXE_wxpay")).output().unwrap();
    let told = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    println!("{told}");
    assert!(output.status.success(), "{told}");
}
