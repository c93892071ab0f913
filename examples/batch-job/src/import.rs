//! The job itself, and what there is to say about it.

use std::fs;
use std::io;
use std::path::Path;

use promcore::{Error, Gauge, GaugeVec};

/// What is said about a run. All are gauges, as the next run starts anew.
#[derive(Clone, Debug)]
pub(crate) struct Metrics {
    pub(crate) duration: Gauge,
    pub(crate) success: Gauge,
    pub(crate) last_success: Gauge,
    pub(crate) rows: GaugeVec<1>,
}

impl Metrics {
    pub(crate) fn new() -> Result<Self, Error> {
        let rows = GaugeVec::new("import_rows", "Rows of the last run.", ["outcome"])?;
        for outcome in ["imported", "rejected"] {
            rows.with([outcome]).set(0.0); // So that none is a number, too.
        }
        Ok(Self {
            duration: Gauge::new("import_duration_seconds", "How long the last run took.")?,
            success: Gauge::new("import_success", "Whether the last run went well.")?,
            last_success: Gauge::new(
                "import_last_success_timestamp_seconds",
                "When a run went well the last time.",
            )?,
            rows,
        })
    }
}

/// Imports the rows of a file: each is a name and a number.
pub(crate) fn import(file: &Path, metrics: &Metrics) -> Result<(), String> {
    let unreadable = |error: io::Error| format!("cannot read {file:?}: {error}");
    let text = fs::read_to_string(file).map_err(unreadable)?;
    let imported = metrics.rows.with(["imported"]);
    let rejected = metrics.rows.with(["rejected"]);
    for row in text.lines() {
        match row.split_once(',').map(|(_, number)| number.parse::<f64>()) {
            // Here a real job would put the row into its database.
            Some(Ok(_)) => imported.inc(),
            _ => rejected.inc(),
        }
    }
    Ok(())
}
