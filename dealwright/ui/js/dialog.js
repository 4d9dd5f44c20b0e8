// A <dialog>: closes by its cross and by a click outside; one marked data-open opens by itself.
// The browser keeps the focus inside, closes it on Escape and gives the focus back.

export default function dialog(element) {
  element.addEventListener("click", (event) => {
    const isOutside = event.target === element && event.detail > 0 && !contains(element, event);
    if (isOutside || event.target.closest("[data-closes]")) element.close();
  });
  if (element.hasAttribute("data-open") && !element.open) element.showModal();
}

function contains(element, { clientX, clientY }) {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  return clientX >= left && clientX <= right && clientY >= top && clientY <= bottom;
}
