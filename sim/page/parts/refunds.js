// Refunds, on their own screen and in the detail of their order.

import { path, post } from "../base/api.js";
import { t } from "../base/lang.js";
import { badge, link, money, time, value } from "./pieces.js";
import { buttons, column, table } from "./table.js";

export const columns = [
  column("out_refund_no", (refund) => link(`#/refunds/${refund.id}`, value("out_refund_no", refund.out_refund_no))),
  column("status", (refund) => badge(refund.status, "status")),
  column("refund", (refund) => money("refund", refund.refund)),
  column("order", (refund) => link(`#/orders/${refund.order}`, value("order", refund.order))),
  column("mchid"),
  column("created_at", (refund) => time("created_at", refund.created_at, true)),
  column(null, (refund) => buttons(...refundButtons(refund))),
];

const RESULTS = { success: "SUCCESS", closed: "CLOSED", abnormal: "ABNORMAL" };

export function refundButtons({ id, status }) {
  const more = { "data-id": id, disabled: status !== "PROCESSING" };
  return Object.keys(RESULTS).map((name) => [name, t(`do.${name}`), more]);
}

export const refundActions = Object.fromEntries(Object.entries(RESULTS).map(([name, status]) =>
  [name, ({ dataset }) => post(`${path("refunds", dataset.id)}/result`, { status })]));

export const refundTable = (items) => table(t("screen.refunds"), items, columns, { state: ({ status }) => status });
