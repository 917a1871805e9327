// Shows one screen at a time and keeps it up to date.
//
// A screen is data: `title(data, route)`, `kinds` of events after which it is loaded again, `load(route)`,
// `view(data, route)` which gives nodes, and `actions` by the names of their buttons' `data-do`.

import { h } from "../base/dom.js";
import { t } from "../base/lang.js";
import { morph } from "../base/morph.js";
import { tick } from "./clock.js";
import { tell } from "./news.js";

const PAUSE_MS = 100;

export class Stage {
  constructor(main, screens, route) {
    Object.assign(this, { main, screens, route, at: null, data: null, drawing: false, again: false });
    main.addEventListener("click", (event) => this.#clicked(event));
    main.addEventListener("submit", (event) => event.preventDefault());
    main.addEventListener("change", (event) => this.#filtered(event));
  }

  /** The screen of the address. */
  get screen() {
    const { name, id } = this.route();
    const found = this.screens[name] ?? this.screens.overview;
    return id !== null && found.one ? found.one : found;
  }

  /** Loads the screen again if the kind of a change is one of its. */
  changed(kind) {
    if (this.screen.kinds.includes(kind)) this.refresh();
  }

  /** Loads and shows; what is asked for meanwhile is done once more afterwards. */
  async refresh() {
    this.again = true;
    if (this.drawing) return;
    this.drawing = true;
    while (this.again) {
      this.again = false;
      await this.#draw();
      await new Promise((done) => setTimeout(done, PAUSE_MS));
    }
    this.drawing = false;
  }

  async #draw() {
    const { screen, main } = this;
    const hash = location.hash;
    const route = this.route();
    const place = `${route.name}/${route.id ?? ""}`;
    let content;
    try {
      const data = await screen.load(route);
      const title = screen.title(data, route);
      content = [h("h1", { tabindex: -1 }, title), ...screen.view(data, route)];
      if (hash === location.hash) this.data = data;
      document.title = `${title} · wxpay sim`;
    } catch (error) {
      // Without a connection what is there stays: the line above says so.
      if (isOutage(error) && this.at === place) return;
      content = [h("h1", { tabindex: -1 }, t("error.title")), problem(error)];
    }
    if (hash !== location.hash) {
      this.again = true;
      return;
    }
    const wanted = h("main", null, content);
    const isNew = this.at !== place;
    if (isNew) main.replaceChildren(...wanted.childNodes);
    else morph(main, wanted);
    main.dataset.screen = this.screens[route.name] ? route.name : "overview";
    tick();
    if (isNew && this.at !== null) main.querySelector("h1").focus();
    this.at = place;
  }

  async #clicked(event) {
    const button = event.target.closest("button[data-do]");
    const action = button && (this.screen.actions?.[button.dataset.do] ?? common[button.dataset.do]);
    if (!action) return;
    const { data } = this;
    this.#complain(null);
    try {
      const said = await action(button, data, this.route());
      tell(typeof said === "string" ? said : `${button.textContent}: ${t("done")}`);
    } catch (error) {
      this.#complain(error);
    }
    await this.refresh();
  }

  /** A control that narrows a list is part of the address. */
  #filtered(event) {
    const { target } = event;
    if (!target.matches("[data-filter]")) return;
    const { name, query } = this.route();
    const wanted = Object.entries({ ...query, [target.name]: target.value }).filter(([, value]) => value);
    location.hash = `#/${name}${wanted.length ? `?${new URLSearchParams(wanted)}` : ""}`;
  }

  #complain(error) {
    document.querySelector("#problem").replaceChildren(...(error ? [problem(error)] : []));
  }
}

/** Browsers say so of a request that nobody answered. */
function isOutage(error) {
  return error instanceof TypeError && /fetch|network|load failed/i.test(error.message);
}

/** What was refused, as something that is read out at once. */
function problem(error) {
  const text = isOutage(error) ? t("error.offline") : error.message;
  const code = error.code ? [h("code", null, error.code), " "] : [];
  return h("p", { class: "problem", role: "alert" }, code, text, error.hint ? ` (${error.hint})` : null);
}

/** What buttons of every screen may ask for. */
const common = {
  async copy(button) {
    const text = document.getElementById(button.dataset.of);
    try {
      await navigator.clipboard.writeText(text.textContent);
      return t("copied");
    } catch {
      // A page that did not come by a safe way may not: then it is marked, for Ctrl+C.
      getSelection().selectAllChildren(text);
      return t("marked");
    }
  },
};
