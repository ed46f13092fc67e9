//! What the web room counts, and the text that Prometheus reads.
//!
//! Counters are relaxed atomics: each is right by itself, and no request waits for another because of them.
//! Deliberately absent: a metrics crate; the text format is two lines of `format!`.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::domain::StationView;
use crate::station::PaceView;

/// Counts since the service started, and what is open now.
#[derive(Debug, Default)]
pub(super) struct Meters {
    pub(super) requests: [AtomicU64; 5],
    pub(super) connections: AtomicU64,
    pub(super) connections_refused: AtomicU64,
    pub(super) queue_full: AtomicU64,
    pub(super) screens: AtomicU64,
    pub(super) screens_refused: AtomicU64,
    pub(super) screens_dropped: AtomicU64,
    pub(super) screens_lagged: AtomicU64,
    pub(super) screens_woken: AtomicU64,
}

impl Meters {
    /// Counts one answered request by the class of its status.
    pub(super) fn answered(&self, status: u16) {
        let class = usize::from(status / 100).saturating_sub(1);
        if let Some(counter) = self.requests.get(class) {
            counter.fetch_add(1, Relaxed);
        }
    }

    /// The text of `/metrics`.
    pub(super) fn text(&self, view: &StationView, pace: &PaceView) -> String {
        let mut page = Page::default();
        page.head("scanstation_http_requests_total", "counter", "Requests answered, by class of status.");
        for (class, counter) in (1_u8..).zip(&self.requests) {
            page.line("scanstation_http_requests_total", &[("class", &format!("{class}xx"))], counter.load(Relaxed));
        }
        page.one("scanstation_http_connections", "gauge", "Connections open, screens not counted.", &self.connections);
        page.one(
            "scanstation_http_connections_refused_total",
            "counter",
            "Connections refused because connections_max was met.",
            &self.connections_refused,
        );
        page.one("scanstation_queue_full_total", "counter", "Requests told 503 by a full queue.", &self.queue_full);
        page.one("scanstation_screens", "gauge", "Screens connected.", &self.screens);
        page.one(
            "scanstation_screens_refused_total",
            "counter",
            "Screens refused by screens_max.",
            &self.screens_refused,
        );
        page.one("scanstation_screens_dropped_total", "counter", "Screens dropped as too slow.", &self.screens_dropped);
        page.one(
            "scanstation_screens_lagged_total",
            "counter",
            "Times screens went back to the ledger.",
            &self.screens_lagged,
        );
        page.one(
            "scanstation_screens_woken_total",
            "counter",
            "Times the station woke the thread that writes to screens.",
            &self.screens_woken,
        );
        page.pace(pace);
        page.station(view);
        page.0.concat()
    }
}

#[derive(Default)]
struct Page(Vec<String>);

impl Page {
    fn head(&mut self, name: &str, kind: &str, about: &str) {
        self.0.push(format!("# HELP {name} {about}\n# TYPE {name} {kind}\n"));
    }

    fn line(&mut self, name: &str, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        let labels: Vec<_> = labels.iter().map(|(key, value)| format!("{key}=\"{}\"", escaped(value))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        self.0.push(format!("{name}{labels} {value}\n"));
    }

    fn one(&mut self, name: &str, kind: &str, about: &str, counter: &AtomicU64) {
        self.head(name, kind, about);
        self.line(name, &[], counter.load(Relaxed));
    }

    fn pace(&mut self, pace: &PaceView) {
        const NAME: &str = "scanstation_durable_seconds";
        self.head(NAME, "summary", "From the read of a device's scan to durable; quantiles of the last thousand.");
        for (part, time) in &pace.quantiles {
            self.line(NAME, &[("quantile", &part.to_string())], time.as_secs_f64());
        }
        self.line(&format!("{NAME}_sum"), &[], pace.sum.as_secs_f64());
        self.line(&format!("{NAME}_count"), &[], pace.count);
    }

    fn station(&mut self, view: &StationView) {
        self.head("scanstation_ledger_head", "gauge", "The last ledger number.");
        self.line("scanstation_ledger_head", &[], view.head);
        self.head("scanstation_alarms", "gauge", "Alarms that stand.");
        self.line("scanstation_alarms", &[], view.alarms.len());
        self.head("scanstation_lanes", "gauge", "Lanes known.");
        self.line("scanstation_lanes", &[], view.lanes.len());
        self.head("scanstation_source_up", "gauge", "1 while the source is being read.");
        for (id, source) in &view.sources {
            self.line("scanstation_source_up", &[("source", id.as_str())], u8::from(source.fault.is_none()));
        }
        self.head("scanstation_source_scans_total", "counter", "Scans of the source.");
        for (id, source) in &view.sources {
            self.line("scanstation_source_scans_total", &[("source", id.as_str())], source.scans);
        }
        self.head("scanstation_source_discards_total", "counter", "Messages of the source thrown away.");
        for (id, source) in &view.sources {
            self.line("scanstation_source_discards_total", &[("source", id.as_str())], source.discards);
        }
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
