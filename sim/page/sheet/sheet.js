// What both of the payer's sheets show.

import { h } from "../base/dom.js";
import { has, t } from "../base/lang.js";
import { yuan } from "../base/format.js";

export const big = (name, fen, currency) =>
  h("p", { class: "amount" }, h("data", { "data-field": name, value: fen }, yuan(fen, currency)));

export const line = (name, text, key = `field.${name}`) => (text
  ? h("div", null, h("dt", null, t(key)), h("dd", { "data-field": name }, text)) : null);

/** Whom the payer is. */
export function payers(all, chosen) {
  return h("fieldset", null, h("legend", null, t("field.payer")), all.map((name) =>
    h("label", null, h("input", { type: "radio", name: "payer", value: name, checked: name === chosen }), " ", name)));
}

/** What went wrong: `trouble` in this page's words, `problem` in the client's, with what that means. */
export function alert({ trouble, problem, code }) {
  if (trouble || code === "offline") return h("p", { class: "problem", role: "alert" }, t(trouble ?? "error.offline"));
  if (!problem) return null;
  return h("p", { class: "problem", role: "alert" },
    h("span", { lang: /\p{Script=Han}/u.test(problem) ? "zh-CN" : "en" }, problem),
    has(`client.${code}`) ? h("span", { class: "meaning" }, " ", t(`client.${code}`)) : null);
}

export const done = (key) => h("p", { class: "done", role: "status" },
  h("span", { "aria-hidden": "true" }, "✓ "), t(key));
