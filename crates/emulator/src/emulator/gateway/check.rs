//! The gateway: each check in its place, then the operation, then the journal.

use super::{Call, Refusal, answer, legacy, limits, methods, mismatch::signature_mismatch, routing, xml};
use crate::{
    clock::http_date,
    emulator::{
        Dropped,
        ids::IdKind,
        journal::{Entry, What},
        world::World,
    },
    openapi::{
        Claim, HttpRequest, HttpResponse, Params, Product, SignatureScheme, identify, identify_unsigned,
        mask_params, unsigned_call,
    },
};

/// What is known of a call by the time it is answered.
#[derive(Default)]
struct Known {
    operation: String,
    writes: bool,
    product: Option<Product>,
    account: String,
    params: Params,
    xml: bool,
}

impl World {
    /// Answers one API call at the present instant.
    ///
    /// Refusals come in this order: method, size, statements about the signature, number of
    /// parameters, format, operation, key, timestamp, signature, nonce, flow control, injected faults,
    /// parameters, size of the answer.
    pub fn handle(&mut self, request: &HttpRequest) -> HttpResponse {
        self.take_passage();
        let request_id = self.ids.uuid(IdKind::Request);
        let mut known = Known::default();
        let place = self.journal.len();
        let outcome = self.answer(request, &mut known).and_then(|body| limits::answer(&body).map(|()| body));
        let (status, code) = match (&outcome, self.dropped()) {
            (_, Some(Dropped::Before)) => (0, "DroppedBefore".to_owned()),
            (_, Some(Dropped::After)) => (0, "DroppedAfter".to_owned()),
            (Ok(body), None) => (200, code_of(body)),
            (Err(refusal), None) => (refusal.status, refusal.code.clone()),
        };
        let root = known.xml.then(|| known.operation.clone());
        let what = What::Call {
            operation: known.operation,
            writes: known.writes,
            account: known.account,
            params: mask_params(&mask_params(&known.params, &self.masks), &self.temporary_keys.masks),
            status,
            code,
            request_id: request_id.clone(),
        };
        // A call comes before what it brought about.
        self.journal.insert(place, Entry { at: self.now(), what });
        self.settle();
        let mut response = match outcome {
            Ok(body) => answer::success(body, &request_id),
            Err(refusal) => answer::refusal(&refusal, known.product, request.header("host"), &request_id),
        };
        // Clients compare their clocks with it; in a virtual world it is the world's.
        response.headers.push(("date".to_owned(), http_date(self.now())));
        match root {
            Some(action) => xml::rendered(response, &action),
            None => response,
        }
    }

    fn answer(&mut self, request: &HttpRequest, known: &mut Known) -> Result<serde_json::Value, Refusal> {
        methods::check_any(&request.method)?;
        limits::request(request)?;
        let mut claim = match unsigned_call(request) {
            Some((version, action)) if routing::is_unsigned(&version, &action) => identify_unsigned(request),
            _ => identify(request),
        }
        .map_err(|fault| Refusal::new(fault.status(), fault.code(), fault.message()))?;
        limits::parameters(&claim.params)?;
        known.operation.clone_from(&claim.action);
        known.params.clone_from(&claim.params);
        known.params.extend(claim.region_id.clone().map(|region| ("RegionId".to_owned(), region)));
        known.product = Product::of_version(&claim.version);
        known.xml = xml::wanted(&claim)?;
        legacy::leave_out(&mut claim);
        let operation = routing::find(&claim.version, &claim.action)?;
        methods::check(&request.method, &operation)?;
        known.writes = operation.writes;
        known.account = self.authenticate(&claim)?;
        let now = self.now();
        if let Some(pace) = &mut self.pace {
            pace.take(&known.account, &claim.action, now)?;
        }
        self.faults_for_call(&claim.action)?;
        let mut call = Call {
            account_id: known.account.clone(),
            access_key_id: claim.access_key_id.clone(),
            world: self,
        };
        routing::dispatch(&claim, operation.product, &mut call)
    }

    /// The account that the caller has proven to act for; empty for a call that nobody signs.
    fn authenticate(&mut self, claim: &Claim) -> Result<String, Refusal> {
        let is_signed = claim.scheme != SignatureScheme::Unsigned;
        let key = if is_signed { Some(self.key_of(claim)?) } else { None };
        if let Some(window) = self.switches.timestamp_window
            && self.now().duration_since(claim.instant).unsigned_abs() > window
        {
            return Err(Refusal::new(
                400,
                "InvalidTimeStamp.Expired",
                format!(
                    "Specified time stamp or date value is expired. (it is {} in this world; a virtual clock has its own time)",
                    self.now().strftime("%Y-%m-%dT%H:%M:%SZ")
                ),
            ));
        }
        let account = match key {
            Some((secret, account)) => {
                claim.verify(&secret).map_err(|fault| signature_mismatch(claim, &fault, &self.masks))?;
                account
            }
            None => String::new(),
        };
        // One official client sends unsigned calls without a nonce.
        if !is_signed && claim.nonce.is_empty() {
            return Ok(account);
        }
        let window = self.switches.timestamp_window.unwrap_or(NONCE_WINDOW);
        let now = self.now();
        if !self.nonces.take(&claim.access_key_id, &claim.nonce, claim.instant, now, window) {
            return Err(Refusal::new(
                400,
                "SignatureNonceUsed",
                "Specified signature nonce was used already.",
            ));
        }
        Ok(account)
    }
}

/// How long nonces are kept when timestamps are not checked.
const NONCE_WINDOW: std::time::Duration = std::time::Duration::from_secs(900);

/// The `Code` of a success; ECS answers without one.
fn code_of(body: &serde_json::Value) -> String {
    match body.get("Code") {
        Some(serde_json::Value::String(code)) => code.clone(),
        Some(code) => code.to_string(),
        None => String::new(),
    }
}
