// The place beside the board: the title of a card opens its panel here, the cross or Escape closes
// it and gives the focus back. Dialogs of the board are opened from here as from a card.

import { openDialog } from "../board/moves.js";

export default function beside(place) {
  const frame = place.parentElement;
  const board = frame.querySelector(".board");
  let opened = "";

  async function open(link) {
    const address = new URL(link.href);
    address.pathname += "/panel";
    address.search = board.dataset.query;
    const answer = await fetch(address, { headers: { "HX-Request": "true" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const panel = page.getElementById("opportunity");
    if (!answer.ok || !panel) return location.assign(link.href);
    opened = link.closest(".card-item")?.id ?? "";
    place.hidden = false;
    frame.classList.add("with-panel");
    place.replaceChildren(panel);
    panel.tabIndex = -1;
    panel.focus({ preventScroll: true });
    document.getElementById(opened)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function close() {
    place.hidden = true;
    place.replaceChildren();
    frame.classList.remove("with-panel");
    document.getElementById(opened)?.querySelector(".title").focus();
  }

  board.addEventListener("click", (event) => {
    const link = event.target.closest(".card .title");
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(link);
  });
  place.addEventListener("click", (event) => {
    if (event.target.closest("[data-closes-panel]")) return close();
    const link = event.target.closest(".card-move, [data-close-stage], [data-move-to]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openDialog(link.href);
  });
  place.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) close();
  });
}
