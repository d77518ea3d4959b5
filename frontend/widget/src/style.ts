/**
 * The widget's whole style. The shadow root keeps ours in; `all: initial` keeps out what the page would hand down, and
 * `!important` makes it stronger than the page's own rules for every element.
 */
export const style = `
:host { all: initial !important; }
* { box-sizing: border-box; }
.root {
  --color: #2f5bea; --ink: #1a1b1e; --soft: #667085; --line: #e4e7ec; --paper: #fff; --ground: #f5f6f8; --on: #fff; --edge: var(--color);
  position: fixed; inset-block-end: 20px; inset-inline-end: 20px; z-index: 2147483000;
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Vazirmatn", Tahoma, sans-serif; color: var(--ink);
}
button, input, textarea { font: inherit; color: inherit; }
button { cursor: pointer; border: 0; background: none; padding: 0; }
:focus-visible { outline: 2px solid var(--edge); outline-offset: 2px; }
svg { display: block; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.launcher {
  position: relative; width: 60px; height: 60px; border-radius: 50%; background: var(--color); color: var(--on);
  display: grid; place-items: center; box-shadow: 0 6px 20px #0004; transition: transform .15s;
}
.launcher:hover { transform: scale(1.06); }
.badge {
  position: absolute; inset-block-start: -4px; inset-inline-end: -4px; min-width: 22px; height: 22px; padding: 0 6px;
  border-radius: 11px; background: #d92d20; color: #fff; font-size: 13px; line-height: 22px; font-weight: 700; text-align: center;
}
.start { inset-inline: 20px auto; }
.invite {
  position: absolute; inset-block-end: 72px; inset-inline-end: 0; width: min(280px, 80vw); padding: 14px 40px 14px 16px; border-radius: 16px; background: var(--paper);
  box-shadow: 0 6px 24px #0003; animation: rise .18s ease-out;
}
[dir="rtl"] .invite { padding: 14px 16px 14px 40px; }
.start .invite { inset-inline: 0 auto; }
.invite p { margin: 0 0 8px; overflow-wrap: anywhere; }
.invite .icon { position: absolute; inset-block-start: 4px; inset-inline-end: 4px; }
.main { padding: 8px 16px; border-radius: 10px; background: var(--color); color: var(--on); font-weight: 600; }
.main:disabled { opacity: .5; }
.more { position: relative; }
.more summary { list-style: none; cursor: pointer; }
.more summary::-webkit-details-marker { display: none; }
.more div {
  position: absolute; z-index: 1; inset-block-start: 40px; inset-inline-end: 0; width: max-content; max-width: 260px; padding: 6px; border-radius: 12px; background: var(--paper);
  color: var(--ink); box-shadow: 0 6px 24px #0004;
}
.more div button { display: block; width: 100%; padding: 8px 12px; border-radius: 8px; text-align: start; }
.more div :focus-visible { outline-color: var(--edge); }
.more div button:hover { background: var(--ground); }
.panel {
  display: flex; flex-direction: column; width: 376px; height: min(620px, calc(100vh - 40px)); overflow: hidden;
  background: var(--paper); border-radius: 18px; box-shadow: 0 12px 48px #0003, 0 0 0 1px #0001; animation: rise .18s ease-out;
}
@keyframes rise { from { transform: translateY(14px); opacity: 0; } }
.head { flex: none; display: flex; align-items: center; gap: 10px; padding: 14px 16px; background: var(--color); color: var(--on); }
.head h2 { flex: 1; min-width: 0; margin: 0; font-size: 17px; font-weight: 650; line-height: 1.3; }
.head p { margin: 0; font-size: 13px; font-weight: 400; opacity: .92; }
.icon { flex: none; width: 36px; height: 36px; border-radius: 10px; display: grid; place-items: center; }
.head .icon:hover { background: #fff3; }
.head :focus-visible { outline-color: currentColor; }
.note { flex: none; margin: 0; padding: 8px 16px; font-size: 13px; background: #fff6dc; color: #5c4500; }
.list {
  flex: 1; min-height: 0; overflow-y: auto; padding: 16px; display: flex; flex-direction: column; gap: 10px; background: var(--ground);
}
.line { margin: 0; text-align: center; font-size: 13px; color: var(--soft); }
.message { max-width: 84%; align-self: flex-start; }
.message.visitor { align-self: flex-end; }
.who { margin: 0 10px 2px; font-size: 12px; color: var(--soft); }
.visitor .who { text-align: end; }
.bubble { padding: 9px 13px; border-radius: 16px; border-start-start-radius: 4px; background: var(--paper); border: 1px solid var(--line); }
.visitor .bubble { border-radius: 16px; border-start-end-radius: 4px; background: var(--color); border-color: transparent; color: var(--on); }
.bubble p { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; text-align: start; unicode-bidi: plaintext; }
.bubble a { color: inherit; overflow-wrap: anywhere; }
.bubble img { display: block; max-width: 100%; max-height: 220px; border-radius: 8px; }
.file { display: block; max-width: 100%; text-align: start; text-decoration: underline; overflow-wrap: anywhere; }
.foot { margin: 2px 10px 0; font-size: 12px; color: var(--soft); text-align: end; }
.foot.refused { color: #b42318; }
.full { inset: 0; }
.full .panel { width: 100%; height: 100dvh; border-radius: 0; }
.foot button { text-decoration: underline; }
.typing { display: flex; gap: 4px; align-items: center; font-size: 13px; color: var(--soft); }
.typing i { width: 6px; height: 6px; border-radius: 50%; background: var(--soft); animation: blink 1.2s infinite; }
.typing i:nth-child(2) { animation-delay: .2s; }
.typing i:nth-child(3) { animation-delay: .4s; }
@keyframes blink { 0%, 60%, 100% { opacity: .3; } 30% { opacity: 1; } }
.form { flex: none; padding: 10px 12px 12px; border-block-start: 1px solid var(--line); }
.fields { display: flex; gap: 8px; margin-block-end: 8px; }
.fields label { flex: 1; min-width: 0; font-size: 12px; color: var(--soft); }
.fields input {
  display: block; width: 100%; padding: 7px 10px; border: 1px solid #c4c9d2; border-radius: 9px; background: var(--paper); color: var(--ink); font-size: 15px;
}
.row {
  display: flex; align-items: flex-end; gap: 4px; padding: 4px; border: 1px solid #c4c9d2; border-radius: 14px; background: var(--paper);
}
.row:focus-within { border-color: var(--color); box-shadow: 0 0 0 1px var(--color); }
.row textarea {
  flex: 1; min-width: 0; resize: none; border: 0; outline: 0; padding: 7px 8px; height: 38px; max-height: 120px; background: none; font-size: 16px; line-height: 24px;
}
.row .icon { color: var(--soft); }
.row .icon:hover { background: var(--ground); }
.row .icon.send { background: var(--color); color: var(--on); }
.row .icon.send:disabled { background: var(--line); color: var(--soft); cursor: default; }
[dir="rtl"] .send svg { transform: scaleX(-1); }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
@media (max-width: 480px) {
  .root.open { inset: 0; }
  .panel { width: 100%; height: 100dvh; border-radius: 0; }
}
@media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; } }
`;
