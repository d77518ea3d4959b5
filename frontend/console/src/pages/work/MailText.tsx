import { Button } from "@mantine/core";
import { useState } from "react";
import { directionOf } from "../../../../shared/direction";
import { call } from "../../http/api";
import { usePhrases } from "../../i18n/phrases";
import { useCommand } from "../../live/context";
import type { Message } from "../../protocol";
import { Linked } from "./Linked";
import { MailBody } from "./MailBody";
import { mailWords } from "./mailWords";
import { asked } from "./pictures";
import css from "./Messages.module.css";

/** What was said. Of a mail, what it quotes and pictures from elsewhere are shown to whoever asks for them. */
export function MailText(props: { message: Message }) {
  const { message } = props;
  const { say } = usePhrases(mailWords);
  const { isBusy, run } = useCommand();
  const cut = typeof message.details["cut"] === "string" ? message.details["cut"] : "";
  const outside = typeof message.details["outside_pictures"] === "number" ? message.details["outside_pictures"] : 0;
  const [isFolded, setFolded] = useState(message.html === null && cut !== "");
  const [whole, setWhole] = useState<string | null>(null);
  const [isOpen, setOpen] = useState(false);
  const [isAsked, setAsked] = useState(false);
  const open = () =>
    run(async () => {
      if (message.html === null && whole === null) setWhole((await call<{ text: string }>("GET", `/api/messages/${message.id}/whole`)).text);
      setOpen(!isOpen);
    });
  const text = isOpen && whole !== null ? whole : message.text;
  const html = message.html !== null && isAsked ? asked(message.html, message.id) : message.html;
  return (
    <>
      {html === null ? (
        <p className={css.text} dir={directionOf(text)} data-testid="message-text"><Linked text={text} /></p>
      ) : (
        <MailBody html={html} from={message.author.name} files={message.attachments} inline={message.details["inline"]} cut={cut} isOpen={isOpen} folded={setFolded} />
      )}
      {isFolded && (
        <Button size="compact-xs" variant="subtle" loading={isBusy} aria-expanded={isOpen} onClick={() => void open()} data-testid="quoted">{say(isOpen ? "quoted_hide" : "quoted_show")}</Button>
      )}
      {outside > 0 && !isAsked && (
        <Button size="compact-xs" variant="subtle" title={say("pictures_hint")} onClick={() => setAsked(true)} data-testid="outside-pictures">{say("pictures_show", { n: outside })}</Button>
      )}
    </>
  );
}
