//! Why a scan could not be recorded.
//!
//! The operator hears the sentence after "NOT recorded"; whatever the cause, nothing of the scan stays.

use crate::store::StoreError;

/// A scan could not be walked to its end.
#[derive(Debug, thiserror::Error)]
pub(super) enum StationError {
    /// The store could not read or write.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The answer could not be put into words for programs.
    #[error("write the answer as JSON: {0}")]
    Feedback(#[from] serde_json::Error),
    /// A source delivered a reading without a symbol; none of ours does.
    #[error("answer a reading: it has no symbol")]
    NoSymbol,
}
