//! Answers as bytes.

use serde_json::{Value, json};

use super::Refusal;
use crate::openapi::{HttpResponse, Product};

/// A success: the operation's body with its request id.
pub(super) fn success(mut body: Value, request_id: &str) -> HttpResponse {
    if let Value::Object(object) = &mut body {
        object.insert("RequestId".to_owned(), request_id.into());
    }
    response(200, &body, request_id)
}

/// A refusal in the gateway's envelope. All fields are strings: one official SDK breaks on others.
pub(super) fn refusal(
    refusal: &Refusal,
    product: Option<Product>,
    host: Option<&str>,
    request_id: &str,
) -> HttpResponse {
    let name = product.map_or("", Product::name);
    let host = host.filter(|host| !host.is_empty()).unwrap_or(match product {
        Some(Product::Ecs) => "ecs.aliyuncs.com",
        Some(Product::Sts) => "sts.aliyuncs.com",
        Some(Product::Cms) | None => "metrics.aliyuncs.com",
    });
    let recommend = format!(
        "https://next.api.aliyun.com/troubleshoot?q={}&product={name}&requestId={request_id}",
        refusal.code
    );
    let body = json!({
        "RequestId": request_id, "HostId": host, "Code": refusal.code, "Message": refusal.message,
        "Recommend": recommend,
    });
    let mut response = response(refusal.status, &body, request_id);
    if let Some(wait) = refusal.retry_after {
        // Rounded up: who waits that long must not come too early.
        let millis = wait.as_nanos().div_ceil(1_000_000);
        response.headers.push(("x-acs-retry-after".to_owned(), millis.to_string()));
    }
    response
}

fn response(status: u16, body: &Value, request_id: &str) -> HttpResponse {
    HttpResponse {
        status,
        headers: vec![
            ("content-type".to_owned(), "application/json;charset=utf-8".to_owned()),
            ("x-acs-request-id".to_owned(), request_id.to_owned()),
        ],
        body: body.to_string().into_bytes(),
    }
}
