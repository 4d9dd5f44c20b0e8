// The board: dialogs, keys, dragging, further cards and other people's changes, on one element.

import { say } from "../../../ui/live.js";
import drag from "./drag.js";
import keys from "./keys.js";
import { openDialog, post, refresh, refreshAll } from "./moves.js";

export default function board(element) {
  const ends = [drag(element), keys(element), further(element)];
  const dialog = document.getElementById("board-dialog");

  // Links of cards that lead to a small form open it in the dialog.
  const click = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target.closest("[data-close-stage], [data-dialog]");
    if (link) {
      event.preventDefault();
      openDialog(link.href);
    }
    const amount = event.target.closest("[data-edit]");
    if (amount) openDialog(`/opportunities/${idOf(amount)}/edit?field=${amount.dataset.edit}`);
  };
  const submit = async (event) => {
    const form = event.target.closest("form");
    if (!form?.matches("[data-move], [data-change]")) return;
    event.preventDefault();
    const id = form.action.match(/opportunities\/(\d+)/)[1];
    const item = document.getElementById(`card-${id}`);
    const title = item?.dataset.title;
    if (await post(form.action, new FormData(form), element)) {
      dialog.close();
      await refresh(element, [id]);
      if (title) say(title);
      focus(id);
    }
  };
  const changed = async ({ detail }) => {
    await (detail.isStale ? refreshAll(element) : refresh(element, detail.ids));
    detail.touched?.forEach(glow);
  };

  element.addEventListener("click", click);
  dialog.addEventListener("click", click);
  dialog.addEventListener("submit", submit);
  document.addEventListener("opportunities", changed);
  return () => {
    ends.forEach((end) => end());
    document.removeEventListener("opportunities", changed);
    dialog.removeEventListener("submit", submit);
    dialog.removeEventListener("click", click);
  };
}

function idOf(target) {
  return target.closest(".card-item").dataset.id;
}

function focus(id) {
  document.getElementById(`card-${id}`)?.querySelector(".title").focus();
}

// Shows once that somebody else has changed a card.
function glow(id) {
  const card = document.querySelector(`#card-${id} > .card`);
  card?.classList.add("touched");
  setTimeout(() => card?.classList.remove("touched"), 2000);
}

// Fetches the next cards of a column before its end is seen.
function further(element) {
  const waiting = new Set();
  const watcher = new IntersectionObserver(
    (seen) => seen.forEach(({ isIntersecting, target }) => isIntersecting && load(target.closest(".cards"))),
    { rootMargin: "600px" },
  );

  async function load(column) {
    const cursor = column.dataset.next;
    if (!cursor || waiting.has(column)) return;
    waiting.add(column);
    const query = new URLSearchParams(element.dataset.query);
    query.set(element.dataset.further ? "column" : "stage", column.dataset.stage);
    query.set("cursor", cursor);
    const answer = await fetch(`${element.dataset.further ?? "/opportunities/board/column"}?${query}`, {
      headers: { "HX-Request": "true" },
    });
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      column.append(...page.querySelectorAll(".card-group"));
      column.dataset.next = page.querySelector("[data-next]")?.dataset.next ?? "";
      watch(column);
    }
    waiting.delete(column);
  }

  function watch(column) {
    const last = column.querySelector(":scope > .card-group:last-of-type");
    if (last && column.dataset.next) watcher.observe(last);
  }
  element.querySelectorAll(".cards").forEach(watch);
  return () => watcher.disconnect();
}
