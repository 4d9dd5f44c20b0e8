// Marks cards of the board, by the menu of a card or of a column, by X, or by Ctrl and a click
// beside the title. What is marked is changed by the buttons of this form.

import { say } from "../../../ui/live.js";
import { isTyping } from "../../../ui/toasts.js";
import { filled, itemsOf, refresh } from "../board/moves.js";
import { change } from "./change.js";

const MOST = 500; // that the server changes at once

export default function cards(form) {
  const board = document.getElementById("board");
  const marked = new Set(); // ids

  function show() {
    for (const item of board.querySelectorAll(".card-item")) {
      item.querySelector(".card").classList.toggle("selected", marked.has(item.dataset.id));
    }
    const fields = [...marked].map((id) =>
      Object.assign(document.createElement("input"), { type: "hidden", name: "ids", value: id }),
    );
    form.querySelector("[data-ids]").replaceChildren(...fields);
    form.querySelector("[data-said]").textContent = filled(form.dataset.wordSelected, marked.size);
    form.hidden = !marked.size;
  }

  function toggle(item) {
    const { id, title } = item.dataset;
    if (!marked.delete(id) && marked.size < MOST) marked.add(id);
    show();
    const words = marked.has(id) ? form.dataset.wordMarked : form.dataset.wordUnmarked;
    say(filled(words, title, marked.size));
  }

  function all(column) {
    itemsOf(column).slice(0, MOST).forEach(({ dataset }) => marked.add(dataset.id));
    show();
    say(filled(form.dataset.wordSelected, marked.size));
  }

  function clear() {
    marked.clear();
    show();
  }

  const click = (event) => {
    if (event.target.closest("[data-selects-all]")) all(event.target.closest(".column").querySelector(".cards"));
    const item = event.target.closest(".card-item");
    if (!item || !(event.ctrlKey || event.metaKey) || event.target.closest("a, button")) return;
    event.preventDefault();
    toggle(item);
  };
  const key = (event) => {
    if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    const item = event.target.closest(".card-item");
    if (event.key === "Escape" && marked.size && !document.querySelector("dialog[open]")) clear();
    else if (event.key.toLowerCase() === "x" && item && board.hasAttribute("data-keys")) toggle(item);
  };
  const submit = async (event) => {
    const button = event.submitter;
    if (button.hasAttribute("data-page")) return; // asks for more on a page of its own
    event.preventDefault();
    const ids = [...marked];
    if (!(await change(button.formAction, new FormData(form, button), board.dataset.wordOffline))) return;
    clear();
    await refresh(board, ids);
  };
  // Cards are drawn anew by changes: what is marked stays so.
  const drawn = new MutationObserver(() => marked.size && show());

  board.addEventListener("click", click);
  board.addEventListener("select-card", ({ target }) => toggle(target));
  board.addEventListener("keydown", key);
  form.addEventListener("submit", submit);
  form.addEventListener("reset", clear);
  drawn.observe(board, { childList: true, subtree: true });
  return () => drawn.disconnect();
}
