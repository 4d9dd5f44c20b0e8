// Binds modules to elements: data-behaviour="ui/menu" runs the default export of ui/menu.js with
// that element, also for what arrives later. What it returns is run when the element goes.

const assets = new URL("..", import.meta.url);
const running = new WeakMap();

async function bind(element) {
  if (running.has(element)) return;
  const ends = [];
  running.set(element, ends);
  for (const name of element.dataset.behaviour.split(" ")) {
    const module = await import(new URL(`${name}.js`, assets));
    const end = module.default(element);
    if (end) ends.push(end);
  }
  if (!element.isConnected) unbind(element);
}

function unbind(element) {
  running.get(element)?.forEach((end) => end());
  running.delete(element);
}

function each(node, act) {
  if (node.nodeType !== Node.ELEMENT_NODE) return;
  if (node.dataset.behaviour) act(node);
  node.querySelectorAll("[data-behaviour]").forEach(act);
}

new MutationObserver((changes) => {
  for (const { addedNodes, removedNodes } of changes) {
    removedNodes.forEach((node) => node.isConnected || each(node, unbind));
    addedNodes.forEach((node) => node.isConnected && each(node, bind));
  }
}).observe(document.documentElement, { childList: true, subtree: true });

// The page says when what it came with is bound.
const first = [];
each(document.documentElement, (element) => first.push(bind(element)));
Promise.allSettled(first).then(() => document.documentElement.setAttribute("data-bound", ""));

// Every request of htmx carries the token that the server asks of a change.
document.addEventListener("htmx:config:request", ({ detail }) => {
  detail.ctx.request.headers["X-CSRF-Token"] = csrf();
});

// data-opens="ID": opens the dialog of that id.
document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-opens]");
  const dialog = opener && document.getElementById(opener.dataset.opens);
  if (!dialog) return;
  event.preventDefault();
  dialog.showModal();
});

/** The token that a change must carry. */
export function csrf() {
  return document.querySelector('meta[name="csrf"]')?.content ?? "";
}
