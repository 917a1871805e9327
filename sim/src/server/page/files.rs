//! The files of the page, as they are in `sim/page`.

use std::sync::LazyLock;

use sha2::{Digest as _, Sha256};

pub(super) const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
pub(super) const SVG: &str = "image/svg+xml";

/// A file, its address below `/_/`, and what it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct File {
    pub(super) path: &'static str,
    pub(super) content_type: &'static str,
    pub(super) text: &'static str,
}

const fn file(path: &'static str, content_type: &'static str, text: &'static str) -> File {
    File { path, content_type, text }
}

/// The page itself, and the payer's sheets: the two that are not asked for by their names.
pub(super) const PAGE: File = file("index.html", HTML, include_str!("../../../page/index.html"));
pub(super) const SHEET: File = file("sheet.html", HTML, include_str!("../../../page/sheet.html"));

/// What these two ask for.
const ALL: &[File] = &[
    file("app/clock.js", JS, include_str!("../../../page/app/clock.js")),
    file("app/main.js", JS, include_str!("../../../page/app/main.js")),
    file("app/news.js", JS, include_str!("../../../page/app/news.js")),
    file("app/route.js", JS, include_str!("../../../page/app/route.js")),
    file("app/screens.js", JS, include_str!("../../../page/app/screens.js")),
    file("app/stage.js", JS, include_str!("../../../page/app/stage.js")),
    file("app/stream.js", JS, include_str!("../../../page/app/stream.js")),
    file("base/api.js", JS, include_str!("../../../page/base/api.js")),
    file("base/dom.js", JS, include_str!("../../../page/base/dom.js")),
    file("base/format.js", JS, include_str!("../../../page/base/format.js")),
    file("base/lang.js", JS, include_str!("../../../page/base/lang.js")),
    file("base/morph.js", JS, include_str!("../../../page/base/morph.js")),
    file("base/texts.js", JS, include_str!("../../../page/base/texts.js")),
    file("base/texts/faults.js", JS, include_str!("../../../page/base/texts/faults.js")),
    file("base/texts/fields.js", JS, include_str!("../../../page/base/texts/fields.js")),
    file("base/texts/states.js", JS, include_str!("../../../page/base/texts/states.js")),
    file("base/texts/words.js", JS, include_str!("../../../page/base/texts/words.js")),
    file("css/base.css", CSS, include_str!("../../../page/css/base.css")),
    file("css/page.css", CSS, include_str!("../../../page/css/page.css")),
    file("css/sheet.css", CSS, include_str!("../../../page/css/sheet.css")),
    file("icon.svg", SVG, include_str!("../../../page/icon.svg")),
    file("parts/numbers.js", JS, include_str!("../../../page/parts/numbers.js")),
    file("parts/ledger.js", JS, include_str!("../../../page/parts/ledger.js")),
    file("parts/notices.js", JS, include_str!("../../../page/parts/notices.js")),
    file("parts/pieces.js", JS, include_str!("../../../page/parts/pieces.js")),
    file("parts/refunds.js", JS, include_str!("../../../page/parts/refunds.js")),
    file("parts/table.js", JS, include_str!("../../../page/parts/table.js")),
    file("parts/timeline.js", JS, include_str!("../../../page/parts/timeline.js")),
    file("sheet/confirm.js", JS, include_str!("../../../page/sheet/confirm.js")),
    file("sheet/main.js", JS, include_str!("../../../page/sheet/main.js")),
    file("sheet/order.js", JS, include_str!("../../../page/sheet/order.js")),
    file("sheet/sheet.js", JS, include_str!("../../../page/sheet/sheet.js")),
    file("screens/bills.js", JS, include_str!("../../../page/screens/bills.js")),
    file("screens/call.js", JS, include_str!("../../../page/screens/call.js")),
    file("screens/calls.js", JS, include_str!("../../../page/screens/calls.js")),
    file("screens/clock.js", JS, include_str!("../../../page/screens/clock.js")),
    file("screens/complaints.js", JS, include_str!("../../../page/screens/complaints.js")),
    file("screens/faults.js", JS, include_str!("../../../page/screens/faults.js")),
    file("screens/merchant.js", JS, include_str!("../../../page/screens/merchant.js")),
    file("screens/merchants.js", JS, include_str!("../../../page/screens/merchants.js")),
    file("screens/money.js", JS, include_str!("../../../page/screens/money.js")),
    file("screens/notice.js", JS, include_str!("../../../page/screens/notice.js")),
    file("screens/notices.js", JS, include_str!("../../../page/screens/notices.js")),
    file("screens/order.js", JS, include_str!("../../../page/screens/order.js")),
    file("screens/orders.js", JS, include_str!("../../../page/screens/orders.js")),
    file("screens/overview.js", JS, include_str!("../../../page/screens/overview.js")),
    file("screens/refunds.js", JS, include_str!("../../../page/screens/refunds.js")),
    file("screens/sharing.js", JS, include_str!("../../../page/screens/sharing.js")),
    file("screens/transfers.js", JS, include_str!("../../../page/screens/transfers.js")),
];

/// The file of an address below `/_/`.
pub(super) fn find(path: &str) -> Option<File> {
    ALL.iter().find(|file| file.path == path).copied()
}

/// What tells one version of all files from another: browsers ask with it whether theirs are still the right ones.
pub(super) fn version() -> &'static str {
    static VERSION: LazyLock<String> = LazyLock::new(|| {
        let mut all = Sha256::new();
        [PAGE, SHEET].iter().chain(ALL).for_each(|file| all.update(file.text));
        let digest = all.finalize();
        let hex: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        format!("\"{hex}\"")
    });
    &VERSION
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::engine::faults::known;
    use crate::engine::faults::triggers::is_known;

    fn text(path: &str) -> &'static str {
        find(path).unwrap().text
    }

    #[test]
    fn the_page_has_every_fault_with_its_sentence() {
        let table = text("base/texts/faults.js");
        let json = &table[table.find('{').unwrap()..=table.rfind('}').unwrap()];
        let texts: BTreeMap<String, [String; 2]> = serde_json::from_str(json).unwrap();
        let faults =
            texts.iter().filter_map(|(key, [_, english])| Some((key.strip_prefix("fault.")?, english.as_str())));
        let faults: BTreeMap<_, _> = faults.collect();
        assert_eq!(faults, known::ALL.iter().map(|known| (known.name, known.text)).collect());
    }

    #[test]
    fn the_codes_that_the_page_offers_are_documented() {
        let screen = text("screens/faults.js");
        let (_, rest) = screen.split_once("const CODES = [").unwrap();
        let codes: Vec<_> = rest.split_once(']').unwrap().0.split('"').skip(1).step_by(2).collect();
        assert!(codes.len() > 5 && codes.iter().all(|code| is_known(code)), "{codes:?}");
    }

    #[test]
    fn files_have_one_address_each() {
        let mut paths: Vec<_> = ALL.iter().map(|file| file.path).collect();
        paths.sort_unstable();
        paths.dedup();
        assert_eq!(paths.len(), ALL.len());
        assert!(find("index.html").is_none() && version().len() == 18);
    }
}
