// `#/`: where the simulator is, what there is in it, and how a client finds it.

import { get, list, querystring, some, text } from "../base/api.js";
import { h } from "../base/dom.js";
import { pretty } from "../base/format.js";
import { t, word } from "../base/lang.js";
import { badge, bar, block, control, fields, link, section, select, time, value } from "../parts/pieces.js";
import { numbered } from "../parts/counts.js";
import { invariants } from "./money.js";

const FORMATS = ["rust", "php", "node", "go", "java", "python", "postman", "dotenv"];
const FINDINGS = 10;

async function load({ query }) {
  const { format = "rust" } = query;
  const [info, clock] = await Promise.all([get("info"), get("clock")]);
  const [orders, refunds, transfers, notices, findings, checked, snippet] = await some([
    list("orders", { limit: 1000 }), list("refunds", { limit: 1000 }), list("transfers", { limit: 1000 }),
    list("notices", { limit: 200 }), get("findings"), get("invariants"), text(`env${querystring({ format })}`),
  ]);
  return { info, clock, lists: { orders, refunds, transfers, notices }, findings, checked, snippet, format };
}

function addresses({ info, clock }) {
  return fields([
    ...["http", "tls", "proxy"].map((name) => [name, info[name]]),
    ["api", `${info.http}/_/api/`],
    ["keys", info.keys ?? t("overview.memory")],
    ["seed", info.seed],
    ["now", h("time", { "data-field": "now", "data-clock": true, datetime: clock.now }, clock.now)],
    ["mode", clock.mode],
    ["started_at", time("started_at", info.started_at)],
    ["version", info.version],
    ["catalogue", value("catalogue", t("overview.catalogue", info.catalogue))],
  ]);
}

function counts(lists) {
  const state = (item) => item.state ?? item.status;
  return h("div", { class: "counts" }, Object.entries(lists).filter(([, found]) => found).map(([name, { items, next }]) =>
    h("div", { "data-key": name },
      h("h3", null, link(`#/${name}`, t(`screen.${name}`))),
      next ? h("p", null, t("overview.newest", { count: items.length })) : null,
      items.length ? h("ul", { class: "plain" }, numbered(items.map(state)).map(([word, count]) =>
        h("li", { "data-count": word }, badge(word), " ", h("strong", null, count)))) : h("p", { class: "none" }, t("none")))));
}

function found(findings) {
  if (!findings?.length) return h("p", { class: "none" }, t("none"));
  return h("ul", { class: "findings" }, findings.slice(0, FINDINGS).map(({ id, at, kind, text: said, ref }) =>
    h("li", { "data-row": id, "data-state": kind }, time("at", at, true), " ", h("strong", null, word("finding", kind)), " ",
      h("span", { lang: "en" }, said), " ", ref.startsWith("not_") ? link(`#/notices/${ref}`, ref) : ref)));
}

function client({ snippet, format }) {
  return section("overview.client",
    bar(control(t("field.format"), select("format", FORMATS.map((name) => [name, name]), format, { "data-filter": true }))),
    snippet ? block("snippet", format === "postman" ? pretty(snippet) : snippet, t("overview.client"))
      : h("p", { class: "none" }, t("overview.local")));
}

export const overview = {
  kinds: ["order", "refund", "transfer", "notice", "clock", "settings"],
  title: () => t("screen.overview"),
  load,
  view: (data) => [
    section("overview.addresses", addresses(data)),
    section("overview.counts", counts(data.lists), data.checked ? invariants(data.checked) : null),
    section("overview.findings", found(data.findings)),
    client(data),
  ],
};
