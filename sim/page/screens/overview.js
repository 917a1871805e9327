// `#/`: where the simulator is, what there is in it, and how a client finds it.

import { get, list, querystring, some, text } from "../base/api.js";
import { h } from "../base/dom.js";
import { pretty } from "../base/format.js";
import { t, word } from "../base/lang.js";
import { badge, bar, block, control, fields, link, section, select, time, value } from "../parts/pieces.js";
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

/** How often each word stands in a list, the most frequent first. */
function numbered(words) {
  const counts = new Map();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one);
}

function counts(lists) {
  const there = Object.entries(lists).filter(([, found]) => found);
  return h("div", { class: "counts" }, there.map(([name, { items, next }]) => h("div", { "data-key": name },
    h("h3", null, link(`#/${name}`, t(`screen.${name}`))),
    next ? h("p", null, t("overview.newest", { count: items.length })) : null,
    items.length ? null : h("p", { class: "none" }, t("none")),
    h("ul", { class: "plain" }, numbered(items.map((item) => item.state ?? item.status)).map(([state, count]) =>
      h("li", { "data-count": state }, badge(state), " ", h("strong", null, count)))))));
}

function found(findings) {
  if (!findings?.length) return h("p", { class: "none" }, t("none"));
  return h("ul", { class: "findings" }, findings.slice(0, FINDINGS).map(({ id, at, kind, text: said, ref }) =>
    h("li", { "data-row": id, "data-state": kind },
      time("at", at, true), " ", h("strong", null, "✗ ", word("finding", kind)), " ", h("span", { lang: "en" }, said), " ",
      ref.startsWith("not_") ? link(`#/notices/${ref}`, ref) : ref)));
}

function client({ snippet, format }) {
  return section("overview.client",
    bar(control(t("field.format"),
      select("format", FORMATS.map((name) => [name, name]), format, { "data-filter": true }))),
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
