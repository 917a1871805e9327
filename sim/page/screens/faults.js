// `#/faults`: what is to go wrong with calls and notices to come.

import { list, path, post, remove } from "../base/api.js";
import { h, values } from "../base/dom.js";
import { t } from "../base/lang.js";
import { texts } from "../base/texts.js";
import { button, control, section, value } from "../parts/pieces.js";
import { buttons, column, table } from "../parts/table.js";

const NAMES = Object.keys(texts).filter((key) => key.startsWith("fault.")).map((key) => key.slice("fault.".length));
const CODES = ["PARAM_ERROR", "INVALID_REQUEST", "NO_AUTH", "SIGN_ERROR", "RESOURCE_NOT_EXISTS", "FREQUENCY_LIMITED",
  "NOT_ENOUGH", "ORDER_NOT_EXIST", "ORDER_CLOSED", "OUT_TRADE_NO_USED", "USER_ACCOUNT_ABNORMAL", "ACCOUNT_ERROR",
  "RULE_LIMIT", "TRADE_ERROR"];

const where = ({ match }) => Object.entries(match).filter(([, wanted]) => wanted !== null)
  .map(([name, wanted]) => `${name} = ${wanted}`).join(", ") || t("faults.any");

const columns = [
  column("fault"),
  column("match", (fault) => value("match", where(fault))),
  column("times", (fault) => value("times", fault.times ?? t("faults.always"))),
  column("fired"),
  column(null, ({ id }) => buttons(["remove", t("do.remove"), { "data-id": id }])),
];

function form() {
  const options = (names) => names.map((name) => h("option", { value: name }, name));
  return h("form", { class: "bar", id: "fault" },
    control(t("field.fault"), h("select", { name: "fault" },
      h("optgroup", { label: t("faults.names") }, options(NAMES)),
      h("optgroup", { label: t("faults.codes") }, options(CODES)))),
    control(t("field.argument"), h("input", { name: "argument", inputmode: "numeric", size: 5 })),
    control(t("field.times"), h("input", { name: "times", type: "number", min: 1, value: 1 })),
    control(t("field.path"), h("input", { name: "path", placeholder: "v3/refund/*" })),
    control(t("field.event_type"), h("input", { name: "event_type", placeholder: "TRANSACTION.SUCCESS" })),
    button("add", t("do.add")),
    button("clear", t("do.clear")));
}

/** The rule that the form asks for; no number of times is for ever. */
function rule({ fault, argument, times, path: calls, event_type: event }) {
  const match = { ...(calls ? { path: calls } : {}), ...(event ? { event_type: event } : {}) };
  return { match, fault: argument ? `${fault}(${argument})` : fault, times: times ? Number(times) : null };
}

export const faults = {
  kinds: ["fault", "call", "notice"],
  title: () => t("screen.faults"),
  load: () => list("faults", { limit: 1000 }),
  view: ({ items }) => [
    h("p", null, t("faults.text")),
    form(),
    section("faults.standing", table(t("faults.standing"), items, columns, { state: ({ fault }) => fault })),
    section("faults.all", h("dl", { class: "fields" }, NAMES.map((name) =>
      h("div", null, h("dt", null, h("code", null, name)), h("dd", null, t(`fault.${name}`)))))),
  ],
  actions: {
    add: () => post("faults", rule(values(document.querySelector("#fault")))),
    clear: () => remove("faults"),
    remove: ({ dataset }) => remove(path("faults", dataset.id)),
  },
};
