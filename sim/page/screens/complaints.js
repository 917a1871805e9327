// `#/complaints`: what payers complain of, and what was said to it.

import { get, list, path, post } from "../base/api.js";
import { h, values } from "../base/dom.js";
import { t } from "../base/lang.js";
import { badge, bar, button, control, fields, link, section, time, value } from "../parts/pieces.js";
import { noticeActions, noticeTable } from "../parts/notices.js";
import { buttons, column, filters, limited, more, table } from "../parts/table.js";

const toOrder = ({ order, out_trade_no: number }) => link(`#/orders/${order}`, value("out_trade_no", number ?? order));
const reply = ({ dataset }) => post(`${path("complaints", dataset.id)}/user_reply`);

const columns = [
  column("complaint_id", ({ id, complaint_id: number }) => link(`#/complaints/${id}`, value("complaint_id", number))),
  column("out_trade_no", toOrder),
  column("state", (complaint) => badge(complaint.state)),
  column("text"),
  column("mchid"),
  column("created_at", (complaint) => time("created_at", complaint.created_at, true)),
  column(null, ({ id }) => buttons(["user-reply", t("do.user-reply"), { "data-id": id }])),
];

const history = [
  column("at", ({ at }) => time("at", at, true)),
  column("operator"),
  column("type"),
  column("text"),
];

export const complaints = {
  kinds: ["complaint"],
  title: () => t("screen.complaints"),
  load: ({ query }) => list("complaints", limited(query)),
  view: (data, route) => [
    filters(route.query, [["state", ["PENDING", "PROCESSING", "PROCESSED"]], ["mchid"]]),
    table(t("screen.complaints"), data.items, columns),
    more(data, route),
    section("complaint.new", h("form", { class: "bar", id: "complaint" },
      control(t("field.order"), h("input", { name: "order", required: true })),
      control(t("field.text"), h("input", { name: "text" })),
      button("complain", t("do.complain")))),
  ],
  actions: {
    "user-reply": reply,
    complain() {
      const { order, text } = values(document.querySelector("#complaint"));
      return post("complaints", { order, ...(text ? { text } : {}) });
    },
  },
};

export const complaint = {
  kinds: ["complaint", "notice"],
  title: (data) => t("complaint.title", { number: data.complaint.complaint_id }),
  async load({ id }) {
    const complaint = await get(path("complaints", id));
    return { complaint, notices: await list("notices", { ref: complaint.id, limit: 200 }) };
  },
  view: ({ complaint, notices }) => [
    bar(button("user-reply", t("do.user-reply"), { "data-id": complaint.id })),
    fields([
      ["state", badge(complaint.state)],
      ["order", toOrder(complaint)],
      ...["text", "phone", "times", "mchid", "id"].map((name) => [name, complaint[name]]),
      ["created_at", time("created_at", complaint.created_at)],
    ]),
    section("complaint.history", table(t("complaint.history"), complaint.history ?? [], history,
      { id: ({ log_id: id }) => id, state: ({ type }) => type })),
    section("screen.notices", noticeTable(notices.items)),
  ],
  actions: { ...noticeActions, "user-reply": reply },
};
