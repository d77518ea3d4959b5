import { render } from "preact";
import { DeskForm } from "./DeskForm";
import { deskStyle } from "./style";
import { asLanguage, type Language } from "./words";

/** One tag puts the form where it stands, or into the element that `data-into` names. */
function start(tag: HTMLScriptElement): void {
  const chosen = asLanguage(tag.dataset["locale"]);
  const language: Language = [chosen, asLanguage(document.documentElement.lang), ...navigator.languages.map(asLanguage)].find((each) => each !== null) ?? "en";
  const host = document.createElement("div");
  const place = tag.dataset["into"] ? document.querySelector(tag.dataset["into"]) : null;
  if (place) place.append(host);
  else tag.after(host);
  const root = host.attachShadow({ mode: "open" });
  const style = document.createElement("style");
  style.textContent = deskStyle;
  const inner = document.createElement("div");
  root.append(style, inner);
  render(<DeskForm server={new URL(tag.src).origin} form={tag.dataset["form"] ?? ""} language={language} isFixed={chosen !== null} />, inner);
}

const tag = document.currentScript;
if (tag instanceof HTMLScriptElement) {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => start(tag));
  else start(tag);
}
