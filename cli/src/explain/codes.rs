//! The codes of answers, `APIv3` and `APIv2`, and statuses without one.

use super::finding::{Both, Finding, Retry};

const fn row(id: &'static str, status: u16, retry: Retry, title: Both, cause: Both, remedy: Both) -> Finding {
    Finding { id, also: &[], status, title, cause, remedy, retry }
}

impl Finding {
    const fn also(mut self, spellings: &'static [&'static str]) -> Self {
        self.also = spellings;
        self
    }
}

/// The codes that are known.
pub(super) const CODES: &[Finding] = &[
    row(
        "USERPAYING",
        202,
        Retry::Query,
        ("not finished yet", "未完成"),
        ("the payer is asked for the password, or the call is still being handled", "等待用户输入密码，或请求仍在处理"),
        ("query the order until it has a final state", "轮询订单直到终态"),
    ),
    row(
        "PARAM_ERROR",
        400,
        Retry::No,
        ("a parameter is wrong", "参数错误"),
        (
            "a member is missing, of another type, out of range, or unknown; detail.field names it",
            "字段缺失、类型不符、超出范围或未定义；detail.field 指出是哪个字段",
        ),
        ("mend the member and call again", "修正该字段后重新请求"),
    ),
    row(
        "INVALID_REQUEST",
        400,
        Retry::Query,
        ("a rule of the product forbids it", "不符合业务规则"),
        (
            "the state of the order does not allow it, or the same number came with other parameters",
            "订单状态不允许，或同一单号的参数前后不一致",
        ),
        (
            "query by the number first; then use the same parameters, or a new number",
            "先按单号查询；之后用相同参数重试，或换新单号",
        ),
    ),
    row(
        "ALREADY_EXISTS",
        400,
        Retry::Query,
        ("it exists already", "已存在"),
        ("this number was used for a call that went through", "该单号已有成功的请求"),
        ("query by the number", "按单号查询"),
    ),
    row(
        "ORDER_CLOSED",
        400,
        Retry::Query,
        ("the order is closed", "订单已关闭"),
        ("it was closed, or its time was over", "订单已被关闭或已过期"),
        ("make a new order under a new number", "换新单号重新下单"),
    ),
    row(
        "ORDERPAID",
        400,
        Retry::Query,
        ("the order is paid", "订单已支付"),
        ("it was paid before, perhaps by this very call", "订单此前已支付，可能就是本次请求"),
        ("query the order", "查询订单"),
    ),
    row(
        "APPID_MCHID_NOT_MATCH",
        400,
        Retry::No,
        ("the AppID is not bound to the merchant", "AppID 与商户号未绑定"),
        ("the AppID of the call is not bound to this merchant number", "请求中的 AppID 没有绑定该商户号"),
        ("bind them in the merchant platform (产品中心, AppID 账号管理)", "在商户平台（产品中心→AppID账号管理）绑定"),
    ),
    row(
        "MCH_NOT_EXISTS",
        400,
        Retry::No,
        ("there is no such merchant", "商户号不存在"),
        ("the merchant number, or the sub-merchant's, is wrong", "商户号或子商户号有误"),
        ("check the number in the merchant platform", "在商户平台核对商户号"),
    ),
    row(
        "NO_STATEMENT_EXIST",
        400,
        Retry::No,
        ("there is no bill for that day", "账单不存在"),
        ("nothing was traded on that day, or the day is out of reach", "当日没有交易，或日期超出可下载范围"),
        ("check the date; a day without trade has no bill", "核对日期；无交易的日子没有账单"),
    ),
    row(
        "STATEMENT_CREATING",
        400,
        Retry::Later,
        ("the bill is being made", "账单生成中"),
        ("bills of a day are ready from 10 o'clock of the next on", "账单次日 10 点后才生成"),
        ("ask again later", "稍后再下载"),
    ),
    row(
        "SIGN_ERROR",
        401,
        Retry::No,
        ("the signature is not accepted", "签名错误"),
        (
            "merchant number, serial, key, clock, or what was signed does not fit; nothing was done",
            "商户号、序列号、私钥、时间或签名串不匹配；请求未执行",
        ),
        (
            "run `wxpay doctor`; compare what was signed with sign_information by `--sent FILE`",
            "运行 `wxpay doctor`；用 `--sent 文件` 与 sign_information 比较",
        ),
    ),
    row(
        "NO_AUTH",
        403,
        Retry::No,
        ("not permitted", "无权限"),
        (
            "the product is not open for this merchant, or its address is not on the allow-list",
            "商户未开通该产品，或出口 IP 不在白名单",
        ),
        ("open the product in the merchant platform; check the allow-list", "在商户平台开通产品；检查 IP 白名单"),
    ),
    row(
        "RULE_LIMIT",
        403,
        Retry::No,
        ("a limit of the business", "业务规则限制"),
        ("a limit of amount, number, time or risk was reached", "达到金额、次数、时间或风控限制"),
        (
            "see the message; when the cause is gone, repeat under the same number",
            "按返回信息处理；原因消除后用原单号重试",
        ),
    ),
    row(
        "NOT_ENOUGH",
        403,
        Retry::No,
        ("not enough money", "余额不足"),
        ("the account that pays, or that refunds come from, has too little", "付款或退款账户余额不足"),
        ("top up the account; then repeat under the same number", "充值后用原单号重试"),
    ),
    row(
        "ACCOUNT_ERROR",
        403,
        Retry::No,
        ("the account cannot be used", "账户异常"),
        ("the account of the payer or payee does not allow it", "付款方或收款方账户异常"),
        (
            "see the message; when the cause is gone, repeat under the same number",
            "按返回信息处理；原因消除后用原单号重试",
        ),
    ),
    row(
        "TRADE_ERROR",
        403,
        Retry::No,
        ("the trade failed", "交易错误"),
        ("a business rule stopped the trade; the message says which", "业务原因导致交易失败，见返回信息"),
        (
            "see the message; when the cause is gone, repeat under the same number",
            "按返回信息处理；原因消除后用原单号重试",
        ),
    ),
    row(
        "USER_ACCOUNT_ABNORMAL",
        403,
        Retry::No,
        ("the user's account is abnormal", "用户账户异常"),
        ("the user's account is closed or restricted", "用户账户注销或受限"),
        ("refund or pay by another way", "改用其他方式退款或付款"),
    ),
    row(
        "OUT_TRADE_NO_USED",
        403,
        Retry::Query,
        ("the number is used already", "商户订单号重复"),
        ("the number was used with other parameters", "该单号已用于参数不同的订单"),
        ("query by the number; use a new one for a new order", "按单号查询；新订单换新单号"),
    ),
    row(
        "ORDER_NOT_EXIST",
        404,
        Retry::Query,
        ("there is no such order", "订单不存在"),
        ("the number is wrong, or the order was never made", "单号有误，或下单没有成功"),
        (
            "check the number; after an unknown outcome wait and ask again before concluding",
            "核对单号；若下单结果未知，稍后再查一次再下结论",
        ),
    ),
    row(
        "RESOURCE_NOT_EXISTS",
        404,
        Retry::Query,
        ("there is no such thing", "资源不存在"),
        ("what was asked for does not exist for this merchant", "该商户没有所查询的资源"),
        ("check the number; after an unknown outcome wait and ask again", "核对单号；若结果未知，稍后再查"),
    ),
    row(
        "NOT_FOUND",
        404,
        Retry::Query,
        ("not found", "未找到"),
        ("there is no such number, or no such path", "单号或路径不存在"),
        ("check number and path; after an unknown outcome wait and ask again", "核对单号与路径；若结果未知，稍后再查"),
    ),
    row(
        "FREQUENCY_LIMITED",
        429,
        Retry::Later,
        ("too often", "频率超限"),
        ("more calls than are allowed; this one was not taken", "调用过于频繁，本次未受理"),
        ("repeat the same call, slower", "降低频率后原样重试"),
    )
    .also(&["FREQUENCY_LIMIT_EXCEED"]),
    row(
        "RATELIMIT_EXCEEDED",
        429,
        Retry::Later,
        ("too often", "频率超限"),
        ("more calls than are allowed; this one was not taken", "调用过于频繁，本次未受理"),
        ("repeat the same call, slower", "降低频率后原样重试"),
    ),
    row(
        "SYSTEM_ERROR",
        500,
        Retry::Same,
        ("the gateway failed", "系统错误"),
        ("the gateway itself does not know whether it was done", "网关自身异常，结果未知"),
        ("repeat with the same number and parameters, or query", "用相同单号和参数重试，或查询结果"),
    ),
    row(
        "BANK_ERROR",
        500,
        Retry::Same,
        ("the bank failed", "银行系统异常"),
        ("the bank did not answer; whether it was done is unknown", "银行端超时，结果未知"),
        ("repeat with the same number and parameters, then query", "用相同单号和参数重试，再查询"),
    ),
    row(
        "OPENID_MISMATCH",
        500,
        Retry::No,
        ("the openid is of another AppID", "openid 与 AppID 不匹配"),
        (
            "the openid was got for another AppID; a mistake of the caller although the status is 500",
            "openid 属于另一个 AppID；虽是 500，属调用方错误",
        ),
        ("get the openid for the AppID of the call", "用请求中的 AppID 重新获取 openid"),
    ),
    row(
        "INVALID_TRANSACTIONID",
        500,
        Retry::No,
        ("the transaction id is none", "微信支付订单号非法"),
        (
            "the transaction_id is wrong; a mistake of the caller although the status is 500",
            "transaction_id 有误；虽是 500，属调用方错误",
        ),
        ("check the transaction_id, or query by the merchant's own number", "核对 transaction_id，或按商户单号查询"),
    ),
    row(
        "SERVICE_UNAVAILABLE",
        503,
        Retry::Same,
        ("the service is not available", "服务不可用"),
        ("the gateway could not handle it; whether it was done is unknown", "网关暂不可用，结果未知"),
        ("repeat with the same number and parameters, then query", "用相同单号和参数重试，再查询"),
    ),
    row(
        "BIZERR_NEED_RETRY",
        200,
        Retry::Same,
        ("to be repeated (APIv2 refund)", "退款业务流程错误，需重试（APIv2）"),
        ("another operation on the order was under way", "该订单有其他操作在进行"),
        ("repeat with the same number and parameters", "用相同单号和参数重试"),
    ),
    row(
        "INVALID_REQ_TOO_MUCH",
        200,
        Retry::Later,
        ("too many wrong calls (APIv2)", "无效请求过多（APIv2）"),
        ("the merchant is blocked for a minute", "商户被限制约一分钟"),
        ("mend the call, and wait a minute", "修正请求，一分钟后再试"),
    ),
    row(
        "TRADE_OVERDUE",
        200,
        Retry::No,
        ("too late for a refund (APIv2)", "订单已超过退款期限（APIv2）"),
        ("the order was paid more than a year ago", "支付已超过一年"),
        ("refund by another way", "改用其他方式退款"),
    ),
    row(
        "HTTP_501",
        501,
        Retry::No,
        ("not offered", "不支持"),
        ("the gateway does not offer this", "网关不提供该功能"),
        ("see the documentation of the path", "查阅该接口文档"),
    ),
    row(
        "HTTP_502",
        502,
        Retry::Same,
        ("a gateway in between failed", "网关错误"),
        ("whether it was done is unknown", "结果未知"),
        ("repeat with the same number and parameters, then query", "用相同单号和参数重试，再查询"),
    ),
    row(
        "HTTP_504",
        504,
        Retry::Same,
        ("no answer in time", "网关超时"),
        ("whether it was done is unknown", "结果未知"),
        ("repeat with the same number and parameters, then query", "用相同单号和参数重试，再查询"),
    ),
];
