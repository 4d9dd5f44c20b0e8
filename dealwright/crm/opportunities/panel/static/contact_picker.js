// A field for the name of a contact: shows who is meant while somebody types. Arrows choose, Enter
// takes. Without this script the server finds the contact by its name.

export default function picker(form) {
  const input = form.querySelector("[data-picks]");
  const chosen = form.querySelector("[name=chosen]");
  const list = document.createElement("div");
  list.className = "popover combo";
  list.id = `${input.id}-found`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels[0].textContent);
  list.hidden = true;
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
  input.after(list);
  let waiting = 0;

  const options = () => [...list.querySelectorAll("[role=option]")];
  const current = () => list.querySelector("[aria-selected=true]");
  function open(isOpen) {
    list.hidden = !isOpen;
    input.setAttribute("aria-expanded", `${isOpen}`);
    if (!isOpen) input.removeAttribute("aria-activedescendant");
  }
  function point(option) {
    options().forEach((each) => each.setAttribute("aria-selected", `${each === option}`));
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }
  function take(option) {
    input.value = option.dataset.name;
    chosen.value = option.dataset.id;
    open(false);
  }
  async function search() {
    const text = input.value.trim();
    const address = `${form.dataset.found}?text=${encodeURIComponent(text)}&list=${list.id}`;
    const answer = text && (await fetch(address, { headers: { "HX-Request": "true" } }));
    if (!answer?.ok || input.value.trim() !== text) return open(false);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    list.replaceChildren(...page.body.children);
    open(options().length > 0);
  }

  input.addEventListener("input", () => {
    chosen.value = "";
    clearTimeout(waiting);
    waiting = setTimeout(search, 120);
  });
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const every = options();
    if (list.hidden || !every.length) return;
    if (step) {
      event.preventDefault();
      const at = every.indexOf(current());
      point(every[at < 0 ? (step > 0 ? 0 : every.length - 1) : (at + step + every.length) % every.length]);
    } else if (event.key === "Enter" && current()) {
      event.preventDefault();
      take(current());
    } else if (event.key === "Escape") {
      event.stopPropagation();
      open(false);
    }
  });
  list.addEventListener("pointerdown", (event) => {
    const option = event.target.closest("[role=option]");
    if (!option) return;
    event.preventDefault();
    take(option);
  });
  input.addEventListener("blur", () => open(false));
  return () => clearTimeout(waiting);
}
