// Tables: each row one object, found by `[data-row]` and its state by `[data-state]`.

import { h } from "../base/dom.js";
import { t, word } from "../base/lang.js";
import { button, control, label, select, value } from "./pieces.js";

/** A column: the interface's name, and what a cell shows if not just the member of that name. */
export const column = (name, cell = (item) => value(name, item[name])) => ({ name, cell });

/**
 * A table of `items`. `id` and `state` say what a row is called and what state it is in; a `wide` one is scrolled. On a
 * narrow screen rows become cards; the roles are written out because a table laid out otherwise would lose them.
 */
export function table(caption, items, columns, { id = (item) => item.id, state = (item) => item.state, wide } = {}) {
  if (!items.length) return h("p", { class: "none" }, t("none"));
  const cell = (item) => ({ name, cell: show }) => {
    const content = show(item);
    const isVoid = content === null || content.textContent === "–";
    return h("td", { role: "cell", "data-label": name ? label(name) : null, class: isVoid ? "void" : null }, content);
  };
  return h("div", { class: wide ? "scroll wide" : "scroll", tabindex: wide ? 0 : null }, h("table", { role: "table" },
    h("caption", null, caption),
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, columns.map(head))),
    h("tbody", { role: "rowgroup" }, items.map((item) =>
      h("tr", { role: "row", "data-row": id(item), "data-state": state(item) }, columns.map(cell(item)))))));
}

const head = ({ name }) => h("th", { role: "columnheader", scope: "col" },
  name ? label(name) : h("span", { class: "unseen" }, t("actions")));

/** The page of a list that the address asks for. */
export function limited(query) {
  const { limit = "50", ...filters } = query;
  return { limit: Math.min(1000, Number(limit) || 50), ...filters };
}

/** A link to more rows, if there are more and a page can hold them. */
export function more({ next }, { name, query }) {
  const { limit } = limited(query);
  if (!next) return null;
  if (limit >= 1000) return h("p", { class: "none" }, t("more.no"));
  const wanted = new URLSearchParams({ ...query, limit: Math.min(1000, limit * 4) });
  return h("p", null, h("a", { href: `#/${name}?${wanted}` }, t("more")));
}

/** Controls that narrow a list: each a name and its values, or no values for a text. */
export function filters(query, all) {
  const more = { "data-filter": true };
  const choice = (words) => [["", t("all")], ...words.map((one) => [one, said(one)])];
  return h("form", { class: "bar", role: "search" }, all.map(([name, words]) => control(label(name), words
    ? select(name, choice(words), query[name] ?? "", more)
    : h("input", { name, value: query[name] ?? "", ...more }))));
}

const said = (one) => (word("state", one) === one ? one : `${word("state", one)} ${one}`);

/** Buttons of a row; each a name, a text and more attributes. */
export function buttons(...all) {
  return h("div", { class: "bar" }, all.filter(Boolean).map(([name, text, more]) => button(name, text, more)));
}
