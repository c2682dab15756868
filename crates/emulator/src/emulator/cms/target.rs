//! Where a rule's alerts go.

use super::ack::{CODE, ack, illegal, rule_not_found};
use crate::{
    api::cloudmonitor::{
        Ack, ContactParameter, DeleteEventRuleTargets, DescribeEventRuleTargetList,
        DescribeEventRuleTargetListResponse, FcParameter, MnsParameter, OpenApiParameter, SlsParameter,
        WebhookParameter,
    },
    emulator::gateway::{Call, Refusal, Serve, required},
};

/// Ids in one DeleteEventRuleTargets; documented.
const MOST_IDS: usize = 20;

/// A target. Its id is unique in its rule, over all kinds.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::emulator) enum Target {
    /// A contact group.
    Contact(ContactParameter),
    /// A URL.
    Webhook(WebhookParameter),
    /// A queue or topic.
    Mns(MnsParameter),
    /// A logstore.
    Sls(SlsParameter),
    /// A function.
    Fc(FcParameter),
    /// An OpenAPI call.
    OpenApi(OpenApiParameter),
}

impl Target {
    pub(super) fn id(&self) -> Option<&str> {
        match self {
            Self::Contact(target) => target.id.as_deref(),
            Self::Webhook(target) => target.id.as_deref(),
            Self::Mns(target) => target.id.as_deref(),
            Self::Sls(target) => target.id.as_deref(),
            Self::Fc(target) => target.id.as_deref(),
            Self::OpenApi(target) => target.id.as_deref(),
        }
    }

    /// The target with the resource name that the service adds.
    pub(super) fn with_arn(self, account: &str) -> Self {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        match self {
            Self::Mns(mut target) => {
                let resource = match &target.topic {
                    Some(topic) if !topic.is_empty() => format!("topics/{topic}"),
                    _ => format!("queues/{}", text(&target.queue)),
                };
                target.arn = Some(format!("acs:mns:{}:{account}:/{resource}", text(&target.region)));
                Self::Mns(target)
            }
            Self::Sls(mut target) => {
                target.arn = Some(format!(
                    "acs:log:{}:{account}:project/{}/logstore/{}",
                    text(&target.region),
                    text(&target.project),
                    text(&target.log_store)
                ));
                Self::Sls(target)
            }
            Self::Fc(mut target) => {
                target.arn = Some(format!(
                    "acs:fc:{}:{account}:services/{}/functions/{}",
                    text(&target.region),
                    text(&target.service_name),
                    text(&target.function_name)
                ));
                Self::Fc(target)
            }
            Self::OpenApi(mut target) => {
                let arn = target.arn.take().filter(|arn| !arn.is_empty());
                target.arn = arn.or_else(|| {
                    Some(format!(
                        "acs:openapi:{}:{account}:{}/{}/{}",
                        text(&target.region),
                        text(&target.product),
                        text(&target.version),
                        text(&target.action)
                    ))
                });
                Self::OpenApi(target)
            }
            plain @ (Self::Contact(_) | Self::Webhook(_)) => plain,
        }
    }
}

impl Serve for DescribeEventRuleTargetList {
    fn serve(self, call: &mut Call<'_>) -> Result<DescribeEventRuleTargetListResponse, Refusal> {
        required("RuleName", &self.rule_name)?;
        let rule =
            call.account().rules.get(&self.rule_name).ok_or_else(|| rule_not_found(&self.rule_name))?;
        let mut response = DescribeEventRuleTargetListResponse {
            code: CODE.to_owned(),
            ..DescribeEventRuleTargetListResponse::default()
        };
        for target in rule.targets.values().cloned() {
            match target {
                Target::Contact(target) => response.contact_parameters.items.push(target),
                Target::Webhook(target) => response.webhook_parameters.items.push(target),
                Target::Mns(target) => response.mns_parameters.items.push(target),
                Target::Sls(target) => response.sls_parameters.items.push(target),
                Target::Fc(target) => response.fc_parameters.items.push(target),
                Target::OpenApi(target) => response.open_api_parameters.items.push(target),
            }
        }
        Ok(response)
    }
}

impl Serve for DeleteEventRuleTargets {
    fn serve(self, call: &mut Call<'_>) -> Result<Ack, Refusal> {
        required("RuleName", &self.rule_name)?;
        if self.ids.is_empty() || self.ids.len() > MOST_IDS {
            return Err(illegal(format!("1 to {MOST_IDS} Ids")));
        }
        // No code for an unknown rule or target is documented: removing what is not there succeeds.
        if let Some(rule) = call.account().rules.get_mut(&self.rule_name) {
            for id in &self.ids {
                rule.targets.shift_remove(id);
            }
        }
        Ok(ack())
    }
}
