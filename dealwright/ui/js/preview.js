// Shows beside a form what the page would look like with what is typed: the server draws it.

import { csrf } from "./behaviours.js";

export default function preview(form) {
  const target = document.getElementById(form.dataset.previewIn);
  let timer = 0;

  async function draw() {
    const headers = { "HX-Request": "true", "X-CSRF-Token": csrf(), Accept: "text/html" };
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.dataset.preview, { method: "POST", body, headers });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    target.replaceChildren(...page.body.childNodes);
  }

  function change() {
    clearTimeout(timer);
    timer = setTimeout(() => draw().catch(() => {}), 250);
  }
  form.addEventListener("input", change);
  change();
  return () => clearTimeout(timer);
}
