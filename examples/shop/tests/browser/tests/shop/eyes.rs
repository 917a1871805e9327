//! What the tests see with: a camera for QR codes, pictures for people, and a check that everybody can use the page.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use wechatpay_sim_browser::{Browser, Done, Looks};

/// The width of a phone and of a desktop.
pub(crate) const WIDTHS: [u32; 2] = [390, 1280];

/// The language that the browser asks for; its own is English.
pub(crate) async fn speak(browser: &Browser, language: &str) -> Done {
    browser.command("Network.enable", json!({})).await?;
    let headers = json!({"headers": {"Accept-Language": language}});
    browser.command("Network.setExtraHTTPHeaders", headers).await?;
    Ok(())
}

/// What a phone reads from the screen: the picture is taken, and the code is found in it.
pub(crate) async fn scan(browser: &Browser) -> Done<String> {
    let picture = browser.command("Page.captureScreenshot", json!({"format": "png"})).await?;
    let picture = STANDARD.decode(picture["data"].as_str().unwrap_or_default())?;
    let mut reader = png::Decoder::new(std::io::Cursor::new(picture)).read_info()?;
    let mut pixels = vec![0; reader.output_buffer_size().ok_or("too large a picture")?];
    let frame = reader.next_frame(&mut pixels)?;
    let (width, height) = (frame.width as usize, frame.height as usize);
    let samples = frame.color_type.samples();
    let grey = |x: usize, y: usize| pixels[(y * width + x) * samples];
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, grey);
    let grids = image.detect_grids();
    let [grid] = &grids[..] else { return Err(format!("{} codes on the screen", grids.len()).into()) };
    Ok(grid.decode()?.1)
}

/// A screen is as wide as its window, nobody is kept out, the page complains of nothing; a picture is kept if a folder is named for it.
pub(crate) async fn look(browser: &Browser, screen: &str, looks: Looks) -> Done {
    let Looks { lang, theme, width } = looks;
    let name = format!("{screen}-{lang}-{theme}-{width}");
    if browser.sideways().await? > 0 {
        return Err(format!("{name} is wider than its window").into());
    }
    let axe = std::fs::read_to_string(std::env::var("AXE")?)?;
    // The page allows no script but its own, so the check comes in by the driver.
    let barriers = browser.barriers(&axe).await?;
    let complaints = browser.complaints().await?;
    if !barriers.is_empty() || !complaints.is_empty() {
        return Err(format!("{name}: {barriers:?} {complaints:?}").into());
    }
    if let Some(folder) = std::env::var_os("WXPAY_SHOP_PICTURES").map(PathBuf::from) {
        std::fs::create_dir_all(&folder)?;
        browser.picture(&folder.join(format!("{name}.png"))).await?;
    }
    Ok(())
}
