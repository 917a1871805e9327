//! Where settings come from, how their values are written, and whether they are all there.

use crate::base::text::{Text, text};
use crate::doctor::check::{Check, Group, Outcome};
use crate::doctor::facts::hosts::distance;
use crate::doctor::facts::material::is_open_to_others;
use crate::doctor::facts::{Facts, Slip};
use crate::doctor::verdict::{Reason, Verdict};
use crate::settings::{Origin, Source, names};

pub(in crate::doctor) const CHECKS: &[Check] = &[
    Check::new("config.source", Group::Settings, ("where settings come from", "配置来源"), source),
    Check::new(
        "config.permissions",
        Group::Settings,
        ("who can read an env file with a secret in it", "含密钥的 env 文件权限"),
        permissions,
    )
    .needs(&["config.source"]),
    Check::new("env.unknown", Group::Settings, ("variables that nobody reads", "无人读取的变量"), unknown)
        .needs(&["config.source"]),
    Check::new("env.quotes", Group::Settings, ("quotes that are part of a value", "值中混入的引号"), quotes)
        .needs(&["config.source"]),
    Check::new("env.whitespace", Group::Settings, ("blanks around a value", "值首尾的空白"), whitespace)
        .needs(&["config.source"]),
    Check::new(
        "env.characters",
        Group::Settings,
        ("invisible or full-width characters in a value", "不可见字符与全角字符"),
        characters,
    )
    .needs(&["config.source"]),
    Check::new(
        "config.complete",
        Group::Settings,
        ("whether all is there that the mode needs", "所需变量是否齐全"),
        complete,
    )
    .needs(&["config.source"]),
];

fn source(facts: &Facts) -> Outcome {
    if let Some(failure) = facts.failures.first() {
        let remedy = failure.remedy().cloned();
        let remedy = remedy.unwrap_or_else(|| Text::new("check the file's path and permissions", "检查文件路径与权限"));
        return Ok(Verdict::fail(failure.message().clone(), remedy));
    }
    if let Some(twice) = facts.given.doubled.first() {
        return Ok(doubled(twice));
    }
    Ok(match facts.given.source() {
        Source::Environment => Verdict::ok(Text::new("settings from the environment", "配置来自环境变量")),
        Source::File(file) => {
            let file = file.display();
            Verdict::ok(text!("settings from {file}", "配置来自 {file}")).seen(file.to_string())
        }
    })
}

/// Of two lines for one variable only one counts, and people look at the other.
fn doubled((name, before, line): &(String, usize, usize)) -> Verdict {
    Verdict::warn(
        text!(
            "{name} stands in line {before} and, with another value, in line {line}, which counts",
            "{name} 在第 {before} 行和第 {line} 行各有一个不同的值，生效的是第 {line} 行"
        ),
        text!("fix line {before} or line {line}: keep one of them", "修正第 {before} 行或第 {line} 行：只保留一个"),
    )
    .seen(name.as_str())
}

fn permissions(facts: &Facts) -> Outcome {
    let Source::File(file) = facts.given.source() else { return Err(Reason::NotConfigured) };
    let is_inline = |name: &str| {
        let of_file = facts.given.given(name).is_some_and(|setting| matches!(setting.origin, Origin::Line(_)));
        let is_path = name == names::PRIVATE_KEY && facts.key.as_ref().is_none_or(|key| key.path.is_some());
        of_file && facts.given.has(name) && !is_path
    };
    let Some(secret) = names::SECRETS.into_iter().find(|name| is_inline(name)) else {
        return Ok(Verdict::ok(Text::new("no secret in the env file", "env 文件中没有密钥")));
    };
    let is_open = is_open_to_others(file);
    let file = file.display();
    Ok(match is_open {
        false => Verdict::ok(text!("only its owner and group read {file}", "{file} 仅属主与属组可读")),
        true => Verdict::warn(
            text!("every user can read {file}, which holds {secret}", "所有用户都能读取 {file}，其中含有 {secret}"),
            text!("chmod 600 {file}", "执行 chmod 600 {file}"),
        ),
    })
}

/// So many letters wrong is still a slip of the pen.
const NEAR: usize = 6;

/// The variables that nobody reads.
fn strangers(facts: &Facts) -> Vec<&str> {
    facts.given.values.keys().map(String::as_str).filter(|name| !names::is_known(name)).collect()
}

/// The name that was meant: a missing one that is near, else the nearest of all.
fn meant(facts: &Facts, stranger: &str) -> Option<&'static str> {
    let near = |names: &[&'static str]| names.iter().copied().min_by_key(|name| distance(stranger, name));
    near(&facts.missing).filter(|name| distance(stranger, name) <= NEAR).or_else(|| near(&names::ALL))
}

fn unknown(facts: &Facts) -> Outcome {
    let unknown = strangers(facts);
    let Some(first) = unknown.first() else {
        return Ok(Verdict::ok(Text::new("every WECHATPAY_ variable is read", "所有 WECHATPAY_ 变量都会被读取")));
    };
    let all = unknown.join(", ");
    let nearest = meant(facts, first).unwrap_or_default();
    let remedy = text!("rename {first} to {nearest}, or remove it", "把 {first} 改名为 {nearest}，或删除它");
    Ok(Verdict::warn(text!("nobody reads {all}", "没有程序读取 {all}"), remedy).seen(all))
}

/// The names of the values that have such a slip; `None` if there is none.
fn with(facts: &Facts, has: impl Fn(&Slip) -> bool) -> Option<String> {
    let found: Vec<&str> = facts.slips.iter().filter(|(_, slip)| has(slip)).map(|(name, _)| name.as_str()).collect();
    (!found.is_empty()).then(|| found.join(", "))
}

fn quotes(facts: &Facts) -> Outcome {
    Ok(match with(facts, |slip| slip.quotes) {
        None => Verdict::ok(Text::new("no quotes in values", "值中没有引号")),
        Some(names) => Verdict::fail(
            text!("quotes are part of the value of {names}", "{names} 的值里含有引号"),
            text!("remove the quotes around the value of {names}", "去掉 {names} 值两侧的引号"),
        )
        .seen(names),
    })
}

fn whitespace(facts: &Facts) -> Outcome {
    // Of blanks beside quotes the quotes have told.
    Ok(match with(facts, |slip| slip.blanks && !slip.quotes) {
        None => Verdict::ok(Text::new("no blanks around values", "值首尾没有空白")),
        Some(names) => Verdict::warn(
            text!("blanks or line breaks around the value of {names}", "{names} 的值首尾有空白或换行"),
            text!("trim the value of {names}", "去掉 {names} 值首尾的空白"),
        )
        .seen(names),
    })
}

fn characters(facts: &Facts) -> Outcome {
    Ok(match with(facts, |slip| slip.characters) {
        None => Verdict::ok(Text::new("no invisible or full-width characters", "没有不可见字符或全角字符")),
        Some(names) => Verdict::fail(
            text!("invisible or full-width characters in the value of {names}", "{names} 的值里有不可见字符或全角字符"),
            text!("type the value of {names} again instead of copying it", "重新手工输入 {names} 的值，不要复制粘贴"),
        )
        .seen(names),
    })
}

fn complete(facts: &Facts) -> Outcome {
    let mode = facts.mode().name();
    if facts.missing.is_empty() {
        return Ok(Verdict::ok(text!("all is there for the mode {mode}", "模式 {mode} 所需变量齐全")).seen(mode));
    }
    let missing = facts.missing.join(", ");
    // A variable that is there under another name is not to be set once more.
    let stranger =
        strangers(facts).into_iter().find(|name| meant(facts, name).is_some_and(|name| facts.missing.contains(&name)));
    let remedy = match stranger.and_then(|stranger| Some((stranger, meant(facts, stranger)?))) {
        Some((stranger, name)) => {
            text!("set {missing}: rename {stranger} to {name}", "补齐变量 {missing}：把 {stranger} 改名为 {name}")
        }
        None => text!("set {missing}", "补齐变量 {missing}"),
    };
    Ok(Verdict::fail(text!("missing for the mode {mode}: {missing}", "模式 {mode} 缺少：{missing}"), remedy)
        .seen(mode)
        .wanted(missing))
}
