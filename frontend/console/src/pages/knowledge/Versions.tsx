import { Button, Group, Loader, Text } from "@mantine/core";
import { useState } from "react";
import { call } from "../../http/api";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { languages } from "../../i18n/words";
import { useAnswer } from "../../kit/answer";
import { useCommand } from "../../live/context";
import { go } from "../../shell/route";
import { MailBody } from "../work/MailBody";
import type { Article, Edition } from "./article";
import css from "./Knowledge.module.css";
import { words } from "./words";

/** All that an article ever said; one of them can be said again. */
export function Versions(props: { article: Article; changed: () => void }) {
  const { article } = props;
  const { say } = usePhrases(words);
  const { number } = useSpeech();
  const dates = useDates();
  const { isBusy, run } = useCommand();
  const found = useAnswer<{ items: Edition[] }>(`/api/articles/${article.id}/editions`);
  const [shown, setShown] = useState<string | null>(null);
  const restore = async ({ locale, edition }: Edition) => {
    if (!(await run(() => call("POST", `/api/articles/${article.id}/restore`, { locale, edition, version: article.version })))) return;
    props.changed();
    go("knowledge", article.id);
  };
  if (found.value === null) return <Loader size="sm" />;
  return (
    <ul className={css.hits}>
      {found.value.items.map((each) => {
        const key = `${each.locale} ${each.edition}`;
        const isNow = article.texts[each.locale]?.edition === each.edition;
        return (
          <li key={key} className={css.hit} data-testid="edition">
            <Group gap="xs" justify="space-between">
              <div>
                <Text size="sm" fw={600}><bdi>{each.title}</bdi></Text>
                <Text size="xs" c="dimmed">
                  <bdi>{languages[each.locale].name}</bdi> · {say("edition", { number: number(each.edition) })} · <bdi>{each.by_name}</bdi> · {dates.brief(each.at)}
                  {each.restored !== null && <> · {say("restored", { number: number(each.restored) })}</>}
                </Text>
              </div>
              <Group gap={4}>
                <Button size="compact-xs" variant="default" aria-expanded={shown === key} onClick={() => setShown(shown === key ? null : key)}>{say("look")}</Button>
                {!isNow && <Button size="compact-xs" loading={isBusy} onClick={() => void restore(each)} data-testid="restore">{say("restore")}</Button>}
                {isNow && <Text size="xs" c="dimmed">{say("now")}</Text>}
              </Group>
            </Group>
            {shown === key && each.html !== "" && <MailBody html={each.html} from={each.title} />}
          </li>
        );
      })}
    </ul>
  );
}
