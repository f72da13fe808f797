// <button data-open="#id"> opens a <dialog>, data-close inside closes it; a click beside it closes it too.
export function watchDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (opener) {
      document.querySelector(opener.dataset.open)?.showModal();
      return;
    }
    const closer = event.target.closest("[data-close]");
    if (closer) closer.closest("dialog")?.close();
    else if (event.target.matches("dialog.dialog")) event.target.close();
  });
}
