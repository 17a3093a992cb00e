// The page only says what was clicked; the extension acts.
const editor = acquireVsCodeApi();

document.addEventListener('click', (event) => {
  const clicked = event.target.closest('[data-do]');
  if (clicked === null) return;
  event.preventDefault();
  const { do: action, file, line, text, tool } = clicked.dataset;
  editor.postMessage({ do: action, file, line: Number(line), text, tool });
});
