import { useEffect, useRef, useState } from "react";
import { useRegion } from "../../i18n/context";
import type { Attachment } from "../../protocol";
import { foldAt } from "./fold";
import { pictured } from "./pictures";
import css from "./Messages.module.css";

/**
 * A stranger's HTML, already sanitised by the server, in a frame that runs no script and loads nothing from outside.
 *
 * `allow-same-origin` without `allow-scripts` lets us measure the frame; nothing inside can use it. What begins with the
 * letters of `cut` is hidden until it `isOpen`; `folded` hears whether that was found.
 */
export function MailBody(props: { html: string; from: string; files?: Attachment[]; inline?: unknown; cut?: string; isOpen?: boolean; folded?: (isFolded: boolean) => void }) {
  const { cut = "", isOpen = false, folded } = props;
  const { speech } = useRegion();
  const frame = useRef<HTMLIFrameElement>(null);
  const [height, setHeight] = useState(80);
  const rest = useRef<HTMLElement | null>(null);
  const measure = () => {
    const page = frame.current?.contentDocument?.documentElement;
    if (page) setHeight(Math.ceil(page.getBoundingClientRect().height) + 2);
  };
  const show = () => {
    if (rest.current) rest.current.hidden = !isOpen;
    measure();
  };
  const loaded = () => {
    const body = frame.current?.contentDocument?.body;
    rest.current = body && cut !== "" ? foldAt(body, cut) : null;
    folded?.(rest.current !== null);
    show();
  };
  // eslint-disable-next-line react-hooks/exhaustive-deps -- what is shown follows the wish alone
  useEffect(show, [isOpen]);
  return (
    <iframe
      ref={frame}
      className={css.mail}
      title={speech.say("talk.mail_body", { name: props.from })}
      sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
      srcDoc={pageOf(pictured(props.html, props.files ?? [], props.inline))}
      height={height}
      onLoad={loaded}
      data-testid="mail-body"
    />
  );
}

function pageOf(html: string): string {
  return `<!doctype html><html><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer"><base target="_blank">
<style>
html { overflow-x: auto; overflow-y: hidden; }
body { margin: 0; padding: 8px; font: 15px/1.55 system-ui, "Segoe UI", Tahoma, sans-serif; color: #1a1b1e; overflow-wrap: anywhere; }
img, table { max-width: 100%; } img { height: auto; }
blockquote { margin-inline: 0; padding-inline-start: 10px; border-inline-start: 3px solid #ced4da; color: #495057; }
</style></head><body dir="auto">${html}</body></html>`;
}
