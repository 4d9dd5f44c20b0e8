// The list: small forms in the dialog, marked rows, and changes of them shown as toasts with undo.
// Without it every link leads to a page and every button sends the form.

import { openDialog, post } from "../board/moves.js";
import { change } from "../selection/change.js";

export default function list(form) {
  const dialog = document.getElementById("board-dialog");
  const rows = () => [...form.querySelectorAll("[name=ids]")];
  const marked = () => rows().filter((each) => each.checked);
  let last = null; // the row that was marked before, for Shift

  function count() {
    const chosen = marked();
    const all = form.querySelector("[data-all]");
    if (!all) return;
    all.checked = chosen.length > 0 && chosen.length === rows().length;
    all.indeterminate = chosen.length > 0 && !all.checked;
    const worth = chosen.reduce((sum, each) => sum + Number(each.dataset.worth ?? 0), 0);
    const language = document.documentElement.lang;
    const money = new Intl.NumberFormat(language, {
      style: "currency", currency: form.dataset.currency, maximumFractionDigits: 0,
    });
    const words = form.dataset.wordSelected.replace("%d", chosen.length);
    form.querySelector("[data-said]").textContent = `${words}, ≈ ${money.format(worth)}`;
  }

  function mark(event) {
    const box = event.target;
    if (box.matches("[data-all]")) rows().forEach((each) => (each.checked = box.checked));
    else if (box.name !== "ids") return;
    else last = box;
    count();
  }

  function click(event) {
    if (event.ctrlKey || event.metaKey) return;
    const box = event.target.closest("[name=ids]");
    if (box && event.shiftKey && last && last !== box) {
      const [from, to] = [rows().indexOf(last), rows().indexOf(box)].sort((a, b) => a - b);
      rows().slice(from, to + 1).forEach((each) => (each.checked = box.checked));
    }
    const link = event.target.closest("[data-dialog], [data-close-stage]");
    if (!link || event.shiftKey) return;
    event.preventDefault();
    openDialog(link.href);
  }

  // A form of the dialog.
  async function save(event) {
    if (!event.target.matches("[data-move], [data-change]")) return;
    event.preventDefault();
    if (!(await post(event.target.action, new FormData(event.target), form))) return;
    dialog.close();
    await refresh();
  }

  // A button of the bar; one that asks for more leads to a page.
  async function submit(event) {
    const button = event.submitter;
    if (!button?.hasAttribute("formaction") || button.hasAttribute("data-page")) return;
    event.preventDefault();
    if (!(await change(button.formAction, new FormData(form, button), form.dataset.wordOffline))) return;
    rows().forEach((each) => (each.checked = false));
    await refresh();
  }

  // Reads the page again and puts what changed in its place; what is marked and where the reader
  // stands in the list stay.
  async function refresh() {
    const answer = await fetch(location.href);
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const id = document.activeElement?.closest("tr")?.dataset.id;
    const kept = new Set(marked().map((each) => each.value));
    const top = form.querySelector(".table-frame")?.scrollTop ?? 0;
    for (const part of ["#list > .table-frame", "#list > .list-foot", "#attention", "#totals"]) {
      const [old, fresh] = [document.querySelector(part), page.querySelector(part)];
      if (old && fresh) old.replaceWith(fresh);
      else if (old && part.endsWith("frame")) return location.reload();
    }
    last = null;
    rows().forEach((each) => (each.checked = kept.has(each.value)));
    form.querySelector(".table-frame")?.scrollTo(0, top);
    count();
    form.querySelector(`tr[data-id="${id}"] .title`)?.focus();
  }

  const escape = ({ key }) => {
    if (key === "Escape" && !dialog.open && marked().length) form.reset();
  };
  const cleared = () => setTimeout(count);
  form.addEventListener("change", mark);
  form.addEventListener("click", click);
  form.addEventListener("submit", submit);
  form.addEventListener("reset", cleared);
  dialog.addEventListener("click", click);
  dialog.addEventListener("submit", save);
  document.addEventListener("keydown", escape);
  document.addEventListener("opportunities", refresh);
  count();
  return () => {
    document.removeEventListener("keydown", escape);
    document.removeEventListener("opportunities", refresh);
  };
}
