import type { Draft } from "./live";
import type { File, VisitorMessage } from "./protocol";
import { partsOf } from "../../shared/links";
import type { Speech } from "./words";

export function MessageView(props: { message: VisitorMessage; speech: Speech }) {
  const { message, speech } = props;
  if (message.from === "system") return <p class="line"><bdi>{message.text}</bdi></p>;
  return (
    <article class={`message ${message.from}`} data-testid="widget-message" data-from={message.from} data-client-id={message.client_id}>
      <div class="who">
        <bdi>{message.from === "visitor" ? speech.say("you") : message.author_name}</bdi> · {speech.time(message.at)}
      </div>
      <Bubble text={message.text} files={message.attachments} />
    </article>
  );
}

/** Written and not yet taken by the server. */
export function PendingView(props: { draft: Draft; speech: Speech; discard: () => void }) {
  const { draft, speech } = props;
  const isRefused = draft.refused !== null;
  return (
    <article class="message visitor pending" data-testid="widget-message" data-from="visitor" data-pending="yes" data-client-id={draft.client_id}>
      <Bubble text={draft.text} files={draft.attachments} />
      <div class={isRefused ? "foot refused" : "foot"}>
        {speech.say(isRefused ? "refused" : "pending")}{" "}
        {isRefused && <button type="button" onClick={props.discard}>×</button>}
      </div>
    </article>
  );
}

function Linked(props: { text: string }) {
  return (
    <>
      {partsOf(props.text).map(({ text, href }) =>
        href ? <a href={href} target="_blank" rel="noopener noreferrer"><bdi dir="ltr">{text}</bdi></a> : text,
      )}
    </>
  );
}

function Bubble(props: { text: string; files: File[] }) {
  return (
    <div class="bubble">
      {props.text && <p dir="auto"><Linked text={props.text} /></p>}
      {props.files.map((file) => (
        <a key={file.url} href={file.url} target="_blank" rel="noopener noreferrer">
          {/^image\/(png|jpeg|gif|webp)$/.test(file.content_type) ? <img src={file.url} alt={file.name} /> : <bdi>{file.name}</bdi>}
        </a>
      ))}
    </div>
  );
}
