import { Button, Group, Loader, Text, Title } from "@mantine/core";
import { IconBell, IconBellOff } from "@tabler/icons-react";
import { usePhrases } from "../i18n/phrases";
import { useCommand, useFeed, useLive } from "../live/context";
import type { DocumentRef } from "../protocolTeam";
import { AssignBox } from "./AssignBox";
import { Comments } from "./Comments";
import css from "./Notes.module.css";
import { useColleagues, useNotes } from "./open";
import { words } from "./words";

/**
 * Comments and assignee of anything: `<DocumentNotes kind="customer" id={id} />` on any page.
 *
 * `onlyComments`: whoever has it and whoever follows it stand elsewhere on the page, as with a ticket.
 */
export function DocumentNotes(props: DocumentRef & { onlyComments?: boolean }) {
  const { kind, id } = props;
  const { me } = useFeed();
  const { say, count } = usePhrases(words);
  const { notes, isHidden, reload } = useNotes({ kind, id });
  const may = (permission: string) => me.permissions.includes(permission);
  const colleagues = useColleagues({ kind, id }, may("comment.write") || may("document.assign"));
  if (isHidden) return <Text size="sm" c="dimmed">{say("hidden")}</Text>;
  return (
    <section className={css.notes} aria-label={say("title")} data-testid="document-notes" data-document={`${kind}:${id}`}>
      <Group justify="space-between" gap="xs">
        <Title order={3} fz="sm">{say("title")}</Title>
        {notes && !props.onlyComments && <FollowButton document={{ kind, id }} isOn={notes.is_following} changed={reload} />}
      </Group>
      {notes ? (
        <>
          {!props.onlyComments && <AssignBox notes={notes} colleagues={colleagues} reload={reload} />}
          {notes.count > 0 && <Text size="xs" c="dimmed" data-testid="comment-count">{count("comments", notes.count)}</Text>}
          <Comments notes={notes} colleagues={colleagues} mayWrite={may("comment.write")} />
        </>
      ) : (
        <Loader size="sm" />
      )}
    </section>
  );
}

function FollowButton(props: { document: DocumentRef; isOn: boolean; changed: () => Promise<void> }) {
  const { document, isOn } = props;
  const live = useLive();
  const { say } = usePhrases(words);
  const { isBusy, run } = useCommand();
  const change = () => void run(() => live.ask("document.follow", { document, is_on: !isOn }).then(props.changed));
  const Sign = isOn ? IconBell : IconBellOff;
  return (
    <Button size="compact-sm" variant={isOn ? "light" : "default"} leftSection={<Sign size={14} aria-hidden />} aria-pressed={isOn} onClick={change} loading={isBusy} data-testid="follow">
      {say(isOn ? "following" : "follow")}
    </Button>
  );
}
