// `#/orders`: all orders, the newest first.

import { list } from "../base/api.js";
import { t } from "../base/lang.js";
import { badge, link, money, time, value } from "../parts/pieces.js";
import { column, filters, limited, more, table } from "../parts/table.js";

const STATES = ["NOTPAY", "SUCCESS", "REFUND", "CLOSED", "USERPAYING", "PAYERROR", "REVOKED"];
const TYPES = ["JSAPI", "NATIVE", "APP", "MWEB", "MICROPAY"];

/** The number that the merchant gave an order. */
export const number = (order) => order.out_trade_no ?? order.combine_out_trade_no ?? order.id;

export const columns = [
  column("out_trade_no", (order) => link(`#/orders/${order.id}`, value("out_trade_no", number(order)))),
  column("state", (order) => badge(order.state)),
  column("total", (order) => money("total", order.total, order.currency)),
  column("trade_type"),
  column("description"),
  column("payer", (order) => value("payer", order.payer?.name)),
  column("mchid", (order) => value("mchid", order.sub_mchid ?? order.mchid)),
  column("created_at", (order) => time("created_at", order.created_at, true)),
];

export const orders = {
  kinds: ["order", "refund"],
  title: () => t("screen.orders"),
  load: ({ query }) => list("orders", limited(query)),
  view: (data, route) => [
    filters(route.query, [["state", STATES], ["trade_type", TYPES], ["out_trade_no"], ["mchid"]]),
    table(t("screen.orders"), data.items, columns),
    more(data, route),
  ],
};
