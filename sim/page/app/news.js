// The line that says what happened last: seen by everybody, and read out by screen readers.

import { t, word } from "../base/lang.js";

const SAID = ["order", "refund", "transfer", "sharing", "return", "complaint", "notice", "clock"];
const PAUSE_MS = 1000;

let element = null;
let waiting = null;
let said = 0;

export function tellIn(line) {
  element = line;
}

/** Says that something changed; of many changes within a second the last. */
export function tellChange({ kind, id, what }) {
  if (!SAID.includes(kind)) return;
  const states = what.replace(/^state /, "").split(" ").map((part) => word("state", part)).join(" ");
  tell(`${t(`kind.${kind}`)} ${id}: ${word("event", states)}`);
}

export function tell(text) {
  const late = said + PAUSE_MS - Date.now();
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    said = Date.now();
    element.textContent = text;
  }, Math.max(0, late));
}
