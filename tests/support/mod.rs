//! What the tests share: a payload, the spellings, a raw server for answers no gateway would give.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses its part")]

pub mod foreign;
pub mod way_out;
pub mod wire;

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tokio::net::TcpSocket;
use tower::layer::layer_fn;
use tower::service_fn;
use tower::util::BoxCloneSyncService;
use wechatpay_chain::mock::{Call, Server};
use wechatpay_chain::{
    BoxError, Chain, Client, Error, Method, Response, Result, Retry, Stack, Value, bytes::Bytes, http, json,
};

pub const PRESIGN: &str = "v3/offlineface/contracts/presign";

/// A stand-in that answers presign with a token, and a client for it.
pub fn presign() -> (Server, Client) {
    let gateway = Server::start().unwrap();
    gateway.on(Method::POST, PRESIGN).reply(json!({"presign_token": "tk"}));
    let wxpay = gateway.client().unwrap();
    (gateway, wxpay)
}

/// For `reply_with`: an answer that is held back until the sender lets it go, one for each message, or all by being dropped.
///
/// While one is held the stand-in answers nothing else. So whoever has yet to wait for it is sure that it is not there.
pub fn held(reply: Value) -> (mpsc::Sender<()>, impl FnMut(&Call) -> Value + Send + 'static) {
    let (let_go, may_go) = mpsc::channel();
    let answer = move |_: &Call| {
        // An error says that the sender is gone: nothing is held any more.
        _ = may_go.recv();
        reply.clone()
    };
    (let_go, answer)
}

pub fn payload() -> Value {
    let user = json!({"out_user_id": "u1", "organization_id": "o1"});
    json!({"business_name": "张三的店", "contract_mode": "LIMIT_BANK_CARD", "facepay_user": user})
}

/// An endpoint that has `GET`, `POST`, `PUT` and `DELETE`, wants no query, and next to nothing in a body: [`hook`].
pub const HOOK: &str = "v3/merchant-service/complaint-notifications";

pub fn hook() -> Value {
    json!({"url": "https://shop.example/complaints"})
}

/// An endpoint that takes no body.
pub const EMPTY: &str = "v3/ecommerce/applyments/1/revoke";

/// A write that moves money; one refund is asked for by `GET` below it.
pub const REFUND: &str = "v3/refund/domestic/refunds";
pub const REFUND_1: &str = "v3/refund/domestic/refunds/1";

/// A refund of the merchant's own number.
pub fn refund(number: impl std::fmt::Display) -> Value {
    let amount = json!({"refund": 1, "total": 100, "currency": "CNY"});
    json!({"out_trade_no": "1217752501", "out_refund_no": number.to_string(), "amount": amount})
}

/// An order, and what is asked for one.
pub const NATIVE: &str = "v3/pay/transactions/native";

pub fn native() -> Value {
    json!({
        "appid": "wxd678efh567hg6787", "mchid": "1900000109", "description": "测试商品", "out_trade_no": "1217752501",
        "notify_url": "https://shop.example/paid", "amount": {"total": 100, "currency": "CNY"},
    })
}

/// The endpoint in the three spellings of the PHP documentation, and by the macro.
pub fn spellings(wxpay: &Client) -> [Chain; 4] {
    [
        wxpay.seg("v3").seg("offlineface").seg("contracts").seg("presign"),
        wxpay.chain(PRESIGN),
        wxpay[PRESIGN].clone(),
        wechatpay_chain::chain!(wxpay.v3.offlineface.contracts.presign),
    ]
}

pub fn token(response: Result<Response>) -> String {
    response.unwrap().get("/presign_token").unwrap()
}

/// Four spellings, each by `post` and by `.wait()`.
#[cfg(all(feature = "async", feature = "sync"))]
pub fn call_sync(wxpay: &Client) {
    for chain in spellings(wxpay) {
        assert_eq!(token(chain.post(payload())), "tk");
        assert_eq!(token(chain.post_async(payload()).wait()), "tk");
    }
}

/// Four spellings, awaited.
#[cfg(feature = "async")]
pub async fn call_async(wxpay: &Client) {
    for chain in spellings(wxpay) {
        assert_eq!(token(chain.post_async(payload()).await), "tk");
    }
}

/// An error with all its causes, as a log would have it.
pub fn full(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// A server that reads one request per connection and then does what the closure says.
pub fn raw_server(mut serve: impl FnMut(TcpStream, String) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let request = read_request(&mut stream);
            serve(stream, request);
        }
    });
    address
}

/// The head and, as far as `Content-Length` says, the body of a request.
pub fn read_request(stream: &mut TcpStream) -> String {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let read = stream.read(&mut buffer).unwrap_or(0);
        // All of it anew: a piece may end within a character.
        bytes.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            if read == 0 {
                return text;
            }
            continue;
        };
        let length = head
            .to_ascii_lowercase()
            .split_once("content-length: ")
            .map_or(0, |(_, rest)| rest.split("\r\n").next().unwrap().trim().parse::<usize>().unwrap());
        if body.len() >= length || read == 0 {
            return text;
        }
    }
}

/// An unsigned HTTP answer, in one piece: nobody can hang up on the rest of it.
pub fn respond(mut stream: TcpStream, status: &str, headers: &str, body: &str) {
    let length = body.len();
    let answer = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n{headers}\r\n{body}");
    stream.write_all(answer.as_bytes()).unwrap();
}

/// Polls a future on this thread without any runtime.
pub fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(thread::Thread);
    impl std::task::Wake for Unpark {
        fn wake(self: std::sync::Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = std::task::Waker::from(std::sync::Arc::new(Unpark(thread::current())));
    let mut future = std::pin::pin!(future);
    loop {
        match future.as_mut().poll(&mut std::task::Context::from_waker(&waker)) {
            std::task::Poll::Ready(output) => return output,
            std::task::Poll::Pending => thread::park(),
        }
    }
}

pub type HttpRequest = http::Request<Bytes>;
pub type HttpResponse = http::Response<Bytes>;
pub type Boxed = BoxCloneSyncService<HttpRequest, HttpResponse, BoxError>;

/// A layer from a function of the request and the stack below.
pub fn middleware<F, Fut>(function: F) -> impl tower::Layer<Stack, Service = Boxed> + Clone
where
    F: Fn(HttpRequest, Stack) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<HttpResponse, BoxError>> + Send + 'static,
{
    layer_fn(move |stack: Stack| {
        let function = function.clone();
        Boxed::new(service_fn(move |request| function(request, stack.clone())))
    })
}

pub const SECRET: &str = "192006250b4c09247ec02edce69f6a2d";

/// An order of APIv2, with all that XML has to escape.
pub fn order(wxpay: &Client) -> Value {
    json!({
        "appid": "wx8888888888888888", "mch_id": wxpay.mchid(), "out_trade_no": "1217752501", "total_fee": 100,
        "body": "<测试>&\"商品\" ]]>", "spbill_create_ip": "203.0.113.9", "notify_url": "https://shop.example/paid",
        "trade_type": "NATIVE",
    })
}

/// A refund of it.
pub fn refund_v2(wxpay: &Client) -> Value {
    json!({
        "appid": "wx8888888888888888", "mch_id": wxpay.mchid(), "out_trade_no": "1217752501", "out_refund_no": "1",
        "total_fee": 100, "refund_fee": 1,
    })
}

/// A client whose gateway answers every request with this.
pub fn answering(body: impl Into<Vec<u8>>) -> Client {
    let body = String::from_utf8_lossy(&body.into()).into_owned();
    let address = raw_server(move |stream, _| respond(stream, "200 OK", "", &body));
    Client::builder().mchid("1900000109").secret(SECRET).base_uri(format!("http://{address}/")).build().unwrap()
}

pub fn quick(attempts: u32) -> Retry {
    Retry::attempts(attempts).base(Duration::from_millis(1))
}

/// Where nobody listens, nor will: the port stays taken as long as the process lives, or another test could be given it.
pub fn nobody() -> SocketAddr {
    let socket = taken((Ipv4Addr::LOCALHOST, 0).into());
    let address = socket.local_addr().unwrap();
    std::mem::forget(socket);
    address
}

/// Takes a port without listening there: connections are refused, and nobody else is given it.
pub fn taken(address: SocketAddr) -> TcpSocket {
    let socket = TcpSocket::new_v4().unwrap();
    // The connections of one who listened there before do not stand in the way.
    socket.set_reuseaddr(true).unwrap();
    socket.bind(address).unwrap();
    socket
}
