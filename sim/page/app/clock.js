// The simulated clock as it goes on between two answers, and what counts down by it.

import { get } from "../base/api.js";
import { longTime, span } from "../base/format.js";
import { t } from "../base/lang.js";

const BEIJING_MS = 8 * 3_600_000;

let told = null;

/** Asks what time it is. */
export async function setClock() {
  const { now, mode } = await get("clock");
  told = { now: Date.parse(now), frozen: mode === "frozen", at: performance.now() };
  tick();
}

/** Shows the time, and how long each `[data-until]` still takes, now and every second. */
export function startTicking() {
  setInterval(tick, 1000);
}

/** The same at once, for what has just been shown. */
export function tick() {
  if (!told) return;
  const now = told.now + (told.frozen ? 0 : performance.now() - told.at);
  for (const element of document.querySelectorAll("[data-clock]")) {
    set(element, longTime(new Date(now + BEIJING_MS).toISOString()));
  }
  for (const element of document.querySelectorAll("[data-until]")) {
    const seconds = Math.ceil((Date.parse(element.dataset.until) - now) / 1000);
    set(element, seconds > 0 ? t("clock.in", { span: span(seconds) }) : t("clock.due"));
  }
}

function set(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
