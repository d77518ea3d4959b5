import { useEffect, useState } from "preact/hooks";
import { newId } from "../../../shared/outbox";
import type { Live } from "../live";
import type { Speech } from "../words";

interface Article {
  id: string;
  title: string;
  locale: string;
  text?: string;
}

const pauseMs = 600;

/** What may answer it already, while somebody writes; and whether it did. */
export function Articles(props: { live: Live; speech: Speech; text: string }) {
  const { live, text } = props;
  const { say, language } = props.speech;
  const [found, setFound] = useState<Article[]>([]);
  const [read, setRead] = useState<Article | null>(null);
  const [isJudged, setJudged] = useState(false);
  const ask = (path: string, body?: object) =>
    fetch(`${live.server}/api/public/articles/${path}`, body && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  useEffect(() => {
    // A reader who looks at one is not shown others meanwhile.
    if (text.trim().length < 4 || read) return undefined;
    let isLate = false;
    const timer = setTimeout(() => {
      ask("suggest", { text: text.slice(0, 2000), locale: language })
        .then(async (answer) => answer.ok && !isLate && setFound(((await answer.json()) as { items: Article[] }).items))
        .catch(() => undefined);
    }, pauseMs);
    return () => {
      isLate = true;
      clearTimeout(timer);
    };
  }, [text, language, read === null]);
  const look = ({ id, locale }: Article) => {
    setJudged(live.stored(`helped.${id}`) !== null);
    void ask(`${id}?locale=${locale}`).then(async (answer) => answer.ok && setRead((await answer.json()) as Article)).catch(() => undefined);
  };
  const judge = (hasHelped: boolean) => {
    const reader = live.stored("reader") ?? newId();
    live.store("reader", reader);
    live.store(`helped.${read!.id}`, "said");
    setJudged(true);
    void ask(`${read!.id}/vote`, { visitor: reader, has_helped: hasHelped }).catch(() => undefined);
  };
  if (read) {
    return (
      <div class="articles" lang={read.locale} data-testid="widget-article">
        <b dir="auto">{read.title}</b>
        <div class="text" dir="auto" tabIndex={0}>{read.text}</div>
        <p lang={language} role="status">
          {isJudged ? say("thanks") : (
            <>
              {say("helped")} <button type="button" onClick={() => judge(true)} data-testid="article-yes">{say("yes")}</button>{" · "}
              <button type="button" onClick={() => judge(false)} data-testid="article-no">{say("no")}</button>
            </>
          )}{" · "}
          <button type="button" onClick={() => setRead(null)} data-testid="article-back">{say("back")}</button>
        </p>
      </div>
    );
  }
  if (found.length === 0) return null;
  return (
    <div class="articles" role="status" data-testid="widget-articles">
      {say("articles")}
      <ul>{found.map((each) => <li key={each.id} lang={each.locale}><button type="button" dir="auto" onClick={() => look(each)} data-testid="widget-suggested">{each.title}</button></li>)}</ul>
    </div>
  );
}
