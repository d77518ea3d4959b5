import { ActionIcon, Anchor, Badge, Button, Group, SegmentedControl, Stack, Text } from "@mantine/core";
import { IconEdit, IconHistory, IconSend2, IconThumbDown, IconThumbUp } from "@tabler/icons-react";
import { useState } from "react";
import { call } from "../../http/api";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { languages, type Language } from "../../i18n/words";
import { Panel } from "../../kit/Frame";
import { useCommand, useFeed } from "../../live/context";
import { go } from "../../shell/route";
import { MailBody } from "../work/MailBody";
import { Name } from "../work/Name";
import { inLanguage, nameIn, order, type Article, type ArticleState, type Category } from "./article";
import { words } from "./words";

/** An article as its readers see it; in the frame that strangers' mails are shown in, though the server cleaned it. */
export function ArticleReader(props: { article: Article; categories: Category[]; changed: () => void }) {
  const { article } = props;
  const { say, count } = usePhrases(words);
  const { language } = useSpeech();
  const dates = useDates();
  const [wanted, setWanted] = useState<Language>(language);
  const [shown, text] = inLanguage(article.texts, wanted) ?? ["en" as const, { title: "", html: "", text: "", edition: 0 }];
  const category = props.categories.find(({ id }) => id === article.category_id);
  const known = order.filter((each) => article.texts[each] !== undefined);
  return (
    <Panel title={<Name of={text.title} />} back={["knowledge"]} actions={<Actions {...props} />}>
      <Stack gap="md" data-testid="reader">
        <Group gap="xs">
          <Badge variant="light" color={article.state === "published" ? "teal" : "gray"} tt="none">{say(`state.${article.state}`)}</Badge>
          <Badge variant="light" tt="none">{say(article.is_public ? "public" : "internal")}</Badge>
          {category && <Text size="sm" c="dimmed"><bdi>{nameIn(category, language)}</bdi></Text>}
          <Text size="sm" c="dimmed">{say("changed_at", { moment: dates.brief(article.changed_at) })} · {count("views", article.views)}</Text>
        </Group>
        {known.length > 1 && (
          <SegmentedControl
            aria-label={say("language")}
            value={shown}
            onChange={(value) => setWanted(value as Language)}
            data={known.map((each) => ({ value: each, label: <bdi lang={each} data-testid={`read-${each}`}>{languages[each].name}</bdi> }))}
          />
        )}
        <div lang={shown} data-testid="article-body">
          {text.html === "" ? <Text c="dimmed">{say("no_body")}</Text> : <MailBody key={shown} html={text.html} from={text.title} />}
        </div>
        {article.source_kind === "ticket" && (
          <Text size="sm"><Anchor href={`#/tickets/${article.source_id}`} data-testid="source">{say("source_ticket")}</Anchor></Text>
        )}
        {article.state === "published" && <Helped {...props} />}
        <States {...props} />
      </Stack>
    </Panel>
  );
}

function Actions(props: { article: Article }) {
  const { id, state } = props.article;
  const { say } = usePhrases(words);
  const { me } = useFeed();
  const mayEdit = me.permissions.includes(state === "published" ? "knowledge.publish" : "knowledge.write");
  const action = (what: string, icon: React.ReactNode, label: string) => (
    <ActionIcon variant="subtle" aria-label={label} title={label} onClick={() => go("knowledge", id, what)} data-testid={`article-${what}`}>{icon}</ActionIcon>
  );
  return (
    <>
      {state === "published" && me.permissions.includes("solution.send") && action("send", <IconSend2 size={18} />, say("send"))}
      {me.permissions.includes("knowledge.write") && action("versions", <IconHistory size={18} />, say("versions"))}
      {mayEdit && action("edit", <IconEdit size={18} />, say("edit"))}
    </>
  );
}

function Helped(props: { article: Article; changed: () => void }) {
  const { id, has_helped, helped, unhelped } = props.article;
  const { say } = usePhrases(words);
  const { number } = useSpeech();
  const { isBusy, run } = useCommand();
  const judge = async (said: boolean) => {
    if (await run(() => call("POST", `/api/articles/${id}/vote`, { has_helped: said }))) props.changed();
  };
  return (
    <Group gap="xs" role="group" aria-label={say("helped")}>
      <Text size="sm">{say("helped")}</Text>
      <Button size="xs" variant={has_helped === true ? "filled" : "default"} aria-pressed={has_helped === true} disabled={isBusy} leftSection={<IconThumbUp size={16} aria-hidden />} onClick={() => void judge(true)} data-testid="helped-yes">
        {say("yes")} {number(helped)}
      </Button>
      <Button size="xs" variant={has_helped === false ? "filled" : "default"} aria-pressed={has_helped === false} disabled={isBusy} leftSection={<IconThumbDown size={16} aria-hidden />} onClick={() => void judge(false)} data-testid="helped-no">
        {say("no")} {number(unhelped)}
      </Button>
    </Group>
  );
}

/** What may become of it, for whoever may publish. */
function States(props: { article: Article; changed: () => void }) {
  const { id, state, version } = props.article;
  const { say } = usePhrases(words);
  const { me } = useFeed();
  const { isBusy, run } = useCommand();
  if (!me.permissions.includes("knowledge.publish")) return null;
  const next: ArticleState[] = { draft: ["published", "archived"] as ArticleState[], published: ["draft", "archived"] as ArticleState[], archived: ["draft"] as ArticleState[] }[state];
  const become = async (wanted: ArticleState) => {
    if (await run(() => call("POST", `/api/articles/${id}/state`, { state: wanted, version }))) props.changed();
  };
  return (
    <Group gap="xs">
      {next.map((wanted) => (
        <Button key={wanted} size="xs" variant={wanted === "published" ? "filled" : "default"} loading={isBusy} onClick={() => void become(wanted)} data-testid={`become-${wanted}`}>
          {say(`become.${wanted}`)}
        </Button>
      ))}
    </Group>
  );
}
