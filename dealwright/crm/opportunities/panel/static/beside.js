// The place beside the board: the title of a card opens its panel here, the cross or Escape closes
// it and gives the focus back. The open card is ringed and kept in sight. Dialogs of the board are opened from here as from a card.

import { openDialog } from "../board/moves.js";

export default function beside(place) {
  const frame = place.parentElement;
  const board = frame.querySelector(".board");
  let opened = ""; // the id of the card whose panel is open

  async function open(link) {
    const address = new URL(link.href);
    address.pathname += "/panel";
    address.search = board.dataset.query;
    const answer = await fetch(address, { headers: { "HX-Request": "true" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const panel = page.getElementById("opportunity");
    if (!answer.ok || !panel) return location.assign(link.href);
    place.hidden = false;
    frame.classList.add("with-panel");
    place.replaceChildren(panel);
    panel.tabIndex = -1;
    panel.focus({ preventScroll: true });
  }

  // Also after a step to another opportunity, and when cards are drawn anew.
  function ring() {
    const shown = place.querySelector("#opportunity")?.dataset.id;
    const card = shown && document.getElementById(`card-${shown}`);
    for (const each of board.querySelectorAll(".card.current")) {
      if (each.parentElement !== card) each.classList.remove("current");
    }
    card?.querySelector(".card").classList.add("current");
    if (shown && opened !== `card-${shown}`) {
      opened = `card-${shown}`;
      card?.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  }

  function close() {
    place.hidden = true;
    place.replaceChildren();
    frame.classList.remove("with-panel");
    document.getElementById(opened)?.querySelector(".title").focus();
    opened = "";
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
  const drawn = new MutationObserver(ring);
  drawn.observe(board, { childList: true, subtree: true });
  drawn.observe(place, { childList: true });
  return () => drawn.disconnect();
}
