//! From an action's name to its operation.

use serde_json::Value;

use super::{Call, Refusal, Serve};
use crate::{
    emulator::ecs,
    openapi::{Claim, Operation, Product},
};

/// An operation that the emulator serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OperationInfo {
    /// The product.
    pub product: Product,
    /// The wire name.
    pub action: &'static str,
    /// Whether it changes anything.
    pub writes: bool,
    /// Whether it is called without a signature.
    pub unsigned: bool,
}

macro_rules! table {
    ($($operation:ty),* $(,)?) => {
        /// Every operation that the emulator serves.
        #[must_use]
        pub fn operations() -> Vec<OperationInfo> {
            vec![$( OperationInfo {
                product: <$operation>::PRODUCT,
                action: <$operation>::ACTION,
                writes: <$operation>::WRITES,
                unsigned: <$operation>::UNSIGNED,
            }, )*]
        }

        /// Carries out the operation that the claim names, which must be one of [`operations`].
        pub(super) fn dispatch(claim: &Claim, product: Product, call: &mut Call<'_>) -> Result<Value, Refusal> {
            $( if <$operation>::PRODUCT == product && <$operation>::ACTION == claim.action {
                return run::<$operation>(claim, call);
            } )*
            Err(Refusal::internal())
        }
    };
}

crate::for_each_operation!(table);

fn run<O: Serve>(claim: &Claim, call: &mut Call<'_>) -> Result<Value, Refusal> {
    let operation: O = claim.decode().map_err(|fault| match O::PRODUCT {
        Product::Ecs => ecs::of_params(O::ACTION, fault),
        _ => Refusal::of_params(O::ACTION, fault),
    })?;
    let response = operation.serve(call)?;
    serde_json::to_value(response).map_err(|_| Refusal::internal())
}

/// Whether there is an operation of that version and name that is called without a signature.
pub(super) fn is_unsigned(version: &str, action: &str) -> bool {
    let product = Product::of_version(version);
    operations()
        .iter()
        .any(|known| known.unsigned && Some(known.product) == product && known.action == action)
}

/// The operation of that version and name.
pub(super) fn find(version: &str, action: &str) -> Result<OperationInfo, Refusal> {
    let known = operations();
    let product = Product::of_version(version);
    if let Some(found) =
        known.iter().find(|operation| Some(operation.product) == product && operation.action == action)
    {
        return Ok(*found);
    }
    let hint = match product {
        None => "the emulator has CloudMonitor 2019-01-01, ECS 2014-05-26 and STS 2015-04-01".to_owned(),
        Some(product) => nearest(&known, product, action),
    };
    Err(Refusal::new(
        404,
        "InvalidApi.NotFound",
        format!(
            "Specified api is not found, please check your url and method. (`{}` of version `{}`: {hint})",
            head(action),
            head(version)
        ),
    ))
}

/// As much of a name as an answer may repeat.
fn head(name: &str) -> &str {
    name.char_indices().nth(LONGEST_GUESS).map_or(name, |(end, _)| &name[..end])
}

/// Names longer than this are not compared.
const LONGEST_GUESS: usize = 100;

fn nearest(known: &[OperationInfo], product: Product, action: &str) -> String {
    if action.len() > LONGEST_GUESS {
        return "no operation has so long a name".to_owned();
    }
    let score = |operation: &&OperationInfo| strsim::jaro_winkler(operation.action, action);
    let near = known
        .iter()
        .filter(|operation| operation.product == product)
        .max_by(|one, two| score(one).total_cmp(&score(two)));
    match near {
        Some(near) if score(&near) > 0.85 => format!("did you mean `{}`?", near.action),
        _ => "the emulator does not have it; GET /_bellcheck/coverage lists what it has".to_owned(),
    }
}
