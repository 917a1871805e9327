// Notices, on their own screen and in the detail of what they are about.

import { path, post } from "../base/api.js";
import { t, word } from "../base/lang.js";
import { numberIn } from "./numbers.js";
import { badge, link, time, until, value } from "./pieces.js";
import { buttons, column, table } from "./table.js";

/** The merchant's number of what a notice is about. */
export const numberOf = (notice) => numberIn(notice.resource) ?? (notice.ref || notice.notice_id);

function last({ attempts }) {
  const attempt = attempts.at(-1);
  return attempt ? `${attempt.status ?? ""} ${word("verdict", attempt.verdict)}` : null;
}

const columns = [
  column("number", (notice) => link(`#/notices/${notice.id}`, value("number", numberOf(notice)))),
  column("event_type"),
  column("state", (notice) => badge(notice.state)),
  column("next_at", (notice) => (notice.next_at ? value("next_at", until(notice.next_at)) : value("next_at", null))),
  column("attempts", (notice) => value("attempts", notice.attempts.length)),
  column("verdict", (notice) => value("verdict", last(notice))),
  column("created_at", (notice) => time("created_at", notice.created_at, true)),
  column(null, (notice) => buttons(...noticeButtons(notice))),
];

/** What can be done to a notice. */
export function noticeButtons({ id }) {
  return ["resend", "probe", "duplicate"].map((name) => [name, t(`do.${name}`), { "data-id": id }]);
}

const send = (name, body) => ({ dataset }) => post(`${path("notices", dataset.id)}/${name}?wait=notices`, body);

export const noticeActions = {
  resend: send("resend"),
  probe: send("probe"),
  duplicate: send("duplicate", { count: 2 }),
};

export const noticeTable = (items) => table(t("screen.notices"), items, columns);
