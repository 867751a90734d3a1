//! Upstreams that are not the API: HTML pages, redirects, and errors that quote the call.

use crate::support::{describe, proxy};

use crate::support::faulty::Faulty;

fn response(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n{headers}\r\n{body}", body.len())
}

#[tokio::test]
async fn unexpected_responses_are_invalid() {
    let html = response("403 Forbidden", "Content-Type: text/html\r\n", "<p>blocked by a gateway</p>");
    for (name, sent) in [
        ("nothing", String::new()),
        ("not HTTP", "SSH-2.0-OpenSSH_9.6\r\n".to_owned()),
        ("cut body", "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"SubTasks\":[{".to_owned()),
        ("cut chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n{\"Sub".to_owned()),
        ("too large", "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n{".to_owned()),
        ("cut JSON", response("200 OK", "", "{\"SubTasks\":[{\"TaskId\"")),
        ("empty", response("200 OK", "", "")),
        ("HTML error", html),
        ("redirect", response("302 Found", "Location: http://127.0.0.1:1/\r\n", "{}")),
    ] {
        let faulty = Faulty::sending(sent).await;
        let response = describe(&proxy(faulty.address), "pcb-demo").await;
        let found = (response.status.as_u16(), response.code());
        assert_eq!(found, (502, "Proxy.UpstreamInvalid".to_owned()), "{name}: {}", response.text());
        assert_eq!(faulty.requests(), 1, "{name}: there is no retry");
        assert!(!response.text().contains("blocked by"), "{name}: the page is not quoted");
    }
}

#[tokio::test]
async fn an_error_that_quotes_the_call_is_withheld() {
    let body = r#"{"RequestId":"R-1","HostId":"h","Code":"SignatureDoesNotMatch","Message":"server CanonicalRequest is x-acs-signature-nonce:deadbeef","Recommend":"https://api.aliyun.com/troubleshoot?q=x"}"#;
    let address = Faulty::sending(response("400 Bad Request", "", body)).await.address;
    let response = describe(&proxy(address), "pcb-demo").await;
    assert_eq!((response.status.as_u16(), response.code().as_str()), (400, "SignatureDoesNotMatch"));
    assert_eq!(response.json()["RequestId"], "R-1");
    assert!(!response.text().contains("deadbeef"));
}
