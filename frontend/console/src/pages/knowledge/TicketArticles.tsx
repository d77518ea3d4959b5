import { Anchor, Button, Stack, Text } from "@mantine/core";
import { IconBook2 } from "@tabler/icons-react";
import { call } from "../../http/api";
import { usePhrases } from "../../i18n/phrases";
import { byId, useList } from "../../kit/list";
import { useCommand, useFeed } from "../../live/context";
import type { Id } from "../../protocol";
import { go, pathTo } from "../../shell/route";
import { Name } from "../work/Name";
import type { ArticleRow } from "./article";
import { words } from "./words";

/** The articles that came of a ticket, and the way to one more: a draft of its subject and the last answer. */
export function TicketArticles(props: { ticketId: Id; isConfidential: boolean }) {
  const { ticketId } = props;
  const { say } = usePhrases(words);
  const { me } = useFeed();
  const { isBusy, run } = useCommand();
  const found = useList<ArticleRow>(`/api/tickets/${ticketId}/articles`, byId);
  // What is confidential is no article: colleagues would read it.
  const mayDraft = !props.isConfidential && ["knowledge.write", "interaction.read"].every((each) => me.permissions.includes(each));
  const draft = () => void run(async () => go("knowledge", (await call<{ id: Id }>("POST", `/api/tickets/${ticketId}/article`, {})).id));
  return (
    <Stack gap={4} align="start" mb="xs">
      {found.items.map((article) => (
        <Text key={article.id} size="sm" lang={article.locale} data-testid="ticket-article">
          <Anchor size="sm" href={pathTo("knowledge", article.id)}><Name of={article.title} /></Anchor> <Text span size="xs" c="dimmed">{say("came_of_it")}</Text>
        </Text>
      ))}
      {mayDraft && <Button size="compact-xs" variant="default" leftSection={<IconBook2 size={14} aria-hidden />} loading={isBusy} onClick={draft} data-testid="draft-article">{say("draft_of_it")}</Button>}
    </Stack>
  );
}
