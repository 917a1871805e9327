//! The driver's process, on a port of its own.

use std::io;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// The driver that is at work; it ends with this.
pub(crate) struct Driver {
    process: Child,
    pub(crate) url: String,
}

impl Driver {
    /// Starts `chromedriver`, or what `CHROMEDRIVER` names, and waits until it listens.
    pub(crate) async fn start() -> io::Result<Self> {
        let program = std::env::var("CHROMEDRIVER").unwrap_or_else(|_| "chromedriver".to_owned());
        let mut process = Command::new(program)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let output = process.stdout.take().ok_or_else(|| io::Error::other("the driver has no output"))?;
        let mut lines = BufReader::new(output).lines();
        while let Some(line) = lines.next_line().await? {
            if let Some(port) = line.split("started successfully on port ").nth(1) {
                let url = format!("http://127.0.0.1:{}", port.trim_end_matches('.'));
                // What else it says is read, so that it does not wait for a reader.
                tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
                return Ok(Self { process, url });
            }
        }
        Err(io::Error::other("the driver ended before it listened"))
    }

    pub(crate) async fn stop(mut self) -> io::Result<()> {
        self.process.kill().await
    }
}
