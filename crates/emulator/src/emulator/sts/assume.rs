//! AssumeRole. Codes and messages are those of its page.

use super::role::{policy, session, validity, wrong};
use crate::{
    api::sts::{AssumeRole, AssumeRoleResponse},
    emulator::{
        gateway::{Call, Refusal, Serve, required},
        switches::KeyOwner,
    },
};

impl Serve for AssumeRole {
    fn serve(self, call: &mut Call<'_>) -> Result<AssumeRoleResponse, Refusal> {
        required("RoleArn", &self.role_arn)?;
        required("RoleSessionName", &self.role_session_name)?;
        let session =
            session(call, &self.role_arn, &self.role_session_name, self.source_identity.as_deref())?;
        let lasts = validity(call, self.duration_seconds)?;
        policy(self.policy.as_deref())?;
        if let Some(id) = self.external_id.as_deref().filter(|id| !id.is_empty())
            && (!(2..=1224).contains(&id.len())
                || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+=,.@:/-".contains(&byte)))
        {
            return Err(wrong("ExternalId", "The parameter ExternalId is wrongly formed."));
        }
        let by_role = call.world.temporary_keys.get(&call.access_key_id).is_some();
        if !by_role && call.switches().key_owner == KeyOwner::Account {
            return Err(Refusal::new(
                403,
                "NoPermission",
                "Roles may not be assumed by root accounts. (switch `key_owner=ram-user` makes the keys a user's)",
            ));
        }
        let key = call.world.issue(session, lasts);
        Ok(AssumeRoleResponse {
            request_id: String::new(),
            assumed_role_user: key.session.user(),
            source_identity: key.session.source_identity.clone(),
            credentials: key.credentials(),
        })
    }
}
