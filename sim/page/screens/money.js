// `#/money`: who has how much, and whether it is right.

import { get, list } from "../base/api.js";
import { h } from "../base/dom.js";
import { t } from "../base/lang.js";
import { badge, link, money as amount, section, value } from "../parts/pieces.js";
import { column, table } from "../parts/table.js";

/** An account's part, whether the interface gives parts or the sum alone. */
const part = (account, name) => account?.[name] ?? (name === "available" ? account : 0);

const cell = (account, name) =>
  column(`${account}.${name}`, ({ accounts }) => amount(`${account}.${name}`, part(accounts[account], name)));

const merchants = [
  column("mchid", ({ mchid }) => link(`#/merchants/${mchid}`, value("mchid", mchid))),
  cell("BASIC", "available"), cell("BASIC", "frozen"), cell("OPERATION", "available"), cell("OPERATION", "frozen"),
  cell("FEES", "available"),
];

const payers = [
  column("name"), column("real_name"), column("balance", ({ balance }) => amount("balance", balance)),
  column("closed", ({ closed }) => value("closed", t(closed ? "yes" : "no"))),
];

/** Whether money is right, as a word and, if it is not, what is wrong. */
export function invariants({ ok, failed }) {
  const state = ok ? "ok" : "broken";
  return h("div", { "data-field": "invariants", "data-state": state },
    badge(state, "ok"), " ", t(`invariants.${state}`),
    h("ul", null, failed.map(({ id, text, objects }) => h("li", null, `${id}: ${text} (${objects.join(", ")})`))));
}

export const money = {
  kinds: ["order", "refund", "transfer", "sharing", "return", "settings"],
  title: () => t("screen.money"),
  async load() {
    const all = { limit: 1000 };
    const [held, wallets, checked] =
      await Promise.all([list("merchants", all), list("payers", all), get("invariants")]);
    return { held, wallets, checked };
  },
  view: ({ held, wallets, checked }) => [
    section("invariants", invariants(checked)),
    section("screen.merchants", table(t("screen.merchants"), held.items, merchants,
      { id: ({ mchid }) => mchid, state: ({ status }) => status })),
    section("payers", table(t("payers"), wallets.items, payers,
      { id: ({ name }) => name, state: ({ closed }) => (closed ? "closed" : "normal") })),
  ],
};
