// `#/orders/{id}`: one order, what happened to it, and what a payer or WeChat Pay does to it.

import { get, list, path, post, some } from "../base/api.js";
import { t } from "../base/lang.js";
import { badge, bar, button, fields, link, money, qr, section, time, until, value } from "../parts/pieces.js";
import { postings } from "../parts/ledger.js";
import { noticeActions, noticeTable } from "../parts/notices.js";
import { refundActions, refundTable } from "../parts/refunds.js";
import { events, timeline } from "../parts/timeline.js";
import { column, table } from "../parts/table.js";
import { number } from "./orders.js";

const LIMIT = 200;
const items = (found) => found.flatMap((one) => one?.items ?? []);

async function load({ id }) {
  const order = await get(path("orders", id));
  const parts = order.sub_orders ?? [];
  const all = [order, ...parts];
  const [notices, calls, refunds, ledger] = await Promise.all([
    // By the number: those of its refunds too.
    some(all.map((one) => list("notices", { ref: number(one), mchid: one.mchid, limit: LIMIT }))),
    some(all.map((one) => list("calls", { ref: one.id, limit: LIMIT }))),
    some(all.map((one) => list("refunds", { order: one.id, limit: LIMIT }))),
    ledgerOf(order, all),
  ]);
  return { order, notices: unlike(items(notices)), calls: unlike(items(calls)), refunds: items(refunds), ledger };
}

/** Each once, though several of the order's parts may have it. */
const unlike = (all) => [...new Map(all.map((one) => [one.id, one])).values()];

/** The postings of an order, its refunds and its sharings, among the newest of its merchants. */
async function ledgerOf({ refs, paid_at: paid }, all) {
  if (!paid) return [];
  const ids = new Set([...all.map(({ id }) => id), ...(refs.refunds ?? []), ...(refs.sharings ?? [])]);
  const owners = new Set(all.map((one) => one.sub_mchid ?? one.mchid));
  const ledgers = await some([...owners].map((mchid) => list(path("merchants", mchid, "ledger"), { limit: 1000 })));
  return items(ledgers).filter(({ ref }) => ids.has(ref));
}

/** What can be done in a state: the others are shown, but do nothing. */
function actions(order) {
  const isOpen = ["NOTPAY", "USERPAYING"].includes(order.state);
  const isPaid = ["SUCCESS", "REFUND"].includes(order.state);
  const unless = (possible) => ({ disabled: !possible });
  return bar(
    button("pay-alice", t("pay.as", { payer: "alice" }), unless(isOpen)),
    button("pay-bob", t("pay.as", { payer: "bob" }), unless(isOpen)),
    button("wrong-password", t("do.wrong-password"), unless(isOpen)),
    button("cancel", t("do.cancel"), unless(isOpen)),
    button("close", t("do.close"), unless(order.state === "NOTPAY")),
    button("expire", t("do.expire"), unless(order.state === "NOTPAY")),
    button("refund", t("do.refund"), unless(isPaid && order.refunded < order.total)),
  );
}

function facts(order) {
  const plain = (...names) => names.map((name) => [name, order[name]]);
  return fields([
    ["state", badge(order.state)],
    ["total", money("total", order.total, order.currency)],
    order.payer_total === null ? null : ["payer_total", money("payer_total", order.payer_total, order.currency)],
    ["refunded", money("refunded", order.refunded, order.currency)],
    ...plain("out_trade_no", "transaction_id", "description", "attach", "trade_type", "version", "mchid", "sub_mchid",
      "appid"),
    ["payer", order.payer?.name],
    ["openid", order.payer?.openid],
    ...["created_at", "paid_at", "closed_at"].map((name) => [name, time(name, order[name])]),
    ["closed_by", order.closed_by],
    ["expires_at", order.state === "NOTPAY"
      ? value("expires_at", [time("expires_at", order.expires_at), " (", until(order.expires_at), ")"])
      : time("expires_at", order.expires_at)],
    ...plain("notify_url", "id"),
    order.profit_sharing?.frozen || order.profit_sharing?.shared ? ["profit_sharing", value("profit_sharing",
      t("order.sharing", { frozen: order.profit_sharing.frozen, shared: order.profit_sharing.shared }))] : null,
  ]);
}

function codes({ credential, state }) {
  if (!credential?.pay_url || state !== "NOTPAY") return null;
  const code = credential.kind === "code_url" && credential.value !== credential.pay_url;
  return section("order.codes", value("credential", [
    qr("pay_url", credential.pay_url), code ? qr("code_url", credential.value) : null,
  ]));
}

const parts = [
  column("out_trade_no", (part) => link(`#/orders/${part.id}`, value("out_trade_no", part.out_trade_no))),
  column("mchid", (part) => value("mchid", part.sub_mchid ?? part.mchid)),
  column("transaction_id"),
  column("state", (part) => badge(part.state)),
  column("total", (part) => money("total", part.total, part.currency)),
  column("refunded", (part) => money("refunded", part.refunded, part.currency)),
];

const pay = (payer, outcome) => (_, { order }) => post(`${path("orders", order.id)}/pay`, { payer, outcome });
const act = (name) => (_, { order }) => post(`${path("orders", order.id)}/${name}`);

export const order = {
  kinds: ["order", "refund", "notice", "call", "sharing", "return"],
  title: (data) => t("order.title", { number: number(data.order) }),
  load,
  view: ({ order, notices, calls, refunds, ledger }) => [
    actions(order),
    facts(order),
    codes(order),
    order.sub_orders ? section("order.parts",
      table(t("order.parts"), order.sub_orders, parts)) : null,
    section("order.timeline", timeline(events(order, { notices, calls, refunds, ledger }))),
    notices.length ? section("screen.notices", noticeTable(notices)) : null,
    refunds.length ? section("screen.refunds", refundTable(refunds)) : null,
    ledger.length ? section("ledger", postings(ledger)) : null,
  ],
  actions: {
    ...noticeActions,
    ...refundActions,
    "pay-alice": pay("alice", "SUCCESS"),
    "pay-bob": pay("bob", "SUCCESS"),
    "wrong-password": pay(undefined, "WRONG_PASSWORD"),
    cancel: pay(undefined, "CANCEL"),
    close: act("close"),
    expire: act("expire"),
    refund: (_, { order }) => refundAll(order),
  },
};

/** All that is left; of a combined order part by part, as refunds are. */
async function refundAll(order) {
  for (const part of order.sub_orders ?? [order]) {
    const left = part.total - part.refunded;
    if (left > 0) await post(`${path("orders", part.id)}/refund`, { refund: left });
  }
}
