// `#/bills`: the bill of a merchant and a day: its first rows, its hash, its file; and rows added to it.

import { bytes, list, path, post, querystring, remove } from "../base/api.js";
import { h, values } from "../base/dom.js";
import { t } from "../base/lang.js";
import { bar, button, control, fields, section, select, value } from "../parts/pieces.js";
import { column, table } from "../parts/table.js";

const SHOWN = 20;
const KINDS = ["ALL", "SUCCESS", "REFUND", "BASIC", "OPERATION", "FEES"];

/** What the address asks for; today of the first merchant if it says nothing. */
function wanted(query, today, merchants) {
  const { mchid = merchants[0]?.mchid, date = today, bill = "ALL" } = query;
  const isTrade = KINDS.indexOf(bill) < 3;
  const kind = isTrade ? "trade" : "fundflow";
  const which = querystring({ [isTrade ? "bill_type" : "account_type"]: bill });
  const file = path("bills", mchid, date, `${kind}.csv`) + which;
  return { mchid, date, bill, kind, file };
}

async function load({ query }) {
  const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  const merchants = (await list("merchants", { limit: 1000 })).items.reverse();
  const asked = wanted(query, today, merchants);
  const file = await bytes(asked.file);
  return { merchants, ...asked, size: file.byteLength, hash: await sha1(file), lines: lines(file) };
}

/** As the interface gives it with the file's address; null in a page that did not come by a safe way. */
async function sha1(file) {
  if (!globalThis.crypto?.subtle) return null;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-1", file));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Cells of each line; a value is written after a backtick. */
function lines(file) {
  const text = new TextDecoder().decode(file).trim();
  return text ? text.split("\r\n").map((line) => line.split(",").map((cell) => cell.replace(/^`/, ""))) : [];
}

function rows({ lines: [head, ...rest] }) {
  if (!head) return h("p", { class: "none" }, t("none"));
  // The last two lines are the summary.
  const items = rest.slice(0, -2).slice(0, SHOWN).map((cells, index) => ({ index, cells }));
  const cell = (index) => ({ cells }) => cells[index] ?? "";
  return [
    table(t("bill.rows"), items, head.map((name, index) => column(name, cell(index))),
      { id: ({ index }) => `bill-${index}`, state: () => null, wide: true }),
    table(t("bill.summary"), rest.slice(-1).map((cells) => ({ cells })),
      (rest.at(-2) ?? []).map((name, index) => column(name, cell(index))), { id: () => "summary", state: () => null }),
  ];
}

function form({ merchants, mchid, date, bill }) {
  const more = { "data-filter": true };
  return h("form", { class: "bar" },
    control(t("field.mchid"), select("mchid", merchants.map(({ mchid: id }) => [id, id]), mchid, more)),
    control(t("field.date"), h("input", { type: "date", name: "date", value: date, ...more })),
    control(t("field.bill"), select("bill", KINDS.map((kind) => [kind, t(`bill.${kind}`)]), bill, more)));
}

export const bills = {
  kinds: ["order", "refund"],
  title: () => t("screen.bills"),
  load,
  view: (data) => [
    form(data),
    fields([["rows", value("rows", Math.max(0, data.lines.length - 3))], ["size", data.size], ["hash", data.hash]]),
    bar(h("a", { class: "button", href: `/_/api/${data.file}`, download: `${data.mchid}-${data.date}-${data.bill}.csv`,
    }, t("do.download"))),
    section("bill.rows", rows(data)),
    section("bill.import", h("form", { id: "import" },
      control(t("bill.json"), h("textarea", { name: "rows", rows: 4, spellcheck: "false" }, '[{"商户订单号": "A-1"}]')),
      bar(button("import", t("do.import")), button("forget", t("do.forget"))))),
  ],
  actions: {
    import(_, { mchid, date, kind, bill }) {
      const { rows: text } = values(document.querySelector("#import"));
      const account = kind === "fundflow" ? { account: bill } : {};
      return post("bills", { mchid, date, kind, rows: parsed(text), ...account });
    },
    forget: (_, { mchid, date, kind }) => remove(`bills${querystring({ mchid, date, kind })}`),
  },
};

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(t("error.json", { why: error.message }));
  }
}
