// Sends changes of cards and brings the board up to date. The server decides: what it refuses goes
// back to where it was, and the reason is shown.

import { csrf } from "../../../ui/behaviours.js";
import { toast } from "../../../ui/toasts.js";

const AT_ONCE = 200; // cards that the server draws at once

/** Posts a form; the events that the server names are sent on. Gives whether it was accepted. */
export async function post(address, fields, board) {
  const headers = { "X-CSRF-Token": csrf(), "HX-Request": "true", Accept: "text/html" };
  let answer;
  try {
    answer = await fetch(address, { method: "POST", headers, body: new URLSearchParams(fields) });
  } catch {
    toast(board.dataset.wordOffline);
    return false;
  }
  const leads = answer.headers.get("HX-Redirect");
  if (leads) location.assign(leads);
  for (const [name, detail] of Object.entries(JSON.parse(answer.headers.get("HX-Trigger") ?? "{}"))) {
    document.dispatchEvent(new CustomEvent(name, { detail }));
  }
  if (answer.status === 401) toast(board.dataset.wordRefused);
  else if (!answer.ok) showAgain(await answer.text());
  return answer.ok && !leads;
}

// A form that was refused comes back with what is wrong and what was typed.
function showAgain(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  if (!page.querySelector("form[data-move], form[data-change]")) return;
  const dialog = document.getElementById("board-dialog");
  dialog.replaceChildren(...page.body.childNodes);
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("[autofocus], input:not([type=hidden])")?.focus();
}

/** Moves a card between two others; puts it back when that is refused. */
export async function move(board, item, { stage, after, before }) {
  const back = { parent: item.parentElement, next: item.nextElementSibling };
  item.dataset.busy = "";
  const done = await post(
    `/opportunities/${item.dataset.id}/${board.dataset.moves ?? "move"}`,
    { stage, after: after ?? 0, before: before ?? 0 },
    board,
  );
  delete item.dataset.busy;
  if (done) await refresh(board, [item.dataset.id]);
  else back.parent.insertBefore(item, back.next);
  return done;
}

/** Draws these cards anew, and every number that they take part in. */
export async function refresh(board, ids) {
  const left = [...ids];
  do await refreshSome(board, left.splice(0, AT_ONCE));
  while (left.length);
}

async function refreshSome(board, ids) {
  const query = new URLSearchParams(board.dataset.query);
  query.set("ids", ids.join(","));
  const answer = await fetch(`${board.dataset.changes ?? "/opportunities/board/changes"}?${query}`, {
    headers: { "HX-Request": "true" },
  });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const cards = [...page.querySelectorAll(".card-item")];
  page.querySelectorAll("[id].column-head, [id].rail, #attention, #totals").forEach((part) => {
    const had = document.getElementById(part.id);
    if (had) stayOpen(had, part);
    had?.replaceWith(part);
  });
  const shown = new Set(cards.map((card) => card.dataset.id));
  ids.filter((id) => !shown.has(`${id}`)).forEach((id) => document.getElementById(`card-${id}`)?.remove());
  cards.forEach((card) => place(board, card));
}

/** Draws everything anew that may have changed unseen; what is typed or open stays. */
export async function refreshAll(board) {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const items = [...board.querySelectorAll(".card-item"), ...page.querySelectorAll(".card-item")];
  await refresh(board, new Set(items.map((item) => item.dataset.id)));
}

// A menu that is open in a part stays open in its new version.
function stayOpen(had, part) {
  const menus = part.querySelectorAll("details");
  had.querySelectorAll("details").forEach((menu, at) => menus[at] && (menus[at].open = menu.open));
}

// Puts a card where its rank belongs; one of a folded stage leaves the board.
function place(board, card) {
  const had = document.getElementById(card.id);
  const hadFocus = had?.contains(document.activeElement);
  const column = board.querySelector(`.cards[data-stage="${card.dataset.stage}"]`);
  const siblings = column ? itemsOf(column).filter((each) => each !== had) : [];
  const next = siblings.find((each) => each.dataset.rank > card.dataset.rank);
  had?.remove();
  if (!column) return;
  if (next) next.before(card);
  else lastGroup(column).append(card);
  if (hadFocus) card.querySelector(".title").focus();
}

/** The cards of a column, from top to bottom. */
export function itemsOf(column) {
  return [...column.querySelectorAll(".card-item")];
}

/** Where a column's last card lies. */
export function lastGroup(column) {
  const group = [...column.querySelectorAll(".card-group")].at(-1);
  if (group) return group;
  const made = document.createElement("ol");
  made.className = "card-group";
  made.setAttribute("role", "list");
  column.append(made);
  return made;
}

/** Fetches a fragment into the board's dialog and opens it. */
export async function openDialog(address) {
  const answer = await fetch(address, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return location.assign(address);
  const dialog = document.getElementById("board-dialog");
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  dialog.replaceChildren(...page.body.childNodes);
  if (!dialog.open) dialog.showModal();
  const field = new URL(address, location.href).searchParams.get("field");
  const first = field ? `[name="${field}"]` : "[aria-current], input:not([type=hidden]), button.primary";
  dialog.querySelector(first)?.focus();
}

/** Says where a card stands: its column's name, its place and how many there are. */
export function placeOf(item) {
  const column = item.closest(".cards");
  const items = itemsOf(column);
  const name = column.closest(".column").querySelector("h2").textContent;
  return [name, items.indexOf(item) + 1, items.length];
}

/** "%s, place %d of %d." with its values. */
export function filled(sentence, ...values) {
  return sentence.replace(/%[sd]/g, () => values.shift());
}
