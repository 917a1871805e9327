//! Asking for complaints: a list, one, and what was said.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::super::super::answer::{Answer, Outcome, Refusal};
use super::super::super::bills::format;
use super::super::super::call::Call;
use super::super::super::complaints::Complaint;
use super::super::super::time::Time;
use super::super::super::world::World;
use super::super::table::Route;
use super::find::of_path;
use super::view;

pub(crate) const ROUTES: &[Route] = &[
    ("GET", "v3/merchant-service/complaints-v2", list),
    ("GET", "v3/merchant-service/complaints-v2/{complaint_id}", one),
    ("GET", "v3/merchant-service/complaints-v2/{complaint_id}/negotiation-historys", history),
];

/// A page of something: how many at most, and after how many.
struct Page {
    limit: usize,
    offset: usize,
}

impl Page {
    /// The page that a query asks for.
    fn of(call: &Call, usual: usize, most: usize) -> Result<Self, Refusal> {
        let number = |name: &str, usual: usize, fits: &dyn Fn(usize) -> bool, expected: &str| {
            let Some(text) = call.parameter(name) else { return Ok(usual) };
            let number = text.parse().ok().filter(|number| fits(*number));
            number.ok_or_else(|| wrong(name, expected))
        };
        let limit = number("limit", usual, &|limit| (1..=most).contains(&limit), &format!("应为1到{most}的整数"))?;
        Ok(Self { limit, offset: number("offset", 0, &|_| true, "应为不小于0的整数")? })
    }

    /// What is on it; the number of all is told with the first page alone.
    fn shown<T>(&self, all: &[T], show: impl Fn(&T) -> Value) -> Value {
        let data: Vec<Value> = all.iter().skip(self.offset).take(self.limit).map(show).collect();
        let mut page = json!({"data": data, "limit": self.limit, "offset": self.offset});
        if self.offset == 0 {
            page["total_count"] = all.len().into();
        }
        page
    }
}

/// 400 `PARAM_ERROR` about a member of the query.
fn wrong(name: &str, expected: &str) -> Refusal {
    Refusal::param(
        &format!("/{name}"),
        "query",
        format!("输入源“/query/{name}”映射到字段“{name}”规则校验失败，{expected}"),
    )
}

fn list(world: &mut World, _now: Time, call: &Call) -> Outcome {
    let page = Page::of(call, 10, 50)?;
    let (begin, end) = (day(call, "begin_date")?, day(call, "end_date")?);
    let most = world.rules.number("complaint.days");
    let days = i64::from((end - begin).get_days());
    if !(0..=most).contains(&days) {
        return Err(wrong("end_date", &format!("不应早于begin_date，且跨度不超过{most}天")));
    }
    let of = call.parameter("complainted_mchid");
    let is_meant = |complaint: &&Complaint| {
        complaint.is_of(&call.mchid)
            && (begin..=end).contains(&complaint.created_at.day())
            && of.is_none_or(|of| complaint.complainted == of)
    };
    // The newest first.
    let found: Vec<&Complaint> = world.complaints.iter().rev().filter(is_meant).collect();
    let data = page.shown(&found, |complaint| view::complaint(world, complaint, &call.base, false));
    Ok(found.iter().fold(Answer::json(200, data), |answer, complaint| answer.about(&complaint.id)))
}

fn day(call: &Call, name: &str) -> Result<Date, Refusal> {
    let day = call.parameter(name).and_then(format::day);
    day.ok_or_else(|| wrong(name, "应为yyyy-MM-DD格式的日期"))
}

fn one(world: &mut World, _now: Time, call: &Call) -> Outcome {
    let complaint = of_path(world, call)?;
    Ok(Answer::json(200, view::complaint(world, complaint, &call.base, true)).about(&complaint.id))
}

fn history(world: &mut World, _now: Time, call: &Call) -> Outcome {
    let complaint = of_path(world, call)?;
    let page = Page::of(call, 100, 300)?;
    let shown = page.shown(&complaint.history, |entry| view::entry(entry, &call.base));
    Ok(Answer::json(200, shown).about(&complaint.id))
}
