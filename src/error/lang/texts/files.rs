//! Of the room `files`.

use super::super::template::Pair;

pub(in super::super) const TEXTS: &[Pair] = &[
    // files/bill/
    ("use the file as it was downloaded", "请使用下载得到的原始文件"),
    ("the bill is {known}", "账单是 {~known}"),
    ("the bill {why}", "账单{~why}"),
    ("begins with an empty line, expected a header", "首行为空，应为表头"),
    (
        "is JSON: an error of the gateway, or the answer that names the bill; expected the file of its download_url",
        "是 JSON：可能是网关的错误，或是申请账单的应答；应为其 download_url 对应的文件",
    ),
    (
        "is XML or HTML: an error of the gateway or of a proxy, expected a bill",
        "是 XML 或 HTML：网关或代理返回的错误；应为账单",
    ),
    ("begins with data, expected a header", "首行是数据，应为表头"),
    (
        "has quotes around its columns, as a spreadsheet saves it: {AS_DOWNLOADED}",
        "的列名带引号，像是电子表格另存的：{~AS_DOWNLOADED}",
    ),
    (
        "has no commas between its columns, as a spreadsheet saves it: {AS_DOWNLOADED}",
        "的列名之间没有逗号，像是电子表格另存的：{~AS_DOWNLOADED}",
    ),
    ("has data in its first line, expected a header", "首行含有数据，应为表头"),
    ("has a column without a name in its first line, expected a header", "首行有一列没有名称，应为表头"),
    ("in UTF-16, as a spreadsheet or an editor saves it", "UTF-16 编码，像是电子表格或编辑器另存的"),
    ("a zip archive or a spreadsheet (.xlsx)", "zip 压缩包或电子表格（.xlsx）"),
    ("a spreadsheet (.xls)", "电子表格（.xls）"),
    ("compressed, but not by gzip", "压缩数据，但不是 gzip"),
    ("a PDF", "PDF 文件"),
    ("no text", "非文本数据"),
    (
        "is not UTF-8 but likely GBK, as a spreadsheet saves it: {AS_DOWNLOADED}, or convert it with {remedy}",
        "不是 UTF-8，可能是 GBK，像是电子表格另存的：{~AS_DOWNLOADED}，或用 {remedy} 转换",
    ),
    ("is not UTF-8: {AS_DOWNLOADED}", "不是 UTF-8：{~AS_DOWNLOADED}"),
    ("the bill {} cannot be read", "无法读取账单 {}"),
    (
        "line {line} of the bill cannot be read: its gzip file is damaged, or not whole",
        "无法读取账单第 {line} 行：gzip 文件已损坏或不完整",
    ),
    ("line {line} of the bill cannot be read", "无法读取账单第 {line} 行"),
    ("the bill is another than the one that was opened: its columns differ", "账单与打开时的不是同一份：列不相同"),
    ("is the header once more: another bill follows", "又是表头：其后是另一份账单"),
    ("begins with no back-tick: it is no row, and no summary", "不以反引号开头：既不是明细，也不是汇总"),
    ("has more than {LONGEST} bytes", "超过 {LONGEST} 字节"),
    ("line {} of the bill: {column:?} {why}", "账单第 {} 行：{column:?} {~why}"),
    ("is not one of its columns", "不是账单中的列"),
    ("is no amount, expected yuan such as 1.05", "不是金额，应为以元为单位的数，例如 1.05"),
    ("has a fraction of a fen", "含有不足一分的小数"),
    ("is too large an amount", "金额过大"),
    ("the bill is empty, expected a header", "账单为空，应有表头"),
    (
        "line {line} of the bill has {found} cells, expected {expected}",
        "账单第 {line} 行有 {found} 个单元格，应为 {expected} 个",
    ),
    ("line {line} of the bill {why}", "账单第 {line} 行{~why}"),
    (
        "the bill does not end with its two lines of summary: it is incomplete, or no bill",
        "账单末尾没有两行汇总：不完整，或不是账单",
    ),
    // files/download/beginning.rs, files/download/refused_bill.rs, files/download/fetch.rs
    ("the bill is empty", "账单为空"),
    ("has no body", "没有应答体"),
    ("is JSON", "是 JSON"),
    ("is HTML or XML", "是 HTML 或 XML"),
    ("the answer is {}, expected a file{told}", "应答是 {}，应为文件{told}"),
    ("the answer {what}, expected a file{told}", "应答{~what}，应为文件{told}"),
    ("it is XML, and neither a bill nor a refusal", "是 XML，但既不是账单，也不是错误应答"),
    (
        "a layer of the application answered in the place of the statement, so nothing is verified",
        "应用的中间层代替对账单作出了应答，因此未能验签",
    ),
    ("the answer is {}, expected 200 OK with a file", "应答是 {}，应为 200 OK 与文件"),
    (
        "the answer does not say where it ends, and there is no hash that could tell if it is whole",
        "应答没有说明长度，也没有哈希值可以判断是否完整",
    ),
    (
        "; a download URL lives from 30 seconds to 5 minutes: ask for a new one",
        "；下载地址的有效期为 30 秒到 5 分钟：请重新申请",
    ),
    // files/download/plan.rs
    ("the answer's /download_bill_list is no list with files in it", "应答的 /download_bill_list 不是含有文件的列表"),
    (
        "the answer's /download_bill_count is {count}, its list has {found} files",
        "应答的 /download_bill_count 为 {count}，而列表中有 {found} 个文件",
    ),
    (
        "no file of the answer's /download_bill_list has the bill_sequence {sequence}",
        "应答的 /download_bill_list 中没有 bill_sequence 为 {sequence} 的文件",
    ),
    ("the answer's {place}/{name} is {}, expected a string", "应答的 {place}/{name} 是 {~}，应为字符串"),
    ("the answer has no {place}/{name}", "应答中没有 {place}/{name}"),
    (
        "the answer names an overseas statement, whose own signature says its hash: use `download_url`",
        "应答给出的是境外对账单，其自身的签名已包含哈希值：请用 `download_url`",
    ),
    (
        "the bill is encrypted for the merchant's private_key, which this client does not hold",
        "账单加密时使用了商户公钥，而此客户端没有配置对应的 private_key",
    ),
    ("encrypt_key: {error}", "encrypt_key：{~error}"),
    (
        "the bill's key has {key} bytes and its nonce {nonce}; expected 32, and some",
        "账单密钥有 {key} 字节，随机串有 {nonce} 字节；密钥应为 32 字节，随机串不应为空",
    ),
    (
        "the bill is encrypted, which needs the feature `aws-lc-rs` of this crate",
        "账单已加密，需要启用本 crate 的 `aws-lc-rs` 特性",
    ),
    (
        "`{operation}` is not one of the files that WeChat Pay serves unsigned: call it with a verb, whose answer is verified",
        "`{operation}` 不属于微信支付不签名的文件：请用请求方法（如 `get`）调用，其应答会验签",
    ),
    ("the download URL {why}", "下载地址{~why}"),
    ("is no URL", "不是 URL"),
    ("has no host, expected an absolute URL", "没有主机，应为绝对 URL"),
    ("has a user or a fragment, expected neither", "含有用户名或片段，两者都不应有"),
    (
        "names {scheme}://{authority}, which is neither the client's base_uri nor a host of WeChat Pay over https",
        "指向 {scheme}://{authority}，既不是客户端的 base_uri，也不是微信支付的 https 域名",
    ),
    (
        "the download URL is https, which needs the feature `tls` of this crate",
        "下载地址是 https，需要启用本 crate 的 `tls` 特性",
    ),
    ("has a `.` or `..` segment, expected none", "含有 `.` 或 `..` 路径段，不应有"),
    // files/download/sink.rs, files/download/stated.rs, files/download/target.rs, files/download/unpack.rs
    ("no thread that writes the file could be started", "无法启动写文件的线程"),
    ("the thread that writes the file ended too early", "写文件的线程提前结束"),
    ("the answer's header states a {name} that is none", "应答头声明的 {name} 不是有效的哈希值"),
    ("is no path", "不是路径"),
    ("has no file name", "没有文件名"),
    ("is not a regular file; `to_writer` writes to anything", "不是普通文件；`to_writer` 可以写到任意目标"),
    ("cannot be written: no temporary file can be made beside it", "无法写入：不能在同一目录中创建临时文件"),
    ("cannot be replaced with its permissions", "无法在保留其权限的情况下替换"),
    ("{} cannot be written", "无法写入 {}"),
    ("{} could not be given its name", "无法将文件命名为 {}"),
    (
        "the hash_type is SM3, which needs the feature `sm3` of this crate",
        "hash_type 是 SM3，需要启用本 crate 的 `sm3` 特性",
    ),
    (
        "the hash_type {name:?} is not known; expected SHA1, SHA256 or SM3",
        "未知的 hash_type {name:?}；应为 SHA1、SHA256 或 SM3",
    ),
    (
        "the hash_value has {} characters, expected {digits} hexadecimal digits for {name}",
        "hash_value 有 {} 个字符，{name} 应为 {digits} 位十六进制数字",
    ),
    ("the download ends within its gzip data", "下载内容在 gzip 数据中途结束"),
    ("the {name} of the download is {}, expected {value}", "下载内容的 {name} 是 {}，应为 {value}"),
    ("the download is not the gzip data it begins as", "下载内容以 gzip 开头，但不是有效的 gzip 数据"),
    ("the encrypted file is damaged, or its key is not the one for it", "加密文件已损坏，或密钥不是该文件的密钥"),
    ("the file is longer than {limit} bytes; `.limit(…)` allows more", "文件超过 {limit} 字节；可用 `.limit(…)` 放宽"),
    ("the download could not be written", "无法写入下载的内容"),
];
