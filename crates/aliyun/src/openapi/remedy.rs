//! What to do about a call that failed.

use std::time::Duration;

use super::{ApiError, ErrorKind, error::is_quota};
use crate::clock::human_duration;

impl ApiError {
    /// What to do about it, for the person who ran the command: by the code where it says more than
    /// the kind. Codes: the gateway's common errors and CloudMonitor's error tables.
    #[must_use]
    pub fn remedy(&self) -> String {
        let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| self.code.starts_with(prefix));
        let fixed = match self.kind {
            ErrorKind::Transport if self.course.attempts > 1 => {
                "check the network and the endpoint (`--endpoint`, BELLCHECK_ENDPOINT); what was sent may have taken effect, and running the command again is safe"
            }
            ErrorKind::Transport => "check the network and the endpoint (`--endpoint`, BELLCHECK_ENDPOINT)",
            ErrorKind::Credentials => {
                "mend the source of the credentials, or name another one; docs/credentials.md lists them"
            }
            ErrorKind::Denied if self.code == "InvalidAccessKeyId.NotFound" => {
                "there is no such access key: copy its id again, and check that it was not deleted"
            }
            ErrorKind::Denied if self.code == "InvalidAccessKeyId.Inactive" => {
                "the access key is disabled: enable it in the RAM console, or use another one"
            }
            ErrorKind::Denied if starts(&["SignatureDoesNotMatch", "IncompleteSignature"]) => {
                "the secret does not belong to this access key: copy both again"
            }
            ErrorKind::Denied if starts(&["InvalidTimeStamp", "IllegalTimestamp"]) => {
                "set the clock of this machine: the service accepts 15 minutes either way; an emulator with `--clock virtual` takes any time with `--switch timestamp_window=off`"
            }
            ErrorKind::Denied if starts(&["InvalidSecurityToken", "MissingSecurityToken"]) => {
                "the temporary keys are wrong or have expired: fetch new ones"
            }
            ErrorKind::Denied if self.is_permission() => return self.permission(),
            ErrorKind::Denied => "check the access key, the clock of this machine and the RAM policy",
            ErrorKind::Throttled => return self.throttled(),
            ErrorKind::NotFound => "it was there a moment ago, or nobody made it yet; run the command again",
            ErrorKind::Rejected if is_quota(&self.code) => {
                "the account has as many as it may: delete what is not used, or ask for a higher quota in the Quota Center"
            }
            ErrorKind::Rejected => "the service does not take these values; mend the spec",
            ErrorKind::Service => {
                "the service failed and may be well again soon: run the command again; if it stays so, give the RequestId to Alibaba Cloud's support"
            }
            ErrorKind::Protocol => "the answer is not what the operation promises; check the endpoint",
            ErrorKind::Interrupted => "run the command again; it continues where this one ended",
        };
        fixed.to_owned()
    }

    /// Whether the key is right and lacks a permission.
    pub fn is_permission(&self) -> bool {
        let codes = ["InvalidAuthorization", "Forbidden", "AccessForbidden", "AccessDenied", "NoPermission"];
        codes.iter().any(|code| self.code.starts_with(code)) || self.code == "403"
    }

    /// CloudMonitor's actions are its operations' names, for all resources. Source: the "Authorization"
    /// part of the operations' documents.
    fn permission(&self) -> String {
        match self.course.product {
            Some(product) => format!(
                "allow the RAM action `{}:{}` on resource `*` to the user or role of this access key",
                product.name().to_lowercase(),
                self.operation
            ),
            None => format!("allow {} to the user or role of this access key", self.operation),
        }
    }

    fn throttled(&self) -> String {
        if self.code == "ServiceUnavailable" {
            return "the service is busy; run the command again in a minute".to_owned();
        }
        let asked = self.retry_after_ms.map_or_else(
            || "in a minute".to_owned(),
            |millis| format!("in {}", human_duration(Duration::from_millis(millis))),
        );
        format!(
            "the account and its RAM users together call {} too often (20 a second are allowed); run the command again {asked}",
            self.operation
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openapi::Product;

    #[test]
    fn each_code_has_its_own_remedy() {
        let remedy = |code: &str, status| {
            let kind = ApiError::classify(status, code);
            let mut error = ApiError::local("PutContact", kind, String::new());
            (error.code, error.status) = (code.to_owned(), Some(status));
            error.course.product = Some(Product::Cms);
            error.remedy()
        };
        for (code, status, part) in [
            ("InvalidAuthorization", 403, "RAM action `cms:PutContact`"),
            ("Forbidden.RAM", 403, "RAM action `cms:PutContact`"),
            ("403", 200, "RAM action `cms:PutContact`"),
            ("InvalidAccessKeyId.NotFound", 404, "no such access key"),
            ("InvalidAccessKeyId.Inactive", 400, "is disabled"),
            ("SignatureDoesNotMatch", 400, "does not belong to this access key"),
            ("InvalidTimeStamp.Expired", 400, "clock of this machine"),
            ("InvalidSecurityToken.Expired", 400, "have expired"),
            ("Throttling.User", 400, "20 a second"),
            ("ServiceUnavailable", 503, "is busy"),
            ("ResourceOverLimit", 429, "Quota Center"),
            ("LimitExceeded", 402, "Quota Center"),
            ("ExceedingQuota", 400, "Quota Center"),
            ("InvalidParameterValue", 400, "mend the spec"),
            ("ContactNotExists", 404, "run the command again"),
            ("InternalError", 500, "RequestId"),
        ] {
            assert!(remedy(code, status).contains(part), "{code}: {}", remedy(code, status));
        }
    }
}
