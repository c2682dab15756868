//! What the emulator serves, and how each part of it was verified.

pub(super) mod evidence;
pub(super) mod refused;
mod table;

use serde_json::{Value, json};

use super::{OperationInfo, gateway};
use crate::openapi::{Field, Operation, fields_of};

pub use table::coverage_markdown;

/// One operation with its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationCoverage {
    /// The operation.
    pub operation: OperationInfo,
    /// The HTTP methods that it takes.
    pub methods: &'static [&'static str],
    /// How its answer was verified.
    pub verified: Vec<String>,
    /// Its parameters, in the order of the definition.
    pub parameters: Vec<ParameterCoverage>,
}

/// One parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterCoverage {
    /// The wire name, with `N` for numbers.
    pub name: String,
    /// `text`, `number` or `boolean`.
    pub kind: &'static str,
    /// How it was verified; empty where it was not.
    pub verified: Vec<String>,
    /// What is refused in it.
    pub refused: String,
}

macro_rules! table {
    ($($operation:ty),* $(,)?) => {
        fn fields(action: &str) -> Vec<Field> {
            match action {
                $( <$operation>::ACTION => fields_of::<$operation>(), )*
                _ => Vec::new(),
            }
        }
    };
}

crate::for_each_operation!(table);

/// Everything that the emulator serves. Parameters are read off the operations' types and cannot be
/// forgotten; the evidence is data.
#[must_use]
pub fn coverage() -> Vec<OperationCoverage> {
    gateway::operations().into_iter().map(of_operation).collect()
}

fn of_operation(operation: OperationInfo) -> OperationCoverage {
    let action = operation.action;
    let mut verified: Vec<String> =
        foreign().filter(|sent| sent.action == action).map(|sent| sent.client.to_owned()).collect();
    let mut add = |is: bool, how: &str| verified.extend(is.then(|| how.to_owned()));
    add(evidence::CAPTURED.iter().any(|(name, _)| *name == action), CAPTURED);
    add(evidence::SAMPLES.contains(&action), SAMPLE);
    add(evidence::OWN_TESTS.iter().any(|(name, _)| *name == action), OWN_TEST);
    OperationCoverage {
        operation,
        methods: gateway::methods_of(&operation),
        verified,
        parameters: fields(action).into_iter().map(|field| of_parameter(action, field)).collect(),
    }
}

/// What one foreign client sent to one operation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sent {
    pub(super) client: &'static str,
    pub(super) action: &'static str,
    parameters: &'static str,
}

impl Sent {
    pub(super) fn parameters(&self) -> impl Iterator<Item = &'static str> {
        self.parameters.split_whitespace()
    }
}

/// All that foreign clients sent.
pub(super) fn foreign() -> impl Iterator<Item = Sent> {
    evidence::FOREIGN.into_iter().flat_map(|(client, text)| {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let split = lines.filter_map(|line| line.split_once(':'));
        split.map(move |(action, parameters)| Sent { client, action, parameters })
    })
}

const CAPTURED: &str = "captured request";
const SAMPLE: &str = "published sample";
const OWN_TEST: &str = "own test";

fn of_parameter(action: &str, field: Field) -> ParameterCoverage {
    let name = field.name.as_str();
    let mut verified: Vec<String> = foreign()
        .filter(|sent| sent.action == action && sent.parameters().any(|sent| sent == name))
        .map(|sent| sent.client.to_owned())
        .collect();
    let mut add = |is: bool, how: &str| verified.extend(is.then(|| how.to_owned()));
    let captured = evidence::CAPTURED.iter().find(|(operation, _)| *operation == action);
    add(captured.is_some_and(|(_, sent)| sent.contains(&name)), CAPTURED);
    let tested = evidence::OWN_TESTS.iter().any(|(operation, _)| *operation == action);
    add(tested && !evidence::UNTESTED.contains(&(action, name)), OWN_TEST);
    let own = refused::REFUSED
        .iter()
        .find(|(operation, parameter, _)| (*operation == action || *operation == "*") && *parameter == name)
        .map(|(.., what)| *what);
    let of_type = match field.kind {
        "number" => "no whole number",
        "boolean" => "anything but true and false, in either case",
        _ => "",
    };
    let refused = [of_type, own.unwrap_or_default()].into_iter().filter(|part| !part.is_empty());
    let refused = refused.collect::<Vec<_>>().join("; ");
    ParameterCoverage { kind: field.kind, verified, refused, name: field.name }
}

/// [`coverage`] as JSON.
pub(super) fn coverage_json() -> Value {
    coverage()
        .into_iter()
        .map(|covered| {
            let operation = covered.operation;
            let parameters: Vec<Value> = covered
                .parameters
                .into_iter()
                .map(|parameter| {
                    json!({
                        "name": parameter.name, "type": parameter.kind,
                        "verified": parameter.verified, "refused": parameter.refused,
                    })
                })
                .collect();
            json!({
                "product": operation.product.name(), "version": operation.product.version(),
                "operation": operation.action, "writes": operation.writes, "methods": covered.methods,
                "verified": covered.verified, "parameters": parameters,
            })
        })
        .collect()
}
