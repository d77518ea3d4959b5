import { Badge, Button, Group, Loader, SegmentedControl, Select, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconFolders } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { call } from "../../http/api";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { useAnswer } from "../../kit/answer";
import { Frame, Panel } from "../../kit/Frame";
import { Marked } from "../../kit/Marked";
import { kitWords } from "../../kit/words";
import { useFeed } from "../../live/context";
import { go, pathTo } from "../../shell/route";
import { Name } from "../work/Name";
import { choicesOf, states, type Article, type ArticleRow, type ArticleState, type Category } from "./article";
import { ArticleEditor } from "./ArticleEditor";
import { ArticleReader } from "./ArticleReader";
import { Categories } from "./Categories";
import css from "./Knowledge.module.css";
import { SendSolution } from "./SendSolution";
import { Versions } from "./Versions";
import { words } from "./words";

const typingMs = 250;

/** `#/knowledge/<article>/<edit|versions|send>`, `#/knowledge/new`, `#/knowledge/categories`. */
export function KnowledgePage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const { language } = useSpeech();
  const { me } = useFeed();
  const mayWrite = me.permissions.includes("knowledge.write");
  const mayPublish = me.permissions.includes("knowledge.publish");
  const [typed, setTyped] = useState("");
  const [asked] = useDebouncedValue(typed.trim().slice(0, 200), typingMs);
  const [categoryId, setCategory] = useState<string | null>(null);
  const [state, setState] = useState<ArticleState>("published");
  const query = new URLSearchParams({ q: asked, state, locale: language, ...(categoryId === null ? {} : { category_id: categoryId }) });
  const found = useAnswer<{ items: ArticleRow[]; has_more: boolean }>(`/api/articles?${query.toString()}`);
  const categories = useAnswer<{ items: Category[] }>("/api/article-categories");
  const tree = categories.value?.items ?? [];
  const chosen = props.rest[0];
  const rows = found.value?.items ?? [];
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      search={{ value: typed, set: setTyped }}
      add={mayWrite ? { label: say("add"), to: ["knowledge", "new"] } : undefined}
      isWide
      side={chosen && <Side key={chosen} rest={props.rest} categories={tree} changed={() => { found.reload(); categories.reload(); }} />}
      tools={
        <>
          {tree.length > 0 && (
            <Select label={say("category")} placeholder={say("any_category")} value={categoryId} onChange={setCategory} data={choicesOf(tree, language)} clearable openOnFocus={false} data-testid="category" />
          )}
          {mayWrite && (
            <SegmentedControl
              aria-label={say("state")}
              value={state}
              onChange={(value) => setState(value as ArticleState)}
              data={states.map((value) => ({ value, label: <span data-testid={`state-${value}`}>{say(`state.${value}`)}</span> }))}
            />
          )}
          {mayPublish && <Button variant="default" leftSection={<IconFolders size={18} aria-hidden />} onClick={() => go("knowledge", "categories")} data-testid="categories">{say("categories")}</Button>}
        </>
      }
    >
      <div aria-live="polite" aria-busy={found.value === null && !found.isFailed}>
        {found.isFailed && <Text c="red" role="alert">{say("failed")}</Text>}
        {found.value === null && !found.isFailed && <Loader size="sm" />}
        {found.value !== null && rows.length === 0 && <Text c="dimmed" py="xl" ta="center">{asked === "" ? say("nothing") : kit.say("no_match")}</Text>}
        <ul className={css.hits}>
          {rows.map((row) => <li key={row.id}><RowLink row={row} isChosen={row.id === chosen} /></li>)}
        </ul>
      </div>
    </Frame>
  );
}

function RowLink(props: { row: ArticleRow; isChosen: boolean }) {
  const { row } = props;
  const { say, count } = usePhrases(words);
  return (
    <a className={css.hit} href={pathTo("knowledge", row.id)} data-chosen={props.isChosen || undefined} data-testid="article" lang={row.locale}>
      <Group gap={8} wrap="nowrap">
        <Text size="sm" fw={600} flex={1}><Name of={row.title} /></Text>
        {row.is_public && <Badge size="sm" variant="light" tt="none" flex="none">{say("public")}</Badge>}
        <Text size="xs" c="dimmed" flex="none">{count("views", row.views)}</Text>
      </Group>
      {row.snippet.text !== "" && <Text size="sm" c="dimmed" lineClamp={2} component="div"><Marked snippet={row.snippet} /></Text>}
    </a>
  );
}

/** It counts as read once, whatever is loaded again meanwhile. */
function useView(id: string | null): void {
  const counted = useRef(false);
  useEffect(() => {
    if (id === null || counted.current) return;
    counted.current = true;
    call("GET", `/api/articles/${id}?counts=true`).catch(() => undefined);
  }, [id]);
}

function Side(props: { rest: string[]; categories: Category[]; changed: () => void }) {
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const [id, what] = props.rest;
  const { categories, changed } = props;
  const isArticle = id !== "new" && id !== "categories";
  const found = useAnswer<Article>(isArticle ? `/api/articles/${id}` : null);
  useView(isArticle && what === undefined ? id! : null);
  const again = () => { found.reload(); changed(); };
  if (id === "categories") return <Panel title={say("categories")} back={["knowledge"]}><Categories categories={categories} changed={changed} /></Panel>;
  if (id === "new") return <Panel title={say("add")} back={["knowledge"]}><ArticleEditor article={null} categories={categories} changed={changed} reload={changed} /></Panel>;
  const article = found.value;
  if (article === null) {
    return <Panel title="" back={["knowledge"]}>{found.isFailed ? <Text c="dimmed">{kit.say("gone")}</Text> : <Loader size="sm" />}</Panel>;
  }
  if (what === "edit") return <Panel title={say("edit")} back={["knowledge", article.id]}><ArticleEditor key={article.version} article={article} categories={categories} changed={changed} reload={again} /></Panel>;
  if (what === "versions") return <Panel title={say("versions")} back={["knowledge", article.id]}><Versions article={article} changed={again} /></Panel>;
  if (what === "send") return <Panel title={say("send")} back={["knowledge", article.id]}><SendSolution article={article} /></Panel>;
  return <ArticleReader article={article} categories={categories} changed={again} />;
}
