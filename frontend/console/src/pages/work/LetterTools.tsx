import { ActionIcon, Badge, Tooltip } from "@mantine/core";
import { IconArrowForwardUp, IconFileText, IconRoute } from "@tabler/icons-react";
import { useDates } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { useView } from "../../live/context";
import type { Message } from "../../protocol";
import { words as aroundWords } from "./around/words";
import { namesOf, wishLetter } from "./letter";
import { mailWords } from "./mailWords";
import css from "./Messages.module.css";

/** To whom a mail went, when that was not the customer alone; of one that came, whom it names besides us. */
export function LetterLine(props: { message: Message }) {
  const { recipients, details } = props.message;
  const { say } = usePhrases(mailWords);
  const named = Array.isArray(details["cc"]) ? details["cc"].map(String) : [];
  const isByMail = details["by_mail"] === true;
  if (recipients === null && named.length === 0 && !isByMail) return null;
  const lines = recipients
    ? ([["to", namesOf(recipients.to)], ["cc", namesOf(recipients.cc)], ["bcc", namesOf(recipients.bcc)]] as const)
    : ([["cc", named.join(", ")]] as const);
  return (
    <div className={css.letterLine} data-testid="letter-line">
      {details["aside"] === true && <Badge size="xs" variant="light" color="orange" tt="none">{say("aside")}</Badge>}
      {isByMail && <Badge size="xs" variant="light" color="gray" tt="none">{say("by_mail")}</Badge>}
      {lines.filter(([, people]) => people !== "").map(([word, people]) => (
        <div key={word}>{say(word)}: <bdi>{people}</bdi></div>
      ))}
    </div>
  );
}

/** What can be done with one mail: pass it on, see it as it went. */
export function LetterTools(props: { message: Message }) {
  const { message } = props;
  const { say } = usePhrases(mailWords);
  const around = usePhrases(aroundWords);
  const dates = useDates();
  const { state } = useView();
  const work = state?.work[message.interaction_id] ?? state?.watched[message.interaction_id];
  const subject = work?.interaction.subject ?? "";
  const forward = () => {
    const head = [
      `---------- ${say("forwarded")} ----------`,
      `${say("from")}: ${message.author.name}`,
      `${say("date")}: ${dates.full(message.at)}`,
      ...(subject === "" ? [] : [`${say("subject")}: ${subject}`]),
    ];
    wishLetter(message.interaction_id, { kind: "forward", message, text: [...head, "", message.text].join("\n"), subject: `Fwd: ${subject}`.trim().slice(0, 300) });
  };
  const why = message.direction === "inbound" && typeof message.details["thread"] === "string" ? around.sayAny("why", message.details["thread"].replace(":", "_"), "") : "";
  const hasOriginal = message.direction === "inbound" || ["sent", "delivered", "read"].includes(message.delivery);
  return (
    <span className={css.letterTools}>
      {work?.interaction.state === "assigned" && (
        <ActionIcon size="sm" variant="subtle" color="gray" onClick={forward} aria-label={say("forward")} title={say("forward")} data-testid="forward">
          <IconArrowForwardUp size={16} className={css.mirrored!} />
        </ActionIcon>
      )}
      {why !== "" && (
        <Tooltip label={why} multiline maw={260} withinPortal events={{ hover: true, focus: true, touch: true }}>
          <ActionIcon size="sm" variant="subtle" color="gray" aria-label={`${around.say("why")}: ${why}`} data-testid="why-here">
            <IconRoute size={16} />
          </ActionIcon>
        </Tooltip>
      )}
      {hasOriginal && (
        <ActionIcon component="a" href={`/api/messages/${message.id}/original`} download size="sm" variant="subtle" color="gray" aria-label={`${say("original")}: ${say("original_hint")}`} title={say("original_hint")} data-testid="original">
          <IconFileText size={16} />
        </ActionIcon>
      )}
    </span>
  );
}
