// What happened to an order, in the order of time.

import { h } from "../base/dom.js";
import { yuan } from "../base/format.js";
import { t, word } from "../base/lang.js";
import { link, time } from "./pieces.js";

/** Things that happened: a time, a kind and what is shown. Those of one second stand as one follows from another. */
export function events(order, { notices, calls, refunds, ledger }) {
  const once = (at, kind, ...shown) => (at ? [{ at, kind, shown }] : []);
  return [
    ...calls.map((call) => ({ at: call.at, kind: "call", shown: [
      link(`#/calls/${call.id}`, `${call.method} ${call.path_template ?? call.target}`), " ",
      word("verdict", call.verdict), " ", String(call.answer.status)] })),
    ...once(order.created_at, "order", t("event.created")),
    ...order.attempts.map(({ at, payer, outcome }) =>
      ({ at, kind: "order", shown: [t("event.attempt", { payer, outcome: word("outcome", outcome) })] })),
    ...once(order.paid_at, "order", word("state", "SUCCESS")),
    ...once(order.closed_at, "order", t("event.closed", { by: order.closed_by ?? "" })),
    ...refunds.flatMap((refund) => [
      ...once(refund.created_at, "refund", `${t("event.refund")} ${yuan(refund.refund)} ${refund.out_refund_no}`),
      ...once(refund.done_at, "refund", `${word("state", refund.status)} ${refund.out_refund_no}`),
    ]),
    ...notices.flatMap((notice) => notice.attempts.map((attempt) => ({ at: attempt.sent_at, kind: "notice", shown: [
      link(`#/notices/${notice.id}`, notice.event_type), ` ${attempt.n}: `,
      word("verdict", attempt.verdict), ` ${attempt.status ?? ""}`] }))),
    ...[...ledger].reverse().map((posting) => ({ at: posting.at, kind: "ledger", shown: [
      `${posting.account} ${word("part", posting.part)} ${yuan(posting.amount)} ${word("posting", posting.kind)}`] })),
  ].sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
}

export function timeline(all) {
  return h("ol", { class: "timeline" }, all.map(({ at, kind, shown }) =>
    h("li", { "data-kind": kind }, time("at", at, true), " ", h("strong", null, t(`kind.${kind}`)), " ", shown)));
}
