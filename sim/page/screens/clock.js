// `#/clock`: the simulated time, and what falls due next.

import { get, post } from "../base/api.js";
import { h } from "../base/dom.js";
import { span } from "../base/format.js";
import { t, word } from "../base/lang.js";
import { bar, button, fields, section, time, until, value } from "../parts/pieces.js";
import { column, table } from "../parts/table.js";

const STEPS = { "+1m": "1m", "+1h": "1h", "+1d": "1d" };

/** What happened on the way of the last journey. */
let happened = [];

const columns = [
  column("at", ({ at }) => time("at", at)),
  column("next_at", ({ at }) => until(at)),
  column("kind", ({ kind }) => value("kind", word("due", kind))),
  column("ref"),
];
const past = [columns[0], columns[2], column("ref"), column("what")];
const names = { id: ({ at, kind, ref }) => `${at} ${kind} ${ref}`, state: ({ kind }) => kind };

async function travel(path, body) {
  ({ events: happened = [] } = await post(path, body));
  return t("clock.happened", { count: happened.length });
}

export const clock = {
  kinds: ["clock", "order", "refund", "transfer", "sharing", "return", "notice"],
  title: () => t("screen.clock"),
  load: () => get("clock"),
  view: (clock) => [
    bar(
      Object.keys(STEPS).map((name) => button(name, t(`do.${name}`))),
      button("next", t("do.next")),
      button("freeze", t("do.freeze"), { disabled: clock.mode === "frozen" }),
      button("run", t("do.run"), { disabled: clock.mode === "wall" }),
    ),
    fields([
      ["now", h("time", { "data-field": "now", "data-clock": true, datetime: clock.now }, clock.now)],
      ["mode", value("mode", clock.mode)],
      ["meaning", t(`clock.${clock.mode}`)],
      ["offset_s", value("offset_s", span(clock.offset_s), clock.offset_s)],
      ["wall", time("wall", clock.wall)],
    ]),
    section("clock.next", table(t("clock.next"), clock.next, columns, names)),
    happened.length ? section("clock.past", table(t("clock.past"), happened, past, names)) : null,
  ],
  actions: {
    ...Object.fromEntries(Object.entries(STEPS).map(([name, by]) => [name, () => travel("clock/advance", { by })])),
    next: () => travel("clock/next"),
    freeze: () => post("clock", { mode: "frozen" }),
    run: () => post("clock", { mode: "wall" }),
  },
};
