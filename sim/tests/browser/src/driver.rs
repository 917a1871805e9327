//! The driver's process, on a port of its own.

use std::ffi::{OsStr, OsString};
use std::io;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// How often the driver may meet a port that somebody else has.
const STARTS: usize = 10;

/// The driver that is at work; it ends with this.
pub(crate) struct Driver {
    process: Child,
    pub(crate) url: String,
}

/// What became of a start.
enum Started {
    Listens(Driver),
    /// Its last words.
    Ended(String),
}

impl Driver {
    /// Starts `chromedriver`, or what `CHROMEDRIVER` names, and waits until it listens.
    pub(crate) async fn start() -> io::Result<Self> {
        let program = std::env::var_os("CHROMEDRIVER").unwrap_or_else(|| OsString::from("chromedriver"));
        Self::start_program(&program).await
    }

    /// The driver lets the system choose a port of `[::1]`, then wants the same one of 127.0.0.1, and ends where some other program
    /// has it: it is started again then.
    async fn start_program(program: &OsStr) -> io::Result<Self> {
        let mut words = String::new();
        for _ in 0..STARTS {
            words = match Self::try_start(program).await? {
                Started::Listens(driver) => return Ok(driver),
                Started::Ended(words) => words,
            };
            if !words.contains("port not available") {
                break;
            }
        }
        Err(io::Error::other(format!("the driver ended before it listened; it said: {words}")))
    }

    async fn try_start(program: &OsStr) -> io::Result<Started> {
        let mut process = Command::new(program)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let output = process.stdout.take().ok_or_else(|| io::Error::other("the driver has no output"))?;
        let mut lines = BufReader::new(output).lines();
        let mut last = String::new();
        while let Some(line) = lines.next_line().await? {
            if let Some(port) = line.split("started successfully on port ").nth(1) {
                let url = format!("http://127.0.0.1:{}", port.trim_end_matches('.'));
                // What else it says is read, so that it does not wait for a reader.
                tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
                return Ok(Started::Listens(Self { process, url }));
            }
            last = line;
        }
        Ok(Started::Ended(last))
    }

    pub(crate) async fn stop(mut self) -> io::Result<()> {
        self.process.kill().await
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::{Path, PathBuf};

    use super::*;

    /// A driver that counts its starts in a file beside it, says `refusal` and ends until the `good`th, and listens then.
    fn fake(folder: &Path, good: usize, refusal: &str) -> PathBuf {
        fs::create_dir_all(folder).unwrap();
        let script = format!(
            "#!/bin/sh\necho start >> '{0}/starts'\nif [ $(wc -l < '{0}/starts') -lt {good} ]; then echo '{refusal}'; exit 1; fi\n\
             echo 'ChromeDriver was started successfully on port 4444.'; exec cat\n",
            folder.display()
        );
        let program = folder.join("driver");
        fs::write(&program, script).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        program
    }

    async fn started(name: &str, good: usize, refusal: &str) -> (io::Result<Driver>, usize) {
        let folder = std::env::temp_dir().join(format!("driver-{name}-{}", std::process::id()));
        let driver = Driver::start_program(fake(&folder, good, refusal).as_os_str()).await;
        let starts = fs::read_to_string(folder.join("starts")).unwrap().lines().count();
        fs::remove_dir_all(&folder).unwrap();
        (driver, starts)
    }

    // One test: while a program is being written nobody else may start one, whose process would hold the file open.
    #[tokio::test]
    async fn a_port_that_somebody_has_is_no_end_and_any_other_end_is_told() {
        let taken = "IPv4 port not available. Exiting...";
        let (driver, starts) = started("taken", 3, taken).await;
        assert_eq!(driver.unwrap().url, "http://127.0.0.1:4444");
        assert_eq!(starts, 3);

        let (driver, starts) = started("never", 99, taken).await;
        let said = driver.err().unwrap().to_string();
        assert_eq!(said, "the driver ended before it listened; it said: IPv4 port not available. Exiting...");
        assert_eq!(starts, STARTS);

        let (driver, starts) = started("broken", 3, "no such library").await;
        assert_eq!(driver.err().unwrap().to_string(), "the driver ended before it listened; it said: no such library");
        assert_eq!(starts, 1);
    }
}
