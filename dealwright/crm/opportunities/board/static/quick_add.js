// One line that adds an opportunity: what the server read in it is shown while it is typed. Enter
// adds and waits for the next one, Escape closes.

import { post } from "./moves.js";

const PAUSE = 200; // milliseconds after the last key

export default function quickAdd(form) {
  const board = form.closest("#board");
  const input = form.elements.text;
  const read = form.querySelector(".read");
  let timer = 0;

  async function show() {
    const query = new URLSearchParams({ text: input.value });
    const answer = await fetch(`/opportunities/quick-add?${query}`, { headers: { "HX-Request": "true" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    read.replaceChildren(...page.body.childNodes);
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, PAUSE);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!input.value.trim() || form.dataset.busy !== undefined) return;
    form.dataset.busy = "";
    if (await post(form.action, new FormData(form), board)) {
      input.value = "";
      read.replaceChildren();
    }
    delete form.dataset.busy;
    input.focus();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    form.closest("details").open = false;
    form.closest("details").querySelector("summary").focus();
  });
  form.closest("details").addEventListener("toggle", () => form.closest("details").open && input.focus());
  return () => clearTimeout(timer);
}
