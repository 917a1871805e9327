//! What `return_msg` says where `return_code` is FAIL: whether the request was turned away before anything was done for it.
//!
//! `return_code` is about the communication, not about the transaction (统一下单, 返回结果), and such an answer has no `sign`. Only the
//! texts of the tables below say for sure that nothing was done; any other leaves it open. The texts are those of the error tables of
//! the official pages (统一下单 and 提交付款码支付, 错误码: the code, 描述, 原因 and 解决方案 of `SIGNERROR` to `NOT_UTF8`), of the field
//! `return_msg` there (签名失败, 参数格式校验错误), of the pages in English, and texts that the gateway was seen to answer, as merchants quote
//! them in public issues and sources.

/// Texts that are the whole message, or its first clause.
const WHOLE: [&str; 37] = [
    // The signature.
    "SIGNERROR",
    "sign error",
    "签名错误",
    "签名失败",
    "错误的签名",
    // Parameters.
    "缺少必要的请求参数",
    "受理机构必须传入sub_mch_id",
    "invalid notify_url",
    "invalid bill_date",
    // The document.
    "XML_FORMAT_ERROR",
    "XML格式错误",
    "无效的XML格式",
    "NOT_UTF8",
    "编码格式错误",
    "无效编码格式",
    "未使用指定编码格式",
    "请使用UTF8编码格式",
    "请使用NOT_UTF8编码格式",
    "REQUIRE_POST_METHOD",
    "请使用post方法",
    "POST_DATA_EMPTY",
    "post数据为空",
    "post data为空",
    "post数据不能为空",
    // Who asks.
    "APPID_NOT_EXIST",
    "appid不存在",
    "appid not exist",
    "MCHID_NOT_EXIST",
    "mchid不存在",
    "mch_id not exist",
    "mch_id无效",
    "商户号mch_id或sub_mch_id不存在",
    "APPID_MCHID_NOT_MATCH",
    "appid和mch_id不匹配",
    "appid and mch_id not match",
    "商户号mch_id与appid不匹配",
    "mch_id和appid没有关联关系",
];

/// Texts about a parameter: what follows after a punctuation mark says which, and what of it. The first five may follow its name instead.
const PARAMETER: [&str; 11] = [
    "参数格式错误",
    "参数长度有误",
    "参数错误",
    "参数格式校验错误",
    "param error",
    "PARAM_ERROR",
    "缺少参数",
    "LACK_PARAMS",
    "lack of param",
    "invalid request param",
    "invalid request parameter",
];

/// How many of them may stand after a parameter's name; and those that a name may follow without a mark.
const AFTER_A_NAME: usize = 5;
const BEFORE_A_NAME: [&str; 3] = ["缺少参数", "lack of param", "invalid request param"];

/// Clauses that may follow any of them: what the tables say of causes and remedies.
const ADVICE: [&str; 16] = [
    "请检查后再试",
    "验签失败",
    "参数签名结果不正确",
    "请检查签名参数和方法是否都符合签名算法要求",
    "缺少必要的请求参数",
    "请检查参数是否齐全",
    "参数中缺少appid",
    "请检查appid是否正确",
    "参数中缺少mchid",
    "请检查mchid是否正确",
    "请确认appid和mch_id是否匹配",
    "请检查xml参数格式是否正确",
    "未使用post传递参数",
    "请检查请求参数是否通过post方法提交",
    "请检查post数据是否为空",
    "请使用UTF8编码格式",
];

/// A text with one of these leaves it open, whatever else it says.
const DOUBT: [&str; 66] = [
    "系统",
    "繁忙",
    "忙碌",
    "稍后",
    "稍候",
    "重试",
    "再试",
    "等待",
    "超时",
    "异常",
    "服务",
    "内部",
    "未知",
    "处理",
    "受理",
    "进行",
    "网络",
    "网关",
    "频率",
    "频繁",
    "过多",
    "限流",
    "限制",
    "支付",
    "付款",
    "扣款",
    "退款",
    "交易",
    "已",
    "完成",
    "成功",
    "可能",
    "银行",
    "后台",
    "数据库",
    "暂时",
    "暂不",
    "重复",
    "system",
    "busy",
    "retry",
    "again",
    "timeout",
    "timedout",
    "later",
    "pending",
    "wait",
    "internal",
    "unknown",
    "unavailable",
    "service",
    "server",
    "process",
    "network",
    "gateway",
    "upstream",
    "database",
    "frequen",
    "toomany",
    "limit",
    "overload",
    "paid",
    "success",
    "bank",
    "exception",
    "maybe",
];

/// The longest text that is looked at; the field has 128 characters.
const LONGEST: usize = 256;

/// Whether this text says that the request was turned away, and nothing was done.
pub(crate) fn is_final(text: &str) -> bool {
    if text.chars().count() > LONGEST {
        return false;
    }
    let clauses: Vec<String> = text.split(is_mark).map(fold).filter(|clause| !clause.is_empty()).collect();
    let Some((first, rest)) = clauses.split_first() else { return false };
    // What is not known word for word may say that it could be otherwise.
    let is_known = |clause: &String| [&WHOLE[..], &PARAMETER, &ADVICE].iter().any(|table| is_one_of(table, clause));
    let mut other = clauses.iter().filter(|clause| !is_known(clause));
    if other.any(|clause| DOUBT.iter().any(|doubt| clause.contains(doubt))) {
        return false;
    }
    is_about_a_parameter(first)
        || is_one_of(&WHOLE, first) && rest.iter().all(|clause| is_known(clause) || is_about_a_parameter(clause))
}

/// `参数错误`, `mch_id参数格式错误`, `缺少参数out_trade_no`.
fn is_about_a_parameter(clause: &str) -> bool {
    let is_name = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_one_of(&PARAMETER, clause)
        || PARAMETER[..AFTER_A_NAME].iter().any(|end| clause.strip_suffix(&fold(end)).is_some_and(is_name))
        || BEFORE_A_NAME.iter().any(|start| clause.strip_prefix(&fold(start)).is_some_and(is_name))
}

fn is_one_of(table: &[&str], clause: &str) -> bool {
    table.iter().any(|entry| fold(entry) == clause)
}

/// What ends a clause, in both scripts.
fn is_mark(c: char) -> bool {
    matches!(
        c,
        ',' | '，'
            | ';'
            | '；'
            | ':'
            | '：'
            | '.'
            | '。'
            | '!'
            | '！'
            | '('
            | '（'
            | ')'
            | '）'
            | '['
            | ']'
            | '【'
            | '】'
            | '|'
            | '\n'
    )
}

/// Letters, digits and Chinese characters alone, in lower case; full-width letters as the usual ones.
fn fold(text: &str) -> String {
    let usual = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c => c,
    };
    text.chars().map(usual).filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_turns_a_request_away() {
        for text in WHOLE.into_iter().chain(PARAMETER) {
            assert!(is_final(text), "{text}");
        }
        for text in [
            " 签名错误 ",
            "签名错误。",
            "签名错误！",
            "签名错误，请检查后再试",
            "AppID不存在，请检查后再试",
            "SIGN_ERROR",
            "Sign Error",
            "ＳＩＧＮ＿ＥＲＲＯＲ",
            "错误的签名，验签失败",
            "签名失败；参数格式校验错误",
            "mch_id参数格式错误",
            "appid参数长度有误",
            "nonce_str参数错误",
            "缺少参数out_trade_no",
            "缺少参数：out_trade_no",
            "参数错误:单号必须为33位以下的数字或字母",
            "invalid request param: total_fee",
            "PARAM_ERROR: openid",
            "XML 格式错误",
            "MCHID不存在，请检查MCHID是否正确",
            "请使用UTF-8编码格式",
        ] {
            assert!(is_final(text), "{text}");
        }
    }

    #[test]
    fn what_leaves_it_open() {
        for text in [
            "",
            " ，。",
            "FAIL",
            "OK",
            "系统繁忙，签名服务异常, 请重试",
            "系统错误",
            "SYSTEMERROR",
            "system error",
            "签名错误，系统繁忙",
            "签名错误，请稍后重试",
            "签名错误,请重试",
            "签名错误率过高",
            "签名错误次数",
            "签名服务错误",
            "验证签名时超时",
            "不是签名错误",
            "参数错误，系统超时",
            "参数错误:系统繁忙",
            "参数错误 请稍后再试",
            "PARAM_ERROR: busy, retry later",
            "param error (timeout)",
            "sign error, please try again",
            "sign error: internal service timeout",
            "sign errors detected in upstream",
            "系统参数错误",
            "system参数错误",
            "订单参数错误",
            "缺少参数，订单已支付",
            "appid不存在或者系统异常",
            "appid和mch_id不匹配的订单已受理",
            "invalid request",
            "invalid request param, but processed",
            "XML格式错误，交易可能已成功",
            "post数据为空?系统超时",
            "No Bill Exist",
            "签名错误，未知原因说明",
        ] {
            assert!(!is_final(text), "{text}");
        }
        assert!(!is_final(&format!("参数错误:{}", "长".repeat(300))));
    }
}
