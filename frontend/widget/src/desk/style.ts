/** The form's whole style, in a shadow root: the page's own rules do not reach it. */
export const deskStyle = `
:host { all: initial !important; display: block !important; }
* { box-sizing: border-box; }
.desk {
  --color: #2747c4; --ink: #1a1b1e; --soft: #5b6472; --line: #c6ccd6; --paper: #fff; --bad: #b42318;
  max-width: 36rem; margin: 0 auto; padding: 20px; border-radius: 14px; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Vazirmatn", Tahoma, sans-serif; text-align: start;
}
.head { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; justify-content: space-between; }
h2 { margin: 0 0 4px; font-size: 1.35rem; }
.box { margin: 12px 0 0; padding: 0; border: 0; min-width: 0; }
.box > label, legend { display: block; margin: 0 0 4px; font-weight: 600; padding: 0; }
small { color: var(--soft); font-weight: 400; }
input, select, textarea {
  font: inherit; color: inherit; width: 100%; padding: 9px 12px; border: 1px solid var(--line); border-radius: 9px; background: var(--paper);
}
.head select { width: auto; padding: 4px 8px; }
textarea { resize: vertical; }
.check { display: flex; gap: 8px; align-items: center; font-weight: 400; padding: 3px 0; }
.check input { width: 20px; height: 20px; }
[aria-invalid] { border-color: var(--bad); }
:focus-visible { outline: 2px solid var(--color); outline-offset: 2px; }
.error { margin: 4px 0 0; color: var(--bad); font-size: .93rem; }
.away { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
button { font: inherit; font-weight: 600; margin-block-start: 16px; padding: 10px 22px; border: 0; border-radius: 9px; background: var(--color); color: #fff; cursor: pointer; }
button:disabled { opacity: .6; cursor: default; }
.done { font-size: 1.1rem; overflow-wrap: anywhere; }
.code { white-space: nowrap; }
@media (max-width: 480px) { .desk { padding: 14px; } button { width: 100%; } }
`;
