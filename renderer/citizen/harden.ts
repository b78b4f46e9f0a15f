/** Shuts the ways out of the page that the page itself can shut: browser keys, context menu, drag, zoom, selection. */

/** Keys that mean something to a browser and nothing to a citizen. */
const isBrowserKey = (event: KeyboardEvent): boolean =>
  event.ctrlKey || event.altKey || event.metaKey || /^F\d{1,2}$/.test(event.key) || ['ContextMenu', 'Escape', 'BrowserBack', 'BrowserForward', 'BrowserHome', 'BrowserSearch', 'BrowserRefresh', 'BrowserFavorites', 'LaunchMail', 'PrintScreen', 'Help'].includes(event.key);

/** Does so until the page is gone. */
export function harden(): void {
  const stop = (event: Event): void => event.preventDefault();
  const options = { capture: true, passive: false } as const;
  window.addEventListener(
    'keydown',
    (event) => {
      // Backspace outside of a field goes back in some shells.
      if (isBrowserKey(event) || event.key === 'Backspace') {
        event.preventDefault();
        event.stopImmediatePropagation();
      }
    },
    options,
  );
  for (const name of ['contextmenu', 'dragstart', 'dragover', 'drop', 'selectstart', 'gesturestart', 'auxclick', 'copy', 'cut', 'paste', 'beforeprint']) window.addEventListener(name, stop, options);
  window.addEventListener('wheel', stop, options);
  // Nothing on the page scrolls; two fingers would zoom it.
  window.addEventListener('touchmove', stop, options);
  // The one-time ticket that opened the page must not stay in its address.
  window.history.replaceState(null, '', window.location.pathname);
}
