//! Access keys that are disabled.

use super::world::World;

impl World {
    /// Enables or disables an access key; false when there is no such key. All are enabled at first.
    pub fn enable_access_key(&mut self, id: &str, enabled: bool) -> bool {
        if !self.access_keys.iter().any(|key| key.id == id) {
            return false;
        }
        if enabled {
            self.disabled_keys.remove(id);
        } else {
            self.disabled_keys.insert(id.to_owned());
        }
        true
    }
}
