//! GetCallerIdentity.

use crate::{
    api::sts::{GetCallerIdentity, GetCallerIdentityResponse},
    emulator::{
        gateway::{Call, Refusal, Serve},
        switches::KeyOwner,
    },
};

impl Serve for GetCallerIdentity {
    fn serve(self, call: &mut Call<'_>) -> Result<GetCallerIdentityResponse, Refusal> {
        let account = call.account_id.clone();
        if let Some(key) = call.world.temporary_keys.get(&call.access_key_id) {
            let session = &key.session;
            return Ok(GetCallerIdentityResponse {
                request_id: String::new(),
                identity_type: "AssumedRoleUser".to_owned(),
                arn: format!("acs:sts::{account}:assumed-role/{}/{}", session.role, session.name),
                account_id: account,
                principal_id: session.assumed_role_id(),
                user_id: None,
                role_id: Some(session.role_id()),
            });
        }
        let (identity_type, user, arn) = match call.switches().key_owner {
            KeyOwner::Account => ("Account", account.clone(), format!("acs:ram::{account}:root")),
            KeyOwner::RamUser => ("RAMUser", user_id(&account), format!("acs:ram::{account}:user/bellcheck")),
        };
        Ok(GetCallerIdentityResponse {
            request_id: String::new(),
            identity_type: identity_type.to_owned(),
            account_id: account,
            principal_id: user.clone(),
            user_id: Some(user),
            role_id: None,
            arn,
        })
    }
}

/// The id of the account's one user: 18 digits that follow from the account's.
fn user_id(account: &str) -> String {
    format!("2{account:0>17}")
}
