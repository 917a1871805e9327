//! What stands before the gateway answers in HTML: nobody signs that.

use crate::gate::outgoing::Outgoing;

/// A 502, 503 or 504 as a web server before the gateway writes it.
pub(crate) fn gateway(status: u16) -> Outgoing {
    let reason = match status {
        502 => "Bad Gateway",
        503 => "Service Temporarily Unavailable",
        _ => "Gateway Time-out",
    };
    let title = format!("{status} {reason}");
    let text = format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n\
         <hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    );
    let answer = html(status, text);
    match status {
        503 => answer.with("Retry-After", "1"),
        _ => answer,
    }
}

/// A 302 to the same target of another host, one that cannot exist.
pub(crate) fn redirect(target: &str) -> Outgoing {
    html(302, String::new()).with("Location", format!("http://redirected.invalid{target}"))
}

fn html(status: u16, text: String) -> Outgoing {
    let headers = vec![("Content-Type".to_owned(), "text/html".to_owned())];
    Outgoing { status, headers, body: text.into() }
}
