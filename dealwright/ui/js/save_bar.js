// A form whose bar at the bottom appears with the first change, and says what saving would do. Only
// what was changed is sent, so that what others changed meanwhile stays.

import { csrf } from "./behaviours.js";

export default function saveBar(form) {
  const bar = form.querySelector("[data-bar]");
  const effect = form.querySelector("[data-effect]");
  const order = orderOf(form);
  let timer = 0;

  function trim({ formData }) {
    for (const each of form.elements) {
      if (each.matches("tbody input:not([type=hidden])") && each.value === each.defaultValue) formData.delete(each.name);
      if (each.matches("tbody select") && each.selectedOptions[0]?.defaultSelected) formData.delete(each.name);
    }
    if (orderOf(form) === order) formData.delete("ids");
  }

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
  form.addEventListener("formdata", trim);
  return () => clearTimeout(timer);
}

function orderOf(form) {
  return [...form.querySelectorAll("[name=ids]")].map((each) => each.value).join();
}
