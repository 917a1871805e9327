// `#/sharing`: profit sharings, returns of them, and receivers.

import { get, list, path, post, some } from "../base/api.js";
import { t } from "../base/lang.js";
import { badge, bar, button, fields, link, money, section, time, value } from "../parts/pieces.js";
import { buttons, column, filters, limited, more, table } from "../parts/table.js";

const toOrder = (item) => (item.order ? link(`#/orders/${item.order}`, value("order", item.order)) : null);

const columns = [
  column("out_order_no", (sharing) => link(`#/sharing/${sharing.id}`, value("out_order_no", sharing.out_order_no))),
  column("state", (sharing) => badge(sharing.state)),
  column("amount", (sharing) => money("amount", sharing.receivers.reduce((sum, { amount }) => sum + amount, 0))),
  column("receivers", (sharing) => value("receivers", sharing.receivers.length)),
  column("order", toOrder),
  column("mchid"),
  column(null, (sharing) => buttons(...results("sharings", sharing, sharing.state === "PROCESSING", "CLOSED"))),
];

const returns = [
  column("out_return_no"),
  column("result", (item) => badge(item.result, "result")),
  column("amount", (item) => money("amount", item.amount)),
  column("fail_reason"),
  column("mchid"),
  column("order", toOrder),
  column(null, (item) => buttons(...results("returns", item, item.result === "PROCESSING", "FAILED"))),
];

const receivers = [
  column("account"), column("type"), column("name"), column("relation_type"), column("mchid"),
];

const shares = [
  column("account"),
  column("type"),
  column("result", (share) => badge(share.result, "result")),
  column("amount", (share) => money("amount", share.amount)),
  column("fail_reason"),
  column("detail_id"),
  column("done_at", (share) => time("done_at", share.done_at, true)),
  column(null, (share) => buttons(...results("sharings", share, share.result === "PENDING", "CLOSED"))),
];

/** The two ways in which something ends; of one receiver's share with the account. */
function results(of, { id, account }, isOpen, bad) {
  const more = { "data-id": id, "data-of": of, "data-account": account, disabled: !isOpen };
  return [
    ["success", t("do.success"), { ...more, "data-result": "SUCCESS" }],
    ["fail", t("do.fail"), { ...more, "data-result": bad }],
  ];
}

function end({ dataset }, _, route) {
  const { of, account, result } = dataset;
  return post(`${path(of, dataset.id ?? route.id)}/result`, { result, ...(account ? { account } : {}) });
}

const actions = { success: end, fail: end };

export const sharings = {
  kinds: ["sharing", "return"],
  title: () => t("screen.sharing"),
  async load({ query }) {
    const { mchid } = query;
    const all = await list("sharings", limited(query));
    const [back, known] = await some([list("returns", { mchid }), list("receivers", { mchid })]);
    return { ...all, returns: back?.items ?? [], receivers: known?.items ?? [] };
  },
  view: (data, route) => [
    filters(route.query, [["mchid"]]),
    table(t("screen.sharing"), data.items, columns),
    more(data, route),
    section("sharing.returns",
      table(t("sharing.returns"), data.returns, returns, { state: ({ result }) => result })),
    section("sharing.receivers", table(t("sharing.receivers"), data.receivers, receivers,
      { state: ({ type }) => type })),
  ],
  actions,
};

export const sharing = {
  kinds: ["sharing"],
  title: ({ out_order_no: number }) => t("sharing.title", { number }),
  load: ({ id }) => get(path("sharings", id)),
  view: (sharing) => [
    bar(results("sharings", sharing, sharing.state === "PROCESSING", "CLOSED")
      .map(([name, text, more]) => button(name, text, more))),
    fields([
      ["state", badge(sharing.state)],
      ["order", toOrder(sharing)],
      ...["out_order_no", "order_id", "mchid", "id"].map((name) => [name, sharing[name]]),
    ]),
    section("sharing.receivers", table(t("sharing.receivers"), sharing.receivers, shares,
      { id: ({ detail_id: id }) => id, state: ({ result }) => result })),
  ],
  actions,
};
