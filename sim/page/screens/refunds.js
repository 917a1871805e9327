// `#/refunds`: refunds and their results.

import { get, list, path } from "../base/api.js";
import { t } from "../base/lang.js";
import { badge, bar, button, fields, link, money, section, time, value } from "../parts/pieces.js";
import { noticeActions, noticeTable } from "../parts/notices.js";
import { refundActions, refundButtons, refundTable } from "../parts/refunds.js";
import { filters, limited, more } from "../parts/table.js";

export const refunds = {
  kinds: ["refund"],
  title: () => t("screen.refunds"),
  load: ({ query }) => list("refunds", limited(query)),
  view: (data, route) => [
    filters(route.query, [["status", ["PROCESSING", "SUCCESS", "CLOSED", "ABNORMAL"]], ["out_refund_no"], ["mchid"]]),
    refundTable(data.items),
    more(data, route),
  ],
  actions: refundActions,
};

export const refund = {
  kinds: ["refund", "notice"],
  title: ({ refund }) => t("refund.title", { number: refund.out_refund_no }),
  async load({ id }) {
    const refund = await get(path("refunds", id));
    return { refund, notices: await list("notices", { ref: refund.id, limit: 200 }) };
  },
  view: ({ refund, notices }) => [
    bar(refundButtons(refund).map(([name, text, more]) => button(name, text, more))),
    fields([
      ["status", badge(refund.status, "status")],
      ["refund", money("refund", refund.refund)],
      ["payer_refund", money("payer_refund", refund.payer_refund)],
      ["fee_back", money("fee_back", refund.fee_back)],
      ["order", link(`#/orders/${refund.order}`, value("order", refund.order))],
      ...["out_refund_no", "refund_id", "mchid", "from", "channel", "source", "notify_url", "id"]
        .map((name) => [name, refund[name]]),
      ...["created_at", "done_at"].map((name) => [name, time(name, refund[name])]),
    ]),
    section("screen.notices", noticeTable(notices.items)),
  ],
  actions: { ...refundActions, ...noticeActions },
};
