// What the station answers to a keeper's forms, by the form in which it says it, as in `sentences-de.js`.
// Deliberately absent: answers to scans.

export default {
  "Case {} closed": "Fall {} geschlossen", "there is no open case {}": "es gibt keinen offenen Fall {}", "a case is closed with a reason": "ein Fall wird mit einem Grund geschlossen",
  "a model needs a name": "ein Modell braucht einen Namen", "the model {} is there already, with the SKU {}; nothing was entered": "das Modell {} gibt es schon, mit der Artikelnummer {}; nichts ist eingetragen", "the model {} is there already, without a SKU; nothing was entered": "das Modell {} gibt es schon, ohne Artikelnummer; nichts ist eingetragen",
  "SKU {} already belongs to {}": "die Artikelnummer {} hat schon {}", "GTIN {} already belongs to {}": "die GTIN {} hat schon {}", "the SKU was not taken: {}": "die Artikelnummer ist nicht angenommen: {}", "is longer than {} characters": "länger als {} Zeichen", "has the control character {}": "hat das Steuerzeichen {}", "the category has the control character {}": "die Kategorie hat das Steuerzeichen {}",
  "{} is no GTIN; it has 8, 12, 13 or 14 digits (leading zeros may have been lost)": "{} ist keine GTIN; sie hat 8, 12, 13 oder 14 Ziffern (führende Nullen können verloren sein)", "the check digit of {} does not hold": "die Prüfziffer von {} stimmt nicht",
  "{} is read as {}, because it begins with {}; choose another SKU": "{} wird als {} gelesen, weil es mit {} beginnt; eine andere Artikelnummer wählen", "{} is the {} of {}, and a SKU names no single piece; choose another SKU": "{} ist die Nummer ({}) von {}, und eine Artikelnummer nennt kein einzelnes Stück; eine andere wählen",
  "there is no model {}; name its SKU, or maker and name": "es gibt kein Modell {}; seine Artikelnummer nennen, oder Hersteller und Name", "several models are called {}; name the SKU, or maker and name": "mehrere Modelle heißen {}; die Artikelnummer nennen, oder Hersteller und Name",
  "serial number": "Seriennummer", "a dismissed code needs a reason": "ein verworfener Code braucht einen Grund", "there is no parked code {} in the register": "Im Register gibt es keinen beiseitegelegten Code {}",
};
