// `#/complaints`: what payers complain of.

import { list, path, post } from "../base/api.js";
import { h, values } from "../base/dom.js";
import { t } from "../base/lang.js";
import { badge, button, control, link, section, time, value } from "../parts/pieces.js";
import { buttons, column, limited, more, table } from "../parts/table.js";

const state = (complaint) => complaint.state ?? complaint.complaint_state;

const columns = [
  column("complaint_id", (complaint) => value("complaint_id", complaint.complaint_id ?? complaint.id)),
  column("state", (complaint) => badge(state(complaint))),
  column("text", (complaint) => value("text", complaint.text ?? complaint.complaint_detail)),
  column("order", ({ order }) => (order ? link(`#/orders/${order}`, value("order", order)) : value("order", null))),
  column("mchid"),
  column("created_at", (complaint) => time("created_at", complaint.created_at ?? complaint.complaint_time, true)),
  column(null, ({ id }) => buttons(["user-reply", t("do.user-reply"), { "data-id": id }])),
];

export const complaints = {
  kinds: ["complaint"],
  title: () => t("screen.complaints"),
  load: ({ query }) => list("complaints", limited(query)),
  view: (data, route) => [
    table(t("screen.complaints"), data.items, columns, { state }),
    more(data, route),
    section("complaint.new", h("form", { class: "bar", id: "complaint" },
      control(t("field.order"), h("input", { name: "order", required: true })),
      control(t("field.text"), h("input", { name: "text" })),
      button("complain", t("do.complain")))),
  ],
  actions: {
    "user-reply": ({ dataset }) => post(`${path("complaints", dataset.id)}/user_reply`),
    complain() {
      const { order, text } = values(document.querySelector("#complaint"));
      return post("complaints", { order, ...(text ? { text } : {}) });
    },
  },
};
