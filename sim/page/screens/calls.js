// `#/calls`: what was asked, and what was refused and why.

import { list } from "../base/api.js";
import { t, word } from "../base/lang.js";
import { numberIn } from "../parts/numbers.js";
import { badge, link, time, value } from "../parts/pieces.js";
import { column, filters, limited, more, table } from "../parts/table.js";

const VERDICTS = ["accepted", "refused", "faulted", "unknown_path"];

/** The merchant's number that a call names, in its body or in its path; else the merchant. */
function number({ plain, path_template: template, target, mchid }) {
  const named = numberIn(plain);
  if (named) return named;
  const words = target.split("?")[0].replace(/^\//, "").split("/");
  const at = template?.split("/").findIndex((part) => /^\{out_\w+_no\}$/.test(part)) ?? -1;
  return at >= 0 ? decodeURIComponent(words[at] ?? "") : mchid;
}

/** The reason of a refusal, in this page's words if it has some. */
export const reason = ({ refused }) => (refused ? word("why", refused.why) : null);

const columns = [
  column("at", (call) => time("at", call.at, true)),
  column("call", (call) => link(`#/calls/${call.id}`, `${call.method} ${call.path_template ?? call.target}`)),
  column("verdict", (call) => badge(call.verdict, "verdict")),
  column("status", (call) => value("status", call.answer.status)),
  column("step", (call) => value("step", call.refused?.step)),
  column("code", (call) => value("code", call.refused?.code ?? call.fault)),
  column("why", (call) => value("why", reason(call))),
  column("number", (call) => value("number", number(call))),
];

export const calls = {
  kinds: ["call"],
  title: () => t("screen.calls"),
  load: ({ query }) => list("calls", limited(query)),
  view: (data, route) => [
    filters(route.query, [["verdict", VERDICTS], ["mchid"], ["path"], ["status"]]),
    table(t("screen.calls"), data.items, columns, { state: ({ verdict }) => verdict }),
    more(data, route),
  ],
};
