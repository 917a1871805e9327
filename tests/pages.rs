//! Lists page by page: what is asked for, where it ends, and what is refused.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls"))]

mod support;

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use support::block_on;
use wechatpay_chain::mock::{Call, Fault, Server};
use wechatpay_chain::{
    BoxError, Chain, Client, ErrorKind, Method, Response, Result, Signer, Value, Verifier, bytes::Bytes, json,
};

const LIST: &str = "v3/merchant-service/complaints-v2";

/// What it cannot be asked without.
const DAYS: &str = "begin_date=2026-11-01&end_date=2026-11-21";

fn list(wxpay: &Client) -> Chain {
    wxpay.chain(format!("{LIST}?{DAYS}"))
}

fn number(call: &Call, name: &str) -> Option<usize> {
    let mut pairs = call.query()?.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value.parse().unwrap())
}

/// A gateway with a list of the numbers below `total`, which it says.
fn gateway(total: usize) -> (Server, Client) {
    let gateway = Server::start().unwrap();
    gateway.on(Method::GET, LIST).reply_with(move |call| {
        let (offset, limit) = (number(call, "offset").unwrap(), number(call, "limit").unwrap());
        let data: Vec<_> = (offset..total.min(offset + limit)).collect();
        json!({"data": data, "offset": offset, "limit": limit, "total_count": total})
    });
    let wxpay = gateway.client().unwrap();
    (gateway, wxpay)
}

fn items(page: &Response) -> Vec<u64> {
    page.get("/data").unwrap()
}

/// What was asked for, as it is on the wire.
fn asked(gateway: &Server) -> Vec<(String, String)> {
    gateway.calls().iter().map(|call| (call.path().to_owned(), call.query().unwrap_or_default().to_owned())).collect()
}

fn offsets(gateway: &Server) -> Vec<usize> {
    gateway.calls().iter().map(|call| number(call, "offset").unwrap()).collect()
}

/// All pages of one walk by the async face.
fn by_async(chain: &Chain, limit: u32) -> Vec<Result<Response>> {
    let mut pages = chain.pages_async(limit);
    let mut found = Vec::new();
    while let Some(page) = block_on(pages.next()) {
        found.push(page);
    }
    assert!(block_on(pages.next()).is_none());
    found
}

#[test]
fn every_item_comes_once_and_in_order() {
    let (gateway, wxpay) = gateway(45);
    let chain = list(&wxpay).query("complainted_mchid", "1900012181");
    let mut found = Vec::new();
    for page in chain.pages(20) {
        let page: Response = page.unwrap();
        assert_eq!(page["total_count"], 45);
        found.extend(items(&page));
    }
    assert_eq!(found, (0..45).collect::<Vec<_>>());
    let sizes: Vec<_> = by_async(&chain, 20).into_iter().map(|page| items(&page.unwrap()).len()).collect();
    assert_eq!(sizes, [20, 20, 5]);
    let path = format!("/{LIST}");
    let expected = ["0", "20", "40", "0", "20", "40"]
        .map(|offset| (path.clone(), format!("{DAYS}&complainted_mchid=1900012181&offset={offset}&limit=20")));
    assert_eq!(asked(&gateway), expected);
}

#[test]
fn it_ends_with_the_total_a_short_page_or_nothing() {
    let sizes = |total: usize, limit: u32| {
        let (gateway, wxpay) = gateway(total);
        let pages: Vec<_> = list(&wxpay).pages(limit).map(|page| items(&page.unwrap()).len()).collect();
        assert_eq!(gateway.calls().len(), pages.len(), "a page for each call");
        pages
    };
    assert_eq!(sizes(40, 20), [20, 20]);
    assert_eq!(sizes(41, 20), [20, 20, 1]);
    assert_eq!(sizes(20, 20), [20]);
    assert_eq!(sizes(3, 20), [3]);
    assert_eq!(sizes(3, 1), [1, 1, 1]);
    assert_eq!(sizes(0, 20), [0]);

    // Without a total, a short page; without one, a page without items.
    let silent = Server::start().unwrap();
    silent.on(Method::GET, "v3/offlineface/face-collections").reply_with(|call| {
        let offset = number(call, "offset").unwrap();
        json!({"face_collections": (offset..(offset + 2).min(4)).collect::<Vec<_>>()})
    });
    let pages: Vec<_> =
        silent.client().unwrap()["v3/offlineface/face-collections?organization_id=1"].pages(2).collect();
    assert!(pages.iter().all(Result::is_ok));
    assert_eq!(offsets(&silent), [0, 2, 4]);
}

#[test]
fn an_offset_in_the_query_is_the_start_wherever_it_stands() {
    for spell in [
        |wxpay: &Client| {
            wxpay.chain(LIST).query("offset", 30).query("begin_date", "2026-11-01").query("end_date", "2026-11-21")
        },
        |wxpay: &Client| list(wxpay).query("limit", 10).query("offset", "30"),
        |wxpay: &Client| wxpay.chain(format!("{LIST}?offset=30&{DAYS}")),
        |wxpay: &Client| wxpay.chain(format!("{LIST}?{DAYS}&limit=10&offset=30")),
        |wxpay: &Client| {
            let chain = wxpay.chain("v3/merchant-service/{which}{?offset,begin_date,end_date}");
            chain
                .var("which", "complaints-v2")
                .var("offset", 30)
                .var("begin_date", "2026-11-01")
                .var("end_date", "2026-11-21")
        },
    ] {
        let (gateway, wxpay) = gateway(45);
        let found: Vec<_> = spell(&wxpay).pages(10).flat_map(|page| items(&page.unwrap())).collect();
        assert_eq!(found, (30..45).collect::<Vec<_>>());
        let expected = ["30", "40"].map(|offset| format!("{DAYS}&offset={offset}&limit=10"));
        assert_eq!(asked(&gateway).into_iter().map(|(_, query)| query).collect::<Vec<_>>(), expected);
    }
    // A path that holds values keeps them as they were.
    let (gateway, wxpay) = gateway(0);
    gateway.on(Method::GET, "v3/marketing/busifavor/stocks/{id}/couponcodes").reply(json!({"data": []}));
    let chain =
        wxpay.chain("v3/marketing/busifavor/stocks").arg("a/b {c}%").chain("couponcodes?offset=4&appid=%E5%BC%A0");
    assert_eq!(chain.pages(2).map(Result::unwrap).count(), 1);
    let expected = (
        "/v3/marketing/busifavor/stocks/a%2Fb%20%7Bc%7D%25/couponcodes".to_owned(),
        "appid=%E5%BC%A0&offset=4&limit=2".to_owned(),
    );
    assert_eq!(asked(&gateway), [expected]);
}

#[test]
fn a_page_that_fails_is_an_error_and_the_end() {
    let faults: [fn(&Server); 3] = [
        |gateway| _ = gateway.on(Method::GET, LIST).status(403, json!({"code": "NO_AUTH"})),
        |gateway| _ = gateway.on(Method::GET, LIST).fault(Fault::BadSignature),
        |gateway| _ = gateway.on(Method::GET, LIST).reply(json!({"one": [1], "two": [2]})),
    ];
    let kinds = [ErrorKind::Rejected, ErrorKind::Verify, ErrorKind::Decode];
    for (fail, kind) in faults.into_iter().zip(kinds) {
        let gateway = Server::start().unwrap();
        gateway.on(Method::GET, LIST).reply(json!({"data": [1, 2], "total_count": 7})).times(1);
        fail(&gateway);
        let wxpay = gateway.builder().retry(wechatpay_chain::Retry::none()).build().unwrap();
        let mut pages = list(&wxpay).pages(2);
        assert_eq!(items(&pages.next().unwrap().unwrap()), [1, 2]);
        let error = pages.next().unwrap().unwrap_err();
        assert_eq!((error.kind(), error.outcome_unknown()), (kind, false));
        assert!(pages.next().is_none() && pages.next().is_none());
    }
    let gateway = Server::start().unwrap();
    gateway.on(Method::GET, LIST).reply(json!({"one": ["o7"], "two": [2]}));
    let found = by_async(&list(&gateway.client().unwrap()), 2);
    let error = found[0].as_ref().unwrap_err();
    assert_eq!((found.len(), error.kind()), (1, ErrorKind::Decode));
    assert!(error.to_string().contains("`one`, `two`") && !error.to_string().contains("o7"), "{error}");
    assert!(error.request_id().is_some());
}

#[test]
fn what_cannot_be_walked_is_refused_before_anything_is_sent() {
    let (gateway, wxpay) = gateway(45);
    for (chain, limit, says) in [
        (list(&wxpay), 0, "the limit is 0"),
        (list(&wxpay).query("offset", "next"), 20, "`offset` is no whole number"),
        (list(&wxpay).query("offset", "-1"), 20, "`offset` is no whole number"),
        (list(&wxpay).query("offset", 0).query("offset", 20), 20, "`offset` twice"),
        (list(&wxpay).query("limit", 50), 20, "limit=50"),
        (wxpay.chain("v2/pay/orderquery"), 20, "starts with `v2`"),
        (wxpay.chain("v3/{missing}/list"), 20, "`missing`"),
        (wxpay.chain("https://evil.example/v3/list"), 20, "host"),
    ] {
        let found: Vec<_> = chain.pages(limit).collect();
        let error = found[0].as_ref().unwrap_err();
        assert_eq!((found.len(), error.kind()), (1, ErrorKind::Request), "{error}");
        assert!(error.to_string().contains(says), "{error}");
        let error = by_async(&chain, limit).remove(0).unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
    }
    assert!(gateway.calls().is_empty());
}

#[test]
fn where_the_documentation_counts_pages_all_items_come_whichever_it_is() {
    for counts_pages in [false, true] {
        for total in [7_usize, 30, 145] {
            let gateway = Server::start().unwrap();
            gateway.on(Method::GET, "v3/marketing/favor/stocks").reply_with(move |call| {
                let (offset, limit) = (number(call, "offset").unwrap(), number(call, "limit").unwrap());
                let first = if counts_pages { offset * limit } else { offset };
                json!({"data": (first..total.min(first + limit)).collect::<Vec<_>>(), "total_count": total})
            });
            let wxpay = gateway.client().unwrap();
            let stocks = wxpay.chain("v3/marketing/favor/stocks").query("stock_creator_mchid", "1900000109");
            let found: Vec<_> = stocks.pages(10).flat_map(|page| items(&page.unwrap())).collect();
            let expected: Vec<_> = (0..total as u64).collect();
            assert_eq!(found, expected, "{counts_pages} {:?}", offsets(&gateway));
        }
    }
}

#[test]
fn a_page_that_is_dropped_is_asked_for_again() {
    let (gateway, wxpay) = gateway(3);
    let mut pages = list(&wxpay).pages_async(2);
    drop(pages.next());
    assert!(gateway.calls().is_empty(), "nothing is asked for before it is polled");
    let first = block_on(pages.next()).unwrap().unwrap();
    assert_eq!(items(&first), [0, 1]);
    drop(pages.next());
    let second = block_on(pages.next()).unwrap().unwrap();
    assert_eq!(items(&second), [2]);
    assert!(block_on(pages.next()).is_none());
    let text = format!("{:?} {pages:?}", list(&wxpay).query("openid", "oUpF8").pages(2));
    assert!(text.contains(LIST) && !text.contains("oUpF8"), "{text}");
}

#[test]
fn pages_are_awaited_in_tasks_of_their_own() {
    fn is_send<T: Send + 'static>(value: T) -> T {
        value
    }
    let (_gateway, wxpay) = gateway(5);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let task = is_send(async move {
        let mut pages = list(&wxpay).pages_async(2);
        let mut found = 0;
        while let Some(page) = pages.next().await {
            found += page?.get::<Vec<Value>>("/data")?.len();
        }
        Ok::<_, wechatpay_chain::Error>(found)
    });
    assert_eq!(runtime.block_on(async { tokio::spawn(task).await.unwrap() }).unwrap(), 5);
}

/// Signs and verifies nothing, so that ten thousand calls take a moment.
struct Nothing;

impl Signer for Nothing {
    async fn sign(&self, _: Bytes) -> Result<Vec<u8>, BoxError> {
        Ok(vec![0; 256])
    }
}

impl Verifier for Nothing {
    async fn verify(&self, _: &str, _: Bytes, _: Bytes) -> Result<bool, BoxError> {
        Ok(true)
    }
}

/// Answers every request with the same page, and counts them.
fn the_same_page(count: Arc<AtomicUsize>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let body = r#"{"data":[{"id":"a"},{"id":"b"}],"total_count":1000000}"#;
    thread::spawn(move || {
        let mut buffer = vec![0; 16_384];
        while let Ok((mut stream, _)) = listener.accept() {
            // A small request comes in one piece, and the next one after its answer.
            while stream.read(&mut buffer).is_ok_and(|read| read > 0) {
                count.fetch_add(1, Ordering::SeqCst);
                let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
                let signed = format!(
                    "wechatpay-serial: PUB_KEY_ID_0\r\nwechatpay-timestamp: {now}\r\nwechatpay-nonce: n\r\nwechatpay-signature: AAAA"
                );
                let head = format!("HTTP/1.1 200 OK\r\n{signed}\r\ncontent-length: {}\r\n\r\n", body.len());
                stream.write_all((head + body).as_bytes()).unwrap();
            }
        }
    });
    url
}

#[test]
fn the_same_full_page_for_ever_ends_at_the_bound_and_says_so() {
    let count = Arc::new(AtomicUsize::new(0));
    let wxpay = Client::builder()
        .mchid("1900000109")
        .serial("3775B6A45ACD588826D15E583A95F5DD3775B6A4")
        .signer(Nothing)
        .verifier(Nothing)
        .base_uri(the_same_page(Arc::clone(&count)))
        .build()
        .unwrap();
    let mut pages = list(&wxpay).pages(2);
    for page in pages.by_ref().take(10_000) {
        assert_eq!(page.unwrap()["data"][1]["id"], "b");
    }
    let error = pages.next().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("10000 pages") && error.to_string().contains("same page"), "{error}");
    assert!(pages.next().is_none());
    assert_eq!(count.load(Ordering::SeqCst), 10_000);
}
