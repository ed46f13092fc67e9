// What the station answers to a keeper's forms, by the form in which it says it, as in `sentences-de.js`.
// Deliberately absent: answers to scans.

export default {
  "Case {} closed": "Fall {} geschlossen", "there is no open case {}": "es gibt keinen offenen Fall {}", "a case is closed with a reason": "ein Fall wird mit einem Grund geschlossen",
};
