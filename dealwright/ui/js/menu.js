// A menu of <details>: arrow keys walk through it; Escape and a click elsewhere close it.

export default function menu(element) {
  const button = element.querySelector("summary");
  const items = () => [...element.querySelectorAll(".menu-item")];

  function close(isByKey) {
    element.open = false;
    if (isByKey) button.focus();
  }

  function walk(event) {
    const every = items();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape" && element.open) {
      event.stopPropagation();
      close(true);
    } else if (step && every.length) {
      event.preventDefault();
      element.open = true;
      const at = every.indexOf(document.activeElement);
      const start = step > 0 ? 0 : every.length - 1;
      every[at < 0 ? start : (at + step + every.length) % every.length].focus();
    }
  }

  const elsewhere = ({ target }) => element.open && !element.contains(target) && close(false);
  // A click beside the fields of a menu gives the focus to what holds the menu: that is not elsewhere.
  const left = ({ target }) => target.contains(element) || elsewhere({ target });
  element.addEventListener("keydown", walk);
  document.addEventListener("pointerdown", elsewhere);
  document.addEventListener("focusin", left);
  return () => {
    document.removeEventListener("pointerdown", elsewhere);
    document.removeEventListener("focusin", left);
  };
}
