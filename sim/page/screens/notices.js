// `#/notices`: notices and when they go out.

import { list, post } from "../base/api.js";
import { t } from "../base/lang.js";
import { bar, button } from "../parts/pieces.js";
import { noticeActions, noticeTable } from "../parts/notices.js";
import { filters, limited, more } from "../parts/table.js";

const STATES = ["pending", "accepted", "failed", "given_up", "blocked", "paused", "lost"];

export const notices = {
  kinds: ["notice", "clock"],
  title: () => t("screen.notices"),
  load: ({ query }) => list("notices", limited(query)),
  view: (data, route) => [
    bar(button("pause", t("do.pause")), button("resume", t("do.resume"))),
    filters(route.query, [["state", STATES], ["event_type"], ["ref"], ["mchid"]]),
    noticeTable(data.items),
    more(data, route),
  ],
  actions: {
    ...noticeActions,
    pause: () => post("notices/pause"),
    resume: () => post("notices/resume"),
  },
};
