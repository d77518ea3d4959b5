import { Fragment } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { jsx } from "preact/jsx-runtime";

/** What the second file needs of the first. */
const kit = { jsx, Fragment, useState, useEffect };
export type Kit = typeof kit;
type More = typeof import("./more");

let loading: Promise<More> | null = null;

/** Fetched once, when the first of its parts is to be shown; a failure is tried again at the next. */
function more(server: string): Promise<More> {
  Object.assign(globalThis, { MarkazKit: kit });
  loading ??= import(/* @vite-ignore */ `${server}/widget/more.js`).catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading as Promise<More>;
}

/** A part of the second file. */
export function Late<N extends "Articles" | "Asking" | "Callback" | "Rating" | "Transcript">(props: { of: N; server: string; with: Parameters<More[N]>[0] }) {
  const place = useRef<HTMLDivElement>(null);
  const [Part, setPart] = useState<More[N] | null>(null);
  useEffect(() => {
    const show = () => more(props.server).then((found) => {
      const root = place.current?.getRootNode() as ShadowRoot | undefined;
      if (!root) return;
      if (root.adoptedStyleSheets.length === 1) {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(found.style);
        root.adoptedStyleSheets.push(sheet);
      }
      setPart(() => found[props.of]);
    });
    show().catch(() => setTimeout(() => void show().catch(() => undefined), 3_000));
  }, []);
  const Shown = Part as preact.FunctionComponent<object> | null;
  return <div ref={place}>{Shown && <Shown {...props.with} />}</div>;
}
