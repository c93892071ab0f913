//! The job itself, and its metrics.

use std::fs;
use std::io;
use std::path::Path;

use promcore::{Error, Gauge, GaugeVec};

/// The metrics of a run: all are gauges, since the next run starts from zero.
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
            rows.with([outcome]).set(0.0); // So that both exist from the start.
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

/// Imports the rows of a file, each with a name and a number.
pub(crate) fn import(file: &Path, metrics: &Metrics) -> Result<(), String> {
    let unreadable = |error: io::Error| format!("cannot read {file:?}: {error}");
    let text = fs::read_to_string(file).map_err(unreadable)?;
    let imported = metrics.rows.with(["imported"]);
    let rejected = metrics.rows.with(["rejected"]);
    for row in text.lines() {
        match row.split_once(',').map(|(_, number)| number.parse::<f64>()) {
            // A real job would store the row in a database here.
            Some(Ok(_)) => imported.inc(),
            _ => rejected.inc(),
        }
    }
    Ok(())
}
