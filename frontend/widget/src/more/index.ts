/** The second file: forms that most visitors never see. It stands on the Preact of the first; see vite.more.ts. */
export { Rating, Transcript } from "./After";
export { Articles } from "./Articles";
export { Asking } from "./Asking";
export { Callback } from "./Callback";

export const style = `
.ask { display: flex; flex-direction: column; gap: 10px; }
.ask p { margin: 0; }
.ask label { display: flex; flex-direction: column; gap: 2px; font-size: 13px; }
.ask .check { display: grid; grid-template-columns: auto 1fr; gap: 8px; align-items: start; }
.check input { width: 20px; height: 20px; margin: 0; accent-color: var(--color); }
.ask input:not([type]), .ask select, .ask textarea {
  width: 100%; padding: 8px 10px; border: 1px solid #8d95a3; border-radius: 9px; background: var(--paper); color: var(--ink); font: inherit; font-size: 16px; resize: vertical;
}
.ask .refused { color: #b42318; font-size: 13px; }
.card { padding: 12px; border: 1px solid var(--line); border-radius: 14px; background: var(--paper); }
.row2 { display: flex; gap: 12px; }
.stars { border: 0; margin: 0; padding: 0; }
.stars legend { padding: 0; font-weight: 600; }
.ask .stars label { display: inline-block; width: 40px; font-size: 30px; line-height: 40px; text-align: center; color: #8d95a3; cursor: pointer; }
.ask .stars .on { color: #b54708; }
.articles { padding: 0 0 8px; font-size: 13px; }
.articles ul { list-style: none; margin: 4px 0 0; padding: 0; }
.articles button { border: 0; padding: 4px 0; background: none; color: inherit; font: inherit; text-align: start; text-decoration: underline; cursor: pointer; }
.articles .text { max-height: 180px; overflow-y: auto; white-space: pre-line; overflow-wrap: anywhere; }
.stars label:focus-within { outline: 2px solid var(--edge); border-radius: 8px; }
`;
