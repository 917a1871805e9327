// `#/merchants`: merchants, and the platform's keys.

import { get, list, path, post, remove } from "../base/api.js";
import { t, word } from "../base/lang.js";
import { badge, bar, button, fields, link, money, section, time, value } from "../parts/pieces.js";
import { buttons, column, limited, more, table } from "../parts/table.js";

const columns = [
  column("mchid", ({ mchid }) => link(`#/merchants/${mchid}`, value("mchid", mchid))),
  column("kind", ({ kind }) => value("kind", word("merchant", kind))),
  column("parent"),
  column("status", ({ status }) => badge(status, "status")),
  column("key_mode"),
  column("serial"),
  column("BASIC.available", ({ accounts }) => money("BASIC.available", accounts.BASIC.available)),
  column("OPERATION.available", ({ accounts }) => money("OPERATION.available", accounts.OPERATION.available)),
];

const certificates = [
  column("serial"),
  column("not_before", ({ not_before: at }) => time("not_before", at)),
  column("not_after", ({ not_after: at }) => time("not_after", at)),
  column("signing", ({ signing }) => value("signing", t(signing ? "yes" : "no"))),
  column(null, ({ serial }) => buttons(["withdraw", t("do.withdraw"), { "data-id": serial }])),
];

export const merchants = {
  kinds: ["settings"],
  title: () => t("screen.merchants"),
  async load({ query }) {
    const [all, platform] = await Promise.all([list("merchants", limited(query)), get("platform")]);
    return { ...all, platform };
  },
  view: (data, route) => [
    table(t("screen.merchants"), data.items, columns, { id: ({ mchid }) => mchid, state: ({ status }) => status }),
    more(data, route),
    section("platform",
      bar(button("rotate", t("do.rotate")), button("public-key", t("do.public-key"))),
      fields([["public_key_id", data.platform.public_key_id]]),
      table(t("platform.certificates"), data.platform.certificates, certificates,
        { id: ({ serial }) => serial, state: ({ signing }) => (signing ? "signing" : "waiting") })),
  ],
  actions: {
    rotate: () => post("platform/certificates"),
    "public-key": () => post("platform/public_key"),
    withdraw: ({ dataset }) => remove(path("platform", "certificates", dataset.id)),
  },
};
