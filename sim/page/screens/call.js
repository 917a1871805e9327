// `#/calls/{id}`: one call; of a refused one the step, the line that differs, and the remedy.

import { get, path, querystring, text } from "../base/api.js";
import { h, values } from "../base/dom.js";
import { has, t, word } from "../base/lang.js";
import {
  badge, bar, block, button, control, fields, fold, link, section, select, time, value,
} from "../parts/pieces.js";
import { column, table } from "../parts/table.js";
import { reason } from "./calls.js";

/** The text of the last export, and of which call it is. */
let exported = { id: null, text: "" };

function facts(call) {
  return fields([
    ["verdict", badge(call.verdict, "verdict")],
    ["call", value("target", `${call.method} ${call.target}`)],
    ["at", time("at", call.at)],
    ...["path_template", "mchid", "serial", "listener", "host", "fault", "ms", "id"].map((name) => [name, call[name]]),
    ["status", call.answer.status],
    call.example ? ["example", t("call.example")] : null,
  ]);
}

function refusal(call) {
  const { refused } = call;
  if (!refused) return null;
  return section("call.refused", h("div", { class: "refused" }, fields([
    ["step", value("step", refused.step)],
    ["meaning", word("step", refused.step)],
    ["code", refused.code],
    ["message", refused.message ? h("span", { "data-field": "message", lang: "zh-CN" }, refused.message) : null],
    ["why", value("why", reason(call))],
    ["hint", value("hint", [has(`remedy.${refused.why}`) ? [t(`remedy.${refused.why}`), h("br")] : null,
      refused.hint ? h("span", { lang: "en" }, refused.hint) : null])],
    refused.doc ? ["doc", h("a", { href: refused.doc, rel: "noreferrer", "data-field": "doc" }, refused.doc)] : null,
  ])), differing(refused.differs));
}

function differing(differs) {
  if (!differs) return null;
  return h("div", null,
    h("h3", null, t("call.differs", { line: differs.line })),
    fields(["sent", "expected"].map((name) => [name, h("pre", { "data-field": name }, visible(differs[name]))])));
}

/** A line with its line feeds to be seen: they are what may differ. */
const visible = (line) => line.replaceAll("\n", "⏎\n") || t("call.empty");

/** The string to sign: four lines, and the body as the fifth whatever is in it. */
function message(call) {
  if (!call.message) return null;
  const [method, target, timestamp, nonce, ...body] = call.message.replace(/\n$/, "").split("\n");
  const lines = [method, target, timestamp, nonce, body.join("\n")];
  const at = call.refused?.differs?.line;
  return section("call.message", h("ol", { class: "lines" }, lines.map((line, index) => {
    const number = index + 1;
    const differs = number === at;
    return h("li", { "data-line": number, "data-differs": differs }, differs
      ? [h("mark", null, line || t("call.empty")), " ", h("strong", null, `← ${t("call.this-line")}`)]
      : h("span", null, line || t("call.empty")));
  })));
}

const pairs = [column("name"), column("value")];
const headers = (id, found) => table(t(id), Object.entries(found).map(([name, value]) => ({ name, value })), pairs,
  { id: ({ name }) => `${id}-${name}`, state: () => null });

function warnings(call) {
  if (!call.warnings.length) return null;
  return section("call.warnings", h("ul", null, call.warnings.map(({ id, text: said }) =>
    h("li", null, h("code", null, id), " ", h("span", { lang: "en" }, said)))));
}

function exporting(call) {
  return section("call.export", bar(
    control(t("field.format"), select("format", [["rust", "Rust"], ["curl", "curl"], ["json", "JSON"]], "rust")),
    button("export", t("do.export"))),
  exported.id === call.id ? block("exported", exported.text, t("call.export")) : null);
}

export const call = {
  kinds: [],
  title: (call) => t("call.title", { method: call.method, path: call.path_template ?? call.target }),
  load: ({ id }) => get(path("calls", id)),
  view: (call) => [
    facts(call),
    refusal(call),
    message(call),
    warnings(call),
    call.refs.length ? section("call.refs", h("ul", null, call.refs.map((ref) => h("li", null, toObject(ref))))) : null,
    section("call.request", headers("call.headers", call.headers),
      fold("plain", t("field.plain"), call.plain), fold("request-body", t("field.body"), call.body)),
    section("call.answer", headers("call.answer-headers", call.answer.headers),
      fold("answer-body", t("field.body"), call.answer.body)),
    exporting(call),
  ],
  actions: {
    async export(button, { id }) {
      const { format } = values(button.closest("section"));
      exported = { id, text: await text(`${path("calls", id)}/export${querystring({ format })}`) };
    },
  },
};

const SCREENS = { ord: "orders", ref: "refunds", not: "notices", tra: "transfers", shr: "sharing", cmp: "complaints" };

/** What a call is about, as a link where there is a screen of it. */
function toObject(ref) {
  const screen = SCREENS[ref.split("_")[0]];
  return screen ? link(`#/${screen}/${ref}`, ref) : ref;
}
