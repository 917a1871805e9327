// What screens are put together from.

import { h } from "../base/dom.js";
import { longTime, pretty, shortTime, yuan } from "../base/format.js";
import { has, t, word } from "../base/lang.js";

const GOOD = ["SUCCESS", "FINISHED", "PROCESSED", "accepted", "ok", "normal", "COMPLETED"];
const BAD = ["CLOSED", "ABNORMAL", "FAIL", "FAILED", "PAYERROR", "REVOKED", "CANCELLED", "refused", "unknown_path",
  "given_up", "blocked", "lost", "failed", "broken", "restricted", "closed"];
const SIGN = { good: "✓", bad: "✗", wait: "…", REFUND: "↩" };

/** Good, bad, or not decided yet. */
export function tone(state) {
  if (GOOD.includes(state)) return "good";
  return BAD.includes(state) ? "bad" : "wait";
}

/** A state: a sign, its name, and the word of the interface, so that colour says nothing alone. */
export function badge(state, field = "state") {
  const of = tone(state);
  const name = word("state", state);
  return h("span", { class: "badge", "data-tone": of },
    h("span", { "aria-hidden": "true" }, SIGN[state] ?? SIGN[of]), " ",
    name === String(state) ? null : [name, " "],
    h("code", { "data-field": field }, state));
}

/** A value under the interface's name. */
export function value(name, shown, of = null) {
  return h(of === null ? "span" : "data", { "data-field": name, value: of }, empty(shown) ? "–" : shown);
}

export const money = (name, fen, currency) => value(name, yuan(fen, currency), fen ?? null);

export function time(name, at, short = false) {
  if (!at) return value(name, null);
  return h("time", { "data-field": name, datetime: at }, short ? shortTime(at) : longTime(at));
}

/** How long something still takes; counted down by `app/clock.js`. */
export const until = (at) => (at ? h("span", { "data-until": at }) : null);

export const link = (target, ...text) => h("a", { href: target }, text);

/** A button that acts at once; `more` are further attributes. */
export function button(name, text, more = {}) {
  return h("button", { type: "button", "data-do": name, ...more }, text);
}

export function bar(...children) {
  return h("div", { class: "bar", role: "group", "aria-label": t("actions") }, children);
}

/** A part of a screen, named by the text of a key. */
export function section(key, ...children) {
  const id = key.replaceAll(".", "-");
  return h("section", { "aria-labelledby": id, "data-key": id }, h("h2", { id }, t(key)), children);
}

/** Names and values: `rows` are pairs of a name of the interface's and a node or text. */
export function fields(rows) {
  return h("dl", { class: "fields" }, rows.filter(Boolean).map(([name, shown]) =>
    h("div", { "data-key": name }, h("dt", null, label(name)),
      h("dd", null, shown instanceof Node ? shown : value(name, shown)))));
}

/** What a member of the interface is called. */
export function label(name) {
  return has(`field.${name}`) ? t(`field.${name}`) : name;
}

/** A control with its name. */
export function control(text, element) {
  return h("label", { class: "control" }, h("span", null, text), element);
}

export function select(name, options, chosen, more = {}) {
  return h("select", { name, ...more }, options.map(([id, text]) =>
    h("option", { value: id, selected: id === chosen }, text)));
}

/** A text as it is, with a button that copies it. */
export function block(id, text, name) {
  return h("div", { class: "block", "data-key": id },
    button("copy", t("copy"), { "data-of": id, "aria-label": `${t("copy")}: ${name}` }),
    h("pre", { id, tabindex: 0, role: "group", "aria-label": name }, text));
}

/** The same of JSON, or of a text that may be JSON; shut until it is opened. */
export function fold(id, name, content) {
  if (empty(content)) return null;
  return h("details", { "data-key": id }, h("summary", null, name), block(id, pretty(content), name));
}

/** A QR code of an address, made by the server. */
export function qr(name, text) {
  return h("figure", { "data-key": name },
    h("img", { role: "img", alt: t("qr", { name: label(name) }), width: 200, height: 200,
      src: `/_/qr?text=${encodeURIComponent(text)}` }),
    h("figcaption", null, label(name), h("br"),
      /^https?:/.test(text) ? h("a", { href: text, "data-field": name }, text) : value(name, text)));
}

const empty = (shown) => shown === null || shown === undefined || shown === "";
