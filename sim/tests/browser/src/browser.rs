//! A browser, and what tests do with it.

use std::error::Error;
use std::future::Future;
use std::panic::resume_unwind;
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use url::{ParseError, Url};

use crate::driver::Driver;

pub type Done<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// How long something that must happen is waited for, on a machine that has other things to do.
const PATIENCE: Duration = Duration::from_secs(100);

#[derive(Clone, Debug)]
pub struct Browser(pub Client);

/// Runs a test with a browser of its own, which ends whatever becomes of the test.
pub fn in_browser<F: Future<Output = Done> + Send + 'static>(test: impl FnOnce(Browser) -> F + Send + 'static) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("threads for the test");
    let done = runtime.block_on(async {
        let driver = Driver::start().await.expect("chromedriver; `run` installs it");
        let browser = Browser::start(&driver.url).await.expect("Chromium; `run` installs it");
        let done = tokio::spawn(test(browser.clone())).await;
        browser.0.close().await.expect("the browser ends");
        driver.stop().await.expect("the driver ends");
        done
    });
    match done {
        Ok(done) => done.expect("the test"),
        Err(panic) => resume_unwind(panic.into_panic()),
    }
}

impl Browser {
    async fn start(driver: &str) -> Done<Self> {
        // As root there is no sandbox; a container has little shared memory.
        let args = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--lang=en-US"];
        let options = json!({"args": args});
        let capabilities =
            [("goog:chromeOptions".to_owned(), options), ("goog:loggingPrefs".to_owned(), json!({"browser": "ALL"}))];
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities.into_iter().collect());
        Ok(Self(builder.connect(driver).await?))
    }

    /// Goes to an address, and waits for the page's first screen.
    pub async fn open(&self, address: &str) -> Done {
        self.0.goto(address).await?;
        self.find("main h1").await?;
        Ok(())
    }

    /// Goes to another screen without loading the page again, and waits until it is there: its heading is another.
    pub async fn screen(&self, hash: &str) -> Done {
        let hash = json!(format!("#/{hash}"));
        self.run(&format!("document.querySelector('main h1').dataset.old = true; location.hash = {hash}")).await?;
        self.find("main h1:not([data-old])").await?;
        Ok(())
    }

    /// The element of a selector, once there is one.
    pub async fn find(&self, selector: &str) -> Done<Element> {
        let found =
            self.0.wait().at_most(PATIENCE).every(Duration::from_millis(20)).for_element(Locator::Css(selector));
        match found.await {
            Ok(element) => Ok(element),
            Err(CmdError::WaitTimeout) => {
                let shown = self.run("return document.body.innerText").await?;
                Err(format!("there is no {selector} in:\n{}", shown.as_str().unwrap_or_default()).into())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Whether there is an element now.
    pub async fn has(&self, selector: &str) -> Done<bool> {
        Ok(!self.0.find_all(Locator::Css(selector)).await?.is_empty())
    }

    /// The text of the first element of a selector; what a fresh answer put in its place in between is looked for again.
    pub async fn text(&self, selector: &str) -> Done<String> {
        loop {
            match self.find(selector).await?.text().await {
                Err(error) if error.is_stale_element_reference() => {}
                done => return Ok(done?),
            }
        }
    }

    /// Presses what is there once it is there, in the same way.
    pub async fn click(&self, selector: &str) -> Done {
        loop {
            match self.find(selector).await?.click().await {
                Err(error) if error.is_stale_element_reference() => {}
                done => return Ok(done?),
            }
        }
    }

    /// Waits until a script gives true; it does not as long as an element that it looks into is not there.
    pub async fn until(&self, condition: &str) -> Done {
        let patience = tokio::time::Instant::now() + PATIENCE;
        let script = format!("try {{ return Boolean({condition}) }} catch {{ return false }}");
        while self.run(&script).await? != Value::Bool(true) {
            if tokio::time::Instant::now() > patience {
                return Err(format!("never: {condition}").into());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    pub async fn run(&self, script: &str) -> Done<Value> {
        Ok(self.0.execute(script, Vec::new()).await?)
    }

    /// A command of Chromium's own, such as `Page.captureScreenshot`.
    pub async fn command(&self, name: &'static str, parameters: Value) -> Done<Value> {
        Ok(self.0.issue_cmd(Own("goog/cdp/execute", json!({"cmd": name, "params": parameters}))).await?)
    }

    /// What the page complained of since this was asked last.
    pub async fn complaints(&self) -> Done<Vec<String>> {
        let log = self.0.issue_cmd(Own("se/log", json!({"type": "browser"}))).await?;
        let messages = log.as_array().into_iter().flatten().map(|line| line["message"].as_str().unwrap_or_default());
        Ok(messages.map(str::to_owned).collect())
    }

    /// Opens a second window of a phone's size, and goes on in it; the one before is given back.
    pub async fn phone(&self) -> Done<fantoccini::wd::WindowHandle> {
        let before = self.0.window().await?;
        let window = self.0.new_window(false).await?;
        self.0.switch_to_window(window.handle).await?;
        self.size(390, 844).await?;
        Ok(before)
    }

    pub async fn size(&self, width: u32, height: u32) -> Done {
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.command("Emulation.setDeviceMetricsOverride", metrics).await?;
        Ok(())
    }
}

/// A command that only this driver knows.
#[derive(Debug)]
struct Own(&'static str, Value);

impl WebDriverCompatibleCommand for Own {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.0))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.1.to_string()))
    }
}
