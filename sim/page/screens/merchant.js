// `#/merchants/{mchid}`: one merchant's keys, modes, balances and ledger.

import { get, list, patch, path, post, remove } from "../base/api.js";
import { h, values } from "../base/dom.js";
import { fen } from "../base/format.js";
import { t, word } from "../base/lang.js";
import { badge, bar, button, control, fields, money, section, select, time, value } from "../parts/pieces.js";
import { postings } from "../parts/ledger.js";
import { buttons, column, table } from "../parts/table.js";

const ACCOUNTS = ["BASIC", "OPERATION", "FEES"];
const MODES = ["public_key", "certificate", "grey"];

const serials = [
  column("serial"),
  column("not_before", ({ not_before: at }) => time("not_before", at)),
  column("not_after", ({ not_after: at }) => time("not_after", at)),
  column("revoked", ({ revoked }) => value("revoked", t(revoked ? "yes" : "no"))),
  column(null, ({ serial, revoked }) => buttons(["revoke", t("do.revoke"), { "data-id": serial, disabled: revoked }])),
];

function facts(merchant) {
  const percent = (points) => (points === undefined ? null : `${points / 100} %`);
  const all = (list) => (list?.length ? list.join(", ") : null);
  return fields([
    ["status", badge(merchant.status, "status")],
    ["kind", word("merchant", merchant.kind)],
    ["parent", merchant.parent],
    ["subs", all(merchant.subs)],
    ["appids", all(merchant.appids.map(({ appid, kind }) => `${appid} (${kind})`))],
    ["products", merchant.products ? all(merchant.products) : t("all")],
    ["key_mode", merchant.key_mode],
    ["serial", merchant.serial],
    ["public_key_id", merchant.public_key_id],
    ["has_api_v3_key", t(merchant.has_api_v3_key ? "yes" : "no")],
    ["fee_bp", value("fee_bp", percent(merchant.fee_bp), merchant.fee_bp)],
    ["share_ratio_bp", value("share_ratio_bp", percent(merchant.share_ratio_bp), merchant.share_ratio_bp)],
    ["transfer_scenes", all(merchant.transfer_scenes)],
    ["h5_domains", all(merchant.h5_domains)],
    ...["refund_notify_url", "sharing_notify_url", "complaint_notify_url"].map((name) => [name, merchant[name]]),
  ]);
}

function keys(merchant) {
  return section("merchant.keys",
    bar(MODES.map((mode) => button(`mode-${mode}`, t("merchant.mode", { mode }),
      { "aria-pressed": String(merchant.key_mode === mode) }))),
    bar(
      button("new-certificate", t("do.new-certificate")),
      button("new-api-v3-key", t("do.new-api-v3-key")),
      button("unset-api-v3-key", t("do.unset-api-v3-key"), { disabled: !merchant.has_api_v3_key }),
      button("new-secret", t("do.new-secret"))),
    table(t("merchant.keys"), merchant.serials, serials,
      { id: ({ serial }) => serial, state: ({ revoked }) => (revoked ? "revoked" : "valid") }));
}

function accounts(merchant) {
  const rows = ACCOUNTS.flatMap((account) => {
    const { available, frozen } = merchant.accounts[account];
    const row = (part, fen) => [`${account}.${part}`, money(`${account}.${part}`, fen)];
    return [row("available", available), account === "BASIC" || frozen ? row("frozen", frozen) : null];
  });
  return section("merchant.accounts", fields(rows),
    h("form", { class: "bar", id: "top-up" },
      control(t("field.account"), select("account", ACCOUNTS.map((name) => [name, t(`account.${name}`)]), "BASIC")),
      control(t("field.yuan"), h("input", { name: "yuan", inputmode: "decimal", value: "100.00", size: 12 })),
      button("top-up", t("do.top-up"))));
}

export const merchant = {
  kinds: ["settings", "order", "refund", "transfer", "sharing", "return"],
  title: ({ merchant }) => t("merchant.title", { mchid: merchant.mchid }),
  async load({ id }) {
    const [merchant, ledger] = await Promise.all([
      get(path("merchants", id)), list(path("merchants", id, "ledger"), { limit: 50 })]);
    return { merchant, ledger };
  },
  view: ({ merchant, ledger }) => [
    facts(merchant),
    keys(merchant),
    accounts(merchant),
    section("ledger", postings(ledger.items)),
  ],
  actions: {
    ...Object.fromEntries(MODES.map((mode) => [`mode-${mode}`, (_, { merchant }) =>
      patch(path("merchants", merchant.mchid), { key_mode: mode })])),
    "new-certificate": (_, { merchant }) => post(path("merchants", merchant.mchid, "certificates")),
    "new-api-v3-key": (_, { merchant }) => post(path("merchants", merchant.mchid, "api_v3_key")),
    "unset-api-v3-key": (_, { merchant }) => remove(path("merchants", merchant.mchid, "api_v3_key")),
    "new-secret": (_, { merchant }) => post(path("merchants", merchant.mchid, "secret")),
    revoke: ({ dataset }, { merchant }) => remove(path("merchants", merchant.mchid, "certificates", dataset.id)),
    "top-up"(_, { merchant }) {
      const { account, yuan } = values(document.querySelector("#top-up"));
      const amount = fen(yuan);
      if (amount === null) throw new Error(t("error.yuan"));
      return post(path("merchants", merchant.mchid, "balance"), { account, amount });
    },
  },
};
