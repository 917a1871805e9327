//! How texts are joined to one sentence: each hole with a `+` holds a text that is known, or a name.

use super::super::table::Pair;

pub(in super::super) const TEXTS: &[Pair] = &[
    ("{}; {}", "{+}；{+}"),
    ("{}: {}", "{+}：{+}"),
    ("{}, {}", "{+}、{+}"),
    ("{} {}", "{=} {!}"),
    ("{} or {}", "{+} 或 {+}"),
    ("{} by way of {}", "{=}（经由 {=}）"),
    ("{} (Request-ID {})", "{+} (Request-ID {=})"),
    ("{} at line {} column {}", "{+}（第 {1} 行第 {2} 列）"),
    ("{} [unverified]", "{+} [应答未验签]"),
    ("outcome unknown, query before repeating: {}", "结果未知，重试前请先查单：{+}"),
    ("the gateway refused with {}", "网关拒绝了请求：{}"),
    ("the gateway refused with {} and {}", "网关拒绝了请求：{}，{+}"),
    ("{} (field {})", "{+}（字段 {=}）"),
    ("{} (field {}: {})", "{+}（字段 {=}：{}）"),
    ("{} (field {} in {})", "{+}（字段 {=}，位于 {=}）"),
    ("{} (field {} in {}: {})", "{+}（字段 {=}，位于 {=}：{}）"),
    (
        "{}, so nothing could check the file; `download_url` downloads it all the same",
        "{+}，因此无从校验文件；用 `download_url` 仍可下载",
    ),
];
