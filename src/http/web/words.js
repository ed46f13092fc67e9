// Every word of the page that does not come from the station. A language is this file.

export const ANSWERS = { good: "Good", done: "Done", already: "Already", no: "No" };
export const MODES = { auto: "Auto", out: "Out", in: "In" };

export const KINDS = {
  "asset-tag": "asset tag", badge: "badge", command: "command card", serial: "serial number", gs1: "GS1 code",
  "gs1-dl": "GS1 Digital Link", gtin: "product number (GTIN)", sscc: "logistic unit (SSCC)", iso15434: "ISO 15434 code",
  hibc: "HIBC code", imei: "IMEI", vin: "vehicle number (VIN)", iccid: "SIM card (ICCID)", mac: "network address",
  isbn: "ISBN", lot: "lot", "foreign-tag": "tag of another system", url: "web address", text: "text",
  refused: "a secret, not kept", "device-reply": "reply of the scanner", "no-read": "nothing read", empty: "empty",
  invalid: "damaged code", unknown: "unknown code", location: "location", quantity: "quantity", job: "job",
};

export const IDENTIFIERS = {
  serial: "Serial number", tag: "Asset tag", imei: "IMEI", imeisv: "IMEI with version", meid: "MEID", vin: "VIN",
  mac: "Network address", eui64: "EUI-64", iccid: "SIM card", sgtin: "GTIN + serial", uii: "UII", giai: "GIAI",
  grai: "GRAI", sscc: "SSCC", "rfid-uid": "RFID chip", "foreign-tag": "Tag of another system",
};

export const STATES = {
  received: "Received", tagged: "Labelled", "in-service": "In service", "to-be-checked": "To be checked",
  quarantine: "Quarantine", "in-repair": "In repair", "in-transit": "In transit", lost: "Lost", stolen: "See the keeper",
  decommissioned: "Out of service", disposed: "Disposed of",
};

export const EVENTS = {
  "station-started": "Station started", "checked-out": "Checked out", "checked-in": "Checked in",
  "handed-over": "Handed over", observed: "Seen", refused: "Refused", parked: "Parked", corrected: "Taken back",
  "session-opened": "Session opened", "session-closed": "Session ended", "unit-registered": "Entered the register",
  "unit-changed": "Record changed", "identifier-bound": "Number bound", "identifier-ended": "Number ended",
  "record-changed": "Record changed", moved: "Moved", "state-changed": "State changed", "clock-changed": "Clock set",
  "gap-declared": "Gap declared", purged: "Payloads removed", restored: "Restored from backup", "case-changed": "Case changed",
};

export const ENDED = { superseded: "superseded", corrected: "corrected", voided: "voided", lost: "lost" };

export const TEXT = {
  lost: "No connection to the station",
  lostMore: "Trying again. Scanners still work: what they read is recorded.",
  masked: "Numbers are masked until a badge is scanned at this side of the station.",
  soundOn: "Sound on",
  soundOff: "Sound off",
  soundAsk: "Enable sound",
  sending: "Waiting for the station…",
  notSent: "NOT recorded: the station did not answer. Scan again",
  full: "The station is busy: trying again",
  nobody: "Nobody here",
  cart: "Cart",
  side: "Side",
  holdsNow: "Has now",
  lately: "Lately",
  nothingYet: "Nothing scanned yet",
};

/** The word of a table, or the wire word itself in plain letters. */
export const word = (table, key) => table[key] ?? String(key ?? "").replaceAll("-", " ");
