// `#/transfers`: transfers to payers (商家转账).

import { get, list, path, post } from "../base/api.js";
import { t } from "../base/lang.js";
import { badge, bar, button, fields, link, money, qr, section, time, until, value } from "../parts/pieces.js";
import { noticeActions, noticeTable } from "../parts/notices.js";
import { buttons, column, filters, limited, more, table } from "../parts/table.js";

const STATES = ["ACCEPTED", "PROCESSING", "WAIT_USER_CONFIRM", "TRANSFERING", "SUCCESS", "FAIL", "CANCELING",
  "CANCELLED"];

/** Each button: in which states it does something, and what it asks for. */
const ACTIONS = {
  confirm: { states: ["WAIT_USER_CONFIRM"], path: "confirm" },
  decline: { states: ["WAIT_USER_CONFIRM"], path: "decline" },
  success: { states: ["TRANSFERING"], path: "result", body: { state: "SUCCESS" } },
  fail: { states: ["TRANSFERING"], path: "result", body: { state: "FAIL" } },
  cancelled: { states: ["CANCELING"], path: "cancelled" },
};

const doable = ({ id, state }) => Object.entries(ACTIONS).map(([name, { states }]) =>
  [name, t(`do.${name}`), { "data-id": id, disabled: !states.includes(state) }]);

const actions = Object.fromEntries(Object.entries(ACTIONS).map(([name, { path: last, body }]) =>
  [name, ({ dataset }) => post(`${path("transfers", dataset.id)}/${last}`, body)]));

const columns = [
  column("out_bill_no", (transfer) => link(`#/transfers/${transfer.id}`, value("out_bill_no", transfer.out_bill_no))),
  column("state", (transfer) => badge(transfer.state)),
  column("amount", (transfer) => money("amount", transfer.amount)),
  column("payer"),
  column("fail_reason"),
  column("mchid"),
  column("created_at", (transfer) => time("created_at", transfer.created_at, true)),
  column(null, (transfer) => buttons(...doable(transfer))),
];

export const transfers = {
  kinds: ["transfer"],
  title: () => t("screen.transfers"),
  load: ({ query }) => list("transfers", limited(query)),
  view: (data, route) => [
    filters(route.query, [["state", STATES], ["mchid"]]),
    table(t("screen.transfers"), data.items, columns),
    more(data, route),
  ],
  actions,
};

export const transfer = {
  kinds: ["transfer", "notice"],
  title: ({ transfer }) => t("transfer.title", { number: transfer.out_bill_no }),
  async load({ id }) {
    const transfer = await get(path("transfers", id));
    return { transfer, notices: await list("notices", { ref: transfer.id, limit: 200 }) };
  },
  view: ({ transfer, notices }) => [
    bar(doable(transfer).map(([name, text, more]) => button(name, text, more))),
    fields([
      ["state", badge(transfer.state)],
      ["amount", money("amount", transfer.amount)],
      ...["payer", "user_name", "openid", "scene", "remark", "perception", "fail_reason", "out_bill_no",
        "transfer_bill_no", "mchid", "package_info", "id"].map((name) => [name, transfer[name]]),
      ["created_at", time("created_at", transfer.created_at)],
      ["confirm_until", value("confirm_until", [time("confirm_until", transfer.confirm_until), " ",
        transfer.state === "WAIT_USER_CONFIRM" ? until(transfer.confirm_until) : null])],
    ]),
    transfer.state === "WAIT_USER_CONFIRM" && transfer.confirm_url
      ? section("transfer.confirm", qr("confirm_url", transfer.confirm_url)) : null,
    section("screen.notices", noticeTable(notices.items)),
  ],
  actions: { ...actions, ...noticeActions },
};
