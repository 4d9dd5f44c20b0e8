// On a phone the menu of the settings is one line: its current topic is scrolled into sight.

export default function settingsMenu(menu) {
  const current = menu.querySelector("[aria-current]");
  if (current && menu.scrollWidth > menu.clientWidth) menu.scrollLeft = current.offsetLeft - menu.offsetLeft - 16;
}
