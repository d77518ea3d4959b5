import { Anchor, Button, Group, Loader, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { call } from "../../http/api";
import { usePhrases } from "../../i18n/phrases";
import type { Language } from "../../i18n/words";
import { Marked } from "../../kit/Marked";
import { useCommand } from "../../live/context";
import { pathTo } from "../../shell/route";
import { Name } from "../work/Name";
import { inLanguage, type Article, type ArticleRow } from "./article";
import css from "./Knowledge.module.css";
import { words } from "./words";

const typingMs = 400;

interface SuggestedProps {
  /** What somebody is writing, or was asked: some of its words are enough. */
  text: string;
  language: Language;
  /** Gets the article's text, or the address of its public page. */
  onInsert?: (said: string) => void;
}

/** Articles that a text may be about, beside what is being written; nothing while there are none. */
export function SuggestedArticles(props: SuggestedProps) {
  const { language } = props;
  const { say } = usePhrases(words);
  const [asked] = useDebouncedValue(props.text.trim().slice(0, 4000), typingMs);
  const [found, setFound] = useState<{ asked: string; items: ArticleRow[] } | null>(null);
  useEffect(() => {
    if (asked === "") return undefined;
    let isLate = false;
    call<{ items: ArticleRow[] }>("POST", "/api/articles/suggest", { text: asked, locale: language }).then(
      ({ items }) => isLate || setFound({ asked, items }),
      () => isLate || setFound({ asked, items: [] }),
    );
    return () => void (isLate = true);
  }, [asked, language]);
  if (asked === "") return <Text size="sm" c="dimmed">{say("suggest_begin")}</Text>;
  if (found === null) return <Loader size="sm" />;
  if (found.items.length === 0) return <Text size="sm" c="dimmed">{say("suggest_none")}</Text>;
  return (
    <section className={css.suggested} aria-label={say("suggested")} data-testid="suggested-articles">
      {found.items.map((row) => <Suggestion key={row.id} row={row} {...props} />)}
    </section>
  );
}

function Suggestion(props: SuggestedProps & { row: ArticleRow }) {
  const { row, onInsert } = props;
  const { say } = usePhrases(words);
  const { isBusy, run } = useCommand();
  const insert = () => run(async () => {
    const article = await call<Article>("GET", `/api/articles/${row.id}?counts=true`);
    const [, text] = inLanguage(article.texts, row.locale) ?? [null, null];
    if (text) onInsert?.(text.text === "" ? text.title : text.text);
  });
  return (
    <article lang={row.locale} data-testid="suggested-article">
      <Anchor size="sm" fw={600} href={pathTo("knowledge", row.id)} target="_blank"><Name of={row.title} /></Anchor>
      {row.snippet.text !== "" && <Text size="xs" c="dimmed" lineClamp={2} component="div"><Marked snippet={row.snippet} /></Text>}
      {onInsert && (
        <Group gap={4} mt={4}>
          <Button size="compact-xs" variant="default" loading={isBusy} onClick={() => void insert()} data-testid="insert-article">{say("insert_text")}</Button>
          {row.is_public && (
            <Button size="compact-xs" variant="default" onClick={() => onInsert(`${location.origin}/articles/${row.id}?locale=${row.locale}`)} data-testid="insert-link">{say("insert_link")}</Button>
          )}
        </Group>
      )}
    </article>
  );
}
