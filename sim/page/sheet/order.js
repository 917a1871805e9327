// The sheet that pays an order: whom it goes to, how much, who pays, and the pad for the password.

import { ask, path } from "../base/api.js";
import { h } from "../base/dom.js";
import { t } from "../base/lang.js";
import { alert, big, done, line, payers } from "./sheet.js";

const DIGITS = 6;
const WRONG = "000000";
const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "back", "0"];
const OPEN = ["NOTPAY", "USERPAYING"];
const TROUBLE = { WRONG_PASSWORD: "pay.wrong", NOT_ENOUGH: "pay.short", RISK: "pay.risk" };
const RETURN_MS = 3000;

/** The sheet of a credential; `shop` is where an H5 payment goes back to. */
export function paying(credential, shop) {
  const at = `/_/payer/orders/${path(credential)}`;
  const back = address(shop);

  async function load() {
    const order = await ask("GET", at);
    const payer = order.payer ?? order.payers[0];
    return { order, payer, typed: "", trouble: OPEN.includes(order.state) ? null : "pay.over" };
  }

  /** One try; a password that is not right is the payer's failure and no error of the interface's. */
  async function pay({ payer }, outcome) {
    const order = await ask("POST", `${at}/pay`, { payer, outcome });
    if (order.outcome === "SUCCESS" || order.outcome === "CANCEL") leave();
    return { order, typed: "", ended: order.outcome, trouble: TROUBLE[order.outcome] ?? null };
  }

  /** The shop is told nothing: it has to ask, or wait for its notification. */
  function leave() {
    if (back) setTimeout(() => location.assign(back), RETURN_MS);
  }

  async function key(state, digit) {
    if (!state.order || state.ended === "SUCCESS" || state.typed.length >= DIGITS) return {};
    const typed = digit === "back" ? state.typed.slice(0, -1) : state.typed + digit;
    if (typed.length < DIGITS) return { typed };
    return pay(state, typed === WRONG ? "WRONG_PASSWORD" : "SUCCESS");
  }

  function view(state) {
    const { order, payer, typed, ended } = state;
    if (!order) return [h("h1", null, t("pay.pay")), alert(state)];
    return [
      h("h1", null, t("pay.to", { mchid: order.mchid })),
      big("total", order.total, order.currency),
      h("dl", null, line("description", order.description)),
      ended === "SUCCESS" ? done("pay.paid") : null,
      ended === "CANCEL" ? h("p", { role: "status" }, t("pay.cancelled")) : null,
      alert(state),
      ended === "SUCCESS" ? null : [payers(order.payers, payer), pad(typed)],
      returning(back, shop, order),
    ];
  }
  view.about = ({ order }) => ({ name: "pay", state: order?.state });

  return { load, view, key, actions: { cancel: (state) => pay(state, "CANCEL") } };
}

function pad(typed) {
  const name = (digit) => (digit === "back" ? t("pay.back") : null);
  return h("div", { class: "pad", role: "group", "aria-label": t("pay.password") },
    h("p", { class: "dots", role: "status", "aria-label": t("pay.typed", { count: typed.length }) },
      Array.from({ length: DIGITS }, (_, index) =>
        h("span", { "aria-hidden": "true", class: index < typed.length ? "typed" : null }))),
    h("p", { class: "note" }, t("pay.note")),
    h("div", { class: "keys" }, KEYS.map((digit) =>
      h("button", { type: "button", "data-key": digit, "aria-label": name(digit) }, digit === "back" ? "⌫" : digit))),
    h("button", { type: "button", "data-do": "cancel" }, t("do.cancel")));
}

/** Where the payer goes back to, and whether the real page would let that be. */
function returning(back, shop, { h5_domains: known }) {
  if (!shop) return null;
  if (!back) return h("p", { class: "note" }, t("pay.no-return"));
  const host = new URL(back).hostname;
  return h("div", { class: "return" }, h("a", { class: "button", href: back }, t("pay.return")),
    known.includes(host) ? null : h("p", { class: "note", "data-field": "warning" }, t("pay.unknown-host", { host })));
}

/** An address of the web; anything else is not gone to. */
function address(text) {
  if (!text) return null;
  try {
    const url = new URL(text);
    return ["http:", "https:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
