import { useEffect, useState } from "preact/hooks";
import type { Draft, Live } from "./live";
import type { File, VisitorMessage } from "./protocol";
import { partsOf } from "../../shared/links";
import type { Speech } from "./words";

export function MessageView(props: { message: VisitorMessage; speech: Speech; live: Live; isSeen: boolean }) {
  const { message, speech } = props;
  if (message.from === "system") return <p class="line" data-testid="widget-line">{speech.say("transferring", message.text)}</p>;
  return (
    <article class={`message ${message.from}`} data-testid="widget-message" data-from={message.from} data-client-id={message.client_id}>
      <div class="who">
        <bdi>{message.from === "visitor" ? speech.say("you") : message.author_name}</bdi> · {speech.time(message.at)}
      </div>
      <Bubble text={message.text} files={message.attachments} live={props.live} />
      {props.isSeen && <div class="foot" data-testid="widget-seen">✓✓ {speech.say("seen")}</div>}
    </article>
  );
}

/** Written and not yet taken by the server. */
export function PendingView(props: { draft: Draft; speech: Speech; live: Live }) {
  const { draft, speech } = props;
  const isRefused = draft.refused !== null;
  return (
    <article class="message visitor pending" data-testid="widget-message" data-from="visitor" data-pending="yes" data-client-id={draft.client_id}>
      <Bubble text={draft.text} files={draft.attachments} live={props.live} />
      <div class={isRefused ? "foot refused" : "foot"}>
        {speech.say(isRefused ? "refused" : "pending")}{" "}
        {isRefused && <button type="button" onClick={() => props.live.discard(draft)} aria-label={speech.say("discard")}>×</button>}
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

/** A picture is shown, any other file is saved by a click. */
function FileView(props: { file: File; live: Live }) {
  const { file, live } = props;
  const [source, setSource] = useState<string | null>(null);
  const isPicture = /^image\/(png|jpeg|gif|webp)$/.test(file.content_type);
  useEffect(() => {
    if (isPicture) live.open(file).then(setSource, () => undefined);
  }, [live, file.url]);
  const save = async () => {
    const link = document.createElement("a");
    link.href = source ?? (await live.open(file));
    link.download = file.name;
    link.click();
  };
  return (
    <button type="button" class="file" onClick={() => void save().catch(() => undefined)} data-testid="widget-attachment">
      {source ? <img src={source} alt={file.name} /> : <bdi>{file.name}</bdi>}
    </button>
  );
}

function Bubble(props: { text: string; files: File[]; live: Live }) {
  return (
    <div class="bubble">
      {props.text && <p dir="auto"><Linked text={props.text} /></p>}
      {props.files.map((file) => (
        <FileView key={file.url} file={file} live={props.live} />
      ))}
    </div>
  );
}
