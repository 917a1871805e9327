//! How a screen looks, and whether everybody can use it.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::browser::{Browser, Done};

/// A way to look at a page.
#[derive(Clone, Copy, Debug)]
pub struct Looks {
    pub lang: &'static str,
    pub theme: &'static str,
    pub width: u32,
}

impl Browser {
    pub async fn look(&self, Looks { theme, width, .. }: Looks) -> Done {
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": theme}]});
        self.command("Emulation.setEmulatedMedia", media).await?;
        self.size(width, 900).await
    }

    /// What axe finds serious or critical: rule and element.
    pub async fn barriers(&self, axe: &str) -> Done<Vec<String>> {
        self.run(&format!("if (!window.axe) {{ {axe} }}")).await?;
        let script =
            "const done = arguments[arguments.length - 1]; axe.run(document).then((found) => done(found.violations))";
        let found = self.0.execute_async(script, Vec::new()).await?;
        let serious = |rule: &&Value| matches!(rule["impact"].as_str(), Some("serious" | "critical"));
        let rules = found.as_array().into_iter().flatten().filter(serious);
        Ok(rules.map(|rule| format!("{} {}", rule["id"], rule["nodes"][0]["html"])).collect())
    }

    /// How far the page is wider than its window.
    pub async fn sideways(&self) -> Done<i64> {
        let wider = self.run("return document.documentElement.scrollWidth - innerWidth").await?;
        Ok(wider.as_i64().unwrap_or(i64::MAX))
    }

    /// A picture of the whole page.
    pub async fn picture(&self, file: &Path) -> Done {
        let wanted = json!({"format": "png", "captureBeyondViewport": true});
        let picture = self.command("Page.captureScreenshot", wanted).await?;
        std::fs::write(file, STANDARD.decode(picture["data"].as_str().unwrap_or_default())?)?;
        Ok(())
    }
}
