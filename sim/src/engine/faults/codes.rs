//! Codes of errors as APIv3's documents have them: the table that all products share.

#[derive(Clone, Copy, Debug)]
pub(crate) struct Code {
    pub(crate) code: &'static str,
    pub(crate) status: u16,
    pub(crate) message: &'static str,
    pub(crate) internal: u32,
}

pub(crate) const fn code(code: &'static str, status: u16, message: &'static str, internal: u32) -> Code {
    Code { code, status, message, internal }
}

/// What every endpoint may answer.
pub(crate) const COMMON: &[Code] = &[
    code("SIGN_ERROR", 401, "签名错误", 268_443_699),
    code("PARAM_ERROR", 400, "参数错误", 268_435_461),
    code("INVALID_REQUEST", 400, "无效请求", 0),
    code("NO_AUTH", 403, "商户号该产品权限未开通", 0),
    code("RESOURCE_NOT_EXISTS", 404, "查询的资源不存在", 0),
    code("FREQUENCY_LIMITED", 429, "频率超限", 268_447_840),
    code("SYSTEM_ERROR", 500, "系统异常，请稍后重试", 0),
];

/// What the products' pages list besides, in both spellings that are seen.
pub(crate) const CLASSIC: &[Code] = &[
    code("USERPAYING", 202, "需要用户输入支付密码", 0),
    code("ALREADY_EXISTS", 400, "单号已存在", 0),
    code("ORDER_CLOSED", 400, "订单已关闭", 268_447_914),
    code("ORDERPAID", 400, "该订单已支付", 268_449_538),
    code("ORDER_PAID", 400, "该订单已支付", 268_449_538),
    code("APPID_MCHID_NOT_MATCH", 400, "appid和mch_id不匹配", 268_445_527),
    code("MCH_NOT_EXISTS", 400, "商户号不存在", 0),
    code("NO_STATEMENT_EXIST", 400, "账单文件不存在", 0),
    code("STATEMENT_CREATING", 400, "账单生成中", 0),
    code("NOAUTH", 403, "商户号该产品权限未开通", 0),
    code("RULE_LIMIT", 403, "业务规则限制", 0),
    code("RULELIMIT", 403, "业务规则限制", 0),
    code("NOT_ENOUGH", 403, "余额不足", 0),
    code("NOTENOUGH", 403, "余额不足", 0),
    code("ACCOUNT_ERROR", 403, "账号异常", 0),
    code("ACCOUNTERROR", 403, "账号异常", 0),
    code("TRADE_ERROR", 403, "交易错误", 0),
    code("USER_ACCOUNT_ABNORMAL", 403, "用户账户异常", 0),
    code("OUT_TRADE_NO_USED", 403, "商户订单号重复", 0),
    code("ORDER_NOT_EXIST", 404, "订单不存在", 268_512_771),
    code("ORDERNOTEXIST", 404, "订单不存在", 268_512_771),
    code("NOT_FOUND", 404, "记录不存在", 0),
    code("FREQUENCY_LIMIT_EXCEED", 429, "频率超限", 268_447_840),
    code("RATELIMIT_EXCEEDED", 429, "频率超限", 268_447_840),
    code("SYSTEMERROR", 500, "系统异常，请稍后重试", 0),
    code("BANK_ERROR", 500, "银行系统异常", 0),
    code("BANKERROR", 500, "银行系统异常", 0),
    code("OPENID_MISMATCH", 500, "openid和appid不匹配", 0),
    code("INVALID_TRANSACTIONID", 500, "订单号非法", 0),
    code("SERVICE_UNAVAILABLE", 503, "服务不可用", 0),
];
