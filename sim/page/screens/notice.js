// `#/notices/{id}`: one notice, each time it was sent, and what was answered.

import { get, path } from "../base/api.js";
import { t, word } from "../base/lang.js";
import { badge, bar, button, fields, fold, section, time, until, value } from "../parts/pieces.js";
import { noticeActions, noticeButtons, numberOf } from "../parts/notices.js";
import { column, table } from "../parts/table.js";

const attempts = [
  column("n"),
  column("due", (attempt) => time("due", attempt.due, true)),
  column("sent_at", (attempt) => time("sent_at", attempt.sent_at, true)),
  column("verdict", (attempt) => value("verdict", word("verdict", attempt.verdict))),
  column("status"),
  column("ms"),
  column("fault"),
  column("answer", (attempt) => value("answer", attempt.error ?? attempt.answer)),
];

export const notice = {
  kinds: ["notice", "clock"],
  title: (notice) => t("notice.title", { event: notice.event_type, number: numberOf(notice) }),
  load: ({ id }) => get(path("notices", id)),
  view: (notice) => [
    bar(noticeButtons(notice).map(([name, text, more]) => button(name, text, more))),
    fields([
      ["state", badge(notice.state)],
      ["next_at", notice.next_at
        ? value("next_at", [time("next_at", notice.next_at), " (", until(notice.next_at), ")"]) : null],
      ...["event_type", "original_type", "version", "mchid", "ref", "url", "target", "notice_id", "id"]
        .map((name) => [name, notice[name]]),
    ]),
    section("notice.attempts", table(t("notice.attempts"), notice.attempts, attempts,
      { id: (attempt) => `${notice.id}-${notice.attempts.indexOf(attempt) + 1}`, state: ({ verdict }) => verdict })),
    fold("resource", t("field.resource"), notice.resource),
    fold("body", t("field.body"), notice.body),
    fold("headers", t("field.headers"), notice.headers),
  ],
  actions: noticeActions,
};
