//! Downloads: streamed, checked, and either whole or not there at all.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls"))]

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use std::{env, fs};

use support::{block_on, full, raw_server, respond};
use tempfile::TempDir;
use wechatpay_chain::mock::{BillFault, Fault, Reply, Server};
use wechatpay_chain::{Bill, Client, Error, ErrorKind, Method, Response, Retry, Value, json};

const STATEMENT: &str = "v3/global/statements?date=20261121&mchid=1900000109";

/// Enough rows for several pieces of a bill.
const ROWS: u64 = 2000;

fn gateway() -> (Server, Client, TempDir) {
    let gateway = Server::start().unwrap();
    gateway.bills(ROWS);
    let wxpay = gateway.client().unwrap();
    (gateway, wxpay, tempfile::tempdir().unwrap())
}

fn ask(wxpay: &Client, gzip: bool) -> Response {
    let chain = wxpay.chain("v3/bill/tradebill").query("bill_date", "2026-11-21");
    if gzip { chain.query("tar_type", "GZIP") } else { chain }.get().unwrap()
}

fn names(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

fn sum(path: &Path) -> (u64, i64) {
    let bill = Bill::open(path).unwrap();
    let rows = bill.rows().map(|row| row.unwrap().fen("应结订单金额").unwrap());
    rows.fold((0, 0), |(count, sum), fen| (count + 1, sum + fen))
}

/// The same download by all four terminals; none leaves anything but the error.
fn all_fail(folder: &Path, download: impl Fn() -> wechatpay_chain::Result<wechatpay_chain::Download>) -> Vec<Error> {
    let path = folder.join("bill.csv");
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let errors = [
        download().and_then(|download| download.to_path(&path)),
        block_on(async { download()?.to_path_async(&path).await }),
        download().and_then(|download| download.to_writer(&mut Vec::new())),
        runtime.block_on(async { download()?.to_writer_async(&mut Vec::new()).await }),
    ];
    assert!(names(folder).is_empty(), "{:?}", names(folder));
    fs::write(&path, "the bill of yesterday").unwrap();
    download().and_then(|download| download.to_path(&path)).unwrap_err();
    assert_eq!(fs::read_to_string(&path).unwrap(), "the bill of yesterday");
    assert_eq!(names(folder).len(), 1);
    fs::remove_file(&path).unwrap();
    errors.into_iter().map(Result::unwrap_err).collect()
}

#[test]
fn a_bill_arrives_whole_by_every_way_plain_and_compressed() {
    let (_gateway, wxpay, folder) = gateway();
    let expected = {
        let path = folder.path().join("first.csv");
        let written = wxpay.download(&ask(&wxpay, false)).unwrap().to_path(&path).unwrap();
        assert_eq!(written, path.metadata().unwrap().len());
        fs::read(path).unwrap()
    };
    for gzip in [false, true] {
        let (path, bill) = (folder.path().join("bill.csv"), ask(&wxpay, gzip));
        assert_eq!(wxpay.download(&bill).unwrap().to_path(&path).unwrap(), expected.len() as u64);
        assert_eq!(fs::read(&path).unwrap(), expected);
        let value: Value = bill.value().unwrap();
        block_on(wxpay.download(&value).unwrap().to_path_async(&path)).unwrap();
        assert_eq!(fs::read(&path).unwrap(), expected);
        let mut out = Vec::new();
        wxpay.download(&bill).unwrap().to_writer(&mut out).unwrap();
        assert_eq!(out, expected);
        out.clear();
        assert_eq!(block_on(wxpay.download(&bill).unwrap().to_writer_async(&mut out)).unwrap(), expected.len() as u64);
        assert_eq!(out, expected);
        assert_eq!(sum(&path), (ROWS, 100 * 2000 + 20 * 4950));
        assert_eq!(names(folder.path()).len(), 2);
    }
}

#[test]
fn what_is_wrong_with_a_bill_is_told_and_no_file_is_left() {
    for (fault, gzip, kinds, text) in [
        (BillFault::WrongHash, false, &[ErrorKind::Verify][..], "the SHA1 of the download is "),
        (BillFault::WrongHash, true, &[ErrorKind::Verify], "the SHA1 of the download is "),
        (BillFault::Tampered, false, &[ErrorKind::Verify], "the SHA1 of the download is "),
        (BillFault::Tampered, true, &[ErrorKind::Verify, ErrorKind::Transport], "the download"),
        (BillFault::Truncated, false, &[ErrorKind::Transport], "broke off after 32"),
        (BillFault::Truncated, true, &[ErrorKind::Transport], "broke off after "),
        (BillFault::Slow(Duration::from_secs(30)), false, &[ErrorKind::Timeout], "sent nothing for 1s after "),
    ] {
        let (gateway, patient, folder) = gateway();
        gateway.bills(ROWS).fault(fault);
        // As short as it may be where it is waited for, and for nobody else.
        let timeout = if matches!(fault, BillFault::Slow(_)) { 1 } else { 30 };
        let wxpay = gateway.builder().timeout(Duration::from_secs(timeout)).build().unwrap();
        let bill = ask(&patient, gzip);
        for error in all_fail(folder.path(), || wxpay.download(&bill)) {
            assert!(kinds.contains(&error.kind()), "{fault:?}: {}", full(&error));
            assert!(error.to_string().contains(text), "{fault:?}: {}", full(&error));
            assert!(!error.outcome_unknown() && error.is_retryable(), "{fault:?}");
            assert_eq!(error.attempts().len(), 1, "{fault:?}");
        }
    }
}

#[test]
fn a_pause_within_the_timeout_is_none() {
    let (gateway, wxpay, folder) = gateway();
    gateway.bills(ROWS).fault(BillFault::Slow(Duration::from_millis(200)));
    wxpay.download(&ask(&wxpay, true)).unwrap().to_path(folder.path().join("bill.csv")).unwrap();
}

#[test]
fn faults_of_the_connection_are_those_of_any_call() {
    for (fault, kind) in [
        (Fault::Reset, ErrorKind::Transport),
        (Fault::Truncated, ErrorKind::Transport),
        (Fault::Html, ErrorKind::Rejected),
        (Fault::Redirect, ErrorKind::Rejected),
        (Fault::Unsigned, ErrorKind::Verify),
        (Fault::Slow(Duration::from_secs(30)), ErrorKind::Timeout),
    ] {
        let (gateway, patient, folder) = gateway();
        gateway.on(Method::GET, "v3/billdownload/file").fault(fault);
        let timeout = if let Fault::Slow(_) = fault { 1 } else { 30 };
        // One attempt: the random wait before another might leave it no time, which would be a timeout.
        let wxpay = gateway.builder().timeout(Duration::from_secs(timeout)).retry(Retry::none()).build().unwrap();
        let bill = ask(&patient, false);
        for error in all_fail(folder.path(), || wxpay.download(&bill)) {
            assert_eq!(error.kind(), kind, "{fault:?}: {}", full(&error));
        }
    }
}

#[test]
fn an_expired_url_says_what_to_do() {
    let (gateway, wxpay, folder) = gateway();
    gateway.bills(ROWS).lifetime(Duration::ZERO);
    let bill = ask(&wxpay, false);
    for error in all_fail(folder.path(), || wxpay.download(&bill)) {
        assert_eq!(error.rejection().unwrap().status(), 404);
        assert!(error.to_string().contains("ask for a new one"), "{error}");
        assert!(!error.is_retryable());
    }
}

#[test]
fn encrypted_bills_are_decrypted_and_joined_in_order() {
    let (gateway, wxpay, folder) = gateway();
    let path = folder.path().join("bill.csv");
    for gzip in [false, true] {
        let chain = wxpay.chain("v3/bill/sub-merchant-fundflowbill{?sub_mchid,bill_date,account_type,algorithm}");
        let chain = chain.var("sub_mchid", "1900000110").var("bill_date", "2026-11-21");
        let chain = chain.var("account_type", "BASIC").var("algorithm", "AEAD_AES_256_GCM");
        let bill = if gzip { chain.query("tar_type", "GZIP") } else { chain }.get().unwrap();
        assert_eq!(bill.get::<u64>("/download_bill_list/0/bill_sequence").unwrap(), 2, "the stand-in shuffles them");
        let written = wxpay.download(&bill).unwrap().to_path(&path).unwrap();
        assert_eq!((written, sum(&path).0), (path.metadata().unwrap().len(), ROWS));
        let too_long = wxpay.download(&bill).unwrap().limit(written - 1).to_writer(&mut Vec::new()).unwrap_err();
        assert!(too_long.to_string().contains("`.limit(…)` allows more"), "{too_long}");
    }
    fs::remove_file(&path).unwrap();
    gateway.bills(ROWS).fault(BillFault::Tampered);
    let all = "bill_date=2026-11-21&account_type=ALL&algorithm=AEAD_AES_256_GCM";
    let bill = wxpay.chain(format!("v3/ecommerce/bill/fundflowbill?{all}")).get().unwrap();
    for error in all_fail(folder.path(), || wxpay.download(&bill)) {
        assert_eq!(error.kind(), ErrorKind::Decrypt, "{}", full(&error));
    }
    let value: Value = bill.value().unwrap();
    for (pointer, other, kind, text) in [
        ("/download_bill_count", json!(3), ErrorKind::Request, "/download_bill_count is 3, its list has 2 files"),
        ("/download_bill_list/0/bill_sequence", json!(1), ErrorKind::Request, "has the bill_sequence 2"),
        (
            "/download_bill_list/0/encrypt_key",
            json!("AAAA"),
            ErrorKind::Decrypt,
            "encrypt_key: the ciphertext is damaged",
        ),
        ("/download_bill_list/0/nonce", json!(""), ErrorKind::Decrypt, "its nonce 0"),
        ("/download_bill_list/0/nonce", json!(1), ErrorKind::Request, "/nonce is a number"),
        ("/download_bill_list", json!([]), ErrorKind::Request, "no list with files"),
    ] {
        let mut value = value.clone();
        *value.pointer_mut(pointer).unwrap() = other;
        let error = wxpay.download(&value).unwrap_err();
        assert!(error.kind() == kind && error.to_string().contains(text), "{pointer}: {}", full(&error));
    }
}

#[test]
fn images_keep_their_url_and_invoices_get_no_authorization() {
    let (gateway, wxpay, folder) = gateway();
    let image: Vec<u8> = (0..=u8::MAX).cycle().take(300_000).collect();
    gateway.on(Method::GET, "v3/merchant-service/images/{media_id}").reply(Reply::file("image/jpeg", image.clone()));
    gateway.on(Method::GET, "v3/new-tax-control-fapiao/download").reply(Reply::file("application/pdf", "%PDF-1.4"));
    let path = folder.path().join("x.jpg");
    let told = Arc::new(Mutex::new(Vec::new()));
    let telling = Arc::clone(&told);
    let url = format!("{}v3/merchant-service/images/ChsyMDAw%2FFR1pAGKAMwAjgB%2f?a=%41|", gateway.url());
    let download = wxpay.download_url(&url).unwrap();
    download.progress(move |done, total| telling.lock().unwrap().push((done, total))).to_path(&path).unwrap();
    assert_eq!(fs::read(&path).unwrap(), image);
    let told = told.lock().unwrap();
    assert!(told.windows(2).all(|pair| pair[0].0 < pair[1].0), "{told:?}");
    assert!(told.iter().all(|(_, total)| *total == Some(300_000)) && told.last().unwrap().0 == 300_000);
    let invoice = wxpay.download_url(format!("{}v3/new-tax-control-fapiao/download?token=x", gateway.url())).unwrap();
    block_on(invoice.to_path_async(&path)).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"%PDF-1.4");
    let calls = gateway.calls();
    assert_eq!(calls[0].path(), "/v3/merchant-service/images/ChsyMDAw%2FFR1pAGKAMwAjgB%2f");
    assert_eq!(calls[0].query(), Some("a=%41|"));
    assert!(calls[0].headers().contains_key("authorization") && calls[0].headers()["accept"] == "*/*");
    assert!(!calls[1].headers().contains_key("authorization"));
}

#[test]
fn a_statement_is_verified_by_the_signature_of_its_digest() {
    let (gateway, wxpay, folder) = gateway();
    let gzip = {
        use std::io::Write as _;
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(b"a,b\r\n").unwrap();
        encoder.finish().unwrap()
    };
    for bytes in [b"a,b\r\n".to_vec(), gzip] {
        gateway.on(Method::GET, "v3/global/statements").reply(Reply::file("text/csv", bytes)).times(1);
        let path = folder.path().join("statement.csv");
        let statement = wxpay.chain(STATEMENT);
        statement.download(Method::GET, ()).unwrap().to_path(&path).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"a,b\r\n");
        fs::remove_file(&path).unwrap();
    }
    gateway.on(Method::GET, "v3/global/statements").fault(Fault::Unsigned);
    let statement = || wxpay.chain(STATEMENT).download(Method::GET, ());
    for error in all_fail(folder.path(), statement) {
        assert_eq!(error.kind(), ErrorKind::Verify, "{}", full(&error));
    }
}

#[test]
fn only_known_files_and_hosts_are_asked() {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.builder().base_uri("https://proxy.example:8443/wx/").build().unwrap();
    for url in [
        "https://api.mch.weixin.qq.com/v3/billdownload/file?token=x",
        "https://API2.MCH.weixin.qq.com:443/v3/billdownload/file?token=x",
        "https://api.wechatpay.cn/v3/merchant-service/images/x",
        "https://pay.wechatpay.cn/any/path?of=an_invoice",
        "https://payapp.weixin.qq.com/v3/billdownload/file?token=x",
        "https://proxy.example:8443/wx/v3/billdownload/file?token=x",
    ] {
        assert!(wxpay.download_url(url).is_ok(), "{url}");
    }
    for (url, text) in [
        ("", "is no URL"),
        ("/v3/billdownload/file?token=x", "has no host"),
        (
            "http://api.mch.weixin.qq.com/v3/billdownload/file?token=x",
            "names http://api.mch.weixin.qq.com, which is neither",
        ),
        ("https://api.mch.weixin.qq.com:444/v3/billdownload/file", "neither"),
        ("https://evil.example/v3/billdownload/file?token=x", "names https://evil.example"),
        ("https://api.mch.weixin.qq.com.evil.example/v3/billdownload/file", "neither"),
        ("https://evilmch.weixin.qq.com/v3/billdownload/file", "neither"),
        ("https://weixin.qq.com/v3/billdownload/file", "neither"),
        ("https://api.mch.weixin.qq.com@evil.example/v3/billdownload/file", "a user"),
        ("https://evil.example#@api.mch.weixin.qq.com/v3/billdownload/file", "a user or a fragment"),
        ("https://proxy.example/wx/v3/billdownload/file", "neither"),
        ("https://api.mch.weixin.qq.com/v3/certificates", "`/v3/certificates` is not one of the files"),
        ("https://api.mch.weixin.qq.com/v3/pay/transactions/id/1", "is not one of the files"),
        ("https://proxy.example:8443/wx/v3/certificates", "is not one of the files"),
    ] {
        let error = wxpay.download_url(url).unwrap_err();
        assert!(error.kind() == ErrorKind::Request && full(&error).contains(text), "{url}: {}", full(&error));
        assert!(!full(&error).contains("token=x"), "{url}");
    }
    let file = "https://api.mch.weixin.qq.com/v3/billdownload/file?token=x";
    for (answer, text) in [
        (json!({}), "has no /download_url"),
        (json!({"download_url": 7}), "/download_url is a number"),
        (json!({"download_url": file}), "has no /hash_type, so nothing could check the file; `download_url` downloads"),
        (json!({"download_url": file, "hash_type": "SHA1"}), "has no /hash_value"),
        (json!({"download_url": file, "hash_type": "SHA1", "hash_value": "x"}), "expected 40 hexadecimal digits"),
        (json!({"download_url": file, "hash_type": "MD5", "hash_value": "x"}), "\"MD5\" is not known"),
        (json!([]), "has no /download_url"),
    ] {
        let error = wxpay.download(&answer).unwrap_err();
        assert!(error.kind() == ErrorKind::Request && error.to_string().contains(text), "{answer}: {}", full(&error));
    }
    for (method, path) in [(Method::GET, "v3/certificates"), (Method::POST, "v3/billdownload/file")] {
        let error = wxpay.chain(path).download(method, ()).unwrap_err();
        assert!(error.kind() == ErrorKind::Request && error.to_string().contains("is not one of the files"), "{error}");
    }
    assert!(gateway.calls().is_empty());
}

#[test]
fn where_it_cannot_be_written_nothing_is_sent() {
    let (gateway, wxpay, folder) = gateway();
    let bill = ask(&wxpay, false);
    let calls = gateway.calls().len();
    for (path, text) in [
        (folder.path().join("no/such/folder/bill.csv"), "no temporary file can be made"),
        (folder.path().to_owned(), "is not a regular file"),
        (PathBuf::from("/"), "has no file name"),
        #[cfg(unix)]
        (PathBuf::from("/dev/null"), "is not a regular file; `to_writer` writes to anything"),
    ] {
        for error in [
            wxpay.download(&bill).unwrap().to_path(&path).unwrap_err(),
            block_on(wxpay.download(&bill).unwrap().to_path_async(&path)).unwrap_err(),
        ] {
            assert!(error.kind() == ErrorKind::Io && error.to_string().contains(text), "{}", full(&error));
        }
    }
    assert_eq!(gateway.calls().len(), calls);
    assert!(names(folder.path()).is_empty());
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_is_an_error_of_the_writer() {
    let (_gateway, wxpay, _) = gateway();
    let full_device = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let error = wxpay.download(&ask(&wxpay, true)).unwrap().to_writer(full_device).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(full(&error).contains("could not be written: No space left on device"), "{}", full(&error));
    assert!(!error.is_retryable() && error.attempts().len() == 1);
}

/// Runs itself under a limit of 64 KiB for each file: writing fails there as on a full disk.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_no_file() {
    const FOLDER: &str = "WECHATPAY_TEST_FOLDER";
    if let Some(folder) = env::var_os(FOLDER) {
        let (_gateway, wxpay, _) = gateway();
        let (bill, path) = (ask(&wxpay, true), Path::new(&folder).join("bill.csv"));
        for error in [
            wxpay.download(&bill).unwrap().to_path(&path).unwrap_err(),
            block_on(wxpay.download(&bill).unwrap().to_path_async(&path)).unwrap_err(),
        ] {
            println!("{:?}: {}", error.kind(), full(&error));
            assert!(names(Path::new(&folder)).is_empty());
        }
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let command = "trap '' XFSZ; ulimit -f 64; exec \"$0\" --exact a_full_disk_leaves_no_file --nocapture";
    let mut child = Command::new("bash");
    child.arg("-c").arg(command).arg(env::current_exe().unwrap()).env(FOLDER, folder.path());
    let output = child.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(text.matches("Io: the download could not be written: File too large").count(), 2, "{output:?}");
    assert!(names(folder.path()).is_empty());
}

#[test]
fn dropping_a_download_leaves_nothing() {
    let (gateway, wxpay, folder) = gateway();
    gateway.bills(ROWS).fault(BillFault::Slow(Duration::from_secs(30)));
    let bill = ask(&wxpay, false);
    let path = folder.path().join("bill.csv");
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let mut begun = Some(begun);
    let download = wxpay.download(&bill).unwrap().progress(move |_, _| {
        if let Some(begun) = begun.take() {
            begun.send(()).unwrap();
        }
    });
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let mut pending = Box::pin(download.to_path_async(&path));
        tokio::select! {
            result = &mut pending => panic!("{result:?}"),
            begun = has_begun => begun.unwrap(),
        }
        assert_eq!(names(folder.path()).len(), 1, "the temporary file is there");
        drop(pending);
        assert!(names(folder.path()).is_empty());
    });
    // Nothing of it comes back when the thread that wrote it hears of the end.
    gateway.bills(ROWS).fault(BillFault::WrongHash);
    wxpay.download(&ask(&wxpay, false)).unwrap().to_path(&path).unwrap_err();
    assert!(names(folder.path()).is_empty());
}

#[test]
fn an_answer_without_an_end_needs_a_hash() {
    use std::io::Write as _;
    let address = raw_server(|mut stream, _| {
        write!(stream, "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nabc").unwrap();
    });
    let gateway = Server::start().unwrap();
    let wxpay = gateway.builder().base_uri(format!("http://{address}/")).build().unwrap();
    let url = format!("http://{address}/v3/billdownload/file?token=x");
    let error = wxpay.download_url(&url).unwrap().to_writer(&mut Vec::new()).unwrap_err();
    assert!(
        error.kind() == ErrorKind::Transport && error.to_string().contains("does not say where it ends"),
        "{error}"
    );
    let answer =
        json!({"download_url": url, "hash_type": "sha1", "hash_value": "a9993e364706816aba3e25717850c26c9cd0d89d"});
    let mut out = Vec::new();
    assert_eq!(wxpay.download(&answer).unwrap().to_writer(&mut out).unwrap(), 3);
    assert_eq!(out, b"abc");
}

#[test]
fn other_answers_than_200_are_no_files() {
    let address = raw_server(|stream, _| respond(stream, "206 Partial Content", "", "abc"));
    let gateway = Server::start().unwrap();
    let wxpay = gateway.builder().base_uri(format!("http://{address}/")).build().unwrap();
    let download = wxpay.download_url(format!("http://{address}/v3/merchant-service/images/x")).unwrap();
    let error = download.to_writer(&mut Vec::new()).unwrap_err();
    assert!(
        error.kind() == ErrorKind::Decode && error.to_string().contains("206 Partial Content, expected 200"),
        "{error}"
    );
}

#[test]
fn the_url_of_a_coupon_flow_has_another_name() {
    let (gateway, wxpay, _) = gateway();
    let bill: Value = ask(&wxpay, true).value().unwrap();
    let flow = json!({"url": bill["download_url"], "hash_type": bill["hash_type"], "hash_value": bill["hash_value"]});
    let written = wxpay.download(&flow).unwrap().to_writer(std::io::sink()).unwrap();
    assert!(written > 100 * ROWS, "{written}");
    assert_eq!(gateway.calls().len(), 2);
}
