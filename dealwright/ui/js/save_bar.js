// A form whose bar at the bottom appears with the first change, and says what saving would do.

import { csrf } from "./behaviours.js";

export default function saveBar(form) {
  const bar = form.querySelector("[data-bar]");
  const effect = form.querySelector("[data-effect]");
  let timer = 0;

  async function ask() {
    const headers = { "HX-Request": "true", "X-CSRF-Token": csrf(), Accept: "text/html" };
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(effect.dataset.effect, { method: "POST", body, headers });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const said = page.body.textContent.trim();
    if (answer.ok && said) effect.textContent = said;
  }

  function change() {
    if (bar) bar.hidden = false;
    if (!effect) return;
    clearTimeout(timer);
    timer = setTimeout(() => ask().catch(() => {}), 200);
  }
  if (bar) bar.hidden = true;
  form.addEventListener("input", change);
  form.addEventListener("change", change);
  return () => clearTimeout(timer);
}
