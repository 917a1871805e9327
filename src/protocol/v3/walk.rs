//! From page to page of a list that is asked for by `offset` and `limit`: where the next one begins, and whether there is one.

use std::mem;

use serde_json::{Map, Value};

/// The most pages of one walk: a gateway that gives the same page for ever comes to an end.
const MOST_PAGES: u32 = 10_000;

/// Whose documentation calls `offset` the number of a page (分页页码), where elsewhere it counts items. The official SDKs
/// disagree about some of them, so the answers decide.
const DOUBTFUL: [&str; 7] = [
    "v3/edu-papay/",
    "v3/edu-star/",
    "v3/marketing/bank/",
    "v3/marketing/busifavor/",
    "v3/marketing/favor/",
    "v3/marketing/partnerships",
    "v3/marketing/paygiftactivity/",
];

/// Members that say where a page is, and nothing of what is on it.
const PLACE: [&str; 4] = ["offset", "limit", "count", "links"];

/// Where a walk stands.
#[derive(Debug)]
pub(crate) struct Walk {
    start: u64,
    offset: u64,
    limit: u64,
    given: u32,
    over: bool,
    /// The name of the list, from the first page on.
    list: Option<String>,
    unit: Unit,
}

/// What `offset` counts.
#[derive(Debug)]
enum Unit {
    Items,
    Pages,
    /// The answers will tell; with the second item of the first page, once it is there.
    Unknown(Option<Value>),
    /// The page at `start + 1` is asked for: it begins with `second` if items are counted, and then the answer at `offset`,
    /// with `count` items, is the next page.
    Asked {
        second: Value,
        offset: u64,
        count: u64,
    },
}

/// What becomes of an answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is the next page.
    Give,
    /// It may be; keep it and ask again.
    Keep,
    /// It is none; the one that was kept is.
    GiveKept,
}

impl Walk {
    pub(crate) fn new(path: &str, start: u64, limit: u32) -> Self {
        let path = path.trim_start_matches('/');
        let doubtful = limit > 1 && DOUBTFUL.iter().any(|known| path.starts_with(known));
        let unit = if doubtful { Unit::Unknown(None) } else { Unit::Items };
        Self { start, offset: start, limit: limit.into(), given: 0, over: false, list: None, unit }
    }

    /// The `offset` to ask for; `None` at the end.
    ///
    /// # Errors
    ///
    /// What is wrong with the list, when it does not come to an end.
    pub(crate) fn ask(&self) -> Result<Option<u64>, String> {
        match self.over {
            true => Ok(None),
            false if self.given == MOST_PAGES => Err(format!(
                "the list has not ended after {MOST_PAGES} pages of {} items: the gateway may give the same page again \
                 and again; narrow the query, or go on from another offset",
                self.limit
            )),
            false => Ok(Some(self.offset)),
        }
    }

    /// Nothing follows.
    pub(crate) fn end(&mut self) {
        self.over = true;
    }

    /// Reads an answer, and goes on.
    ///
    /// # Errors
    ///
    /// Why its list cannot be told.
    pub(crate) fn take(&mut self, answer: &Value) -> Result<Verdict, String> {
        let total = total(answer);
        let items = self.items(answer, total)?;
        let count = items.map_or(self.limit, |items| items.len() as u64);
        // A gateway that gives fewer than it is asked for says so.
        let is_capped = total.is_some() && number(answer, "limit") == Some(count);
        match mem::replace(&mut self.unit, Unit::Items) {
            Unit::Unknown(None) => {
                self.unit = Unit::Unknown(items.and_then(|items| items.get(1)).cloned());
                self.step(count, total, is_capped);
            }
            Unit::Unknown(Some(second)) if self.is_doubtful(count, total) => {
                self.unit = Unit::Asked { second, offset: mem::replace(&mut self.offset, self.start + 1), count };
                return Ok(Verdict::Keep);
            }
            Unit::Asked { second, offset, count } if items.and_then(<[Value]>::first) == Some(&second) => {
                self.offset = offset;
                self.step(count, total, false);
                self.given += 1;
                return Ok(Verdict::GiveKept);
            }
            Unit::Pages | Unit::Asked { .. } => {
                self.unit = Unit::Pages;
                self.step_by_pages(count, total);
            }
            Unit::Items | Unit::Unknown(_) => self.step(count, total, is_capped),
        }
        self.given += 1;
        Ok(Verdict::Give)
    }

    /// Whether the answer behind the first page does not prove that items are counted.
    fn is_doubtful(&self, count: u64, total: Option<u64>) -> bool {
        let Some(total) = total else { return false };
        let by_items = total.saturating_sub(self.offset).min(self.limit);
        let by_pages = total.saturating_sub(self.offset.saturating_mul(self.limit)).min(self.limit);
        count != by_items || by_items == by_pages
    }

    /// Goes on by as many items as the page holds.
    fn step(&mut self, count: u64, total: Option<u64>, is_capped: bool) {
        self.offset = self.offset.saturating_add(count);
        let is_all = total.is_some_and(|total| self.offset >= total);
        self.over = is_all || count == 0 || count < self.limit && !is_capped;
    }

    fn step_by_pages(&mut self, count: u64, total: Option<u64>) {
        self.offset = self.offset.saturating_add(1);
        self.over = count < self.limit || total.is_some_and(|total| self.offset.saturating_mul(self.limit) >= total);
    }

    /// The items of a page; `None` if they cannot be told but their number can.
    fn items<'a>(&mut self, answer: &'a Value, total: Option<u64>) -> Result<Option<&'a [Value]>, String> {
        let members = match answer {
            Value::Array(items) => return Ok(Some(items)),
            // No body: nothing there.
            Value::Null => return Ok(Some(&[])),
            Value::Object(members) => members,
            _ => return Err("the answer is no object, expected one with a list such as `data`".to_owned()),
        };
        let known = self.list.is_some();
        if !known {
            self.list = list_of(members).map(str::to_owned);
        }
        let list = self.list.as_deref().and_then(|name| members.get(name)?.as_array());
        // An empty list may be left out, but not be another one.
        let is_empty = self.list.is_some() && !(known && members.values().any(Value::is_array));
        let items = list.map(Vec::as_slice).or_else(|| is_empty.then_some(&[][..]));
        if items.is_some() || total.is_some_and(|total| total > 0) {
            return Ok(items);
        }
        let others: Vec<_> = members.keys().filter(|name| !PLACE.contains(&name.as_str())).collect();
        match others.iter().all(|name| total.is_some() && is_total(name)) {
            true => Ok(Some(&[])),
            false => Err(format!(
                "the list of the page cannot be told: expected an array `data` or a single array, or a `total_count`; \
                 the answer has {}",
                others.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
            )),
        }
    }
}

/// The name of a page's list: `data`, or that of the only array.
fn list_of(members: &Map<String, Value>) -> Option<&str> {
    if members.get("data").is_some_and(|data| data.is_array() || data.is_null()) {
        return Some("data");
    }
    let mut arrays = members.iter().filter(|(_, member)| member.is_array()).map(|(name, _)| name.as_str());
    arrays.next().filter(|_| arrays.next().is_none())
}

/// How many items there are on all pages.
fn total(answer: &Value) -> Option<u64> {
    number(answer, "total_count").or_else(|| number(answer, "total_num"))
}

fn is_total(name: &str) -> bool {
    matches!(name, "total_count" | "total_num")
}

/// A whole number, as one or as text.
fn number(answer: &Value, name: &str) -> Option<u64> {
    match answer.get(name)? {
        Value::String(text) => text.parse().ok(),
        value => value.as_u64(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Walks a gateway that answers by `offset`; gives what was asked for, and the first item of each page that came of it.
    fn walk(path: &str, start: u64, limit: u32, answer: impl Fn(u64) -> Value) -> (Vec<u64>, Vec<Value>) {
        let (mut walk, mut asked, mut pages, mut kept) = (Walk::new(path, start, limit), vec![], vec![], Value::Null);
        while let Some(offset) = walk.ask().unwrap() {
            asked.push(offset);
            let answer = answer(offset);
            match walk.take(&answer).unwrap() {
                Verdict::Give => pages.push(answer["data"][0].clone()),
                Verdict::Keep => kept = answer["data"][0].clone(),
                Verdict::GiveKept => pages.push(kept.take()),
            }
        }
        (asked, pages)
    }

    /// The answer of a list of the numbers below `total`, from item `first` on.
    fn list(first: u64, limit: u64, total: u64) -> Value {
        json!({"data": (first..total.min(first + limit)).collect::<Vec<_>>(), "total_count": total})
    }

    #[test]
    fn items_are_counted_until_the_total_or_a_short_page() {
        let items = |total: u64| walk("v3/x", 0, 20, move |at| list(at, 20, total));
        assert_eq!(items(45), (vec![0, 20, 40], vec![json!(0), json!(20), json!(40)]));
        assert_eq!(items(40).0, [0, 20]);
        assert_eq!(items(0), (vec![0], vec![Value::Null]));
        let silent = |total: u64| walk("v3/x", 0, 20, move |at| json!({"data": list(at, 20, total)["data"]}));
        assert_eq!(silent(45).0, [0, 20, 40]);
        // Nobody says that forty are all: the page without items does.
        assert_eq!(silent(40).0, [0, 20, 40]);
        assert_eq!(walk("v3/x", 40, 20, |at| list(at, 20, 70)).0, [40, 60]);
        // Totals that say too much or too little do not keep it going, nor do texts.
        assert_eq!(walk("v3/x", 0, 20, |at| json!({"data": list(at, 20, 25)["data"], "total_count": 1000})).0, [0, 20]);
        assert_eq!(walk("v3/x", 0, 20, |at| json!({"data": list(at, 20, 40)["data"], "total_num": "40"})).0, [0, 20]);
    }

    #[test]
    fn a_gateway_that_gives_fewer_than_it_is_asked_for_is_believed_when_it_says_so() {
        let capped = |at| json!({"data": list(at, 10, 25)["data"], "total_count": 25, "limit": 10});
        assert_eq!(walk("v3/x", 0, 50, capped).0, [0, 10, 20]);
        let silent = |at| json!({"data": list(at, 10, 25)["data"], "total_count": 25, "limit": 50});
        assert_eq!(walk("v3/x", 0, 50, silent).0, [0]);
    }

    #[test]
    fn where_the_documentation_speaks_of_pages_the_answers_decide() {
        for (total, limit) in [(45, 10), (100, 10), (101, 10), (110, 10), (345, 10), (5, 2), (7, 2), (6, 2), (9, 1)] {
            for start in [0, 1, 3] {
                let path = "v3/marketing/favor/stocks";
                let size = u32::try_from(limit).unwrap();
                let (asked, pages) = walk(path, start, size, |at| list(at, limit, total));
                let expected: Vec<_> =
                    (start..total).step_by(usize::try_from(limit).unwrap()).map(Value::from).collect();
                assert_eq!(pages, expected, "items, {total} by {limit} from {start}: {asked:?}");
                let (asked, mut pages) = walk(path, start, size, |at| list(at * limit, limit, total));
                // Beyond the end it is the page without items that ends the walk.
                pages.retain(|first| !first.is_null());
                let expected: Vec<_> =
                    (start * limit..total).step_by(usize::try_from(limit).unwrap()).map(Value::from).collect();
                assert_eq!(pages, expected, "pages, {total} by {limit} from {start}: {asked:?}");
            }
        }
        // No question where one answer is proof.
        assert_eq!(walk("/v3/marketing/favor/stocks", 0, 20, |at| list(at, 20, 45)).0, [0, 20, 40]);
        assert_eq!(walk("v3/marketing/favor/stocks", 0, 10, |at| list(at * 10, 10, 30)).0, [0, 10, 1, 2]);
    }

    #[test]
    fn the_list_is_data_or_the_only_array() {
        let count = |answer: Value| {
            let mut walk = Walk::new("v3/x", 0, 2);
            walk.take(&answer).map(|_| walk.offset)
        };
        for (answer, expected) in [
            (json!({"data": [1], "other": [1, 2]}), 1),
            (json!({"transfer_detail_list": [1, 2], "total_num": 7, "transfer_batch": {"x": [1]}}), 2),
            (json!({"face_collections": []}), 0),
            (json!({"data": null, "other": [1]}), 0),
            (json!([1, 2]), 2),
            (json!({}), 0),
            (json!({"offset": 0, "limit": 2, "total_count": 0}), 0),
            (Value::Null, 0),
            // Not to be told, but there is a total: a page is what was asked for.
            (json!({"one": [1], "two": [1], "total_count": 9}), 2),
            (json!({"total_count": 9}), 2),
        ] {
            assert_eq!(count(answer.clone()), Ok(expected), "{answer}");
        }
        let why = count(json!({"one": [1], "two": ["secret"], "offset": 0})).unwrap_err();
        assert!(why.contains("expected an array `data`") && why.ends_with("the answer has `one`, `two`"), "{why}");
        assert!(count(json!({"code_url": "weixin://x"})).unwrap_err().ends_with("the answer has `code_url`"));
        assert!(count(json!("text")).is_err() && count(json!(7)).is_err());
        // A later page without its list has no items.
        let mut walk = Walk::new("v3/x", 0, 2);
        walk.take(&json!({"application_list": [1, 2]})).unwrap();
        walk.take(&json!({"wx_parking_lot_id": "1"})).unwrap();
        assert_eq!(walk.ask(), Ok(None));
        let mut walk = Walk::new("v3/x", 0, 2);
        walk.take(&json!({"data": [1, 2]})).unwrap();
        assert!(walk.take(&json!({"one": [1]})).unwrap_err().ends_with("the answer has `one`"));
    }

    #[test]
    fn a_list_without_end_ends() {
        let mut walk = Walk::new("v3/x", 0, 1);
        for _ in 0..MOST_PAGES {
            assert!(walk.ask().unwrap().is_some());
            walk.take(&json!({"data": [1]})).unwrap();
        }
        assert!(walk.ask().unwrap_err().contains("not ended after 10000 pages"));
    }
}
